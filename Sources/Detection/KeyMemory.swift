import DequeModule
package import Observations

/// Whose keys were seen: a token that went to a provider in the field for its keys is that provider's from then on,
/// whatever its shape. Holds what may be known of keys, never a key.
///
/// Shared by detection and by who masks output, on one thread.
package final class KeyMemory {
  private struct Owner {
    /// The provider's id.
    var id: String
    /// The key was seen where models answer.
    var servesModels: Bool
    var credential: MaskedCredential
  }

  /// By fingerprint.
  private var owners: [String: Owner] = [:]
  /// Fingerprints, for values that are known by their marks alone.
  private var fingerprints: [ValueMark: String] = [:]
  private var order = Deque<String>()
  private let limit: Int
  /// Keys forgotten to make room for others.
  private(set) var evictionCount: UInt64 = 0

  /// - Parameter limit: keys remembered; beyond it the one known for longest is forgotten.
  package init(limit: Int = 65_536) { self.limit = max(1, limit) }

  var count: Int { owners.count }

  /// The first provider that a key was seen at stays its owner: who replays it elsewhere must not become that.
  ///
  /// - Parameter servesModels: models of the owner's answer at the host that the key went to.
  func learn(_ credential: MaskedCredential, owner: String, servesModels: Bool = false) {
    let fingerprint = credential.fingerprint
    guard owners[fingerprint] == nil else {
      if servesModels, owners[fingerprint]?.id == owner { owners[fingerprint]?.servesModels = true }
      return
    }
    if owners.count >= limit, let oldest = order.popFirst() { forget(oldest) }
    var bare = credential
    bare.encodings = []
    owners[fingerprint] = Owner(id: owner, servesModels: servesModels, credential: bare)
    if let mark = credential.mark { fingerprints[mark] = fingerprint }
    order.append(fingerprint)
  }

  private func forget(_ fingerprint: String) {
    let owner = owners.removeValue(forKey: fingerprint)
    if let mark = owner?.credential.mark { fingerprints[mark] = nil }
    evictionCount &+= 1
  }

  func owner(of fingerprint: String) -> String? { owners[fingerprint]?.id }

  package var isEmpty: Bool { owners.isEmpty }

  func credential(_ fingerprint: String) -> MaskedCredential? { owners[fingerprint]?.credential }

  /// What may be shown of the key, if it is known, that a value with this mark is.
  package func redacted(_ mark: ValueMark) -> String? { credential(marked: mark)?.redacted }

  /// The key, if it is known, that a value with this mark is.
  func credential(marked mark: ValueMark) -> MaskedCredential? {
    guard !fingerprints.isEmpty, let fingerprint = fingerprints[mark] else { return nil }
    return owners[fingerprint]?.credential
  }

  /// Whether the key was seen going to its owner's models.
  func servesModels(_ fingerprint: String) -> Bool { owners[fingerprint]?.servesModels ?? false }
}
