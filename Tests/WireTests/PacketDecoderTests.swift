import TestSupport
import Testing
import Wire

/// Endpoints and frames that the decoder's tests share.
enum Sample {
  static let client = Endpoint(IPAddress(ipv4: 0x0A00_0001), port: 49_152)
  static let server = Endpoint(IPAddress(ipv4: 0xC000_0201), port: 443)
  static let client6 = Endpoint(IPAddress(high: 0xFD00_0000_0000_0001, low: 1), port: 49_153)
  static let server6 = Endpoint(IPAddress(high: 0x2001_0DB8_0000_0000, low: 2), port: 8080)
  static let body = Array("The quick brown fox jumps over the lazy dog.".utf8)

  static let linkTypes: [LinkType] = [
    .ethernet, .linuxSLL, .linuxSLL2, .null, .loop, .ppp, .raw, .rawBSD, .rawOpenBSD, .ipv4, .ipv6,
  ]

  static func pair(isIPv6: Bool) -> (source: Endpoint, destination: Endpoint) {
    isIPv6 ? (client6, server6) : (client, server)
  }

  /// A datagram of `transport` with `body`.
  static func datagram(_ transport: IPProtocol, isIPv6: Bool, extensions: [IPv6Extension] = []) -> [UInt8] {
    let (source, destination) = pair(isIPv6: isIPv6)
    let payload =
      switch transport {
      case .tcp: PacketBuilder.tcpSegment(from: source, to: destination, sequence: 7, payload: body)
      case .udp: PacketBuilder.udpDatagram(from: source, to: destination, payload: body)
      default: body
      }
    guard extensions.isEmpty else {
      return PacketBuilder.ipv6(
        from: source.address, to: destination.address, transport, payload, extensions: extensions)
    }
    return PacketBuilder.ip(from: source.address, to: destination.address, transport, payload, identification: 0x1234)
  }
}

/// Decodes one frame by itself, as captured whole unless `wire` says that it was longer.
func decode(_ frame: [UInt8], _ linkType: LinkType = .ethernet, wire: Int? = nil) -> (Packet?, DecoderCounters) {
  var decoder = PacketDecoder()
  let packet = decoder.decode(frame.rawSpan, linkType: linkType, wireByteCount: wire ?? frame.count)
  return (packet, decoder.counters)
}

@Suite("Packet decoder: link layers")
struct PacketDecoderLinkTests {
  @Test("the same packet comes out of every link type", arguments: Sample.linkTypes, [false, true])
  func everyLinkType(linkType: LinkType, isIPv6: Bool) throws {
    #expect(PacketDecoder.supports(linkType))
    for transport in [IPProtocol.tcp, .udp] {
      let datagram = Sample.datagram(transport, isIPv6: isIPv6)
      let frame = try #require(PacketBuilder.frame(datagram, linkType: linkType))
      let (decoded, counters) = decode(frame, linkType)
      let packet = try #require(decoded)
      let (source, destination) = Sample.pair(isIPv6: isIPv6)
      #expect(packet.source == source)
      #expect(packet.destination == destination)
      #expect(packet.transport == transport)
      #expect(Array(frame[packet.payload]) == Sample.body)
      #expect(packet.datagramByteCount == datagram.count)
      #expect(packet.missingByteCount == 0)
      #expect(!packet.fragment.isFragment)
      #expect(packet.vlans == VLANTags())
      #expect(counters.outcomes == 1)
      #expect((transport == .tcp ? counters.tcp : counters.udp) == 1)
      #expect((isIPv6 ? counters.ipv6 : counters.ipv4) == 1)
      #expect(counters.bytes == UInt64(frame.count))
    }
  }

  @Test("up to eight tags are stepped over, and two kept", arguments: 0...9)
  func tags(count: Int) {
    let vlans = Array([100, 200, 300, 400, 500, 600, 700, 800, 900].prefix(count)) as [UInt16]
    for tagType in [nil, 0x8100, 0x88A8, 0x9100] as [UInt16?] {
      let frame = PacketBuilder.ethernet(Sample.datagram(.udp, isIPv6: false), vlans: vlans, tagType: tagType)
      let (packet, counters) = decode(frame)
      #expect((packet == nil) == (count > 8))
      #expect(counters.vlan == (count > 0 ? 1 : 0))
      #expect(counters.malformed == (count > 8 ? 1 : 0))
      guard let packet else { continue }
      #expect(Array(frame[packet.payload]) == Sample.body)
      #expect(packet.vlans.count == UInt8(min(count, 2)))
      #expect(packet.vlans.outer == (count > 0 ? 100 : 0))
      #expect(packet.vlans.inner == (count > 1 ? 200 : 0))
    }
  }

