/// An extension header that is only stepped over: hop-by-hop options, routing, destination options (RFC 8200 sections
/// 4.3, 4.4, 4.6) or authentication (RFC 4302 section 2).
package struct IPv6ExtensionHeader: ~Escapable {
  package static let minimumByteCount = 8

  package let nextHeader: IPProtocol
  /// Bytes of the whole header: 8 to 2048.
  package let byteCount: Int

  /// Views `bytes`, which start with an extension header of type `number`.
  ///
  /// - Throws: `incomplete` when the capture is cut short, `malformed` for a length that no such header has.
  @_lifetime(copy bytes)
  package init(_ bytes: RawSpan, number: IPProtocol) throws(ParseError) {
    try bytes.require(Self.minimumByteCount)
    let length = Int(bytes.bigEndian(at: 1, as: UInt8.self))
    nextHeader = IPProtocol(rawValue: bytes.bigEndian(at: 0))
    // RFC 4302 section 2.2 counts in units of four bytes, less two; RFC 8200 in units of eight, less one.
    byteCount = number == .authentication ? (length &+ 2) &* 4 : (length &+ 1) &* 8
    guard byteCount >= Self.minimumByteCount else { throw .malformed(.lengthField, offset: 1) }
    try bytes.require(byteCount)
  }
}

/// A fragment header in place: RFC 8200 section 4.5.
///
///      0      7 8     15 16          28 31
///     +--------+--------+--------------+--+
///     |  next  |reserved|    offset    | M|
///     +--------+--------+--------------+--+
///     |          identification           |
///     +--------+--------+--------+--------+
package struct IPv6FragmentHeader: ~Escapable {
  package static let byteCount = 8

  private let bytes: RawSpan

  /// - Throws: `incomplete` when the capture is cut short.
  @_lifetime(copy bytes)
  package init(_ bytes: RawSpan) throws(ParseError) {
    try bytes.require(Self.byteCount)
    self.bytes = bytes.extracting(..<Self.byteCount)
  }

  package var nextHeader: IPProtocol { IPProtocol(rawValue: bytes.bigEndian(at: 0)) }
  /// In bytes: 0 to 65,528.
  package var offset: Int { Int(bytes.bigEndian(at: 2, as: UInt16.self) & 0xFFF8) }
  package var hasMore: Bool { bytes.bigEndian(at: 3, as: UInt8.self) & 1 != 0 }
  package var identification: UInt32 { bytes.bigEndian(at: 4) }
}
