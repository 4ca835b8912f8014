import Wire

/// A handshake message that was joined from its records.
struct HandshakeMessage {
  var type: TLSHandshakeType
  /// Without the header; the first `HandshakeMessages.byteLimit` bytes of a longer one.
  var body: [UInt8]
}

/// Joins the handshake messages of one direction: several may share a record, and one may span many (RFC 8446
/// section 5.1).
struct HandshakeMessages {
  /// Longest message body kept; chains of certificates rarely reach 10 KiB, post-quantum ones 30 KiB.
  static let byteLimit = 65_536

  private var buffer: [UInt8] = []
  /// Where the next message starts in `buffer`.
  private var start = 0
  /// Bytes of an overlong message that are still to pass.
  private var excess = 0

  /// Whether the last message is whole.
  var isEmpty: Bool { buffer.isEmpty && excess == 0 }

  /// Takes the content of a record; `next` must then be called until it is `nil`, or the buffer grows.
  mutating func append(_ bytes: RawSpan) {
    let passing = min(excess, bytes.byteCount)
    excess -= passing
    if passing < bytes.byteCount { buffer.append(bytes.extracting(passing...)) }
  }

  mutating func next() -> HandshakeMessage? {
    let available = buffer.count - start
    guard let header = try? TLSHandshakeHeader(buffer.rawSpan.extracting(start...)),
      available >= TLSHandshakeHeader.byteCount + min(header.length, Self.byteLimit)
    else {
      compact()
      return nil
    }
    let kept = min(header.length, Self.byteLimit)
    let bodyStart = start + TLSHandshakeHeader.byteCount
    let passing = min(header.length, available - TLSHandshakeHeader.byteCount)
    excess = header.length - passing
    start = bodyStart + passing
    return HandshakeMessage(type: header.messageType, body: Array(buffer[bodyStart..<bodyStart + kept]))
  }

  /// Bytes are missing: nothing before them can be completed.
  mutating func removeAll() { self = HandshakeMessages() }

  private mutating func compact() {
    if start == buffer.count { buffer = [] } else if start > 0 { buffer.removeFirst(start) }
    start = 0
  }
}
