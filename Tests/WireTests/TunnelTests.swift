import TestSupport
import Testing
import Wire

@Suite("Packet decoder: tunnels")
struct TunnelTests {
  @Test("the datagram inside is the packet", arguments: TunnelSample.all)
  func readsInside(_ input: TunnelSample.Case) throws {
    let (decoded, counters) = decode(input.frame)
    let packet = try #require(decoded)
    let (source, destination) = Sample.pair(isIPv6: input.isIPv6)
    #expect(packet.source == source)
    #expect(packet.destination == destination)
    #expect(packet.transport == .tcp)
    #expect(packet.tcp.sequence == 7)
    #expect(Array(input.frame[packet.payload]) == Sample.body)
    #expect(packet.datagramByteCount == TunnelSample.inner(isIPv6: input.isIPv6).count)
    #expect(packet.missingByteCount == 0)
    #expect(input.counter(counters) == 1)
    #expect(counters.tcp == 1)
    #expect(counters.outcomes == 1 + counters.tunnelled)
    #expect(counters.tunnelLimitReached == 0)
  }

  @Test("tags before the tunnel are kept, those inside are not")
  func keepsOuterTags() throws {
    let datagram = TunnelSample.overUDP(4789, PacketBuilder.vxlan(TunnelSample.innerFrame([7])))
    let packet = try #require(decode(TunnelSample.frame(datagram, [100])).0)
    #expect(packet.vlans.count == 1)
    #expect(packet.vlans.outer == 100)
    #expect(packet.source == Sample.client)
  }

  @Test("a fifth tunnel is not entered, and counted")
  func bounded() throws {
    let fourth = TunnelSample.over(4, TunnelSample.over(4, TunnelSample.inner()))
    let frame = TunnelSample.frame(TunnelSample.over(4, TunnelSample.over(4, TunnelSample.over(4, fourth))))
    let (decoded, counters) = decode(frame)
    let packet = try #require(decoded)
    #expect(packet.transport == .ipv4InIP)
    #expect(counters.tunnelled == 4)
    #expect(counters.tunnelLimitReached == 1)
    #expect(counters.outcomes == 5)
  }

  @Test("pseudowires inside each other end at a bound")
  func boundedPseudowires() {
    var content = TunnelSample.innerFrame()
    for _ in 0..<4 {
      content = PacketBuilder.ethernet(
        PacketBuilder.mpls(content, labels: [16], hasControlWord: true), etherType: 0x8847, vlans: [1])
    }
    let (packet, counters) = decode(content)
    #expect(packet == nil)
    #expect(counters.nonIP == 1)
    #expect(counters.tunnelLimitReached == 1)
  }

  static let plain: [(String, UInt16, [UInt8])] = [
    ("text on VXLAN's port", 4789, Array("GET / HTTP/1.1\r\n\r\n".utf8)),
    ("a flag that VXLAN does not have", 4789, PacketBuilder.vxlan(TunnelSample.innerFrame(), flags: 0x28)),
    ("VXLAN around nothing known", 4789, PacketBuilder.vxlan(PacketBuilder.ethernet([1, 2, 3], etherType: 0x88CC))),
    ("an unknown protocol of the generic extension", 4790, PacketBuilder.vxlan([1], flags: 0x0C, nextProtocol: 4)),
    ("Geneve of another version", 6081, [0x40] + PacketBuilder.geneve(TunnelSample.inner(), type: 0x0800).dropFirst()),
    ("Geneve with a length for a type", 6081, PacketBuilder.geneve(TunnelSample.inner(), type: 40)),
    ("GTP signalling", 2152, PacketBuilder.gtp(TunnelSample.inner(), type: 1)),
    ("GTP with an extension header without a length", 2152, [0x34, 255, 0, 9, 0, 0, 0, 1, 0, 0, 0, 0x85, 0, 1, 2, 0]),
    ("GTP without content", 2152, PacketBuilder.gtp([])),
    ("GTP around something else", 2152, PacketBuilder.gtp([1, 2, 3, 4])),
    ("a name look-up on Teredo's port", 3544, [0xAB, 0xCD, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0]),
    ("a label stack without an end", 6635, [UInt8](repeating: 0, count: 80)),
    ("nothing at all", 8472, []),
    ("a port in between", 5353, PacketBuilder.vxlan(TunnelSample.innerFrame())),
  ]

  @Test("what is no tunnel stays an ordinary datagram", arguments: plain.indices)
  func leavesOthers(index: Int) throws {
    let (name, port, payload) = Self.plain[index]
    let frame = TunnelSample.frame(TunnelSample.overUDP(port, payload))
    let (decoded, counters) = decode(frame)
    let packet = try #require(decoded, Comment(rawValue: name))
    #expect(packet.destination == Endpoint(TunnelSample.peer.address, port: port), Comment(rawValue: name))
    #expect(Array(frame[packet.payload]) == payload)
    var expected = DecoderCounters()
    (expected.frames, expected.bytes, expected.ethernet, expected.ipv4) = (1, UInt64(frame.count), 1, 1)
    expected.udp = 1
    #expect(counters == expected, Comment(rawValue: name))
  }

