import TestSupport
import Testing
import Wire

@Suite("Link-layer headers")
struct LinkHeaderTests {
  @Test("Ethernet, IEEE 802.3: addresses and type")
  func ethernet() throws {
    let frame: [UInt8] = [1, 2, 3, 4, 5, 6, 0xA1, 0xA2, 0xA3, 0xA4, 0xA5, 0xA6, 0x08, 0x06]
    let header = try EthernetHeader(frame.rawSpan)
    let (destination, source, type) = (header.destination, header.source, header.etherType)
    #expect(destination == 0x0102_0304_0506)
    #expect(source == 0xA1A2_A3A4_A5A6)
    #expect(type == .arp)
  }

  @Test("VLAN tag, IEEE 802.1Q section 9.6: control information and inner type")
  func vlanTag() throws {
    let bytes: [UInt8] = [0x60, 0x2A, 0x86, 0xDD]
    let tag = try VLANTag(bytes.rawSpan)
    let (control, type) = (tag.controlInformation, tag.etherType)
    #expect(control == 0x602A)
    #expect(type == .ipv6)
  }

  @Test("VLAN tags keep two identifiers, without priorities and priority tags")
  func vlanTags() {
    var tags = VLANTags()
    for control in [0xE000, 0x6064, 0x1FFF, 0x0005] as [UInt16] { tags.append(tagControlInformation: control) }
    #expect(tags.count == 2)
    #expect(tags.outer == 100)
    #expect(tags.inner == 0xFFF)
  }

  @Test(
    "LLC, IEEE 802.2 and RFC 1042: IP over SNAP, over a bridge tunnel, over its own access point; nothing else",
    arguments: [
      ([0xAA, 0xAA, 3, 0, 0, 0, 8, 0], EtherType.ipv4, 8), ([0xAA, 0xAA, 3, 0, 0, 0xF8, 0x86, 0xDD], .ipv6, 8),
      ([0x06, 0x06, 3, 0x45], .ipv4, 3), ([0xAA, 0xAA, 3, 0, 0, 0x0C, 0x20, 0], nil, 0),
      ([0x42, 0x42, 3, 0], nil, 0), ([0x06, 0x06, 0xF3, 0x45], nil, 0),
    ] as [([UInt8], EtherType?, Int)])
  func llc(bytes: [UInt8], type: EtherType?, offset: Int) throws {
    let content = try LLCHeader(bytes.rawSpan).content
    #expect(content?.etherType == type)
    #expect(content?.offset ?? 0 == offset)
  }

  @Test("cooked headers, LINKTYPE_LINUX_SLL and SLL2: protocol, hardware and direction")
  func cooked() throws {
    let first = try #require(Self.cooked.first { $0.0 == .linuxSLL }).1
    let sll = try SLLHeader(first.rawSpan)
    let firstFields = (sll.packetType, sll.hardwareType, sll.protocolType)
    #expect(firstFields == (.outgoing, 1, .ipv4))
    let second = try #require(Self.cooked.first { $0.0 == .linuxSLL2 }).1
    let sll2 = try SLL2Header(second.rawSpan)
    let (fields, interface) = ((sll2.packetType, sll2.hardwareType, sll2.protocolType), sll2.interfaceIndex)
    #expect(fields == (.toOtherHost, 772, .ipv6))
    #expect(interface == 7)
  }

  static let cooked: [(LinkType, [UInt8])] = [
    (.linuxSLL, [0, 4, 0, 1, 0, 6, 2, 0, 0, 0, 0, 1, 0, 0, 8, 0]),
    (.linuxSLL2, [0x86, 0xDD, 0, 0, 0, 0, 0, 7, 3, 4, 3, 6, 2, 0, 0, 0, 0, 1, 0, 0]),
  ]

