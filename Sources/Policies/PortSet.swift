/// Ports of TCP and UDP alike, as ranges.
package struct PortSet: Sendable, Equatable {
  /// Empty for every port; otherwise sorted, neither overlapping nor adjacent.
  package let ranges: [ClosedRange<UInt16>]

  package static let all = PortSet([])

  package init(_ ranges: [ClosedRange<UInt16>]) {
    var merged: [ClosedRange<UInt16>] = []
    for range in ranges.sorted(by: { ($0.lowerBound, $0.upperBound) < ($1.lowerBound, $1.upperBound) }) {
      if let last = merged.last, Int(range.lowerBound) <= Int(last.upperBound) + 1 {
        merged[merged.count - 1] = last.lowerBound...max(last.upperBound, range.upperBound)
      } else {
        merged.append(range)
      }
    }
    self.ranges = merged
  }

  package init(_ ports: some Sequence<UInt16>) { self.init(ports.map { $0...$0 }) }

  /// Reads `443` or `8000-8099`; port 0 is none.
  static func range(_ text: String) -> ClosedRange<UInt16>? {
    let ends = text.split(separator: "-", omittingEmptySubsequences: false).map { port(String($0)) }
    guard (1...2).contains(ends.count), let first = ends[0], let last = ends[ends.count - 1], first <= last else {
      return nil
    }
    return first...last
  }

  private static func port(_ text: String) -> UInt16? {
    guard (1...5).contains(text.utf8.count), text.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
    return UInt16(text).flatMap { $0 > 0 ? $0 : nil }
  }

  package func contains(_ port: UInt16) -> Bool { ranges.isEmpty || ranges.contains { $0.contains(port) } }

  /// Whether every port of `other` is one of these.
  package func covers(_ other: PortSet) -> Bool {
    guard !ranges.isEmpty else { return true }
    guard !other.ranges.isEmpty else { return false }
    return other.ranges.allSatisfy { range in
      ranges.contains { $0.lowerBound <= range.lowerBound && range.upperBound <= $0.upperBound }
    }
  }
}

extension PortSet: CustomStringConvertible {
  /// `443, 8000-8099`, as a policy has it between brackets; empty for every port.
  package var description: String {
    ranges.map { $0.count == 1 ? "\($0.lowerBound)" : "\($0.lowerBound)-\($0.upperBound)" }.joined(separator: ", ")
  }
}
