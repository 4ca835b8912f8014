import TestSupport
import Testing
import Wire

@Suite("Packet decoder: extension headers and fragments, RFC 8200 section 4 and RFC 791")
struct PacketDecoderFragmentTests {
  static let chains: [[IPv6Extension]] = [
    [.hopByHop()], [.hopByHop(units: 3), .destinationOptions(), .routing(units: 2), .destinationOptions(units: 1)],
    [.authentication()], [.fragment(offset: 0, hasMore: false, identification: 9)],
    [.hopByHop(), .fragment(offset: 0, hasMore: false, identification: 9), .authentication(), .destinationOptions()],
    [IPv6Extension](repeating: .destinationOptions(), count: 12),
  ]

  @Test("a chain of extension headers is stepped over, an atomic fragment with it", arguments: chains.indices)
  func chain(index: Int) throws {
    for transport in [IPProtocol.tcp, .udp] {
      let frame = PacketBuilder.ethernet(
        Sample.datagram(transport, isIPv6: true, extensions: Self.chains[index]))
      let packet = try #require(decode(frame).0)
      #expect(packet.source == Sample.client6)
      #expect(packet.transport == transport)
      #expect(!packet.fragment.isFragment)
      #expect(Array(frame[packet.payload]) == Sample.body)
    }
  }

  @Test("a chain without end is malformed, a cut one truncated")
  func badChains() {
    let long = [IPv6Extension](repeating: .destinationOptions(), count: 13)
    let tooLong = decode(PacketBuilder.ethernet(Sample.datagram(.tcp, isIPv6: true, extensions: long)))
    #expect(tooLong.0 == nil)
    #expect(tooLong.1.malformed == 1)

    let frame = PacketBuilder.ethernet(Sample.datagram(.tcp, isIPv6: true, extensions: Self.chains[1]))
    let transport = frame.count - Sample.body.count - 20
    for count in 54..<transport {
      let cut = decode(Array(frame.prefix(count)), wire: frame.count)
      #expect(cut.0 == nil)
      #expect(cut.1.truncated == 1)
    }
    var lying = frame
    lying[55] = 0xFF
    let beyond = decode(lying)
    #expect(beyond.0 == nil)
    #expect(beyond.1.malformed == 1)
  }

  @Test("IPv4 with an authentication header carries on behind it")
  func ipv4Authentication() throws {
    let segment = PacketBuilder.tcpSegment(from: Sample.client, to: Sample.server, payload: Sample.body)
    let payload = IPv6Extension.authentication().bytes(next: .tcp) + segment
    let frame = PacketBuilder.ethernet(
      PacketBuilder.ipv4(
        from: Sample.client.address, to: Sample.server.address, IPProtocol(rawValue: 51), payload))
    let packet = try #require(decode(frame).0)
    #expect(packet.transport == .tcp)
    #expect(Array(frame[packet.payload]) == Sample.body)
  }

