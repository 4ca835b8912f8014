/// The address family before a packet of BSD's loopback: LINKTYPE_NULL and LINKTYPE_LOOP of tcpdump.org/linktypes.html.
///
/// LOOP writes it big-endian, NULL in the order of the capturing machine; families are small, so that the order shows.
package struct LoopbackHeader: ~Escapable {
  package static let byteCount = 4

  private let bytes: RawSpan

  /// - Throws: `incomplete` when the capture is cut short.
  @_lifetime(copy bytes)
  package init(_ bytes: RawSpan) throws(ParseError) {
    try bytes.require(Self.byteCount)
    self.bytes = bytes.extracting(..<Self.byteCount)
  }

  package var family: UInt32 {
    let value = bytes.bigEndian(at: 0, as: UInt32.self)
    return value > 0xFFFF ? value.byteSwapped : value
  }

  /// `nil` for a family that is not IP.
  package var etherType: EtherType? {
    switch family {
    case 2: .ipv4
    // AF_INET6 of Linux, Windows, NetBSD and OpenBSD, FreeBSD, macOS.
    case 10, 23, 24, 28, 30: .ipv6
    default: nil
    }
  }
}
