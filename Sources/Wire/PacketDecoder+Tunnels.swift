extension IPProtocol {
  /// IPv4 within IP: RFC 2003, RFC 2473.
  package static let ipv4InIP = IPProtocol(rawValue: 4)
  /// IPv6 within IP: RFC 4213, RFC 2473.
  package static let ipv6InIP = IPProtocol(rawValue: 41)
  /// RFC 2784.
  package static let gre = IPProtocol(rawValue: 47)
  /// RFC 4023.
  package static let mplsInIP = IPProtocol(rawValue: 137)
}

/// UDP ports that tunnels are sent to. A port alone proves nothing: the header behind it must fit, too.
private enum TunnelPort {
  /// 3GPP TS 29.281 section 4.4.2.
  static let gtp: UInt16 = 2152
  /// RFC 4380 section 2.7: the port of servers and relays, on either side.
  static let teredo: UInt16 = 3544
  /// RFC 7348 section 5, and the generic protocol extension's.
  static let vxlan: UInt16 = 4789
  static let vxlanGPE: UInt16 = 4790
  /// RFC 8926 section 3.3.
  static let geneve: UInt16 = 6081
  /// RFC 7510 section 3.
  static let mpls: UInt16 = 6635
  /// What Linux used before the assignment, and some overlays still do.
  static let linuxVXLAN: UInt16 = 8472

  /// From the lowest to the highest of them: what most ports are outside of.
  static let span = gtp...linuxVXLAN
}

extension PacketDecoder {
  /// Tunnels inside tunnels that are looked into. Real networks nest two or three (GTP in GRE in MPLS); each level costs
  /// a pass over the packet.
  private static var maximumTunnelDepth: Int { 4 }

  /// Whether it is worth the way to `readTunnels`: settled for TCP by one comparison, and for most UDP by two.
  @inline(__always)
  static func mayBeTunnel(_ network: Network, _ transport: Transport) -> Bool {
    switch network.transport {
    case .tcp: false
    case .udp: TunnelPort.span.contains(transport.destinationPort) || transport.sourcePort == TunnelPort.teredo
    case .ipv4InIP, .ipv6InIP, .gre, .mplsInIP: !network.fragment.isFragment
    default: false
    }
  }

  /// Follows tunnels inwards: the innermost datagram that can be read is the packet.
  ///
  /// Where the inside makes no sense the outer packet stands, so that ordinary traffic on a tunnel's port is not lost.
  @inline(never)
  mutating func readTunnels(
    in bytes: RawSpan, _ network: Network, _ transport: Transport
  ) -> (Network, Transport) {
    var (network, transport) = (network, transport)
    var depth = 0
    while Self.mayBeTunnel(network, transport) {
      let before = counters
      do throws(ParseError) {
        guard let inside = try readInside(of: network, transport, in: bytes) else {
          counters = before
          break
        }
        guard depth < Self.maximumTunnelDepth else {
          counters = before
          counters.tunnelLimitReached &+= 1
          break
        }
        (network, transport) = inside
        counters.tunnelled &+= 1
        depth &+= 1
      } catch {
        counters = before
        break
      }
    }
    return (network, transport)
  }

  /// The datagram inside; `nil` where there is none.
  private mutating func readInside(
    of network: Network, _ transport: Transport, in bytes: RawSpan
  ) throws(ParseError) -> (Network, Transport)? {
    let extent = transport.payload
    // Nothing behind the tunnel's own end belongs to it.
    let part = bytes.extracting(..<extent.end)
    guard case .datagram(let offset, _) = try readTunnelHeader(of: network, transport, in: part),
      offset < part.byteCount
    else { return nil }
    let inner = try readNetwork(in: part, at: offset, wireByteCount: extent.declaredEnd)
    return (inner, try readTransport(in: part, inner))
  }

  private mutating func readTunnelHeader(
    of network: Network, _ transport: Transport, in bytes: RawSpan
  ) throws(ParseError) -> FrameContent {
    let start = transport.payload.start
    switch network.transport {
    case .ipv4InIP, .ipv6InIP: return try readIPInIP(network, in: bytes, at: start)
    case .gre: return try readGRE(in: bytes, at: start)
    case .mplsInIP: return try readMPLS(in: bytes, at: start, vlans: VLANTags())
    default: return try readUDPTunnel(transport, in: bytes, at: start)
    }
  }

  private mutating func readIPInIP(
    _ network: Network, in bytes: RawSpan, at start: Int
  ) throws(ParseError) -> FrameContent {
    let datagram = bytes.extracting(start...)
    try datagram.require(1)
    let isIPv4 = network.transport == .ipv4InIP
    guard datagram.bigEndian(at: 0, as: UInt8.self) >> 4 == (isIPv4 ? 4 : 6) else {
      throw .malformed(.version, offset: start)
    }
    switch (isIPv4, network.source.isIPv4) {
    case (true, true): counters.ipv4InIPv4 &+= 1
    case (true, false): counters.ipv4InIPv6 &+= 1
    case (false, true): counters.ipv6InIPv4 &+= 1
    case (false, false): counters.ipv6InIPv6 &+= 1
    }
    return .datagram(at: start, vlans: VLANTags())
  }

