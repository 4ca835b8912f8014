/// A PPP header in place (RFC 1661 section 2), behind the address and control bytes of RFC 1662 where they are sent.
package struct PPPHeader: ~Escapable {
  /// All stations, unnumbered information: RFC 1662 section 3.1.
  private static let addressAndControl: UInt16 = 0xFF03
  private static let ipv4: UInt16 = 0x0021
  private static let ipv6: UInt16 = 0x0057

  /// The protocol field, whole even where the sender compressed it to one byte (RFC 1661 section 6.5).
  package let protocolNumber: UInt16
  /// Where the information field starts.
  package let byteCount: Int

  /// - Throws: `incomplete` when the capture is cut short.
  @_lifetime(copy bytes)
  package init(_ bytes: RawSpan) throws(ParseError) {
    try bytes.require(2)
    let start = bytes.bigEndian(at: 0, as: UInt16.self) == Self.addressAndControl ? 2 : 0
    try bytes.require(start + 1)
    // The last byte of a protocol number is odd and the first of two is even.
    let first = bytes.bigEndian(at: start, as: UInt8.self)
    guard first.isMultiple(of: 2) else {
      (protocolNumber, byteCount) = (UInt16(first), start + 1)
      return
    }
    try bytes.require(start + 2)
    (protocolNumber, byteCount) = (bytes.bigEndian(at: start), start + 2)
  }

  /// `nil` for a protocol that is not IP.
  package var etherType: EtherType? {
    switch protocolNumber {
    case Self.ipv4: .ipv4
    case Self.ipv6: .ipv6
    default: nil
    }
  }
}

/// The header that carries PPP over Ethernet: RFC 2516 section 4.
///
///     +--------+--------+-----------------+-----------------+
///     |ver type|  code  |    session 2    |    length 2     |
///     +--------+--------+-----------------+-----------------+
package struct PPPoEHeader: ~Escapable {
  package static let byteCount = 6
  /// Version 1, type 1, and the code of session data.
  private static let sessionData: UInt16 = 0x1100

  private let bytes: RawSpan

  /// - Throws: `incomplete` when the capture is cut short, `malformed` for another version or code.
  @_lifetime(copy bytes)
  package init(_ bytes: RawSpan) throws(ParseError) {
    try bytes.require(Self.byteCount)
    guard bytes.bigEndian(at: 0, as: UInt16.self) == Self.sessionData else { throw .malformed(.version, offset: 0) }
    self.bytes = bytes.extracting(..<Self.byteCount)
  }

  package var sessionID: UInt16 { bytes.bigEndian(at: 2) }
  /// Bytes of PPP frame, protocol field included, without Ethernet padding.
  package var length: Int { Int(bytes.bigEndian(at: 4, as: UInt16.self)) }
}
