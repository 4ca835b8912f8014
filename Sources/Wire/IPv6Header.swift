/// An IPv6 header in place, as laid out by RFC 8200 section 3.
///
///      0      7 8     15 16    23 24    31
///     +--------+--------+--------+--------+
///     |Ver|traffic class|   flow label    |
///     +--------+--------+--------+--------+
///     | payload length  |  next  |hop lim.|
///     +--------+--------+--------+--------+
///     |          source, 16 bytes         |
///     +--------+--------+--------+--------+
///     |       destination, 16 bytes       |
///     +--------+--------+--------+--------+
package struct IPv6Header: ~Escapable {
  package static let byteCount = 40

  private let bytes: RawSpan

  /// Views `bytes`, which start at the version and may end before the datagram does, or after.
  ///
  /// - Throws: `incomplete` when the capture cuts the header, `malformed` when the version is another.
  @inline(__always)
  @_lifetime(copy bytes)
  package init(_ bytes: RawSpan) throws(ParseError) {
    try bytes.require(Self.byteCount)
    guard bytes.bigEndian(at: 0, as: UInt8.self) >> 4 == 6 else { throw .malformed(.version, offset: 0) }
    self.bytes = bytes.extracting(..<Self.byteCount)
  }

  /// Bytes after this header, extension headers included. Zero where the sending host left cutting to the network card,
  /// and for jumbograms (RFC 2675), so that the length is the frame's.
  package var payloadLength: Int { Int(bytes.bigEndian(at: 4, as: UInt16.self)) }
  package var nextHeader: IPProtocol { IPProtocol(rawValue: bytes.bigEndian(at: 6)) }
  package var hopLimit: UInt8 { bytes.bigEndian(at: 7) }
  package var source: IPAddress { IPAddress(high: bytes.bigEndian(at: 8), low: bytes.bigEndian(at: 16)) }
  package var destination: IPAddress { IPAddress(high: bytes.bigEndian(at: 24), low: bytes.bigEndian(at: 32)) }
}
