import TestSupport
import Testing
import Wire

@Suite("DNS messages, RFC 1035 section 4.1")
struct DNSPacketTests {
  static let full: [UInt8] = {
    let soa = DNSBuilder.name("ns.test") + DNSBuilder.name("root.test")
    let numbers = (1...5).flatMap { DNSBuilder.integer(UInt32($0)) }
    return DNSBuilder.response(to: "www.h.test")
      .answering("www.h.test", alias: "h.test", timeToLive: 300)
      .answering("h.test", "192.0.2.1")
      .answering("h.test", "2001:db8::1")
      .answering("h.test", .mx, [0, 10] + DNSBuilder.name("mail.h.test"))
      .answering("_x._tcp.h.test", .srv, [0, 1, 0, 2, 0x1F, 0x90] + DNSBuilder.name("srv.h.test"))
      .answering("h.test", .txt, [3] + Array("a=b".utf8) + [0] + [2, 0xFF, 0x22])
      .answering("1.2.0.192.in-addr.arpa", .ptr, DNSBuilder.name("h.test"))
      .answering("h.test", .dname, DNSBuilder.name("other.test"))
      .answering("h.test", DNSRecordType(rawValue: 257), [1, 2, 3])
      .answering("test", .soa, soa + numbers, section: 2)
      .answering("test", .ns, DNSBuilder.name("ns.test"), section: 2)
      .answering(".", .opt, [0, 10, 0, 2, 0x41, 0x00], timeToLive: 0x8000, recordClass: 1232, section: 3)
      .bytes
  }()

