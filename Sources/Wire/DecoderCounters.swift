/// What `PacketDecoder` saw.
///
/// Each frame, each reassembled datagram and each datagram found in a tunnel has exactly one outcome: `tcp`, `udp`,
/// `otherTransport`, `fragments`, `nonIP`, `malformed`, `truncated` or `unsupportedLinkType`, so that these add up to
/// `frames + reassembled + tunnelled`.
package struct DecoderCounters: Sendable, Equatable {
  package var frames: UInt64 = 0
  /// Bytes of these frames as they were captured.
  package var bytes: UInt64 = 0
  /// Datagrams put together from fragments and decoded again.
  package var reassembled: UInt64 = 0

  package var ethernet: UInt64 = 0
  /// Frames with at least one 802.1Q tag.
  package var vlan: UInt64 = 0
  /// Datagrams and fragments with a sound header of this version.
  package var ipv4: UInt64 = 0
  package var ipv6: UInt64 = 0

  package var tcp: UInt64 = 0
  package var udp: UInt64 = 0
  /// ICMP, SCTP and all else over IP.
  package var otherTransport: UInt64 = 0
  package var fragments: UInt64 = 0
  /// ARP, LLDP and all else that is not IP.
  package var nonIP: UInt64 = 0
  /// Headers that contradict themselves or end too early in a frame captured whole.
  package var malformed: UInt64 = 0
  /// Headers that the snapshot length cut: nothing could be told about the packet.
  package var truncated: UInt64 = 0
  package var unsupportedLinkType: UInt64 = 0

  /// Of the decoded ones: those without some of their payload (`Packet.missingByteCount`).
  package var shortened: UInt64 = 0

  /// Datagrams that were read out of a tunnel. The counters by kind below count these, and labels before frames.
  package var tunnelled: UInt64 = 0
  package var gre: UInt64 = 0
  package var erspan: UInt64 = 0
  package var vxlan: UInt64 = 0
  package var geneve: UInt64 = 0
  package var gtp: UInt64 = 0
  package var teredo: UInt64 = 0
  package var mpls: UInt64 = 0
  package var ipv4InIPv4: UInt64 = 0
  package var ipv6InIPv4: UInt64 = 0
  package var ipv4InIPv6: UInt64 = 0
  package var ipv6InIPv6: UInt64 = 0
  /// Packets with more tunnels inside each other than are looked into.
  package var tunnelLimitReached: UInt64 = 0

  package init() {}

  /// The outcomes together: always `frames + reassembled + tunnelled`.
  package var outcomes: UInt64 {
    tcp &+ udp &+ otherTransport &+ fragments &+ nonIP &+ malformed &+ truncated &+ unsupportedLinkType
  }

  /// Adds what another decoder saw. Counters wrap instead of trapping.
  package static func += (sum: inout Self, other: Self) {
    sum.frames &+= other.frames
    sum.bytes &+= other.bytes
    sum.reassembled &+= other.reassembled
    sum.ethernet &+= other.ethernet
    sum.vlan &+= other.vlan
    sum.ipv4 &+= other.ipv4
    sum.ipv6 &+= other.ipv6
    sum.tcp &+= other.tcp
    sum.udp &+= other.udp
    sum.otherTransport &+= other.otherTransport
    sum.fragments &+= other.fragments
    sum.nonIP &+= other.nonIP
    sum.malformed &+= other.malformed
    sum.truncated &+= other.truncated
    sum.unsupportedLinkType &+= other.unsupportedLinkType
    sum.shortened &+= other.shortened
    sum.addTunnels(other)
  }
  private mutating func addTunnels(_ other: Self) {
    tunnelled &+= other.tunnelled
    gre &+= other.gre
    erspan &+= other.erspan
    vxlan &+= other.vxlan
    geneve &+= other.geneve
    gtp &+= other.gtp
    teredo &+= other.teredo
    mpls &+= other.mpls
    ipv4InIPv4 &+= other.ipv4InIPv4
    ipv6InIPv4 &+= other.ipv6InIPv4
    ipv4InIPv6 &+= other.ipv4InIPv6
    ipv6InIPv6 &+= other.ipv6InIPv6
    tunnelLimitReached &+= other.tunnelLimitReached
  }
}
