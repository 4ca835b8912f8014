package import Signatures
import Wire

/// What is to be said of a policy that reads well.
extension Policy {
  /// Providers and signatures that nobody knows: a rule about one would never apply.
  package func problems(in catalogue: Catalogue) -> [SignatureProblem] {
    let providers = catalogue.providers.map(\.id)
    let signatures = catalogue.credentials.map(\.id)
    func unknown(_ kind: String, _ id: String, among known: [String], _ place: SourcePlace) -> SignatureProblem? {
      guard !known.contains(id) else { return nil }
      return SignatureProblem(
        place: place, reason: "there is no \(kind) `\(id)` in the signatures\(Suggestion.hint(id, among: known))")
    }
    let inGateways = gateways.flatMap { gateway in
      gateway.providers.sorted().compactMap { unknown("provider", $0, among: providers, gateway.place) }
    }
    let inSuppressions = suppressions.flatMap { rule in
      [
        rule.provider.flatMap { unknown("provider", $0, among: providers, rule.place) },
        rule.signature.flatMap { unknown("signature", $0, among: signatures, rule.place) },
      ].compactMap { $0 }
    }
    return inGateways + inSuppressions
  }

  /// Suppressions that are over, or never will be.
  ///
  /// - Parameter today: by the wall clock. What a suppression silences is decided by packet time.
  package func notices(today: CalendarDay) -> [SignatureProblem] {
    suppressions.compactMap { rule in
      guard let day = rule.expires else {
        return SignatureProblem(place: rule.place, reason: "the suppression has no expiry: \(rule.reason)")
      }
      guard day < today else { return nil }
      return SignatureProblem(
        place: rule.place,
        reason: "the suppression is expired since \(day.next): not applied from then on: \(rule.reason)")
    }
  }

  /// Rules that allow more than a reviewer may think.
  package var wideRules: [SignatureProblem] {
    let allowed: [SignatureProblem] = (destinations ?? []).compactMap { rule in
      switch rule.target {
      case .host(let pattern):
        guard Self.isWide(pattern) else { return nil }
        return SignatureProblem(
          place: rule.place, reason: "`\(pattern.text)` is wide: strangers can have names that it allows")
      case .network(let block):
        guard block.leadingBits < 8 else { return nil }
        return SignatureProblem(place: rule.place, reason: "`\(block)` is wide: it allows much of the internet")
      }
    }
    let trusted = gateways.filter { Self.isWide($0.host) }.map { rule in
      SignatureProblem(
        place: rule.place,
        reason: "the gateway `\(rule.host.text)` is wide: keys that go to names which strangers can have are not told")
    }
    return allowed + trusted
  }

  private static func isWide(_ pattern: HostPattern) -> Bool {
    guard pattern.isSuffix || pattern.hasWildcard else { return false }
    let labels = pattern.text.split(separator: ".")
    return labels.count < 2 || labels.suffix(2).contains { $0.contains("*") }
  }

  /// Rules that allow nothing which another rule does not allow already, with that rule's place.
  package var shadowedRules: [(rule: DestinationRule, by: SourcePlace)] {
    let rules = destinations ?? []
    let index = DestinationIndex(Policy(destinations: rules))
    return rules.enumerated().compactMap { position, rule in
      let cover = index.candidates(rule.sample, rule.sampleAddress).sorted().first { other in
        // Of two that say the same, the later one is the superfluous.
        guard other != position, rules[other].covers(rule) else { return false }
        return other < position || !rule.covers(rules[other])
      }
      return cover.map { (rule, rules[$0].place) }
    }
  }
}

extension DestinationRule {
  /// Whether this allows all that `other` allows.
  func covers(_ other: DestinationRule) -> Bool {
    guard ports.covers(other.ports), scope.covers(other.scope) else { return false }
    switch (target, other.target) {
    case (.host(let wide), .host(let narrow)): return wide.covers(narrow)
    case (.network(let wide), .network(let narrow)): return wide.covers(narrow)
    case (.network(let block), .host(let host)): return host.literalAddress.map(block.contains) ?? false
    case (.host(let host), .network(let block)):
      return block.prefixLength == 128 && host.literalAddress == block.address
    }
  }

  /// A name that this rule is about.
  fileprivate var sample: String {
    switch target {
    case .host(let pattern): (pattern.isSuffix ? "x" : "") + pattern.text.replacing("*", with: "x")
    case .network(let block): block.address.description
    }
  }

  fileprivate var sampleAddress: IPAddress? {
    switch target {
    case .host(let pattern): pattern.literalAddress
    case .network(let block): block.address
    }
  }
}

extension HostPattern {
  var literalAddress: IPAddress? { IPAddress(text) }

  /// Whether every host of `other` is one of this pattern's. Of patterns with a `*` in both, only equal ones are known.
  fileprivate func covers(_ other: HostPattern) -> Bool {
    if text == other.text { return true }
    guard !other.isSuffix, !other.hasWildcard else {
      return isSuffix && !hasWildcard && other.text.utf8.count > text.utf8.count && other.text.hasSuffix(text)
    }
    return matches(other.text)
  }
}
