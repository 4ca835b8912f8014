import Decryption
import Matching
import Observations
import Wire

/// One direction of a TLS connection. A class, so that looking at it copies nothing.
final class TLSSide {
  enum Framing {
    /// Nothing was read: what comes may be a hello of SSL 2.0.
    case start
    case ssl2Hello
    case records
    /// Behind a gap: looking for the next record.
    case searching
    /// What came is no TLS; it is scanned as it is.
    case lost
  }

  /// Which keys protect the records to come.
  enum Keying {
    case clear
    /// Protected, and the secret is not there.
    case locked
    case open
    /// Protected, and nothing will open it: the suite cannot be, or the secret was wrong.
    case abandoned
  }

  /// The keys of TLS 1.3 that follow each other: RFC 8446 section 7.3.
  enum Epoch {
    case early, handshake, application

    func label(_ direction: Direction) -> SecretLabel {
      switch (self, direction) {
      case (.early, _): .clientEarlyTraffic
      case (.handshake, .toServer): .clientHandshakeTraffic
      case (.handshake, .toClient): .serverHandshakeTraffic
      case (.application, .toServer): .clientTraffic0
      case (.application, .toClient): .serverTraffic0
      }
    }
  }

  let direction: Direction
  var framing = Framing.start

  // MARK: The record at hand

  /// The header so far, where a cut divides it.
  private var partialHeader: [UInt8] = []
  var record: TLSRecordHeader?
  /// Bytes of it that are still to come.
  var remaining = 0
  /// Whether its content is read, rather than counted.
  var isCollecting = false
  /// Whether it lacks bytes.
  var isDamaged = false
  /// The content so far, where it does not come in one piece.
  var fragment: [UInt8] = []

  // MARK: What it says

  var messages = HandshakeMessages()
  var summary = EncryptionSummary.Side()

  // MARK: Protection

  var keying = Keying.clear
  var epoch = Epoch.handshake
  var opener: RecordOpener?
  /// Of early data, one for each suite that its secret may be of.
  var earlyOpeners: [RecordOpener] = []
  /// Of TLS 1.2 and below: from what the keys in use are made.
  var parameters: TLSParameters?
  /// Records of the locked direction that were neither opened nor held.
  var droppedRecords: UInt64 = 0
  /// Whether no more is held, for want of room.
  var isHoldingOver = false
  /// Records under the present keys that did not open, since the last that did.
  var failures = 0
  /// Whether records may be missing before the next one.
  var isSequenceUncertain = false

  /// Bytes looked through for the next record.
  var searchedByteCount = 0
  var scan = ScanState()

  init(direction: Direction) { self.direction = direction }

  enum HeaderReading {
    case header(TLSRecordHeader, byteCount: Int)
    case partial
    /// No record starts with these bytes; those of them that came before.
    case none(earlier: [UInt8])
  }

  /// Reads the header that starts `bytes`, or goes on in it.
  func readHeader(_ bytes: RawSpan) -> HeaderReading {
    if partialHeader.isEmpty, bytes.byteCount >= TLSRecordHeader.byteCount {
      guard let header = try? TLSRecordHeader(bytes) else { return .none(earlier: []) }
      return .header(header, byteCount: TLSRecordHeader.byteCount)
    }
    let earlier = partialHeader
    let count = min(TLSRecordHeader.byteCount - earlier.count, bytes.byteCount)
    partialHeader.append(bytes.extracting(..<count))
    guard partialHeader.count == TLSRecordHeader.byteCount else { return .partial }
    defer { partialHeader = [] }
    guard let header = try? TLSRecordHeader(partialHeader.rawSpan) else { return .none(earlier: earlier) }
    return .header(header, byteCount: count)
  }

  /// A gap: what was begun cannot be completed.
  func forgetRecord() {
    (partialHeader, fragment, record, remaining) = ([], [], nil, 0)
    (isCollecting, isDamaged) = (false, false)
    messages.removeAll()
  }

  /// Keys change: RFC 8446 section 7.3, RFC 5246 section 7.1.
  func lock() {
    (keying, opener, failures, isSequenceUncertain) = (.locked, nil, 0, false)
  }

  /// Nothing will be opened any more.
  func abandon() { (keying, opener) = (.abandoned, nil) }
}
