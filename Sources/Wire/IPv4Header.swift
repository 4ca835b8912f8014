/// An IPv4 header in place, as laid out by RFC 791 section 3.1.
///
///      0      7 8     15 16    23 24    31
///     +--------+--------+--------+--------+
///     |Ver IHL |  TOS   |   total length  |
///     +--------+--------+--------+--------+
///     | identification  |flags, fragment  |
///     +--------+--------+--------+--------+
///     |  TTL   |protocol| header checksum |
///     +--------+--------+--------+--------+
///     |              source               |
///     +--------+--------+--------+--------+
///     |            destination            |
///     +--------+--------+--------+--------+
///     |  options, in units of four bytes ...
///
/// Lengths are checked once, in `init`; afterwards no accessor can trap. The checksum is not verified: sending hosts
/// leave it to the network card.
package struct IPv4Header: ~Escapable {
  package static let minimumByteCount = 20

  private let bytes: RawSpan

  /// Views `bytes`, which start at the version and may end before the datagram does, or after.
  ///
  /// - Throws: `incomplete` when the capture cuts the header, `malformed` when version or lengths contradict each other.
  @inline(__always)
  @_lifetime(copy bytes)
  package init(_ bytes: RawSpan) throws(ParseError) {
    try bytes.require(Self.minimumByteCount)
    self.bytes = bytes
    let first = bytes.bigEndian(at: 0, as: UInt8.self)
    guard first >> 4 == 4 else { throw .malformed(.version, offset: 0) }
    guard first & 15 >= 5 else { throw .malformed(.lengthField, offset: 0) }
    guard totalLength == 0 || totalLength >= byteCount else { throw .malformed(.lengthField, offset: 2) }
    try bytes.require(byteCount)
  }

  /// Bytes of header, options included: 20 to 60.
  package var byteCount: Int { Int(bytes.bigEndian(at: 0, as: UInt8.self) & 15) &* 4 }

  /// Bytes of datagram as declared, header included. Zero where the sending host left cutting to the network card
  /// (TCP segmentation offload of more than 65,535 bytes), so that the length is the frame's.
  package var totalLength: Int { Int(bytes.bigEndian(at: 2, as: UInt16.self)) }

  package var identification: UInt16 { bytes.bigEndian(at: 4) }
  package var hasMoreFragments: Bool { bytes.bigEndian(at: 6, as: UInt8.self) & 0x20 != 0 }
  /// In bytes: 0 to 65,528.
  package var fragmentOffset: Int { Int(bytes.bigEndian(at: 6, as: UInt16.self) & 0x1FFF) &* 8 }
  package var timeToLive: UInt8 { bytes.bigEndian(at: 8) }
  package var transport: IPProtocol { IPProtocol(rawValue: bytes.bigEndian(at: 9)) }
  package var source: IPAddress { IPAddress(ipv4: bytes.bigEndian(at: 12)) }
  package var destination: IPAddress { IPAddress(ipv4: bytes.bigEndian(at: 16)) }
}
