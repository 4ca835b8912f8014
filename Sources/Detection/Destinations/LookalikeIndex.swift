import Signatures

/// A name that passes for another one's.
struct Lookalike: Equatable, Sendable {
  enum Trick: String, Sendable {
    case typo, homoglyph, combination, suffix, subdomain

    /// How the name deceives, for people.
    var description: String {
      switch self {
      case .typo: "a misspelling"
      case .homoglyph: "characters that look the same"
      case .combination: "the name with more words"
      case .suffix: "the name under another suffix"
      case .subdomain: "the name in front of another domain"
      }
    }
  }

  let trick: Trick
  /// The name that is imitated.
  let brand: String
  /// A domain that is truly that name's.
  let domain: String
}

/// Finds the name that a host imitates, among those of the catalogue: a few dictionary look-ups, one search for each
/// name, and no more than the host's own length decides. The catalogue's hosts and familiar ones are never asked.
struct LookalikeIndex: Sendable {
  /// Shorter names have too many neighbours: `pypi` is one letter from `pypy`.
  static let shortestTypo = 6
  /// Shorter names are part of other words.
  static let shortestPart = 5
  /// Names taken from the catalogue's providers; `x` of `api.x.ai` is no name.
  static let shortestProvider = 5

  private var brands: [Brand] = []
  private var byName: [String: Int] = [:]
  private var bySkeleton: [String: Int] = [:]
  /// By each name less one letter, and by the name: two names one edit apart share one of these.
  private var byDeletion: [String: [Int]] = [:]
  /// By a whole domain that carries the name.
  private var byDomain: [String: Int] = [:]
  private var ownDomains: Set<String> = []
  private var otherWords: Set<String> = []
  /// Names long enough to be looked for inside a label, the longest first.
  private var parts: [(name: [UInt8], brand: Int)] = []

  init(_ catalogue: Catalogue) {
    for brand in catalogue.brands { insert(brand) }
    for provider in catalogue.providers {
      for host in provider.hosts { insertOwner(of: host.text) }
    }
    parts = brands.indices.map { (Array(brands[$0].name.utf8), $0) }.filter { $0.0.count >= Self.shortestPart }
    parts.sort { ($1.name.count, $0.brand) < ($0.name.count, $1.brand) }
  }

  private mutating func insert(_ brand: Brand) {
    let index = brands.count
    brands.append(brand)
    byName[brand.name] = index
    otherWords.formUnion(brand.otherWords)
    bySkeleton[Homoglyphs.skeleton(brand.name)] = index
    if brand.distinctness == .unique, brand.name.utf8.count >= Self.shortestTypo {
      for form in Self.deletions(of: brand.name) { byDeletion[form, default: []].append(index) }
    }
    for domain in brand.domains {
      ownDomains.insert(domain)
      // `openai.azure.com` is Azure's customer: only domains that carry the name are imitated as a whole.
      if domain.split(separator: ".").first.map({ $0.hasPrefix(brand.name) }) == true {
        byDomain[domain] = index
      }
    }
  }

  /// Providers without an entry of their own count as ordinary names.
  private mutating func insertOwner(of pattern: String) {
    let host = pattern.drop { $0 == "." || $0 == "*" }
    guard !host.contains("*"), let domain = RegisteredDomain(String(host)), !domain.isHosted else { return }
    let name = String(domain.label)
    ownDomains.insert(domain.name)
    guard byName[name] == nil, name.utf8.count >= Self.shortestProvider, !name.contains("-") else { return }
    insert(Brand(name: name, distinctness: .ordinary, domains: [domain.name]))
  }

  // MARK: Asking

  /// - Parameter host: a normalised name.
  func lookalike(_ host: String) -> Lookalike? {
    guard !isOwned(host), let domain = RegisteredDomain(host), !Self.innerSuffixes.contains(domain.suffix) else {
      return nil
    }
    if let index = imitatedInFront(of: domain) { return found(.subdomain, index) }
    guard !domain.isHosted else { return nil }
    let label = String(domain.label)
    if let index = byName[label] {
      return brands[index].distinctness == .unique ? found(.suffix, index) : nil
    }
    if let index = disguised(domain.label) { return found(.homoglyph, index) }
    if let index = misspelt(label) { return found(.typo, index) }
    return combined(label).map { found(.combination, $0) }
  }

