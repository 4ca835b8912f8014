import TestSupport
import Testing
import Wire

@Suite("IPv4 header, RFC 791 section 3.1")
struct IPv4HeaderTests {
  /// The header of RFC 1071's worked sums, as commonly given: 192.168.0.1 to 192.168.0.199, UDP.
  static let example: [UInt8] = [
    0x45, 0x00, 0x00, 0x73, 0x00, 0x00, 0x40, 0x00, 0x40, 0x11, 0xB8, 0x61, 0xC0, 0xA8, 0x00, 0x01, 0xC0, 0xA8, 0x00,
    0xC7,
  ]

  @Test("reads every field")
  func reads() throws {
    let header = try IPv4Header(Self.example.rawSpan)
    let lengths = (header.byteCount, header.totalLength)
    #expect(lengths == (20, 0x73))
    let fragment = (header.identification, header.fragmentOffset, header.hasMoreFragments)
    #expect(fragment == (0, 0, false))
    let (hops, transport) = (header.timeToLive, header.transport)
    #expect(hops == 64)
    #expect(transport == .udp)
    let addresses = (header.source, header.destination)
    #expect(addresses.0.description == "192.168.0.1")
    #expect(addresses.1.description == "192.168.0.199")
  }

  @Test("reads fragment fields and options")
  func readsFragment() throws {
    let bytes = PacketBuilder.ipv4(
      from: IPAddress(ipv4: 1), to: IPAddress(ipv4: 2), .tcp, [], identification: 0xBEEF, fragmentOffset: 65_528,
      hasMore: true, options: [UInt8](repeating: 1, count: 40))
    let header = try IPv4Header(bytes.rawSpan)
    let fields = (header.identification, header.fragmentOffset, header.hasMoreFragments, header.byteCount)
    #expect(fields == (0xBEEF, 65_528, true, 60))
  }

  struct Rejection: CustomTestStringConvertible {
    let testDescription: String
    let offset: Int
    let value: UInt8
    let error: ParseError
  }

  static let rejections = [
    Rejection(testDescription: "version 6", offset: 0, value: 0x65, error: .malformed(.version, offset: 0)),
    Rejection(
      testDescription: "header of 16 bytes", offset: 0, value: 0x44, error: .malformed(.lengthField, offset: 0)),
    Rejection(testDescription: "options cut", offset: 0, value: 0x4F, error: .incomplete(needed: 40)),
    Rejection(testDescription: "total below header", offset: 3, value: 19, error: .malformed(.lengthField, offset: 2)),
  ]

  @Test("rejects", arguments: rejections)
  func rejects(_ input: Rejection) {
    var bytes = Self.example
    bytes[input.offset] = input.value
    #expect(throws: input.error) { _ = try IPv4Header(bytes.rawSpan).byteCount }
  }

  @Test("says how much a prefix lacks", arguments: 0..<20)
  func prefixes(count: Int) {
    let cut = Array(Self.example.prefix(count))
    #expect(throws: ParseError.incomplete(needed: 20 - count)) { _ = try IPv4Header(cut.rawSpan).byteCount }
  }
}

@Suite("IPv6 header and extension headers, RFC 8200")
struct IPv6HeaderTests {
  static let source = IPAddress(high: 0xFD00_0000_0000_0001, low: 0x0123_4567_89AB_CDEF)
  static let destination = IPAddress(high: 0xFD00_0000_0000_0002, low: 1)

  @Test("reads every field")
  func reads() throws {
    let bytes = PacketBuilder.ipv6(from: Self.source, to: Self.destination, .icmpv6, [1, 2, 3])
    let header = try IPv6Header(bytes.rawSpan)
    let (length, next, hops) = (header.payloadLength, header.nextHeader, header.hopLimit)
    #expect(length == 3)
    #expect(next == .icmpv6)
    #expect(hops == 64)
    let addresses = (header.source, header.destination)
    #expect(addresses == (Self.source, Self.destination))
  }

  @Test("rejects other versions and says how much a prefix lacks")
  func rejects() {
    let bytes = PacketBuilder.ipv6(from: Self.source, to: Self.destination, .tcp, [])
    for count in 0..<40 {
      let cut = Array(bytes.prefix(count))
      #expect(throws: ParseError.incomplete(needed: 40 - count)) { _ = try IPv6Header(cut.rawSpan).hopLimit }
    }
    let wrong = [0x45] + bytes.dropFirst()
    #expect(throws: ParseError.malformed(.version, offset: 0)) { _ = try IPv6Header(wrong.rawSpan).hopLimit }
  }

  @Test(
    "an extension header's length is counted in its own units",
    arguments: [
      (IPv6Extension.hopByHop(), IPProtocol.hopByHopOptions, 8), (.routing(units: 2), .routing, 24),
      (.destinationOptions(units: 255), .destinationOptions, 2048),
      // RFC 4302 section 2.2: a 96-bit check value makes a length of 4, for 24 bytes.
      (.authentication(checkByteCount: 12), .authentication, 24),
    ])
  func extensionLength(header: IPv6Extension, number: IPProtocol, count: Int) throws {
    let bytes = header.bytes(next: .tcp)
    #expect(bytes.count == count)
    let view = try IPv6ExtensionHeader(bytes.rawSpan, number: number)
    let fields = (view.byteCount, view.nextHeader)
    #expect(fields == (count, .tcp))
    let cut = bytes.dropLast()
    #expect(throws: ParseError.incomplete(needed: 1)) {
      _ = try IPv6ExtensionHeader(Array(cut).rawSpan, number: number).byteCount
    }
  }

  @Test("reads a fragment header")
  func fragment() throws {
    let bytes = IPv6Extension.fragment(offset: 1232, hasMore: true, identification: 0xCAFE_F00D).bytes(next: .udp)
    let header = try IPv6FragmentHeader(bytes.rawSpan)
    let fields = (header.nextHeader, header.offset, header.hasMore, header.identification)
    #expect(fields == (.udp, 1232, true, 0xCAFE_F00D))
    #expect(throws: ParseError.incomplete(needed: 1)) {
      _ = try IPv6FragmentHeader(Array(bytes.dropLast()).rawSpan).offset
    }
  }
}
