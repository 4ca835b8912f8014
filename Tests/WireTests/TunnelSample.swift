import TestSupport
import Testing
import Wire

/// Tunnels of every kind around one packet.
enum TunnelSample {
  static let gateway = Endpoint(IPAddress(ipv4: 0xCB00_7101), port: 51_000)
  static let peer = Endpoint(IPAddress(ipv4: 0xCB00_7102), port: 0)
  static let gateway6 = IPAddress(high: 0x2001_0DB8_0001_0000, low: 1)
  static let peer6 = IPAddress(high: 0x2001_0DB8_0001_0000, low: 2)

  struct Case: CustomTestStringConvertible, Sendable {
    var testDescription: String
    var frame: [UInt8]
    var isIPv6 = false
    var counter: @Sendable (DecoderCounters) -> UInt64

    init(
      _ name: String, _ frame: [UInt8], isIPv6: Bool = false,
      counter: @escaping @Sendable (DecoderCounters) -> UInt64
    ) {
      (testDescription, self.frame, self.isIPv6, self.counter) = (name, frame, isIPv6, counter)
    }
  }

  static func inner(isIPv6: Bool = false) -> [UInt8] { Sample.datagram(.tcp, isIPv6: isIPv6) }
  static func innerFrame(_ vlans: [UInt16] = [], isIPv6: Bool = false) -> [UInt8] {
    PacketBuilder.ethernet(inner(isIPv6: isIPv6), vlans: vlans)
  }

  static func over(_ transport: UInt8, _ payload: [UInt8]) -> [UInt8] {
    PacketBuilder.ipv4(from: gateway.address, to: peer.address, IPProtocol(rawValue: transport), payload)
  }
  static func over6(_ transport: UInt8, _ payload: [UInt8]) -> [UInt8] {
    PacketBuilder.ipv6(from: gateway6, to: peer6, IPProtocol(rawValue: transport), payload)
  }
  static func overUDP(_ port: UInt16, _ payload: [UInt8]) -> [UInt8] {
    let target = Endpoint(peer.address, port: port)
    return over(17, PacketBuilder.udpDatagram(from: gateway, to: target, payload: payload))
  }

  static func frame(_ datagram: [UInt8], _ vlans: [UInt16] = []) -> [UInt8] {
    PacketBuilder.ethernet(datagram, vlans: vlans)
  }

  static let gre: [Case] = [
    Case("IPv4 in GRE", frame(over(47, PacketBuilder.gre(inner(), type: 0x0800))), counter: \.gre),
    Case(
      "IPv6 in GRE with checksum, key and sequence number",
      frame(over(47, PacketBuilder.gre(inner(isIPv6: true), type: 0x86DD, checksum: 1, key: 2, sequence: 3))),
      isIPv6: true, counter: \.gre),
    Case("GRE over IPv6", frame(over6(47, PacketBuilder.gre(inner(), type: 0x0800, key: 1))), counter: \.gre),
    Case(
      "Ethernet in GRE, tagged", frame(over(47, PacketBuilder.gre(innerFrame([9]), type: 0x6558, key: 1))),
      counter: \.gre),
    Case(
      "PPP in GRE, as PPTP sends it",
      frame(
        over(
          47,
          PacketBuilder.gre(
            [0xFF, 0x03, 0x00, 0x21] + inner(), type: 0x880B, key: 0x40_0001, sequence: 1, acknowledgement: 2,
            version: 1))), counter: \.gre),
    Case("WCCP redirects", frame(over(47, PacketBuilder.gre([0, 1, 2, 3] + inner(), type: 0x883E))), counter: \.gre),
    Case("WCCP without a header", frame(over(47, PacketBuilder.gre(inner(), type: 0x883E))), counter: \.gre),
    Case(
      "MPLS in GRE", frame(over(47, PacketBuilder.gre(PacketBuilder.mpls(inner(), labels: [5]), type: 0x8847))),
      counter: \.mpls),
    Case("ERSPAN I", frame(over(47, PacketBuilder.erspan(innerFrame(), type: 1))), counter: \.erspan),
    Case("ERSPAN II", frame(over(47, PacketBuilder.erspan(innerFrame([3, 4]), type: 2))), counter: \.erspan),
    Case("ERSPAN III", frame(over(47, PacketBuilder.erspan(innerFrame(), type: 3))), counter: \.erspan),
    Case(
      "ERSPAN III with a platform header",
      frame(over(47, PacketBuilder.erspan(innerFrame(), type: 3, hasPlatform: true))), counter: \.erspan),
    Case(
      "a source route of RFC 1701",
      frame(over(47, [0x40, 0, 0x08, 0, 0, 0, 0, 0] + [0x08, 0, 0, 4, 1, 2, 3, 4] + [0, 0, 0, 0] + inner())),
      counter: \.gre),
  ]

