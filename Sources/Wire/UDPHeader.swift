/// A UDP datagram in place, as laid out by RFC 768.
///
///      0      7 8     15 16    23 24    31
///     +--------+--------+--------+--------+
///     |   source port   | destination port|
///     +--------+--------+--------+--------+
///     |     length      |    checksum     |
///     +--------+--------+--------+--------+
///     |          payload octets ...
///
/// Lengths are checked once, in `init`; afterwards no accessor can trap.
package struct UDPHeader: ~Escapable {
  package static let byteCount = 8

  private let bytes: RawSpan

  /// Views `bytes`, which start at the source port and may run past the datagram (Ethernet padding).
  ///
  /// - Throws: `incomplete` when the capture is cut short, `malformed` when the length field contradicts the header.
  @_lifetime(copy bytes)
  package init(_ bytes: RawSpan) throws(ParseError) {
    guard bytes.byteCount >= Self.byteCount else {
      throw .incomplete(needed: Self.byteCount - bytes.byteCount)
    }
    let length = Int(bytes.bigEndian(at: 4, as: UInt16.self))
    guard length >= Self.byteCount else { throw .malformed(.lengthField, offset: 4) }
    guard length <= bytes.byteCount else { throw .incomplete(needed: length - bytes.byteCount) }
    self.bytes = bytes.extracting(..<length)
  }

  /// Views a datagram of which the capture may hold only a part, or whose length reaches past its IP datagram.
  ///
  /// - Throws: `incomplete` when not even the header is there, `malformed` when the length contradicts the header.
  @inline(__always)
  @_lifetime(copy bytes)
  package init(part bytes: RawSpan) throws(ParseError) {
    try bytes.require(Self.byteCount)
    self.bytes = bytes.extracting(..<min(bytes.byteCount, Int(bytes.bigEndian(at: 4, as: UInt16.self))))
    guard self.bytes.byteCount >= Self.byteCount else { throw .malformed(.lengthField, offset: 4) }
  }

  package var sourcePort: UInt16 { bytes.bigEndian(at: 0) }
  package var destinationPort: UInt16 { bytes.bigEndian(at: 2) }
  /// Bytes of datagram as declared, header included: at least 8.
  package var length: Int { Int(bytes.bigEndian(at: 4, as: UInt16.self)) }
  /// Zero where the sender computed none.
  package var checksum: UInt16 { bytes.bigEndian(at: 6) }

  package var payload: RawSpan {
    @_lifetime(copy self)
    get { bytes.extracting(Self.byteCount...) }
  }
}