  private func found(_ trick: Lookalike.Trick, _ index: Int) -> Lookalike {
    Lookalike(trick: trick, brand: brands[index].name, domain: brands[index].domains.first ?? brands[index].name)
  }

  private func isOwned(_ host: String) -> Bool {
    var rest = host[...]
    while true {
      if ownDomains.contains(String(rest)) { return true }
      guard let dot = rest.utf8.firstIndex(of: UInt8(ascii: ".")) else { return false }
      rest = rest[rest.utf8.index(after: dot)...]
    }
  }

  /// Suffixes of networks' own names, which resolvers also try after any other name.
  private static let innerSuffixes: Set<Substring> = [
    "local", "internal", "lan", "home", "corp", "localdomain", "intranet", "private", "arpa", "localhost", "cluster",
  ]
}

// MARK: The tricks

extension LookalikeIndex {
  /// A whole domain of a brand before somebody else's: `api.openai.com.evil.example`, `api-openai-com.evil.example`,
  /// `api.openai.com-login.example`.
  private func imitatedInFront(of domain: RegisteredDomain) -> Int? {
    guard !domain.left.isEmpty || domain.isHosted else { return nil }
    let left = domain.isHosted ? Self.joined(domain.left, domain.label) : String(domain.left)
    let labels = left.split(separator: ".")
    // Reports about mail carry the domain that they are about, before a label that is no host's.
    guard !labels.contains(where: { $0.hasPrefix("_") }) else { return nil }
    for start in labels.indices.prefix(8) {
      if let index = inFront(labels[start...]) { return index }
      if let index = inFront(labels[start].split(separator: "-")[...]) { return index }
    }
    let words = domain.label.split(separator: "-")
    guard !domain.isHosted, words.count > 1, let first = words.first else { return nil }
    return (1...2).lazy.compactMap { byDomain[(labels.suffix($0) + [first]).joined(separator: ".")] }.first
  }

  /// Of at most three words from the first, or among the last of a hyphenated label, those that make a domain.
  private func inFront(_ words: ArraySlice<Substring>) -> Int? {
    guard words.count >= 2 else { return nil }
    for start in words.indices.dropLast().prefix(8) {
      for count in 2...3 where start + count <= words.endIndex {
        if let index = byDomain[words[start..<(start + count)].joined(separator: ".")] { return index }
      }
    }
    return nil
  }

  private static func joined(_ left: Substring, _ label: Substring) -> String {
    left.isEmpty ? String(label) : "\(left).\(label)"
  }

  /// Other characters that look the same, in a label or in one of its words.
  private func disguised(_ label: Substring) -> Int? {
    guard let latin = Homoglyphs.latin(label) else { return nil }
    if latin != label, let index = byName[latin] { return index }
    if !otherWords.contains(latin), let index = bySkeleton[Homoglyphs.skeleton(latin)],
      isDisguise(latin, of: brands[index])
    {
      return index
    }
    // Foreign letters in a longer name: what stands there in Latin is a combination as well.
    return latin == label ? nil : combined(latin)
  }

  /// Of an ordinary word only digits are a disguise: `i` for `l` makes other words.
  private func isDisguise(_ text: String, of brand: Brand) -> Bool {
    guard text != brand.name else { return false }
    if brand.distinctness == .unique { return true }
    return text.utf8.contains { (0x30...0x39).contains($0) } && brand.name.utf8.count >= Self.shortestProvider
  }

  /// One letter more, less, other, or two exchanged; hyphens do not count.
  private func misspelt(_ label: String) -> Int? {
    var words = [label]
    if label.contains("-") {
      words = label.split(separator: "-").map(String.init)
      words.append(label.replacing("-", with: ""))
    }
    let lengths = (Self.shortestTypo - 1)...40
    for word in words where lengths.contains(word.utf8.count) && !otherWords.contains(word) {
      for form in Self.deletions(of: word) {
        let near = byDeletion[form]?.first { EditDistance.isAtMostOne(word, brands[$0].name) }
        // The name itself among other words is a combination.
        if let near, word != brands[near].name || words.last == word { return near }
      }
    }
    return nil
  }