  private mutating func readGRE(in bytes: RawSpan, at start: Int) throws(ParseError) -> FrameContent {
    let header = try GREHeader(bytes.extracting(start...))
    counters.gre &+= 1
    let inside = start &+ header.byteCount
    switch header.protocolType {
    case .ppp:
      let ppp = try PPPHeader(bytes.extracting(inside...))
      return FrameContent(ppp.etherType, at: inside &+ ppp.byteCount)
    case .erspan, .erspanIII:
      counters.erspan &+= 1
      let mirror = try ERSPANHeader(bytes.extracting(inside...), behind: header)
      return try readEthernet(of: bytes, at: inside &+ mirror.byteCount)
    case .wccp: return .datagram(at: try Self.skipRedirect(bytes, at: inside), vlans: VLANTags())
    default: return try readTyped(header.protocolType, of: bytes, at: inside)
    }
  }

  /// WCCP version 2 puts four bytes of redirect header before the datagram, version 1 does not (Suricata: GRE WCCP).
  private static func skipRedirect(_ bytes: RawSpan, at start: Int) throws(ParseError) -> Int {
    try bytes.extracting(start...).require(1)
    return bytes.bigEndian(at: start, as: UInt8.self) >> 4 == 4 ? start : start &+ 4
  }

  private mutating func readUDPTunnel(
    _ transport: Transport, in bytes: RawSpan, at start: Int
  ) throws(ParseError) -> FrameContent {
    let payload = bytes.extracting(start...)
    switch transport.destinationPort {
    case TunnelPort.vxlan, TunnelPort.linuxVXLAN, TunnelPort.vxlanGPE:
      let header = try VXLANHeader(payload)
      counters.vxlan &+= 1
      return try readVXLAN(header, of: bytes, at: start &+ VXLANHeader.byteCount)
    case TunnelPort.geneve:
      let header = try GeneveHeader(payload)
      counters.geneve &+= 1
      return try readTyped(header.protocolType, of: bytes, at: start &+ header.byteCount)
    case TunnelPort.gtp:
      let header = try GTPHeader(payload)
      counters.gtp &+= 1
      return .datagram(at: start &+ header.byteCount, vlans: VLANTags())
    case TunnelPort.mpls: return try readMPLS(in: bytes, at: start, vlans: VLANTags())
    default: break
    }
    guard transport.destinationPort == TunnelPort.teredo || transport.sourcePort == TunnelPort.teredo else {
      return .other
    }
    let header = try TeredoHeader(payload)
    counters.teredo &+= 1
    return .datagram(at: start &+ header.byteCount, vlans: VLANTags())
  }

  private mutating func readVXLAN(
    _ header: VXLANHeader, of bytes: RawSpan, at start: Int
  ) throws(ParseError) -> FrameContent {
    switch header.content {
    case .ethernet: try readEthernet(of: bytes, at: start)
    case .ip: .datagram(at: start, vlans: VLANTags())
    case .other: .other
    }
  }

  /// What an EtherType announces in a tunnel, where no value is a length.
  private mutating func readTyped(
    _ type: EtherType, of bytes: RawSpan, at start: Int
  ) throws(ParseError) -> FrameContent {
    guard type != .transparentEthernet else { return try readEthernet(of: bytes, at: start) }
    guard type.rawValue > EtherType.maximumLength else { return .other }
    return try readContent(of: bytes, type: type, at: start)
  }
}

extension PacketDecoder {
  /// Ethernet frames in MPLS in Ethernet frames that are looked into on one level; more are an attempt to keep a sensor
  /// busy.
  private static var maximumPseudowireDepth: Int { 2 }

  /// Reads an Ethernet frame inside another packet.
  mutating func readEthernet(
    of bytes: RawSpan, at start: Int, pseudowires: Int = 0
  ) throws(ParseError) -> FrameContent {
    let type = try EthernetHeader(bytes.extracting(start...)).etherType
    counters.ethernet &+= 1
    return try readContent(of: bytes, type: type, at: start &+ EthernetHeader.byteCount, pseudowires: pseudowires)
  }

  /// Reads a label stack and finds what is under it. The tags before it, `vlans`, are the packet's.
  mutating func readMPLS(
    in bytes: RawSpan, at start: Int, vlans: VLANTags, pseudowires: Int = 0
  ) throws(ParseError) -> FrameContent {
    let stack = try MPLSLabelStack(bytes.extracting(start...))
    counters.mpls &+= 1
    switch stack.content {
    case .ip(let offset): return .datagram(at: start &+ offset, vlans: vlans)
    case .ethernet(let offset):
      guard pseudowires < Self.maximumPseudowireDepth else {
        counters.tunnelLimitReached &+= 1
        return .other
      }
      let content = try readEthernet(of: bytes, at: start &+ offset, pseudowires: pseudowires &+ 1)
      guard case .datagram(let offset, _) = content else { return content }
      return .datagram(at: offset, vlans: vlans)
    case .other: return .other
    }
  }
}
