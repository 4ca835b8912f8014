import Alerts
import Foundation
package import Signatures
import Yams

/// Reads policy files. Unknown keys are errors: a typing mistake must not allow, or silence, more than was meant.
package enum PolicyReader {
  /// The one version of the format.
  package static let version = "1"

  /// - Throws: all that is wrong, with its place in the file.
  package static func read(file: String) throws(SignatureError) -> Policy {
    let log = ProblemLog(file: file)
    guard FileManager.default.fileExists(atPath: file) else {
      log.note("there is no such file, or it cannot be read")
      throw SignatureError(problems: log.problems)
    }
    return try policy(SignatureFile.read(file, log), log)
  }

  /// - Parameter file: the name that places in `text` are told by.
  package static func read(text: String, file: String) throws(SignatureError) -> Policy {
    let log = ProblemLog(file: file)
    return try policy(SignatureFile.parse(text, log), log)
  }

  private static func policy(_ root: Node?, _ log: ProblemLog) throws(SignatureError) -> Policy {
    let policy = root.flatMap { MappingReader.policy($0, log) }
    guard let policy, log.problems.isEmpty else {
      throw SignatureError(problems: log.problems.sorted { ($0.line, $0.column) < ($1.line, $1.column) })
    }
    return policy
  }
}

extension MappingReader {
  fileprivate static func policy(_ root: Node, _ log: ProblemLog) -> Policy? {
    let keys = ["version", "destinations", "gateways", "suppressions"]
    guard let reader = MappingReader(root, as: "a policy", keys: keys, log) else { return nil }
    if let version = reader.text("version"), version.text != PolicyReader.version {
      log.note("version `\(version.text)` is not known here: this is version \(PolicyReader.version)", at: version.mark)
    }
    return Policy(
      destinations: reader.destinations(), gateways: reader.nodes("gateways").compactMap { gateway($0, log) },
      suppressions: reader.nodes("suppressions").compactMap { suppression($0, log) })
  }

  /// An empty list is a policy too: nothing is expected.
  private func destinations() -> [DestinationRule]? {
    guard let node = node("destinations") else { return nil }
    if case .sequence(let items) = node, items.isEmpty { return [] }
    return nodes("destinations").compactMap { Self.destination($0, log) }
  }

  private static func destination(_ node: Node, _ log: ProblemLog) -> DestinationRule? {
    let keys = ["host", "network", "ports", "scope"]
    guard let reader = MappingReader(node, as: "a destination", keys: keys, log) else { return nil }
    guard reader.has("host") != reader.has("network") else {
      reader.note("a destination needs one of the keys `host` and `network`")
      return nil
    }
    let target = reader.has("host") ? reader.host().map { .host($0) } : reader.network()
    let (ports, scope) = (reader.ports(), reader.scope())
    return target.map { DestinationRule($0, ports: ports, scope: scope, place: log.place(node.mark)) }
  }

  private static func gateway(_ node: Node, _ log: ProblemLog) -> GatewayRule? {
    guard let reader = MappingReader(node, as: "a gateway", keys: ["host", "providers"], log) else { return nil }
    if !reader.has("host") { reader.note("a gateway needs the key `host`") }
    let providers = Set(reader.texts("providers").map(\.text))
    return reader.host().map { GatewayRule(host: $0, providers: providers, place: log.place(node.mark)) }
  }

  // MARK: Parts of destinations

  private func host() -> HostPattern? {
    guard let item = optionalText("host") else { return nil }
    guard let pattern = HostPattern(item.text) else {
      log.note(
        "`\(item.text)` is no host: "
          + (item.text.contains("**")
            ? "write .example.com for every name below example.com"
            : "write a name such as api.example.com, without scheme, port or path"),
        at: item.mark)
      return nil
    }
    return pattern
  }

  private func network() -> DestinationRule.Target? {
    guard let item = optionalText("network") else { return nil }
    guard let network = Network(item.text) else {
      log.note("`\(item.text)` is no network: write it as 10.0.0.0/8 or 2001:db8::/32", at: item.mark)
      return nil
    }
    return .network(network)
  }

  private func ports() -> PortSet {
    PortSet(
      texts("ports").compactMap { item in
        let range = PortSet.range(item.text)
        if range == nil { log.note("`\(item.text)` is no port: write 443, or 8000-8099", at: item.mark) }
        return range
      })
  }

  fileprivate func scope() -> Scope {
    guard let node = node("scope"),
      let reader = MappingReader(node, as: "a scope", keys: ["process", "user", "container"], log)
    else { return Scope() }
    return Scope(
      process: reader.optionalText("process")?.text, user: reader.optionalText("user")?.text,
      container: reader.optionalText("container")?.text)
  }
}

extension MappingReader {
  private static let selectors = ["detector", "host", "provider", "signature", "fingerprint"]

  fileprivate static func suppression(_ node: Node, _ log: ProblemLog) -> Suppression? {
    let keys = selectors + ["scope", "reason", "expires"]
    guard let reader = MappingReader(node, as: "a suppression", keys: keys, log) else { return nil }
    if !selectors.contains(where: reader.has) {
      reader.note("a suppression needs at least one of \(selectors.joined(separator: ", ")): else it silences all")
    }
    guard let reason = reader.text("reason") else { return nil }
    guard reason.text.contains(where: { !$0.isWhitespace }) else {
      log.note("`reason` says nothing: say why this may be silent", at: reason.mark)
      return nil
    }
    return Suppression(
      detector: reader.detector(), host: reader.host(), provider: reader.optionalText("provider")?.text,
      signature: reader.optionalText("signature")?.text, fingerprint: reader.fingerprint(), scope: reader.scope(),
      reason: reason.text, expires: reader.expiry(), place: log.place(node.mark))
  }

  private func detector() -> DetectorID? {
    guard let item = optionalText("detector") else { return nil }
    let detector = DetectorID(rawValue: item.text)
    if detector == nil {
      let known = DetectorID.allCases.map(\.rawValue)
      let hint = Suggestion.hint(item.text, among: known)
      log.note(
        "`\(item.text)` is no detector\(hint.isEmpty ? "; known: \(known.joined(separator: ", "))" : hint)",
        at: item.mark)
    }
    return detector
  }

  private func fingerprint() -> String? {
    guard let item = optionalText("fingerprint") else { return nil }
    let parts = item.text.split(separator: ":", omittingEmptySubsequences: false)
    guard parts.count == 2, parts[0] == "sha256", parts[1].utf8.count == 64,
      parts[1].utf8.allSatisfy({ (0x30...0x39).contains($0) || (0x61...0x66).contains($0) })
    else {
      log.note("a fingerprint is `sha256:` and 64 digits 0-9a-f, as alerts have it", at: item.mark)
      return nil
    }
    return item.text
  }

  private func expiry() -> CalendarDay? {
    guard let item = optionalText("expires") else { return nil }
    let day = CalendarDay(item.text)
    if day == nil { log.note("`\(item.text)` is no day: write it as 2027-01-31", at: item.mark) }
    return day
  }
}
