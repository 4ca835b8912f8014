/// A TCP header in place, as laid out by RFC 9293 section 3.1.
///
///      0      7 8     15 16    23 24    31
///     +--------+--------+--------+--------+
///     |   source port   | destination port|
///     +--------+--------+--------+--------+
///     |             sequence              |
///     +--------+--------+--------+--------+
///     |          acknowledgement          |
///     +--------+--------+--------+--------+
///     |offset  | flags  |     window      |
///     +--------+--------+--------+--------+
///     |    checksum     | urgent pointer  |
///     +--------+--------+--------+--------+
///     |  options, in units of four bytes ...
///
/// Lengths are checked once, in `init`; afterwards no accessor can trap.
package struct TCPHeader: ~Escapable {
  package static let minimumByteCount = 20

  private let bytes: RawSpan

  /// Views `bytes`, which start at the source port. Options may be cut off by the capture: nothing here reads them.
  ///
  /// - Throws: `incomplete` when the capture cuts the fixed part, `malformed` when the data offset points into it.
  @inline(__always)
  @_lifetime(copy bytes)
  package init(_ bytes: RawSpan) throws(ParseError) {
    try bytes.require(Self.minimumByteCount)
    self.bytes = bytes
    guard byteCount >= Self.minimumByteCount else { throw .malformed(.lengthField, offset: 12) }
  }

  package var sourcePort: UInt16 { bytes.bigEndian(at: 0) }
  package var destinationPort: UInt16 { bytes.bigEndian(at: 2) }
  package var sequence: UInt32 { bytes.bigEndian(at: 4) }
  package var acknowledgement: UInt32 { bytes.bigEndian(at: 8) }
  /// Bytes of header as declared, options included: 20 to 60.
  package var byteCount: Int { Int(bytes.bigEndian(at: 12, as: UInt8.self) >> 4) &* 4 }
  package var flags: TCPFlags { TCPFlags(rawValue: bytes.bigEndian(at: 13)) }
  /// As on the wire: not scaled.
  package var window: UInt16 { bytes.bigEndian(at: 14) }
  package var checksum: UInt16 { bytes.bigEndian(at: 16) }
  package var urgentPointer: UInt16 { bytes.bigEndian(at: 18) }

  /// What `Packet` keeps of it.
  @inline(__always)
  package var fields: TCPFields {
    var fields = TCPFields()
    (fields.sequence, fields.acknowledgement) = (sequence, acknowledgement)
    (fields.flags, fields.window, fields.checksum) = (flags, window, checksum)
    return fields
  }
}
