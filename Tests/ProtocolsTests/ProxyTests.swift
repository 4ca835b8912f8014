import Observations
import Protocols
import TestSupport
import Testing
import Wire

@Suite("What follows SOCKS and the PROXY protocol")
struct ProxyTests {
  static let post = Array(
    "POST /v1 HTTP/1.1\r\nHost: h.test\r\nX-Key: \(TestKeys.make())\r\nContent-Length: 0\r\n\r\n".utf8)
  static let ok = Array("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi".utf8)

  struct Case: CustomTestStringConvertible, Sendable {
    var testDescription: String
    var lines: [(Direction, [UInt8])]
    var origins: [String]
    var transactions = ["POST h.test /v1 0 > 200 2"]
    var sightings = 1

    var dialogue: Dialogue {
      lines.reduce(Dialogue()) { $1.0 == .toServer ? $0.client($1.1) : $0.server($1.1) }
    }
  }

  private static let name = ProxyBuilder.request("Dest.Test", port: 8080)
  private static let granted = [5, 0] + ProxyBuilder.reply()

  static let cases: [Case] = [
    Case(
      testDescription: "SOCKS 5, step by step",
      lines: [
        (.toServer, ProxyBuilder.greeting()), (.toClient, [5, 0]), (.toServer, name),
        (.toClient, ProxyBuilder.reply()), (.toServer, post), (.toClient, ok),
      ], origins: ["socks5 dest.test 8080"]),
    Case(
      testDescription: "SOCKS 5, all at once",
      lines: [(.toServer, ProxyBuilder.greeting() + name + post), (.toClient, granted + ok)],
      origins: ["socks5 dest.test 8080"]),
    Case(
      testDescription: "SOCKS 5 with credentials",
      lines: [
        (.toServer, ProxyBuilder.greeting([0, 2])), (.toClient, [5, 2]),
        (.toServer, ProxyBuilder.credentials("u", "p")), (.toClient, [1, 0]), (.toServer, name),
        (.toClient, ProxyBuilder.reply()), (.toServer, post), (.toClient, ok),
      ], origins: ["socks5 dest.test 8080"]),
    Case(
      testDescription: "a key as the user's name",
      lines: [
        (.toServer, ProxyBuilder.greeting([2]) + ProxyBuilder.credentials(TestKeys.make(2), "p") + name + post),
        (.toClient, [5, 2, 1, 0] + ProxyBuilder.reply() + ok),
      ], origins: ["socks5 dest.test 8080"], sightings: 2),
    Case(
      testDescription: "SOCKS 4a",
      lines: [
        (.toServer, ProxyBuilder.request4(port: 80, name: "dest.test")), (.toClient, ProxyBuilder.reply4()),
        (.toServer, post), (.toClient, ok),
      ], origins: ["socks4 dest.test 80"]),
    Case(
      testDescription: "bytes of no known protocol inside",
      lines: [
        (.toServer, ProxyBuilder.greeting() + name), (.toClient, granted),
        (.toServer, Array("\u{1}\u{2}raw \(TestKeys.make()) \n".utf8)),
      ], origins: ["socks5 dest.test 8080"], transactions: []),
    Case(
      testDescription: "SOCKS in SOCKS",
      lines: [
        (.toServer, ProxyBuilder.greeting() + name), (.toClient, granted),
        (.toServer, ProxyBuilder.request4(port: 99, name: "inner.test")), (.toClient, ProxyBuilder.reply4()),
        (.toServer, post), (.toClient, ok),
      ], origins: ["socks5 dest.test 8080", "socks4 inner.test 99"]),
    Case(
      testDescription: "a refused request: what follows is scanned",
      lines: [
        (.toServer, ProxyBuilder.greeting() + name), (.toClient, [5, 0] + ProxyBuilder.reply(4)),
        (.toServer, Array("\u{1}\(TestKeys.make()) ".utf8)),
      ], origins: [], transactions: []),
    Case(
      testDescription: "bytes that only begin like SOCKS are scanned",
      lines: [(.toServer, [5, 1] + Array(" \(TestKeys.make()) ".utf8)), (.toClient, [1, 2, 3])], origins: [],
      transactions: []),
    Case(
      testDescription: "PROXY protocol 1",
      lines: [(.toServer, Array("PROXY TCP4 198.51.100.7 192.0.2.1 51234 443\r\n".utf8) + post), (.toClient, ok)],
      origins: ["proxy-protocol - 443 198.51.100.7"]),
    Case(
      testDescription: "PROXY protocol 2 by itself, then the connection",
      lines: [
        (
          .toServer,
          ProxyBuilder.proxyV2(
            from: Endpoint(IPAddress(ipv4: 0xC633_6407), port: 1), to: Endpoint(IPAddress(ipv4: 9), port: 443),
            fields: [(2, Array("api.test".utf8))])
        ), (.toServer, post), (.toClient, ok),
      ], origins: ["proxy-protocol api.test 443 198.51.100.7"]),
    Case(
      testDescription: "CONNECT behind the PROXY protocol",
      lines: [
        (.toServer, Array("PROXY UNKNOWN\r\nCONNECT dest.test:443 HTTP/1.1\r\n\r\n".utf8)),
        (.toClient, Array("HTTP/1.1 200 OK\r\n\r\n".utf8)), (.toServer, post), (.toClient, ok),
      ], origins: ["proxy-protocol - -", "connect dest.test 443"],
      transactions: ["CONNECT dest.test dest.test:443 0 > 200 0", "POST h.test /v1 0 > 200 2"]),
  ]

