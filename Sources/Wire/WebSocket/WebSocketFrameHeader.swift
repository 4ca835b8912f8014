/// The header of a WebSocket frame in place: RFC 6455 section 5.2.
///
///     +---+------+--------+---+----------+-------------------------+-------------------+
///     |FIN| RSV3 | opcode | M | length 7 | length 16 or 64, if any | masking key, if M |
///     +---+------+--------+---+----------+-------------------------+-------------------+
package struct WebSocketFrameHeader: Equatable, Sendable, BitwiseCopyable {
  package static let shortestByteCount = 2
  package static let longestByteCount = 14

  package let isFinal: Bool
  /// RSV1: the message is compressed (RFC 7692 section 6).
  package let isCompressed: Bool
  package let opcode: WebSocketOpcode
  /// The four bytes that each byte of payload was combined with, first byte highest; `nil` in what servers send.
  package let maskingKey: UInt32?
  /// Bytes of payload that follow this header.
  package let length: Int
  /// Length of this header.
  package let byteCount: Int

  /// Reads the header that `bytes` start with.
  ///
  /// - Throws: `incomplete` where it continues past `bytes`; `malformed` for an opcode that is not defined, reserved
  ///   bits, a length in more bytes than it needs or above 2^63, a control frame that is long or a fragment.
  package init(_ bytes: RawSpan) throws(ParseError) {
    try bytes.require(Self.shortestByteCount)
    let octets = bytes.octets
    let (first, second) = (octets[0], octets[1])
    isFinal = first & 0x80 != 0
    isCompressed = first & 0x40 != 0
    opcode = WebSocketOpcode(rawValue: first & 0x0F)
    guard opcode.isKnown, first & 0x30 == 0 else { throw .malformed(.messageType, offset: 0) }
    let extended = second & 0x7F == 126 ? 2 : second & 0x7F == 127 ? 8 : 0
    let isMasked = second & 0x80 != 0
    byteCount = 2 + extended + (isMasked ? 4 : 0)
    try bytes.require(byteCount)
    let long: UInt64? = extended == 8 ? bytes.bigEndian(at: 2) : nil
    let medium: UInt16? = extended == 2 ? bytes.bigEndian(at: 2) : nil
    guard let value = Int(exactly: long ?? UInt64(medium ?? UInt16(second & 0x7F))),
      long ?? 65_536 > 65_535, medium ?? 126 > 125, !opcode.isControl || value <= 125 && isFinal && !isCompressed
    else { throw .malformed(.lengthField, offset: 1) }
    length = value
    maskingKey = isMasked ? bytes.bigEndian(at: 2 + extended) : nil
  }

  /// Whether the frames that `bytes` start with look like those of a connection: two in a row, or one that fills them.
  package static func areFrames(_ bytes: RawSpan, masked: Bool) -> Bool {
    var (position, count) = (0, 0)
    while count < 2, position < bytes.byteCount {
      guard let header = try? WebSocketFrameHeader(bytes.extracting(position...)),
        (header.maskingKey != nil) == masked
      else { return false }
      let (next, overflow) = position.addingReportingOverflow(header.byteCount + min(header.length, Int.max / 2))
      guard !overflow else { return false }
      count += 1
      position = next
    }
    return count >= 2 || count == 1 && position == bytes.byteCount
  }
}

/// RFC 6455 section 5.2.
package struct WebSocketOpcode: RawRepresentable, Hashable, Sendable, BitwiseCopyable {
  package let rawValue: UInt8
  package init(rawValue: UInt8) { self.rawValue = rawValue }

  package static let continuation = WebSocketOpcode(rawValue: 0)
  package static let text = WebSocketOpcode(rawValue: 1)
  package static let binary = WebSocketOpcode(rawValue: 2)
  package static let close = WebSocketOpcode(rawValue: 8)
  package static let ping = WebSocketOpcode(rawValue: 9)
  package static let pong = WebSocketOpcode(rawValue: 10)

  package var isControl: Bool { rawValue & 0x08 != 0 }
  var isKnown: Bool { rawValue <= 2 || (8...10).contains(rawValue) }
}