  @Test(
    "loopback, LINKTYPE_NULL and LOOP: the family in either byte order",
    arguments: [
      ([2, 0, 0, 0], EtherType.ipv4), ([0, 0, 0, 2], .ipv4), ([24, 0, 0, 0], .ipv6), ([0, 0, 0, 28], .ipv6),
      ([30, 0, 0, 0], .ipv6), ([0, 0, 0, 10], .ipv6), ([7, 0, 0, 0], nil), ([0, 0, 0, 0], nil), ([2, 2, 2, 2], nil),
    ] as [([UInt8], EtherType?)])
  func loopback(bytes: [UInt8], type: EtherType?) throws {
    let found = try LoopbackHeader(bytes.rawSpan).etherType
    #expect(found == type)
  }

  @Test(
    "PPP, RFC 1661 and RFC 1662: with and without framing, protocol whole and compressed",
    arguments: [
      ([0xFF, 0x03, 0x00, 0x21], EtherType.ipv4, 4), ([0x00, 0x57], .ipv6, 2), ([0x21], .ipv4, 1),
      ([0xFF, 0x03, 0x57], .ipv6, 3), ([0xC0, 0x21], nil, 2), ([0xFF, 0x03, 0xC0, 0x21], nil, 4),
    ] as [([UInt8], EtherType?, Int)])
  func ppp(bytes: [UInt8], type: EtherType?, count: Int) throws {
    let padded = bytes + [0x45]
    let header = try PPPHeader(padded.rawSpan)
    let (found, byteCount) = (header.etherType, header.byteCount)
    #expect(found == type)
    #expect(byteCount == count)
  }

  @Test("PPPoE, RFC 2516: session and length; other versions and codes are refused")
  func pppoe() throws {
    let bytes: [UInt8] = [0x11, 0, 0x12, 0x34, 0x00, 0x2A]
    let header = try PPPoEHeader(bytes.rawSpan)
    let fields = (header.sessionID, header.length)
    #expect(fields == (0x1234, 42))
    for start in [[0x12, 0], [0x21, 0], [0x11, 0x09]] as [[UInt8]] {
      let other = start + bytes.dropFirst(2)
      #expect(throws: ParseError.malformed(.version, offset: 0)) { _ = try PPPoEHeader(other.rawSpan).length }
    }
    #expect(throws: ParseError.incomplete(needed: 1)) { _ = try PPPoEHeader(Array(bytes.dropLast()).rawSpan).length }
  }

  @Test("every header says how many bytes a cut capture lacks")
  func cut() {
    let bytes = [UInt8](repeating: 0, count: 32)
    for count in 0..<20 {
      let cut = Array(bytes.prefix(count))
      if count < 14 {
        #expect(throws: ParseError.incomplete(needed: 14 - count)) { _ = try EthernetHeader(cut.rawSpan).etherType }
      }
      if count < 4 {
        #expect(throws: ParseError.incomplete(needed: 4 - count)) { _ = try VLANTag(cut.rawSpan).etherType }
        #expect(throws: ParseError.incomplete(needed: 4 - count)) { _ = try LoopbackHeader(cut.rawSpan).family }
      }
      if count < 3 {
        #expect(throws: ParseError.incomplete(needed: 3 - count)) { _ = try LLCHeader(cut.rawSpan).content }
      }
      if count < 16 {
        #expect(throws: ParseError.incomplete(needed: 16 - count)) { _ = try SLLHeader(cut.rawSpan).protocolType }
      }
      #expect(throws: ParseError.incomplete(needed: 20 - count)) { _ = try SLL2Header(cut.rawSpan).protocolType }
    }
    #expect(throws: ParseError.incomplete(needed: 3)) { _ = try LLCHeader([0xAA, 0xAA, 3, 0, 0].rawSpan).content }
    #expect(throws: ParseError.incomplete(needed: 1)) { _ = try PPPHeader([0xFF].rawSpan).byteCount }
    #expect(throws: ParseError.incomplete(needed: 1)) { _ = try PPPHeader([0xFF, 0x03].rawSpan).byteCount }
    #expect(throws: ParseError.incomplete(needed: 1)) { _ = try PPPHeader([0xFF, 0x03, 0].rawSpan).byteCount }
  }
}
