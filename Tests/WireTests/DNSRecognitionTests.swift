import TestSupport
import Testing
import Wire

@Suite("DNS recognition")
struct DNSRecognitionTests {
  static let messages: [(String, [UInt8])] = [
    ("a query", DNSBuilder.query("h.test").bytes),
    ("with EDNS", DNSBuilder.query("h.test").answering(".", .opt, [], recordClass: 1232, section: 3).bytes),
    ("a response", DNSBuilder.response(to: "h.test").answering("h.test", "192.0.2.1").bytes),
    ("a refusal", DNSBuilder(flags: 0x8185).asking("h.test").bytes),
    ("checking disabled", DNSBuilder(flags: 0x0110).asking("h.test", .aaaa).bytes),
    (
      "an update",
      DNSBuilder(flags: 0x2800).asking("h.test", .soa).answering("a.h.test", .a, [1, 2, 3, 4], section: 2).bytes
    ),
    ("chaos", DNSBuilder().asking("version.bind", .txt, recordClass: 3).bytes),
  ]

  @Test("knows on any port", arguments: 0..<messages.count)
  func knows(_ index: Int) {
    let (name, bytes) = Self.messages[index]
    #expect(DNSRecognition.datagram(bytes.rawSpan, isUsualPort: false) == .certain, "\(name)")
    #expect(DNSRecognition.datagram(bytes.rawSpan, isUsualPort: true) == .certain, "\(name)")
    let framed = DNSBuilder.integer(UInt16(bytes.count)) + bytes
    #expect(DNSRecognition.stream(framed.rawSpan) == .certain, "\(name)")
  }

  static let netBIOS: [UInt8] = DNSBuilder(flags: 0x0110).asking("CKAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", .netBIOSName).bytes

  static let damaged: [(String, [UInt8])] = [
    ("cut", Array(DNSBuilder.response(to: "h.test").answering("h.test", "192.0.2.1").bytes.dropLast())),
    ("trailing bytes", DNSBuilder.query("h.test").bytes + [0]),
    ("two questions", DNSBuilder().asking("a.test").asking("b.test").bytes),
    ("a known answer", DNSBuilder(id: 0, flags: 0).asking("a.local", .ptr).answering("a.local", "192.0.2.1").bytes),
    ("no question", DNSBuilder(flags: 0x8181).bytes),
  ]

  @Test("believes only on a port of DNS", arguments: 0..<damaged.count)
  func believes(_ index: Int) {
    let (name, bytes) = Self.damaged[index]
    #expect(DNSRecognition.datagram(bytes.rawSpan, isUsualPort: true) == .certain, "\(name)")
    #expect(DNSRecognition.datagram(bytes.rawSpan, isUsualPort: false) != .certain, "\(name)")
  }

  static let others: [(String, [UInt8])] = [
    ("nothing", []), ("zeros", [UInt8](repeating: 0, count: 64)), ("ones", [UInt8](repeating: 255, count: 64)),
    ("text", Array("GET / HTTP/1.1\r\nHost: h.test\r\n\r\n".utf8)), ("SSH", Array("SSH-2.0-OpenSSH_9.6\r\n".utf8)),
    ("the NetBIOS name service", netBIOS),
    ("wild counts", DNSPacketTests.counting(DNSBuilder.query("h.test").bytes, 65_535)),
    ("an opcode that never was", DNSBuilder(flags: 0x7800).asking("h.test").bytes),
    ("a class that never was", DNSBuilder().asking("h.test", .a, recordClass: 77).bytes),
    ("a type that never was", DNSBuilder().asking("h.test", DNSRecordType(rawValue: 9_000)).bytes),
    // RFC 5389: a binding request.
    ("STUN", [0, 1, 0, 0, 0x21, 0x12, 0xA4, 0x42] + [UInt8](repeating: 0x5A, count: 12)),
    // RFC 5905: a client's request.
    ("NTP", [0x23, 0, 6, 0xEC] + [UInt8](repeating: 0, count: 44)),
    ("TLS", [22, 3, 1, 0, 40, 1, 0, 0, 36, 3, 3] + [UInt8](repeating: 7, count: 34)),
  ]

  @Test("does not take for DNS", arguments: 0..<others.count)
  func refuses(_ index: Int) {
    let (name, bytes) = Self.others[index]
    #expect(DNSRecognition.datagram(bytes.rawSpan, isUsualPort: false) != .certain, "\(name)")
    #expect(DNSRecognition.datagram(bytes.rawSpan, isUsualPort: true) == .no, "\(name)")
    #expect(DNSRecognition.stream((DNSBuilder.integer(UInt16(bytes.count)) + bytes).rawSpan) == .no, "\(name)")
    if bytes.count > 3 { #expect(DNSRecognition.stream(bytes.rawSpan) == .no, "\(name)") }
  }

  @Test("does not take noise for DNS on other ports")
  func refusesNoise() {
    var generator = SeededGenerator(seed: 53)
    for _ in 0..<20_000 {
      let bytes = generator.bytes(Int(generator.next() % 120))
      #expect(DNSRecognition.datagram(bytes.rawSpan, isUsualPort: false) != .certain)
      #expect(DNSRecognition.stream(bytes.rawSpan) != .certain)
    }
  }

  @Test("waits for a stream's first question and no longer")
  func waits() {
    let framed = DNSBuilder.query("www.h.test").framed
    for count in 0..<framed.count {
      let answer = DNSRecognition.stream(Array(framed.prefix(count)).rawSpan)
      #expect(answer == (count == 0 ? .no : .possible), "\(count) bytes")
    }
  }
}
