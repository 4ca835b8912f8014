/// What may stand before an IPv6 datagram in Teredo: authentication and origin indication, RFC 4380 section 5.1.1.
package struct TeredoHeader: BitwiseCopyable {
  /// Bytes before the IPv6 header.
  package let byteCount: Int

  private static let origin: UInt16 = 0x0000
  private static let authentication: UInt16 = 0x0001
  private static let originByteCount = 8

  /// - Throws: `incomplete` when the capture is cut short, `malformed` when no IPv6 datagram of this length follows.
  package init(_ bytes: RawSpan) throws(ParseError) {
    var start = 0
    try bytes.require(2)
    if bytes.bigEndian(at: 0, as: UInt16.self) == Self.authentication {
      try bytes.require(4)
      let identifierLength = Int(bytes.bigEndian(at: 2, as: UInt8.self))
      let valueLength = Int(bytes.bigEndian(at: 3, as: UInt8.self))
      // Lengths, nonce and the confirmation byte surround the identifier and the value.
      start = 4 &+ identifierLength &+ valueLength &+ 9
      try bytes.require(start &+ 2)
    }
    if bytes.bigEndian(at: start, as: UInt16.self) == Self.origin { start &+= Self.originByteCount }
    try bytes.require(start &+ IPv6Header.byteCount)
    let isIPv6 = bytes.bigEndian(at: start, as: UInt8.self) >> 4 == 6
    let length = Int(bytes.bigEndian(at: start &+ 4, as: UInt16.self))
    // A bubble (section 2.8) is the header alone: nothing for the layers above, yet Teredo.
    guard isIPv6, length <= bytes.byteCount &- start &- IPv6Header.byteCount else {
      throw .malformed(.version, offset: start)
    }
    byteCount = start
  }
}
