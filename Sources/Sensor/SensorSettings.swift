package import Matching
package import Protocols
package import Streams

/// What the owner may set of the sensor half.
package struct SensorSettings: Sendable {
  /// Bounds over all shards together.
  package var streams = StreamLimits()
  package var protocols = ProtocolSettings()
  /// Threads that analyse; 1 does everything on the capture thread.
  package var workers = 1

  package init() {}
}

/// What the sensor half met, summed over all shards.
package struct SensorCounters: Sendable {
  package var streams = StreamCounters()
  package var protocols = ProtocolCounters()
  package var matching = MatchingCounters()
  package var unwrapping = UnwrapCounters()
  package var activeFlows = 0
  /// Clients and domains whose DNS queries were looked at early, to make room.
  package var queryTracksEvicted: UInt64 = 0
  package init() {}

  package static func += (left: inout Self, right: Self) {
    left.streams += right.streams
    left.protocols += right.protocols
    left.matching += right.matching
    left.unwrapping += right.unwrapping
    left.activeFlows += right.activeFlows
    left.queryTracksEvicted &+= right.queryTracksEvicted
  }

  package static func + (left: Self, right: Self) -> Self {
    var sum = left
    sum += right
    return sum
  }
}

extension StreamLimits {
  /// The share of one of `count` tables.
  func divided(by count: Int) -> StreamLimits {
    var share = self
    share.flows = max(1, flows / count)
    share.heldBytes = max(heldBytesPerDirection, heldBytes / count)
    return share
  }
}