  static let rejected: [(String, UInt8, [UInt8])] = [
    ("GRE of version 2", 47, [0, 2, 8, 0] + TunnelSample.inner()),
    ("version 1 without a key", 47, [0x10, 1, 0x88, 0x0B, 0, 0, 0, 0] + TunnelSample.inner()),
    ("endless source routes", 47, [0x40, 0, 8, 0, 0, 0, 0, 0] + [UInt8](repeating: 1, count: 90)),
    ("GRE around keepalives", 47, PacketBuilder.gre([], type: 0)),
    ("ERSPAN of another version", 47, PacketBuilder.gre([0x30] + TunnelSample.innerFrame(), type: 0x22EB)),
    ("PPP control in GRE", 47, PacketBuilder.gre([0xC0, 0x21, 1, 1, 0, 4], type: 0x880B, key: 1, version: 1)),
    ("IPv6 where IPv4 was announced", 4, TunnelSample.inner(isIPv6: true)),
    ("IPv4 where IPv6 was announced", 41, TunnelSample.inner()),
    ("an inner header that is too short", 4, Array(TunnelSample.inner().prefix(19))),
  ]

  @Test("a tunnel that cannot be read is delivered as it is", arguments: rejected.indices)
  func delivers(index: Int) throws {
    let (name, transport, payload) = Self.rejected[index]
    let (decoded, counters) = decode(TunnelSample.frame(TunnelSample.over(transport, payload)))
    let packet = try #require(decoded, Comment(rawValue: name))
    #expect(packet.transport.rawValue == transport)
    #expect(packet.source.address == TunnelSample.gateway.address)
    #expect(counters.otherTransport == 1)
    #expect(counters.outcomes == 1)
  }

  @Test("bytes that the snapshot length cut are missing from the inner packet")
  func countsMissing() throws {
    let frame = TunnelSample.frame(TunnelSample.overUDP(4789, PacketBuilder.vxlan(TunnelSample.innerFrame())))
    let cut = Array(frame.dropLast(10))
    let packet = try #require(decode(cut, wire: frame.count).0)
    #expect(packet.source == Sample.client)
    #expect(packet.missingByteCount == 10)
    #expect(Array(cut[packet.payload]) == Sample.body.dropLast(10))
  }
}

@Suite("Packet decoder: fragments in tunnels, tunnels in fragments")
struct TunnelFragmentTests {
  static let body = (0..<2000).map { UInt8(truncatingIfNeeded: $0) }
  static var segment: [UInt8] {
    PacketBuilder.tcpSegment(from: Sample.client, to: Sample.server, sequence: 7, payload: body)
  }

  @Test("fragments inside a tunnel carry the inner place and identification")
  func innerFragments() throws {
    var decoder = PacketDecoder()
    var whole: [UInt8] = []
    var first: Packet?
    for piece in PacketBuilder.fragments(
      from: Sample.client.address, to: Sample.server.address, .tcp, Self.segment, identification: 0x77, size: 800)
    {
      let frame = TunnelSample.frame(
        TunnelSample.overUDP(4789, PacketBuilder.vxlan(PacketBuilder.ethernet(piece))))
      let decoded = decoder.decode(frame.rawSpan, linkType: .ethernet, wireByteCount: frame.count)
      let packet = try #require(decoded)
      #expect(packet.fragment.isFragment && packet.fragment.offset == whole.count)
      #expect(packet.identification == 0x77)
      #expect(packet.source == Endpoint(Sample.client.address, port: 0))
      whole += frame[packet.payload]
      first = first ?? packet
    }
    let decoded = decoder.decodeReassembled(whole.rawSpan, like: try #require(first))
    let packet = try #require(decoded)
    #expect(packet.source == Sample.client)
    #expect(Array(whole[packet.payload]) == Self.body)
    #expect(decoder.counters.outcomes == decoder.counters.frames + 1 + decoder.counters.tunnelled)
  }

  @Test("a tunnel packet cut into fragments is looked into once it is whole")
  func outerFragments() throws {
    let inner = PacketBuilder.ip(from: Sample.client.address, to: Sample.server.address, .tcp, Self.segment)
    try check(PacketBuilder.gre(inner, type: 0x0800)) { packet, bytes in
      #expect(packet.source == Sample.client)
      #expect(!packet.fragment.isFragment)
      #expect(Array(bytes[packet.payload]) == Self.body)
    }
  }

  @Test("a fragment inside a fragmented tunnel packet is told as a fragment")
  func both() throws {
    let pieces = PacketBuilder.fragments(
      from: Sample.client.address, to: Sample.server.address, .tcp, Self.segment, identification: 5, size: 1600)
    try check(PacketBuilder.gre(pieces[0], type: 0x0800)) { packet, bytes in
      #expect(packet.fragment.hasMore && packet.fragment.offset == 0)
      #expect(packet.identification == 5)
      #expect(Array(bytes[packet.payload]) == Array(Self.segment.prefix(1600)))
    }
  }

  private func check(_ payload: [UInt8], _ body: (Packet, [UInt8]) -> Void) throws {
    var decoder = PacketDecoder()
    var whole: [UInt8] = []
    var first: Packet?
    for piece in PacketBuilder.fragments(
      from: TunnelSample.gateway.address, to: TunnelSample.peer.address, .gre, payload, identification: 9, size: 700)
    {
      let frame = TunnelSample.frame(piece)
      let decoded = decoder.decode(frame.rawSpan, linkType: .ethernet, wireByteCount: frame.count)
      let packet = try #require(decoded)
      #expect(packet.transport == .gre && packet.fragment.isFragment)
      whole += frame[packet.payload]
      first = first ?? packet
    }
    #expect(decoder.counters.tunnelled == 0)
    let decoded = decoder.decodeReassembled(whole.rawSpan, like: try #require(first))
    body(try #require(decoded), whole)
    #expect(decoder.counters.tunnelled == 1)
  }
}
