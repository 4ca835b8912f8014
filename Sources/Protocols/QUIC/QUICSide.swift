import Observations
import Wire

/// What is kept of one direction of a QUIC connection. A class, so that looking at it copies nothing.
final class QUICSide {
  /// Length of the ids that this side chose for itself, which short headers to it begin with.
  var ownIDByteCount: Int?
  var early = QUICOpener()
  var handshake = QUICOpener()
  var application = QUICOpener()
  private var crypto: [QUICLevel: QUICReassembly] = [:]
  private var messages: [QUICLevel: HandshakeMessages] = [:]
  /// Bytes of handshake messages that are not whole, or behind a hole.
  private(set) var cryptoByteCount = 0
  /// Packets told of at the end.
  var summary = EncryptionSummary.Side()

  /// CRYPTO bytes of one level that are read at most; a chain of post-quantum certificates has 30 KiB.
  static let cryptoByteLimit: UInt64 = 65_536

  subscript(level: QUICLevel) -> QUICOpener {
    get {
      switch level {
      case .initial: QUICOpener()
      case .early: early
      case .handshake: handshake
      case .application: application
      }
    }
    set {
      switch level {
      case .initial: break
      case .early: early = newValue
      case .handshake: handshake = newValue
      case .application: application = newValue
      }
    }
  }

  /// Gives up handshake messages that are under way.
  func forgetCrypto() {
    (crypto, messages, cryptoByteCount) = ([:], [:], 0)
  }

  /// Takes the content of a CRYPTO frame: RFC 9000 section 19.6.
  ///
  /// - Returns: the handshake messages that it completed; `nil` when it lies beyond the limit.
  func crypto(_ bytes: RawSpan, at offset: UInt64, _ level: QUICLevel) -> [HandshakeMessage]? {
    guard offset <= Self.cryptoByteLimit, offset + UInt64(bytes.byteCount) <= Self.cryptoByteLimit else { return nil }
    var stream = crypto[level] ?? QUICReassembly()
    var joined = messages[level] ?? HandshakeMessages()
    guard !stream.isFull else { return nil }
    let before = stream.heldByteCount
    var joinedByteCount = 0
    _ = stream.take(bytes, at: offset) {
      joined.append($0)
      joinedByteCount += $0.byteCount
    }
    var complete: [HandshakeMessage] = []
    while let message = joined.next() { complete.append(message) }
    cryptoByteCount += joinedByteCount + stream.heldByteCount - before
    // The common case: everything that came was whole.
    if joined.isEmpty, stream.heldByteCount == 0 { cryptoByteCount = 0 }
    (crypto[level], messages[level]) = (stream, joined)
    return complete
  }
}
