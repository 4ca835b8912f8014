/// What the flow table saw and what it had to give up; all values only grow, but for the peaks.
package struct StreamCounters: Sendable, Equatable {
  /// Flows opened.
  package var flows: UInt64 { tcpFlows + udpFlows }
  package var tcpFlows: UInt64 = 0
  package var udpFlows: UInt64 = 0
  /// Most flows at a time.
  package var activePeak: UInt64 = 0
  /// TCP flows whose first packet was not a SYN.
  package var midstreamPickups: UInt64 = 0

  /// Flows closed, by reason.
  package var finished: UInt64 = 0
  package var reset: UInt64 = 0
  package var timedOut: UInt64 = 0
  package var replaced: UInt64 = 0
  package var evicted: UInt64 = 0
  package var shutDown: UInt64 = 0
  /// Evictions because a run of the hash table was full, as only chosen addresses and ports can bring about.
  package var probeBoundReached: UInt64 = 0

  /// Packets that are neither TCP nor UDP.
  package var otherTransport: UInt64 = 0
  /// Packets captured twice; they count for nothing else.
  package var duplicates: UInt64 = 0
  package var datagrams: UInt64 = 0

  /// Segments that brought nothing new.
  package var retransmissions: UInt64 = 0
  /// Retransmitted bytes that could not be compared with what was sent first; they are delivered as alternate data.
  package var unverifiedRetransmissions: UInt64 = 0
  /// Segments that brought both old and new bytes.
  package var overlaps: UInt64 = 0
  /// Segments that differ from what was sent first in the same place.
  package var overlapsWithDifferentData: UInt64 = 0
  package var keepAlives: UInt64 = 0
  /// Segments too far from the expected place; ignored.
  package var outOfWindow: UInt64 = 0
  /// Streams taken up again somewhere else, because `outOfWindow` segments continued each other.
  package var resynchronisations: UInt64 = 0
  /// RST segments too far from the expected place, or of no known flow.
  package var ignoredResets: UInt64 = 0
  /// SYN segments that contradict a flow in use; believed once they are answered.
  package var unexpectedSYNs: UInt64 = 0
  package var dataAfterFIN: UInt64 = 0

  /// Segments that came out of order and were held.
  package var heldSegments: UInt64 = 0
  /// Most memory held at a time, in bytes, bookkeeping included.
  package var heldPeak: UInt64 = 0
  /// Holes given up because a bound on held bytes or segments was reached.
  package var holdBoundReached: UInt64 = 0
  package var gaps: UInt64 = 0
  package var gapBytes: UInt64 = 0
  /// Part of `gapBytes`: cut off by the capture's snapshot length.
  package var truncatedBytes: UInt64 = 0

  package init() {}

  /// Adds another table's counters; peaks add up too, since the tables of several workers live at the same time.
  package static func += (total: inout Self, part: Self) {
    for field in fields { total[keyPath: field] &+= part[keyPath: field] }
  }

  /// Every counter by its name, for statistics.
  package static var fields: [WritableKeyPath<Self, UInt64>] {
    [
      \.tcpFlows, \.udpFlows, \.activePeak, \.midstreamPickups, \.finished, \.reset, \.timedOut, \.replaced, \.evicted,
      \.shutDown, \.probeBoundReached, \.otherTransport, \.duplicates, \.datagrams, \.retransmissions,
      \.unverifiedRetransmissions, \.overlaps, \.overlapsWithDifferentData, \.keepAlives, \.outOfWindow,
      \.resynchronisations, \.ignoredResets, \.unexpectedSYNs, \.dataAfterFIN, \.heldSegments, \.heldPeak,
      \.holdBoundReached, \.gaps, \.gapBytes, \.truncatedBytes,
    ]
  }
}
