import Wire

/// Under what a secret is kept: whose it is, and which of that owner's.
struct SecretKey: Equatable, Sendable {
  /// The most bytes that name an owner: a client random, or a session id (RFC 5246 section 7.4.1.2).
  static let subjectLimit = 32
  /// How much of the encrypted premaster secret the key log gives.
  static let encryptedByteCount = 8

  /// What an owner is named by, besides a client random.
  enum Naming: UInt8 { case random, session, encryptedPremaster }

  let owner: Owner
  /// Tells the secrets of one owner apart.
  let slot: UInt8

  /// A connection, or a session.
  struct Owner: Hashable, Sendable, BitwiseCopyable {
    private let naming: UInt8
    private let byteCount: UInt8
    private let subject: ClientRandom

    fileprivate init(_ naming: Naming, byteCount: Int, padded subject: ClientRandom) {
      (self.naming, self.byteCount, self.subject) = (naming.rawValue, UInt8(clamping: byteCount), subject)
    }
  }

  init(_ label: SecretLabel, _ random: ClientRandom) {
    owner = Owner(.random, byteCount: ClientRandom.byteCount, padded: random)
    slot = label.slot
  }

  /// - Parameter subject: what lies beyond `subjectLimit` is of no account.
  init(_ naming: Naming, _ subject: RawSpan) {
    let count = min(subject.byteCount, Self.subjectLimit)
    owner = Owner(naming, byteCount: count, padded: ClientRandom(padding: subject.extracting(..<count)))
    slot = 0
  }
}

extension SecretLabel {
  /// A number for each label.
  fileprivate var slot: UInt8 {
    switch self {
    case .clientRandom: 0
    case .premasterSecret: 1
    case .clientEarlyTraffic: 2
    case .clientHandshakeTraffic: 3
    case .serverHandshakeTraffic: 4
    case .clientTraffic0: 5
    case .serverTraffic0: 6
    case .exporter: 7
    case .earlyExporter: 8
    }
  }
}
