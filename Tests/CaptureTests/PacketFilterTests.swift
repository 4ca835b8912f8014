import Capture
import Testing
import Wire

@Suite("Filters, pcap-filter(7)")
struct PacketFilterTests {
  /// IPv4 with a UDP datagram to `port`: addresses and lengths are all that filters look at here.
  static func datagram(to port: UInt16) -> [UInt8] {
    [0x45, 0, 0, 28, 0, 0, 0, 0, 64, 17, 0, 0, 127, 0, 0, 1, 127, 0, 0, 1]
      + [0x30, 0x39, UInt8(port >> 8), UInt8(port & 0xFF), 0, 8, 0, 0]
  }

  static let linkHeaders: [(LinkType, [UInt8])] = [
    (.ethernet, [UInt8](repeating: 2, count: 12) + [0x08, 0x00]),
    (.raw, []), (.rawBSD, []), (.rawOpenBSD, []), (.ipv4, []),
    (.linuxSLL, [0, 0, 0, 1, 0, 6, 0, 0, 0, 0, 0, 0, 0, 0, 0x08, 0x00]),
    (.linuxSLL2, [0x08, 0x00, 0, 0, 0, 0, 0, 1, 0, 1, 0, 6, 0, 0, 0, 0, 0, 0, 0, 0]),
    (.loop, [0, 0, 0, 2]), (.ppp, [0xFF, 0x03, 0x00, 0x21]),
  ]

  @Test("match frames of every link type", arguments: linkHeaders.indices)
  func linkTypes(index: Int) throws {
    let (linkType, header) = Self.linkHeaders[index]
    var filter = try PacketFilter(expression: "udp dst port 8125")
    for port in [8_125, 8_126] as [UInt16] {
      let bytes = header + Self.datagram(to: port)
      let frame = Frame(timestamp: 0, wireByteCount: bytes.count, linkType: linkType, bytes: bytes.rawSpan)
      let passes = try filter.matches(frame)
      #expect(passes == (port == 8_125), "link type \(linkType.rawValue)")
    }
  }

  @Test("follow the link type from frame to frame")
  func mixture() throws {
    var file = PcapngFile()
    for (linkType, _) in Self.linkHeaders { file.interface(linkType: UInt16(linkType.rawValue)) }
    for round in 0..<3 {
      for (index, (_, header)) in Self.linkHeaders.enumerated() {
        file.enhanced(header + Self.datagram(to: round == 1 ? 53 : 54), interface: UInt32(index))
      }
    }
    var filter = try PacketFilter(expression: "port 53")
    var reader = try SavefileReader(bytes: file.bytes, name: "mixture")
    var matched = 0
    try reader.forEachFrame { frame throws(CaptureError) in
      if try filter.matches(frame) { matched += 1 }
      return true
    }
    #expect(matched == Self.linkHeaders.count)
  }

  @Test("are refused when they make no sense, with libpcap's reason")
  func invalid() {
    #expect {
      _ = try PacketFilter(expression: "port nonsense and").expression
    } throws: { error in
      guard case .invalidFilter("port nonsense and", let reason) = error as? CaptureError else { return false }
      return !reason.isEmpty
    }
  }

  @Test("may make sense for some link types only, and say so at others")
  func linkTypeSpecific() throws {
    // Known of cooked captures only; Ethernet savefiles do not say which way a frame went.
    var filter = try PacketFilter(expression: "inbound")
    let cooked: [UInt8] = [0, 0, 0, 1, 0, 6, 0, 0, 0, 0, 0, 0, 0, 0, 0x08, 0x00] + Self.datagram(to: 1)
    let passes = try filter.matches(
      Frame(timestamp: 0, wireByteCount: cooked.count, linkType: .linuxSLL, bytes: cooked.rawSpan))
    #expect(passes)
    #expect(throws: CaptureError.self) {
      let bytes = Self.linkHeaders[0].1 + Self.datagram(to: 1)
      _ = try filter.matches(Frame(timestamp: 0, wireByteCount: 60, linkType: .ethernet, bytes: bytes.rawSpan))
    }
  }

  @Test("let frames pass whose link type nobody decodes, so that they are counted")
  func undecoded() throws {
    var filter = try PacketFilter(expression: "port 53")
    let bytes: [UInt8] = [1, 2, 3, 4]
    let passes = try filter.matches(
      Frame(timestamp: 0, wireByteCount: 4, linkType: LinkType(rawValue: 65_000), bytes: bytes.rawSpan))
    #expect(passes)
  }

  @Test("read nothing behind the captured bytes", arguments: 0...42)
  func truncated(count: Int) throws {
    var filter = try PacketFilter(expression: "udp dst port 8125")
    let bytes = Array((Self.linkHeaders[0].1 + Self.datagram(to: 8_125)).prefix(count))
    let passes = try filter.matches(Frame(timestamp: 0, wireByteCount: 42, linkType: .ethernet, bytes: bytes.rawSpan))
    #expect(passes == (count >= 38))
  }

  @Test("come from a library that says its name and version")
  func version() {
    #expect(PacketFilter.libpcapVersion().hasPrefix("libpcap version 1."))
  }
}
