import Alerts

/// The line that stands under every verdict: what of the traffic could be read.
enum CoverageLine {
  /// Providers told by name; the others are added up.
  private static let limit = 8

  /// `coverage: openai 3 flows (2 decrypted, 1 without keys); elsewhere 41 encrypted flows (41 without keys)`
  static func text(_ coverage: Coverage) -> String {
    var parts = coverage.providers.prefix(limit).map { "\($0.id) \(text($0.flows, "flow"))" }
    let others = coverage.providers.dropFirst(limit)
    if !others.isEmpty {
      let sum = others.reduce(into: Coverage.Flows()) { $0.add($1.flows) }
      parts.append("\(Quantity.count(UInt64(others.count), "other provider")) \(text(sum, "flow"))")
    }
    if parts.isEmpty { parts.append("no flow to an AI provider") }
    parts.append(
      coverage.elsewhere.total == 0
        ? "nothing encrypted elsewhere" : "elsewhere \(text(coverage.elsewhere, "encrypted flow"))")
    return "coverage: " + parts.joined(separator: "; ")
  }

  private static func text(_ flows: Coverage.Flows, _ noun: String) -> String {
    let headings = [
      (flows.plain, "in clear"), (flows.decrypted, "decrypted"), (flows.partly, "decrypted in part"),
      (flows.withoutKeys, "without keys"), (flows.wrongKeys, "with wrong keys"),
      (flows.hiddenByECH, "hidden by ECH"), (flows.hiddenByQUIC, "hidden by QUIC"), (flows.gapped, "with gaps"),
    ]
    let told = headings.filter { $0.0 > 0 }.map { "\(Quantity.count($0.0)) \($0.1)" }
    let count = Quantity.count(flows.total, noun)
    return told.isEmpty ? count : "\(count) (\(told.joined(separator: ", ")))"
  }
}

extension Coverage.Flows {
  fileprivate mutating func add(_ other: Self) {
    total &+= other.total
    plain &+= other.plain
    decrypted &+= other.decrypted
    partly &+= other.partly
    withoutKeys &+= other.withoutKeys
    wrongKeys &+= other.wrongKeys
    hiddenByECH &+= other.hiddenByECH
    hiddenByQUIC &+= other.hiddenByQUIC
    gapped &+= other.gapped
  }
}