  fileprivate static func deletions(of word: String) -> [String] {
    let bytes = Array(word.utf8)
    return [word]
      + bytes.indices.map { index in
        String(decoding: bytes[..<index], as: UTF8.self) + String(decoding: bytes[(index + 1)...], as: UTF8.self)
      }
  }

  /// The name among other words: any, where the name is unique; words that go with such services otherwise.
  private func combined(_ label: String) -> Int? {
    let words = label.split(separator: "-")
    if words.count > 1 {
      for word in words {
        guard let index = byName[String(word)] else { continue }
        if brands[index].distinctness == .unique || words.allSatisfy({ $0 == word || Self.isServiceWord($0) }) {
          return index
        }
      }
    }
    let bytes = Array(label.utf8)
    return parts.first { part in
      guard let place = Self.place(of: part.name, in: bytes) else { return false }
      let brand = brands[part.brand]
      guard !brand.otherWords.contains(where: { $0.utf8.count >= part.name.count && label.contains($0) }) else {
        return false
      }
      if brand.distinctness == .unique { return true }
      let rest = [bytes[..<place], bytes[(place + part.name.count)...]]
      return rest.allSatisfy { bytes in
        String(decoding: bytes, as: UTF8.self).split(separator: "-").allSatisfy(Self.isServiceWord)
      }
    }?.brand
  }

  private static func place(of name: [UInt8], in text: [UInt8]) -> Int? {
    guard text.count > name.count else { return nil }
    return (0...(text.count - name.count)).first { start in
      text[start] == name[0] && text[start..<(start + name.count)].elementsEqual(name)
    }
  }

  /// Whether a text is one or two words that imitations put beside a name.
  private static func isServiceWord(_ text: Substring) -> Bool {
    if serviceWords.contains(text) { return true }
    return text.utf8.indices.dropFirst().contains { cut in
      serviceWords.contains(text[..<cut]) && serviceWords.contains(text[cut...])
    }
  }

  private static let serviceWords: Set<Substring> = [
    "account", "ai", "api", "apis", "app", "apps", "assets", "auth", "billing", "cache", "cdn", "chat", "cli", "client",
    "cloud", "code", "connect", "console", "dashboard", "data", "dev", "desktop", "docs", "download", "downloads",
    "edge", "endpoint", "files", "free", "gateway", "get", "git", "help", "hub", "ide", "install", "installer", "key",
    "keys", "llm", "login", "logs", "mcp", "metrics", "mirror", "model", "models", "my", "net", "official", "online",
    "package", "packages", "pay", "platform", "plugin", "plugins", "plus", "portal", "pro", "provider", "proxy",
    "registry", "relay", "sdk", "secure", "security", "server", "service", "services", "setup", "signin", "sso",
    "static", "status", "storage", "studio", "support", "sync", "team", "telemetry", "token", "tools", "update",
    "updates", "upload", "verify", "web", "www",
  ]
}

/// Damerau's distance with adjacent transpositions, as far as one.
enum EditDistance {
  static func isAtMostOne(_ left: String, _ right: String) -> Bool {
    let (a, b) = (Array(left.utf8), Array(right.utf8))
    guard abs(a.count - b.count) <= 1 else { return false }
    let start = zip(a, b).prefix { $0 == $1 }.count
    let limit = min(a.count, b.count) - start
    let end = min(limit, zip(a.reversed(), b.reversed()).prefix { $0 == $1 }.count)
    let (restA, restB) = (a[start..<(a.count - end)], b[start..<(b.count - end)])
    switch (restA.count, restB.count) {
    case (0...1, 0...1): return true
    case (2, 2): return restA.first == restB.last && restA.last == restB.first
    default: return false
    }
  }
}