  static func origins(_ facts: [Fact]) -> [String] {
    facts.compactMap { fact in
      guard case .tunnelOpened(let origin) = fact else { return nil }
      let client = origin.client.map { " \($0.address)" } ?? ""
      return "\(origin.kind.rawValue) \(origin.host ?? "-") \(origin.port.map(String.init) ?? "-")\(client)"
    }
  }

  static func check(_ facts: [Fact], _ input: Case, _ comment: Comment) {
    #expect(origins(facts) == input.origins, comment)
    #expect(Told(facts).transactions == input.transactions, comment)
    #expect(Told(facts).sightings.count == input.sightings, comment)
  }

  @Test("the connection behind it is read", arguments: cases)
  func reads(_ input: Case) throws {
    Self.check(try input.dialogue.facts(), input, "whole")
    for size in [1, 2, 3, 7] { Self.check(try input.dialogue.facts(pieceByteCount: size), input, "pieces of \(size)") }
  }

  @Test("cut anywhere in two, with the same result", arguments: cases)
  func cut(_ input: Case) throws {
    for (index, line) in input.lines.enumerated() {
      for offset in stride(from: 1, to: min(line.1.count, 120), by: 3) {
        Self.check(try input.dialogue.facts(cutting: index, at: offset), input, "line \(index) at \(offset)")
      }
    }
  }

  @Test("a capture without the proxy's side still shows the name and what is sent to it")
  func clientAlone() throws {
    let facts = try Dialogue().client(ProxyBuilder.greeting()).client(Self.name).client(Self.post).facts()
    #expect(Self.origins(facts) == ["socks5 dest.test 8080"])
    #expect(Told(facts).sightings.count == 1)
    #expect(Told(facts).transactions == ["POST h.test /v1 0 > - 0"])
  }

  @Test("held bytes are bounded: a proxy that never answers does not stop the scan")
  func bounded() throws {
    let facts = try Dialogue().client([4, 1, 0, 80] + [1, 2, 3, 4] + [0])
      .client([UInt8](repeating: 1, count: 66_000)).client(Array(" \(TestKeys.make()) ".utf8)).facts()
    #expect(Self.origins(facts).isEmpty)
    #expect(Told(facts).sightings.count == 1)
  }

  @Test("never traps on noise", arguments: 0..<40 as Range<UInt64>)
  func noise(seed: UInt64) throws {
    var generator = SeededGenerator(seed: seed)
    let input = Self.cases[Int(generator.next() % UInt64(Self.cases.count))]
    var dialogue = Dialogue()
    for (direction, bytes) in input.lines {
      var changed = bytes
      for _ in 0..<generator.next() % 3 {
        changed[Int(generator.next() % UInt64(changed.count))] = UInt8(truncatingIfNeeded: generator.next())
      }
      dialogue = direction == .toServer ? dialogue.client(changed) : dialogue.server(changed)
    }
    _ = try dialogue.facts()
    _ = try dialogue.facts(pieceByteCount: 2)
  }
}