  static let ipInIP: [Case] = [
    Case("IPv4 in IPv4", frame(over(4, inner())), counter: \.ipv4InIPv4),
    Case("IPv6 in IPv4", frame(over(41, inner(isIPv6: true))), isIPv6: true, counter: \.ipv6InIPv4),
    Case("IPv4 in IPv6", frame(over6(4, inner())), counter: \.ipv4InIPv6),
    Case("IPv6 in IPv6", frame(over6(41, inner(isIPv6: true))), isIPv6: true, counter: \.ipv6InIPv6),
  ]

  static let udp: [Case] = [
    Case("VXLAN", frame(overUDP(4789, PacketBuilder.vxlan(innerFrame()))), counter: \.vxlan),
    Case(
      "VXLAN of old Linux, tagged inside", frame(overUDP(8472, PacketBuilder.vxlan(innerFrame([7])))),
      counter: \.vxlan),
    Case(
      "VXLAN with a group policy", frame(overUDP(4789, PacketBuilder.vxlan(innerFrame(), flags: 0x88))),
      counter: \.vxlan),
    Case(
      "VXLAN with IPv6 by its generic protocol extension",
      frame(overUDP(4790, PacketBuilder.vxlan(inner(isIPv6: true), flags: 0x0C, nextProtocol: 2))), isIPv6: true,
      counter: \.vxlan),
    Case(
      "VXLAN with Ethernet by its generic protocol extension",
      frame(overUDP(4790, PacketBuilder.vxlan(innerFrame(), flags: 0x0C, nextProtocol: 3))), counter: \.vxlan),
    Case(
      "Geneve with Ethernet", frame(overUDP(6081, PacketBuilder.geneve(innerFrame(), type: 0x6558))),
      counter: \.geneve),
    Case(
      "Geneve with IPv6 behind options",
      frame(overUDP(6081, PacketBuilder.geneve(inner(isIPv6: true), type: 0x86DD, optionWords: 5))), isIPv6: true,
      counter: \.geneve),
    Case("GTP-U", frame(overUDP(2152, PacketBuilder.gtp(inner()))), counter: \.gtp),
    Case("GTP-U with a sequence number", frame(overUDP(2152, PacketBuilder.gtp(inner(), sequence: 9))), counter: \.gtp),
    Case(
      "GTP-U with extension headers",
      frame(overUDP(2152, PacketBuilder.gtp(inner(isIPv6: true), extensions: [[1, 2], [1, 2, 3, 4, 5, 6]]))),
      isIPv6: true, counter: \.gtp),
    Case("Teredo", frame(overUDP(3544, inner(isIPv6: true))), isIPv6: true, counter: \.teredo),
    Case(
      "Teredo with authentication and origin",
      frame(
        overUDP(
          3544,
          [0, 1, 1, 2] + [UInt8](repeating: 7, count: 12) + [0, 0, 1, 2, 3, 4, 5, 6] + inner(isIPv6: true))),
      isIPv6: true, counter: \.teredo),
    Case("MPLS in UDP", frame(overUDP(6635, PacketBuilder.mpls(inner(), labels: [16]))), counter: \.mpls),
  ]

  static let mpls: [Case] = [
    Case(
      "IPv4 under three labels",
      PacketBuilder.ethernet(PacketBuilder.mpls(inner(), labels: [100, 200, 300]), etherType: 0x8847),
      counter: \.mpls),
    Case(
      "IPv6 under an upstream label",
      PacketBuilder.ethernet(PacketBuilder.mpls(inner(isIPv6: true), labels: [2]), etherType: 0x8848), isIPv6: true,
      counter: \.mpls),
    Case(
      "a pseudowire with a control word",
      PacketBuilder.ethernet(
        PacketBuilder.mpls(innerFrame(), labels: [16, 17], hasControlWord: true), etherType: 0x8847),
      counter: \.mpls),
    Case(
      "a pseudowire without one",
      PacketBuilder.ethernet(PacketBuilder.mpls(innerFrame([5]), labels: [16]), etherType: 0x8847), counter: \.mpls),
    Case(
      "a pseudowire whose MAC address looks like IPv4",
      PacketBuilder.ethernet(
        PacketBuilder.mpls([0x45] + innerFrame().dropFirst(), labels: [16]), etherType: 0x8847), counter: \.mpls),
    Case("MPLS in IP", frame(over(137, PacketBuilder.mpls(inner(), labels: [16]))), counter: \.mpls),
  ]

  static let nested: [Case] = [
    Case(
      "GTP-U in GRE in MPLS",
      PacketBuilder.ethernet(
        PacketBuilder.mpls(
          over(47, PacketBuilder.gre(overUDP(2152, PacketBuilder.gtp(inner())), type: 0x0800)), labels: [3]),
        etherType: 0x8847), counter: \.gtp),
    Case("four tunnels", frame(over(4, over(4, over(4, over(4, inner()))))), counter: { $0.ipv4InIPv4 / 4 }),
    Case("PPPoE in VXLAN", frame(overUDP(4789, PacketBuilder.vxlan(PacketBuilder.pppoe(inner())))), counter: \.vxlan),
  ]

  static let all = gre + ipInIP + udp + mpls + nested
}