  @Test(
    "fragments carry place and identification, and the datagram is decoded once it is whole", arguments: [false, true])
  func fragments(isIPv6: Bool) throws {
    let (source, destination) = Sample.pair(isIPv6: isIPv6)
    let body = (0..<3000).map { UInt8(truncatingIfNeeded: $0) }
    let segment = PacketBuilder.tcpSegment(from: source, to: destination, sequence: 77, payload: body)
    let identification: UInt32 = isIPv6 ? 0xABCD_1234 : 0x1234
    var decoder = PacketDecoder()
    var whole: [UInt8] = []
    var first: Packet?
    for datagram in PacketBuilder.fragments(
      from: source.address, to: destination.address, .tcp, segment, identification: identification, size: 1400)
    {
      let frame = PacketBuilder.ethernet(datagram)
      let decoded = decoder.decode(frame.rawSpan, linkType: .ethernet, wireByteCount: frame.count)
      let packet = try #require(decoded)
      #expect(packet.fragment.isFragment)
      #expect(packet.fragment.offset == whole.count)
      #expect(packet.fragment.hasMore == (whole.count + packet.payload.count < segment.count))
      #expect(packet.identification == identification)
      #expect(packet.source.port == 0)
      #expect(packet.transport == .tcp)
      whole += frame[packet.payload]
      first = first ?? packet
    }
    #expect(whole == segment)
    let reassembled = decoder.decodeReassembled(whole.rawSpan, like: try #require(first))
    let packet = try #require(reassembled)
    #expect(packet.source == source)
    #expect(packet.destination == destination)
    #expect(packet.tcp.sequence == 77)
    #expect(Array(whole[packet.payload]) == body)
    #expect(!packet.fragment.isFragment)
    #expect(packet.datagramByteCount == segment.count + (isIPv6 ? 48 : 20))
    #expect(decoder.counters.fragments == 3)
    #expect(decoder.counters.tcp == 1)
    #expect(decoder.counters.outcomes == decoder.counters.frames + decoder.counters.reassembled)
  }

  @Test("extension headers behind the fragment header are read in the reassembled datagram")
  func reassembledExtensions() throws {
    let segment = PacketBuilder.udpDatagram(from: Sample.client6, to: Sample.server6, payload: Sample.body)
    let whole = IPv6Extension.destinationOptions().bytes(next: .udp) + segment
    let fragment = try #require(Self.firstFragment(of: whole, IPProtocol(rawValue: 60)))
    var decoder = PacketDecoder()
    let reassembled = decoder.decodeReassembled(whole.rawSpan, like: fragment)
    let packet = try #require(reassembled)
    #expect(packet.transport == .udp)
    #expect(Array(whole[packet.payload]) == Sample.body)
  }

  @Test("a fragment in a reassembled datagram, or a transport cut short in it, is malformed")
  func badReassembled() throws {
    let nested = IPv6Extension.fragment(offset: 8, hasMore: true, identification: 1).bytes(next: .udp) + Sample.body
    let fragment = try #require(Self.firstFragment(of: nested, IPProtocol(rawValue: 44)))
    var decoder = PacketDecoder()
    let inner = decoder.decodeReassembled(nested.rawSpan, like: fragment)
    #expect(inner == nil)
    let udp = try #require(Self.firstFragment(of: nested, .udp))
    for count in 0..<8 {
      let cut = [UInt8](repeating: 1, count: count)
      let packet = decoder.decodeReassembled(cut.rawSpan, like: udp)
      #expect(packet == nil)
    }
    #expect(decoder.counters.malformed == 9)
    #expect(decoder.counters.outcomes == 9)
  }

  private static func firstFragment(of payload: [UInt8], _ transport: IPProtocol) -> Packet? {
    let fragments = PacketBuilder.fragments(
      from: Sample.client6.address, to: Sample.server6.address, transport, payload, identification: 1, size: 16)
    return fragments.first.flatMap { decode(PacketBuilder.ethernet($0)).0 }
  }

  @Test("a fragment that is not the last is cut to a multiple of eight bytes")
  func oddLength() throws {
    let odd = PacketBuilder.ipv4(
      from: Sample.client.address, to: Sample.server.address, .udp, [UInt8](repeating: 1, count: 21), hasMore: true)
    let packet = try #require(decode(PacketBuilder.ethernet(odd)).0)
    #expect(packet.payload.count == 16)
    #expect(packet.missingByteCount == 0)
  }

  @Test(
    "fragments that hold nothing or reach beyond 65,535 bytes are malformed",
    arguments: [
      (0, 0, true), (8, 0, false), (0, 7, true), (65_528, 8, false), (65_512, 24, true), (64_000, 1536, true),
    ])
  func impossible(offset: Int, count: Int, hasMore: Bool) {
    let datagram = PacketBuilder.ipv4(
      from: Sample.client.address, to: Sample.server.address, .udp, [UInt8](repeating: 1, count: count),
      fragmentOffset: offset, hasMore: hasMore)
    let (packet, counters) = decode(PacketBuilder.ethernet(datagram))
    #expect(packet == nil)
    #expect(counters.malformed == 1)
    #expect(counters.fragments == 0)
  }

  @Test("the last possible fragment is taken")
  func lastPossible() throws {
    let datagram = PacketBuilder.ipv4(
      from: Sample.client.address, to: Sample.server.address, .udp, [UInt8](repeating: 1, count: 7),
      fragmentOffset: 65_528)
    #expect(try #require(decode(PacketBuilder.ethernet(datagram)).0).fragment.offset == 65_528)
  }
}
