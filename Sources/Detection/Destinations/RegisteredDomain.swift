/// The part of a host name that somebody registered, by what is generally known of suffixes.
///
/// A short built-in list stands for the Public Suffix List: the second labels that country registries use, and the
/// platforms that give each customer a name. What is missing in it only makes a domain one label longer or shorter.
struct RegisteredDomain: Equatable {
  /// The registered label: `openai` of `api.openai.com`.
  let label: Substring
  /// What stands after it: `com`, `co.uk`, `workers.dev`.
  let suffix: Substring
  /// The labels before it, with their dots; empty where there are none.
  let left: Substring
  /// Whether the suffix is a platform's, so that the label is what some customer liked to be called.
  let isHosted: Bool

  /// - Parameter host: a normalised name, lower case, without trailing dot. `nil` for a lone label and a bare suffix.
  init?(_ host: String) {
    var dots = host.utf8.indices.lazy.filter { host.utf8[$0] == UInt8(ascii: ".") }.suffix(4).map { $0 }[...]
    guard let last = dots.popLast() else { return nil }
    // Up to four labels from the end can be a suffix: take the longest that is known, else the last label.
    var (end, start, isHosted) = (last, host.utf8.index(after: last), false)
    for dot in dots.reversed() + [host.startIndex] {
      let candidate = dot == host.startIndex ? host[...] : host[host.utf8.index(after: dot)...]
      guard let kind = Self.kind(of: candidate) else { continue }
      guard dot != host.startIndex else { return nil }
      (end, start, isHosted) = (dot, host.utf8.index(after: dot), kind == .hosted)
    }
    let before = host[..<end]
    let cut = before.utf8.lastIndex(of: UInt8(ascii: "."))
    label = cut.map { before[before.utf8.index(after: $0)...] } ?? before
    left = cut.map { before[..<$0] } ?? ""
    suffix = host[start...]
    self.isHosted = isHosted
    guard !label.isEmpty, !suffix.isEmpty else { return nil }
  }

  var name: String { "\(label).\(suffix)" }

  var labelsOnTheLeft: Int { left.isEmpty ? 0 : left.utf8.count { $0 == UInt8(ascii: ".") } + 1 }

  private enum Kind { case registry, hosted }

  private static func kind(of suffix: Substring) -> Kind? {
    if hosted.contains(suffix) { return .hosted }
    if registries.contains(suffix) { return .registry }
    // `co.uk`, `com.au`, `ac.jp`: a registry's second label below a country.
    let labels = suffix.utf8.split(separator: UInt8(ascii: "."))
    guard labels.count == 2, labels[1].count == 2 else { return nil }
    return secondLevels.contains(Substring(labels[0])) ? .registry : nil
  }

  /// Names that country registries put before the country.
  private static let secondLevels: Set<Substring> = [
    "ac", "co", "com", "edu", "gob", "gov", "govt", "gouv", "go", "id", "ltd", "me", "mil", "ne", "net", "nhs", "nom",
    "or", "org", "plc", "sch", "web", "ad", "ed", "gr", "lg", "firm", "gen", "ind", "info", "biz",
  ]

  /// Suffixes of two labels that the rule above does not tell.
  private static let registries: Set<Substring> = [
    "eu.org", "uk.com", "us.com", "de.com", "eu.com", "in.net", "jp.net",
  ]

  /// Platforms below which every customer has a name; those of tunnels are drop boxes already.
  private static let hosted: Set<Substring> = [
    "github.io", "gitlab.io", "githubpreview.dev", "workers.dev", "pages.dev", "r2.dev", "vercel.app", "now.sh",
    "netlify.app", "onrender.com", "herokuapp.com", "fly.dev", "railway.app", "up.railway.app", "glitch.me", "repl.co",
    "replit.app", "replit.dev", "web.app", "firebaseapp.com", "run.app", "a.run.app", "appspot.com", "hf.space",
    "modal.run", "streamlit.app", "gradio.live", "deno.dev", "surge.sh", "render.com", "azurewebsites.net",
    "cloudapp.net", "cloudapp.azure.com", "azurestaticapps.net", "azureedge.net", "azurefd.net",
    "blob.core.windows.net", "cloudfront.net", "elasticbeanstalk.com", "s3.amazonaws.com", "amazonaws.com", "on.aws",
    "fcapp.run", "appdomain.cloud", "blogspot.com", "wordpress.com", "wixsite.com", "weebly.com", "webflow.io",
    "myshopify.com",
    "zendesk.com", "atlassian.net", "statuspage.io", "readthedocs.io", "readme.io", "gitbook.io", "notion.site",
    "slack.com", "sharepoint.com", "okta.com", "auth0.com", "medium.com", "substack.com", "tumblr.com", "duckdns.org",
    "ngrok.io", "ngrok.app", "ngrok-free.app", "ngrok-free.dev", "trycloudflare.com", "icp0.io", "raw.icp0.io",
    "translate.goog", "discourse.group", "freshdesk.com", "helpscoutdocs.com", "ghost.io", "bigcartel.com",
  ]
}
