import Wire

/// Something of a direction that waits for the secret that opens it.
struct HeldRecord {
  enum Kind {
    case record
    /// A record, so long on the wire, of which the capture lacks a part.
    case damaged(byteCount: Int)
    /// An unknown number of records is missing here.
    case gap
  }

  /// What an entry costs beside its bytes.
  private static let overhead = 64

  var kind = Kind.record
  var direction: Direction
  var type: UInt8 = 0
  var version: UInt16 = 0
  var fragment: [UInt8] = []

  var byteCount: Int { Self.overhead + fragment.count }
}
