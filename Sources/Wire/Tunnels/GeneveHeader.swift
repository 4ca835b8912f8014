/// The header of generic network virtualization encapsulation: RFC 8926 section 3.4.
///
///      0      7 8     15 16             31
///     +--------+--------+-----------------+
///     |Ver Opts|OC  rsvd|  protocol type  |
///     +--------+--------+-----------------+
///     |  network identifier 24   |reserved|
///     +--------------------------+--------+
///     |  options, in units of four bytes ...
package struct GeneveHeader: BitwiseCopyable {
  package static let minimumByteCount = 8

  /// An EtherType.
  package let protocolType: EtherType
  /// Header and options, in bytes.
  package let byteCount: Int

  /// - Throws: `incomplete` when the capture is cut short, `malformed` for another version or set reserved bits.
  package init(_ bytes: RawSpan) throws(ParseError) {
    try bytes.require(Self.minimumByteCount)
    let first = bytes.bigEndian(at: 0, as: UInt8.self)
    guard first >> 6 == 0 else { throw .malformed(.version, offset: 0) }
    let (flags, reserved) = (bytes.bigEndian(at: 1, as: UInt8.self), bytes.bigEndian(at: 7, as: UInt8.self))
    guard flags & 0x3F == 0, reserved == 0 else { throw .malformed(.messageType, offset: 1) }
    protocolType = EtherType(rawValue: bytes.bigEndian(at: 2))
    byteCount = Self.minimumByteCount &+ Int(first & 0x3F) &* 4
    try bytes.require(byteCount)
  }
}
