import DequeModule

/// Whose keys were seen: a token that went to a provider in the field for its keys is that provider's from then on,
/// whatever its shape. Holds fingerprints, never a key.
struct KeyMemory {
  /// By fingerprint, the provider's id.
  private var owners: [String: String] = [:]
  private var order = Deque<String>()
  private let limit: Int
  /// Keys forgotten to make room for others.
  private(set) var evictionCount: UInt64 = 0

  /// - Parameter limit: keys remembered; beyond it the one known for longest is forgotten.
  init(limit: Int = 65_536) { self.limit = max(1, limit) }

  var count: Int { owners.count }

  /// The first provider that a key was seen at stays its owner: who replays it elsewhere must not become that.
  mutating func learn(_ fingerprint: String, owner: String) {
    guard owners[fingerprint] == nil else { return }
    if owners.count >= limit, let oldest = order.popFirst() {
      owners[oldest] = nil
      evictionCount &+= 1
    }
    owners[fingerprint] = owner
    order.append(fingerprint)
  }

  func owner(of fingerprint: String) -> String? { owners[fingerprint] }
}
