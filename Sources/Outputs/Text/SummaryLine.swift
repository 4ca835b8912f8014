package import Alerts

/// What a run amounted to.
package struct RunSummary: Sendable {
  package var packets: UInt64 = 0
  /// Bytes on the wire.
  package var bytes: UInt64 = 0
  package var flows: UInt64 = 0
  /// Holes in TCP streams: bytes that the capture lacks.
  package var gaps: UInt64 = 0
  /// Packets that the kernel dropped; `nil` where that cannot be known, as for a file.
  package var drops: UInt64?
  /// How long the run took.
  package var nanoseconds: Int64 = 0
  package var alerts: [Severity: UInt64] = [:]
  package var coverage = Coverage()

  package init() {}
}

/// The two lines that end a run: what was found, and how much could be looked at.
package enum SummaryLine {
  /// `1,234 packets, 1.2 MB, 56 flows, 0 gaps in 0.84 s; 3 alerts: 1 critical, 2 high`, and below it the coverage;
  /// no line feed at the end.
  package static func text(_ summary: RunSummary) -> String {
    var parts = [
      Quantity.count(summary.packets, "packet"), Quantity.bytes(summary.bytes), Quantity.count(summary.flows, "flow"),
      Quantity.count(summary.gaps, "gap"),
    ]
    if let drops = summary.drops { parts.append(Quantity.count(drops, "drop")) }
    return "\(parts.joined(separator: ", ")) in \(Quantity.duration(nanoseconds: summary.nanoseconds)); "
      + alerts(summary.alerts) + "\n" + CoverageLine.text(summary.coverage)
  }

  private static func alerts(_ alerts: [Severity: UInt64]) -> String {
    let counts = Severity.allCases.sorted(by: >).compactMap { severity -> String? in
      guard let count = alerts[severity], count > 0 else { return nil }
      return "\(Quantity.count(count)) \(severity.rawValue)"
    }
    guard !counts.isEmpty else { return "no alerts" }
    let total = alerts.values.reduce(0, &+)
    return "\(Quantity.count(total, "alert")): \(counts.joined(separator: ", "))"
  }
}