  @Test("cooked frames may be tagged too")
  func cookedTags() throws {
    let datagram = Sample.datagram(.tcp, isIPv6: true)
    var frame = PacketBuilder.sll(datagram)
    frame.replaceSubrange(14..<16, with: [0x81, 0x00, 0x00, 0x2A, 0x86, 0xDD])
    let packet = try #require(decode(frame, .linuxSLL).0)
    #expect(packet.vlans.outer == 42)
    #expect(Array(frame[packet.payload]) == Sample.body)
  }

  @Test("IP in 802.3 frames with LLC and SNAP is read, tagged or not, and over cooked capture")
  func snap() throws {
    let datagram = Sample.datagram(.tcp, isIPv6: false)
    let plain = PacketBuilder.snap(datagram)
    let tagged = Array(plain[..<12]) + [0x81, 0x00, 0x00, 0x07] + Array(plain[12...])
    let cooked = Array(PacketBuilder.sll([]).prefix(14)) + [0, 4] + Array(plain[14...])
    for (frame, linkType) in [(plain, .ethernet), (tagged, .ethernet), (cooked, .linuxSLL)] as [([UInt8], LinkType)] {
      let packet = try #require(decode(frame, linkType).0)
      #expect(packet.source == Sample.client)
      #expect(Array(frame[packet.payload]) == Sample.body)
    }
  }

  @Test("IP in a PPPoE session is read, tagged or not; other versions are malformed, discovery is not IP")
  func pppoe() throws {
    for isIPv6 in [false, true] {
      for vlans in [[], [3, 4]] as [[UInt16]] {
        let frame = PacketBuilder.pppoe(Sample.datagram(.tcp, isIPv6: isIPv6), vlans: vlans)
        let packet = try #require(decode(frame).0)
        #expect(packet.source == Sample.pair(isIPv6: isIPv6).source)
        #expect(packet.vlans.count == vlans.count)
        #expect(Array(frame[packet.payload]) == Sample.body)
      }
    }
    var frame = PacketBuilder.pppoe(Sample.datagram(.tcp, isIPv6: false))
    frame[14] = 0x12
    #expect(decode(frame).1.malformed == 1)
    #expect(decode(PacketBuilder.ethernet([0x11, 9, 0, 0, 0, 4], etherType: 0x8863)).1.nonIP == 1)
  }

  @Test("the version decides between IPv4 and IPv6, whatever the link layer says")
  func wrongEtherType() throws {
    let frame = PacketBuilder.ethernet(Sample.datagram(.tcp, isIPv6: true), etherType: 0x0800)
    #expect(try #require(decode(frame).0).source == Sample.client6)
  }

  struct Other: CustomTestStringConvertible {
    let testDescription: String
    let frame: [UInt8]
    var linkType = LinkType.ethernet
  }

  static let others = [
    Other(testDescription: "ARP", frame: PacketBuilder.ethernet([UInt8](repeating: 1, count: 28), etherType: 0x0806)),
    Other(testDescription: "LLDP", frame: PacketBuilder.ethernet([2, 7, 4], etherType: 0x88CC)),
    Other(testDescription: "spanning tree", frame: PacketBuilder.ethernet([0x42, 0x42, 3, 0, 0], etherType: 38)),
    Other(testDescription: "tagged ARP", frame: PacketBuilder.ethernet([0, 1], etherType: 0x0806, vlans: [5])),
    Other(testDescription: "AppleTalk family", frame: [16, 0, 0, 0, 1, 2, 3], linkType: .null),
    Other(testDescription: "PPP link control", frame: [0xFF, 3, 0xC0, 0x21, 1, 2], linkType: .ppp),
    Other(
      testDescription: "netlink", frame: [0, 4, 3, 0x38, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 8, 0, 0x45], linkType: .linuxSLL),
    Other(
      testDescription: "raw 802.3 in cooked capture",
      frame: [0, 0, 0, 1, 0, 6] + [UInt8](repeating: 0, count: 9) + [1],
      linkType: .linuxSLL),
  ]

  @Test("what is not IP is counted and passed over", arguments: others)
  func nonIP(_ other: Other) {
    let (packet, counters) = decode(other.frame, other.linkType)
    #expect(packet == nil)
    #expect(counters.nonIP == 1)
    #expect(counters.outcomes == 1)
  }