  @Test("reads every type it knows")
  func readsTypes() throws {
    let packet = try DNSPacket(Self.full.rawSpan)
    #expect(!packet.isCut && packet.trailingByteCount == 0 && packet.omittedCount == 0)
    #expect(packet.questions == [DNSQuestion(name: "www.h.test", type: .a)])
    #expect(
      packet.answers.map(\.data) == [
        .name("h.test"), .address(IPAddress(ipv4: 0xC000_0201)),
        .address(IPAddress(high: 0x2001_0DB8_0000_0000, low: 1)), .mailExchange(preference: 10, "mail.h.test"),
        .service(DNSService(priority: 1, weight: 2, port: 8080, target: "srv.h.test")),
        .text(["a=b", "", "\\255\""]), .name("h.test"), .name("other.test"), .opaque(byteCount: 3),
      ])
    #expect(packet.answers.map(\.timeToLive) == [300] + Array(repeating: 60, count: 8))
    guard case .authority(let soa) = packet.authorities.first?.data else {
      Issue.record("no SOA")
      return
    }
    #expect(soa.primary == "ns.test" && soa.mailbox == "root.test" && soa.serial == 1 && soa.minimum == 5)
    #expect(packet.additionals.first?.data == .options([DNSOption(code: 10, data: "A\\000")]))
    #expect(packet.additionals.first?.recordClass.rawValue == 1232)
  }

  /// RFC 9460 appendix D.2.
  static let bindings: [(String, [UInt8], DNSServiceBinding)] = [
    (
      "alias form", [0, 0] + DNSBuilder.name("foo.example.com"),
      DNSServiceBinding(priority: 0, target: "foo.example.com", parameters: [], hints: [])
    ),
    ("itself", [0, 1, 0], DNSServiceBinding(priority: 1, target: ".", parameters: [], hints: [])),
    (
      "a port", [0, 16] + DNSBuilder.name("foo.example.com") + [0, 3, 0, 2, 0, 0x35],
      DNSServiceBinding(priority: 16, target: "foo.example.com", parameters: ["port=53"], hints: [])
    ),
    (
      "a generic key", [0, 1] + DNSBuilder.name("foo.example.com") + [0x02, 0x9B, 0, 5] + Array("hello".utf8),
      DNSServiceBinding(priority: 1, target: "foo.example.com", parameters: ["key667"], hints: [])
    ),
    (
      "hints and protocols",
      [0, 1, 0, 0, 1, 0, 6, 2, 0x68, 0x32, 2, 0x68, 0x33, 0, 4, 0, 8, 192, 0, 2, 1, 192, 0, 2, 2, 0, 6, 0, 16, 0x20, 1]
        + [0x0D, 0xB8] + [UInt8](repeating: 0, count: 11) + [1],
      DNSServiceBinding(
        priority: 1, target: ".",
        parameters: ["alpn=h2,h3", "ipv4hint=192.0.2.1,192.0.2.2", "ipv6hint=2001:db8::1"],
        hints: [
          IPAddress(ipv4: 0xC000_0201), IPAddress(ipv4: 0xC000_0202),
          IPAddress(high: 0x2001_0DB8_0000_0000, low: 1),
        ])
    ),
  ]

  @Test("reads service bindings, RFC 9460", arguments: 0..<bindings.count)
  func readsBindings(_ index: Int) throws {
    let (name, data, expected) = Self.bindings[index]
    let bytes = DNSBuilder.response(to: "example.com", .https).answering("example.com", .https, data).bytes
    #expect(try DNSPacket(bytes.rawSpan).answers.first?.data == .binding(expected), "\(name)")
  }

  /// A query and response as a resolver sent them, names compressed.
  @Test("follows compression in owner names and in data")
  func followsCompression() throws {
    let bytes =
      DNSBuilder(flags: 0x8180).asking("www.example.test")
      .adding([0xC0, 12, 0, 5, 0, 1, 0, 0, 0, 9, 0, 4, 1, 97, 0xC0, 16], to: 1)
      .adding([0xC0, 46, 0, 1, 0, 1, 0, 0, 0, 9, 0, 4, 192, 0, 2, 1], to: 1).bytes
    let packet = try DNSPacket(bytes.rawSpan)
    #expect(packet.answers.map(\.name) == ["www.example.test", "a.example.test"])
    #expect(packet.answers.map(\.data) == [.name("a.example.test"), .address(IPAddress(ipv4: 0xC000_0201))])
  }

  @Test("keeps the bits that multicast DNS puts into the class")
  func readsMulticast() throws {
    let bytes = DNSBuilder(id: 0, flags: 0).asking("_ipp._tcp.local", .ptr, recordClass: 0x8001)
      .answering("a.local", .a, [192, 0, 2, 1], recordClass: 0x8001).bytes
    let packet = try DNSPacket(bytes.rawSpan)
    #expect(packet.questions.first?.recordClass.isTopBitSet == true)
    #expect(packet.answers.first?.recordClass.withoutTopBit == .internet)
    #expect(DNSRecognition.judge(packet, isUsualPort: true) == .certain)
  }

  struct Flaw: CustomTestStringConvertible, Sendable {
    var testDescription: String
    var bytes: [UInt8]
    var questions = 0
    var answers = 0
  }

  static let flaws = [
    Flaw(testDescription: "counts of 65535 and nothing", bytes: [0, 1, 1, 0] + [UInt8](repeating: 255, count: 8)),
    Flaw(
      testDescription: "one question more than there is", bytes: counting(DNSBuilder.query("a.test").bytes, 2),
      questions: 1),
    Flaw(testDescription: "65535 questions", bytes: counting(DNSBuilder.query("a.test").bytes, 65_535), questions: 1),
    Flaw(
      testDescription: "data past the end",
      bytes: DNSBuilder.response(to: "a.test").adding(
        DNSBuilder.name("a.test") + [0, 1, 0, 1, 0, 0, 0, 0, 0, 5, 1, 2, 3, 4], to: 1
      ).bytes, questions: 1),
    Flaw(
      testDescription: "a loop in the second answer",
      bytes: DNSBuilder.response(to: "a.test").answering("a.test", "192.0.2.1")
        .adding([0xC0, 58, 0, 1, 0, 1, 0, 0, 0, 0, 0, 0], to: 1).bytes, questions: 1, answers: 1),
  ]

  static func counting(_ bytes: [UInt8], _ questions: UInt16) -> [UInt8] {
    var longer = bytes
    longer.replace(at: 4, bigEndian: questions)
    return longer
  }

  @Test("keeps what stands before the first flaw", arguments: flaws)
  func keepsReadable(_ input: Flaw) throws {
    let packet = try DNSPacket(input.bytes.rawSpan)
    #expect(packet.isCut)
    #expect(packet.questions.count == input.questions && packet.answers.count == input.answers)
  }

  static let misfits: [(DNSRecordType, [UInt8])] = [
    (.a, [1, 2, 3]), (.a, [1, 2, 3, 4, 5]), (.aaaa, [1]), (.cname, []), (.cname, [1, 97]), (.mx, [0]), (.mx, [0, 1]),
    (.srv, [0, 1, 0, 1, 0]), (.soa, [0, 0, 1]), (.txt, [5, 97]), (.opt, [0, 1, 0, 9]), (.https, [0]),
    (.https, [0, 1, 0, 0, 1, 0, 9]), (.https, [0, 1, 0, 0, 3, 0, 1, 0]),
    // A name that goes on behind the data.
    (.ptr, [3, 97]),
  ]

  @Test("leaves data that do not fit their type unread", arguments: 0..<misfits.count)
  func leavesMisfits(_ index: Int) throws {
    let (type, data) = Self.misfits[index]
    let bytes = DNSBuilder.response(to: "a.test").answering("a.test", type, data).answering("a.test", "192.0.2.1").bytes
    let packet = try DNSPacket(bytes.rawSpan)
    #expect(packet.answers.first?.data == .opaque(byteCount: data.count))
    #expect(packet.answers.count == 2 && !packet.isCut)
  }

  @Test("counts bytes behind the message, and records beyond the bound")
  func counts() throws {
    #expect(try DNSPacket((DNSBuilder.query("a.test").bytes + [1, 2, 3]).rawSpan).trailingByteCount == 3)
    var transfer = DNSBuilder.response(to: "a.test")
    for index in 0..<300 { transfer = transfer.answering("h\(index).a.test", "192.0.2.1") }
    let packet = try DNSPacket(transfer.bytes.rawSpan)
    #expect(packet.answers.count == DNSPacket.recordLimit - 1)
    #expect(packet.omittedCount == 300 - packet.answers.count)
    #expect(!packet.isCut)
  }

  @Test("never traps on a prefix, and keeps what is whole", arguments: 0...full.count)
  func survivesPrefixes(_ count: Int) throws {
    let bytes = Array(Self.full.prefix(count))
    guard count >= DNSHeader.byteCount else {
      #expect(throws: ParseError.incomplete(needed: DNSHeader.byteCount - count)) { _ = try DNSPacket(bytes.rawSpan) }
      return
    }
    let (part, whole) = (try DNSPacket(bytes.rawSpan), try DNSPacket(Self.full.rawSpan))
    #expect(part.isCut == (count < Self.full.count))
    #expect(whole.answers.starts(with: part.answers))
  }

  @Test("never traps on corrupted messages", arguments: 0..<60)
  func survivesCorruption(seed: Int) {
    var generator = SeededGenerator(seed: UInt64(seed))
    for _ in 0..<40 {
      var bytes = generator.next() % 4 == 0 ? generator.bytes(Int(generator.next() % 200)) : Self.full
      guard !bytes.isEmpty else { continue }
      for _ in 0..<Int(generator.next() % 12) {
        bytes[Int(generator.next() % UInt64(bytes.count))] = UInt8(truncatingIfNeeded: generator.next())
      }
      _ = try? DNSPacket(bytes.rawSpan)
      _ = DNSRecognition.datagram(bytes.rawSpan, isUsualPort: true)
      _ = DNSRecognition.stream(bytes.rawSpan)
    }
  }
}
