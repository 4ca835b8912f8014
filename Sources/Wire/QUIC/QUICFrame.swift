/// A frame of a decrypted packet, as far as its content matters here: RFC 9000 section 19.
///
/// Ranges count from the start of the payload.
package enum QUICFrame: Equatable, Sendable {
  /// Section 19.6.
  case crypto(offset: UInt64, data: Range<Int>)
  /// Section 19.8.
  case stream(id: UInt64, offset: UInt64, data: Range<Int>, isFinal: Bool)
  /// Section 19.4.
  case resetStream(id: UInt64)
  /// Section 19.15: how long the ids are that its sender will be called by.
  case newConnectionID(byteCount: Int)
  /// Section 19.19.
  case connectionClose
  /// Padding, acknowledgements, flow control and what else carries no content.
  case other
}

/// Takes the frames of one packet apart.
package struct QUICFrameReader: ~Copyable, ~Escapable {
  private let payload: RawSpan
  private var cursor: ByteCursor
  private let isGoogle: Bool

  /// Reads `payload`, which is decrypted and whole.
  @_lifetime(copy payload)
  package init(_ payload: RawSpan, family: QUICVersion.Family = .version1) {
    self.payload = payload
    cursor = ByteCursor(delimited: payload)
    isGoogle = family == .google50 || family == .google51
  }

  /// The next frame, or `nil` behind the last.
  ///
  /// - Throws: `malformed` for a cut frame and for a type without a known form: its length is then unknown too.
  @_lifetime(self: copy self)
  package mutating func next() throws(ParseError) -> QUICFrame? {
    guard !cursor.isAtEnd else { return nil }
    let start = cursor.offset
    let type = try cursor.variableLengthInteger()
    switch type {
    case 0x06: return try crypto()
    // Google's versions around TLS number CRYPTO so; their other frames are not known.
    case 0x08 where isGoogle: return try crypto()
    case 0x08...0x0F: return try stream(type)
    case 0x04: return try resetStream(integers: 2)
    // RESET_STREAM_AT of draft-ietf-quic-reliable-stream-reset.
    case 0x24: return try resetStream(integers: 3)
    case 0x18: return try newConnectionID()
    case 0x1C, 0x1D: return try connectionClose(type)
    default: try skip(type, at: start)
    }
    return .other
  }

  @_lifetime(self: copy self)
  private mutating func crypto() throws(ParseError) -> QUICFrame {
    let offset = try cursor.variableLengthInteger()
    return .crypto(offset: offset, data: try vector())
  }

  /// Section 19.8: bits of the type say what stands in the frame.
  @_lifetime(self: copy self)
  private mutating func stream(_ type: UInt64) throws(ParseError) -> QUICFrame {
    let id = try cursor.variableLengthInteger()
    let offset = type & 4 == 0 ? 0 : try cursor.variableLengthInteger()
    let data = type & 2 == 0 ? try rest() : try vector()
    return .stream(id: id, offset: offset, data: data, isFinal: type & 1 != 0)
  }

  @_lifetime(self: copy self)
  private mutating func resetStream(integers count: Int) throws(ParseError) -> QUICFrame {
    let id = try cursor.variableLengthInteger()
    try cursor.skipIntegers(count)
    return .resetStream(id: id)
  }

  @_lifetime(self: copy self)
  private mutating func newConnectionID() throws(ParseError) -> QUICFrame {
    try cursor.skipIntegers(2)
    let byteCount = try cursor.vector(UInt8.self).byteCount
    _ = try cursor.bytes(16)
    return .newConnectionID(byteCount: byteCount)
  }

  @_lifetime(self: copy self)
  private mutating func connectionClose(_ type: UInt64) throws(ParseError) -> QUICFrame {
    try cursor.skipIntegers(type == 0x1C ? 2 : 1)
    _ = try cursor.variableLengthVector()
    return .connectionClose
  }

  /// Frames without content of interest; each has its length in itself.
  @_lifetime(self: copy self)
  private mutating func skip(_ type: UInt64, at start: Int) throws(ParseError) {
    switch type {
    // PADDING, PING, HANDSHAKE_DONE, and IMMEDIATE_ACK of draft-ietf-quic-ack-frequency.
    case 0x00, 0x01, 0x1E, 0x1F: break
    case 0x02, 0x03: try skipAcknowledgement(countsECN: type == 0x03)
    // STOP_SENDING, MAX_STREAM_DATA, STREAM_DATA_BLOCKED.
    case 0x05, 0x11, 0x15: try cursor.skipIntegers(2)
    case 0x07: _ = try cursor.variableLengthVector()
    // MAX_DATA, MAX_STREAMS, DATA_BLOCKED, STREAMS_BLOCKED, RETIRE_CONNECTION_ID.
    case 0x10, 0x12...0x14, 0x16, 0x17, 0x19: try cursor.skipIntegers(1)
    case 0x1A, 0x1B: _ = try cursor.bytes(8)
    // DATAGRAM of RFC 9221.
    case 0x30: _ = try rest()
    case 0x31: _ = try cursor.variableLengthVector()
    // TIME_STAMP of draft-huitema-quic-ts.
    case 0x02F5: try cursor.skipIntegers(1)
    // ACK_FREQUENCY of draft-ietf-quic-ack-frequency.
    case 0xAF: try cursor.skipIntegers(4)
    default: throw .malformed(.messageType, offset: start)
    }
  }

  /// Section 19.3. Each range takes two bytes at least, so the count cannot run away.
  @_lifetime(self: copy self)
  private mutating func skipAcknowledgement(countsECN: Bool) throws(ParseError) {
    try cursor.skipIntegers(2)
    var ranges = try cursor.variableLengthInteger()
    try cursor.skipIntegers(1)
    while ranges > 0 {
      try cursor.skipIntegers(2)
      ranges -= 1
    }
    if countsECN { try cursor.skipIntegers(3) }
  }

  @_lifetime(self: copy self)
  private mutating func vector() throws(ParseError) -> Range<Int> {
    let count = try cursor.variableLengthVector().byteCount
    return cursor.offset - count..<cursor.offset
  }

  @_lifetime(self: copy self)
  private mutating func rest() throws(ParseError) -> Range<Int> {
    let start = cursor.offset
    _ = try cursor.bytes(payload.byteCount - start)
    return start..<cursor.offset
  }
}