  @Test("link types that cannot be read are said to be so", arguments: [-1, 2, 50, 105, 127, 147, 220, 277, .max])
  func unsupported(number: Int32) {
    let linkType = LinkType(rawValue: number)
    #expect(!PacketDecoder.supports(linkType))
    let (packet, counters) = decode(Sample.datagram(.tcp, isIPv6: false), linkType)
    #expect(packet == nil)
    #expect(counters.unsupportedLinkType == 1)
  }
}

@Suite("Packet decoder: lengths that lie, are cut or are left out")
struct PacketDecoderLengthTests {
  @Test("Ethernet padding is no payload", arguments: [false, true])
  func padding(isIPv6: Bool) throws {
    let (source, destination) = Sample.pair(isIPv6: isIPv6)
    let frame = PacketBuilder.udp(from: source, to: destination, payload: [1]) + [9, 9, 9, 9]
    let packet = try #require(decode(frame).0)
    #expect(Array(frame[packet.payload]) == [1])
    #expect(packet.missingByteCount == 0)
  }

  @Test("a snapshot length leaves what is there, and says how much is missing", arguments: [false, true])
  func snapshot(isIPv6: Bool) throws {
    for transport in [IPProtocol.tcp, .udp, .sctp] {
      let frame = PacketBuilder.ethernet(Sample.datagram(transport, isIPv6: isIPv6))
      let whole = try #require(decode(frame).0)
      for count in whole.payload.lowerBound..<frame.count {
        let (packet, counters) = decode(Array(frame.prefix(count)), wire: frame.count)
        let cut = try #require(packet)
        #expect(cut.payload == whole.payload.lowerBound..<count)
        #expect(cut.missingByteCount == frame.count - count)
        #expect(cut.datagramByteCount == whole.datagramByteCount)
        #expect(counters.shortened == 1)
      }
    }
  }

  @Test("TCP options cut off leave an empty payload, all of it missing")
  func cutOptions() throws {
    let options = [UInt8](repeating: 1, count: 40)
    let frame = PacketBuilder.tcp(from: Sample.client, to: Sample.server, payload: Sample.body, options: options)
    for count in 54..<94 {
      let packet = try #require(decode(Array(frame.prefix(count)), wire: frame.count).0)
      #expect(packet.payload == count..<count)
      #expect(packet.missingByteCount == Sample.body.count)
      #expect(packet.source == Sample.client)
    }
  }

  @Test("headers that the snapshot length cut are truncated, those that a whole frame lacks are malformed")
  func cutHeaders() {
    for isIPv6 in [false, true] {
      for transport in [IPProtocol.tcp, .udp] {
        let frame = PacketBuilder.ethernet(Sample.datagram(transport, isIPv6: isIPv6))
        let headers = 14 + (isIPv6 ? 40 : 20) + (transport == .tcp ? 20 : 8)
        for count in 0..<headers {
          let cut = Array(frame.prefix(count))
          let snapped = decode(cut, wire: frame.count)
          let whole = decode(cut)
          #expect(snapped.0 == nil && whole.0 == nil)
          #expect(snapped.1.truncated == 1)
          #expect(snapped.1.outcomes == 1)
          #expect(whole.1.malformed == 1)
          #expect(whole.1.outcomes == 1)
        }
      }
    }
  }

  @Test("a datagram longer than its frame leaves what is there")
  func beyondFrame() throws {
    let frame = PacketBuilder.ethernet(
      PacketBuilder.ipv4(
        from: Sample.client.address, to: Sample.server.address, .tcp,
        PacketBuilder.tcpSegment(from: Sample.client, to: Sample.server, payload: Sample.body), totalLength: 60_000))
    let packet = try #require(decode(frame).0)
    #expect(Array(frame[packet.payload]) == Sample.body)
    #expect(packet.missingByteCount == 60_000 - 40 - Sample.body.count)
  }

  @Test("a length of zero is a super-packet that the network card would have cut", arguments: [false, true])
  func segmentationOffload(isIPv6: Bool) throws {
    let (source, destination) = Sample.pair(isIPv6: isIPv6)
    let body = [UInt8](repeating: 0x41, count: 70_000)
    let segment = PacketBuilder.tcpSegment(from: source, to: destination, payload: body)
    let datagram =
      isIPv6
      ? PacketBuilder.ipv6(from: source.address, to: destination.address, .tcp, segment, payloadLength: 0)
      : PacketBuilder.ipv4(from: source.address, to: destination.address, .tcp, segment, totalLength: 0)
    let frame = PacketBuilder.ethernet(datagram)
    let packet = try #require(decode(frame).0)
    #expect(packet.payload.count == body.count)
    #expect(packet.missingByteCount == 0)
    #expect(packet.datagramByteCount == datagram.count)

    let cut = try #require(decode(Array(frame.prefix(200)), wire: frame.count).0)
    #expect(cut.missingByteCount == frame.count - 200)
    for wire in [Int.max, Int.max - 13, 0, -1, Int.min] {
      let lie = try #require(decode(frame, wire: wire).0)
      #expect(lie.payload.count == body.count)
      #expect((0...8 * 65_535).contains(lie.missingByteCount))
    }
  }

