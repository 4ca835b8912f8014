package import Observations

/// A secret found in a stream of bytes: what may be known of it, never the secret.
package struct Sighting: Sendable, Equatable {
  package let credential: MaskedCredential
  /// Where the secret, in its written form, lies in the stream, counted like `ScanState.offset`.
  package let range: Range<UInt64>
  /// Masked text just before it, for evidence: at most 32 characters.
  package let context: String
}

extension Sighting {
  /// How much is known of a value: its form says more than its name.
  enum Rank: Int, Comparable {
    case formed, named, unnamed

    static func < (one: Rank, other: Rank) -> Bool { one.rawValue < other.rawValue }
  }

  var rank: Rank {
    switch credential.signature {
    case BearerToken.signature: .named
    case LooseValues.signature: .unnamed
    default: .formed
    }
  }
}

/// What a matcher did, for `stats`.
package struct MatchingCounters: Sendable, Equatable {
  package var bytes: UInt64 = 0
  /// Anchors found, most of which lead to nothing.
  package var anchors: UInt64 = 0
  package var sightings: UInt64 = 0
  /// Values of the right form that look like documentation, lack entropy or fail their checksum, by the rule that
  /// says so.
  package var drops = DropCounts()
  /// All of `drops` together.
  package var implausible: UInt64 { drops.total }
  /// Candidates given up because too many of one stream waited for more bytes.
  package var dropped: UInt64 = 0
  /// Scans that Vectorscan refused: always 0 unless the library is broken.
  package var failedScans: UInt64 = 0

  package init() {}

  package static func += (left: inout Self, right: Self) {
    left.bytes &+= right.bytes
    left.anchors &+= right.anchors
    left.sightings &+= right.sightings
    left.drops.add(right.drops)
    left.dropped &+= right.dropped
    left.failedScans &+= right.failedScans
  }
}
