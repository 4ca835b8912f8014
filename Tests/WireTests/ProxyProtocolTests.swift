import TestSupport
import Testing
import Wire

@Suite("PROXY protocol, versions 1 and 2")
struct ProxyProtocolTests {
  struct Case: CustomTestStringConvertible, Sendable {
    var testDescription: String
    var bytes: [UInt8]
    var source: Endpoint?
    var authority: String?
  }

  static let client = Endpoint(IPAddress(ipv4: 0xC633_6407), port: 51_234)
  static let server = Endpoint(IPAddress(ipv4: 0xC000_0201), port: 443)
  static let client6 = Endpoint(IPAddress(high: 0x2001_0DB8_0000_0000, low: 7), port: 4_000)
  static let server6 = Endpoint(IPAddress(high: 0x2001_0DB8_0000_0000, low: 8), port: 80)

  static let good: [Case] = [
    Case(
      testDescription: "text, IPv4", bytes: Array("PROXY TCP4 198.51.100.7 192.0.2.1 51234 443\r\n".utf8),
      source: client),
    Case(
      testDescription: "text, IPv6", bytes: Array("PROXY TCP6 2001:db8::7 2001:db8::8 4000 80\r\n".utf8),
      source: client6),
    Case(testDescription: "text, unknown", bytes: Array("PROXY UNKNOWN\r\n".utf8)),
    Case(testDescription: "text, unknown and more", bytes: Array("PROXY UNKNOWN ff:: ::1 1 2\r\n".utf8)),
    Case(testDescription: "binary, IPv4", bytes: ProxyBuilder.proxyV2(from: client, to: server), source: client),
    Case(
      testDescription: "binary, IPv6, with an authority",
      bytes: ProxyBuilder.proxyV2(
        from: client6, to: server6, fields: [(1, Array("h2".utf8)), (2, Array("API.example".utf8)), (4, [0, 0])]),
      source: client6, authority: "api.example"),
    Case(
      testDescription: "binary, the proxy's own check",
      bytes: ProxyBuilder.proxyV2(from: client, to: server, command: 0x20)),
    Case(testDescription: "binary, local without addresses", bytes: ProxyBuilder.signature + [0x20, 0, 0, 0]),
    Case(
      testDescription: "binary, Unix sockets",
      bytes: ProxyBuilder.signature + [0x21, 0x31, 0, 216] + [UInt8](repeating: 65, count: 216)),
    Case(
      testDescription: "binary, an authority that is no name",
      bytes: ProxyBuilder.proxyV2(from: client, to: server, fields: [(2, [0, 1])]), source: client),
  ]

  @Test("reads, and knows where the connection begins", arguments: good)
  func reads(_ input: Case) throws {
    let bytes = input.bytes + Array("GET / HTTP/1.1\r\n".utf8)
    guard case .header(let header) = ProxyProtocolHeader.probe(bytes.rawSpan) else {
      Issue.record("not recognised")
      return
    }
    #expect(header.source == input.source)
    #expect((header.destination == nil) == (input.source == nil))
    #expect(header.authority == input.authority)
    #expect(header.byteCount == input.bytes.count)
    for count in 0..<input.bytes.count {
      #expect(ProxyProtocolHeader.probe(Array(bytes.prefix(count)).rawSpan) == .waiting, "prefix of \(count)")
    }
  }

  static let rejected: [(String, [UInt8])] = [
    ("a request", Array("POST / HTTP/1.1\r\n".utf8)),
    ("a method of that name", Array("PROXYX ".utf8)),
    ("another family", Array("PROXY UDP4 198.51.100.7 192.0.2.1 51234 443\r\n".utf8)),
    ("a port too high", Array("PROXY TCP4 198.51.100.7 192.0.2.1 70000 443\r\n".utf8)),
    ("two blanks", Array("PROXY TCP4  198.51.100.7 192.0.2.1 1 443\r\n".utf8)),
    ("no carriage return", Array("PROXY UNKNOWN\n".utf8)),
    ("a line without an end", Array("PROXY TCP4 ".utf8) + [UInt8](repeating: 49, count: 100)),
    ("nothing but the word", Array("PROXY \r\n".utf8)),
    ("another signature", [0x0D, 0x0A, 0x0D, 0x0A, 1]),
    ("another version", ProxyBuilder.signature + [0x31, 0x11, 0, 0]),
    ("another command", ProxyBuilder.signature + [0x22, 0x11, 0, 0]),
    ("too short for its addresses", ProxyBuilder.signature + [0x21, 0x11, 0, 4, 1, 2, 3, 4]),
    ("longer than any proxy writes", ProxyBuilder.signature + [0x21, 0x11, 0xFF, 0xFF]),
    (
      "a field beyond the end",
      ProxyBuilder.signature + [0x21, 0x11, 0, 15] + [UInt8](repeating: 1, count: 12) + [2, 0, 9]
    ),
  ]

  @Test("rejects", arguments: rejected.indices)
  func rejects(index: Int) {
    let (name, bytes) = Self.rejected[index]
    #expect(ProxyProtocolHeader.probe(bytes.rawSpan) == .no, Comment(rawValue: name))
  }

  @Test("never traps on noise", arguments: 0..<8 as Range<UInt64>)
  func noise(seed: UInt64) {
    var generator = SeededGenerator(seed: seed)
    for _ in 0..<1_000 {
      var bytes = Self.good[Int(generator.next() % UInt64(Self.good.count))].bytes
      for _ in 0...generator.next() % 3 {
        bytes[Int(generator.next() % UInt64(bytes.count))] = UInt8(truncatingIfNeeded: generator.next())
      }
      if case .header(let header) = ProxyProtocolHeader.probe(bytes.rawSpan) {
        #expect(header.byteCount <= bytes.count)
      }
    }
  }
}