  @Test("a UDP length short of the datagram cuts it, one beyond it does not")
  func udpLength() throws {
    var datagram = Sample.datagram(.udp, isIPv6: false)
    datagram.replace(at: 24, bigEndian: 12)
    let short = try #require(decode(PacketBuilder.ethernet(datagram)).0)
    #expect(short.payload.count == 4)
    #expect(short.missingByteCount == 0)
    datagram.replace(at: 24, bigEndian: 0xFFFF)
    let long = try #require(decode(PacketBuilder.ethernet(datagram)).0)
    #expect(long.payload.count == Sample.body.count)
    #expect(long.missingByteCount == 0)
  }

  struct Rejection: CustomTestStringConvertible {
    let testDescription: String
    let isIPv6: Bool
    let transport: IPProtocol
    /// In the datagram.
    let offset: Int
    let value: UInt8
  }

  static let rejections = [
    Rejection(testDescription: "version 5", isIPv6: false, transport: .tcp, offset: 0, value: 0x55),
    Rejection(testDescription: "header of four words", isIPv6: false, transport: .tcp, offset: 0, value: 0x44),
    Rejection(testDescription: "total length in the header", isIPv6: false, transport: .tcp, offset: 3, value: 19),
    Rejection(testDescription: "no room for TCP", isIPv6: false, transport: .tcp, offset: 3, value: 39),
    Rejection(testDescription: "no room for UDP", isIPv6: false, transport: .udp, offset: 3, value: 27),
    Rejection(testDescription: "data offset in the header", isIPv6: false, transport: .tcp, offset: 32, value: 0x40),
    Rejection(testDescription: "data offset past the end", isIPv6: false, transport: .tcp, offset: 3, value: 43),
    Rejection(testDescription: "UDP length in the header", isIPv6: false, transport: .udp, offset: 25, value: 7),
    Rejection(testDescription: "IPv6, no room for TCP", isIPv6: true, transport: .tcp, offset: 5, value: 19),
    Rejection(testDescription: "IPv6, no room for UDP", isIPv6: true, transport: .udp, offset: 5, value: 7),
  ]

  @Test("contradictions are malformed", arguments: rejections)
  func rejects(_ input: Rejection) {
    var datagram = Sample.datagram(input.transport, isIPv6: input.isIPv6)
    if input.testDescription.hasPrefix("data offset past") { datagram[32] = 0x60 }
    datagram[input.offset] = input.value
    let (packet, counters) = decode(PacketBuilder.ethernet(datagram))
    #expect(packet == nil)
    #expect(counters.malformed == 1)
    #expect(counters.outcomes == 1)
  }

  @Test("IPv4 options are stepped over", arguments: 0...10)
  func options(words: Int) throws {
    let segment = PacketBuilder.tcpSegment(from: Sample.client, to: Sample.server, payload: Sample.body)
    let frame = PacketBuilder.ethernet(
      PacketBuilder.ipv4(
        from: Sample.client.address, to: Sample.server.address, .tcp, segment,
        options: [UInt8](repeating: 1, count: 4 * words)))
    #expect(Array(frame[try #require(decode(frame).0).payload]) == Sample.body)
  }

  @Test("transports other than TCP and UDP come with the whole payload and no ports", arguments: [false, true])
  func otherTransports(isIPv6: Bool) throws {
    for transport in [IPProtocol.icmp, .icmpv6, .sctp, .noNextHeader, IPProtocol(rawValue: 47)] {
      let frame = PacketBuilder.ethernet(Sample.datagram(transport, isIPv6: isIPv6))
      let (decoded, counters) = decode(frame)
      let packet = try #require(decoded)
      #expect(packet.transport == transport)
      #expect(packet.source.port == 0 && packet.destination.port == 0)
      #expect(Array(frame[packet.payload]) == Sample.body)
      #expect(counters.otherTransport == 1)
    }
  }
}
