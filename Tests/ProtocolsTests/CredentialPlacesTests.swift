import Observations
import Protocols
import TestSupport
import Testing
import Wire

@Suite("Where keys are found in HTTP/1 and in bytes of no known protocol")
struct CredentialPlacesTests {
  struct Case: CustomTestStringConvertible, Sendable {
    var testDescription: String
    var lines: [(Direction, String)]
    var place: String

    var dialogue: Dialogue {
      lines.reduce(Dialogue()) { $1.0 == .toServer ? $0.client($1.1) : $0.server($1.1) }
    }
  }

  static let key = TestKeys.make()
  static let ok = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"

  static let cases = [
    Case(
      testDescription: "a header",
      lines: [(.toServer, "GET / HTTP/1.1\r\nHost: h.test\r\nAuthorization: Bearer \(key)\r\n\r\n"), (.toClient, ok)],
      place: "request-header [] h.test"),
    Case(
      testDescription: "the request line", lines: [(.toServer, "GET /?k=\(key)&b=1 HTTP/1.1\r\nHost: h.test\r\n\r\n")],
      place: "request-line [] h.test"),
    Case(
      testDescription: "a body",
      lines: [
        (.toServer, "POST / HTTP/1.1\r\nHost: h.test\r\nContent-Length: 60\r\n\r\n{\"apiKey\":\"\(key)\"}")
      ], place: "request-body [] h.test"),
    Case(
      testDescription: "a chunked body, cut inside the key",
      lines: [
        (
          .toServer,
          "POST / HTTP/1.1\r\nHost: h.test\r\nTransfer-Encoding: chunked\r\n\r\n"
            + "10\r\n\(key.prefix(16))\r\n20\r\n\(key.dropFirst(16))\r\n1\r\n!\r\n0\r\n\r\n"
        )
      ], place: "request-body [] h.test"),
    Case(
      testDescription: "a trailer, cut inside the key",
      lines: [
        (
          .toServer,
          "POST / HTTP/1.1\r\nHost: h.test\r\nTransfer-Encoding: chunked\r\n\r\n1\r\n!\r\n0\r\nX-K: \(key.prefix(9))"
        ),
        (.toServer, "\(key.dropFirst(9))\r\n\r\n"),
      ], place: "request-header [] h.test"),
    Case(
      testDescription: "an extension of a chunk",
      lines: [
        (.toServer, "POST / HTTP/1.1\r\nHost: h.test\r\nTransfer-Encoding: chunked\r\n\r\n1;k=\(key)\r\n!\r\n0\r\n\r\n")
      ], place: "request-header [] h.test"),
    Case(
      testDescription: "a response header",
      lines: [
        (.toServer, "GET / HTTP/1.1\r\nHost: h.test\r\n\r\n"),
        (.toClient, "HTTP/1.1 200 OK\r\nX-Key: \(key)\r\nContent-Length: 0\r\n\r\n"),
      ], place: "response-header [] h.test"),
    Case(
      testDescription: "a response body until close",
      lines: [
        (.toServer, "GET / HTTP/1.1\r\nHost: h.test\r\n\r\n"), (.toClient, "HTTP/1.1 200 OK\r\n\r\nkey=\(key)"),
      ], place: "response-body [] h.test"),
    Case(testDescription: "an unknown protocol", lines: [(.toServer, "\u{1}AUTH \(key)\n")], place: "stream [] -"),
    Case(
      testDescription: "an unknown protocol whose server speaks first",
      lines: [(.toClient, "220 hello\r\n"), (.toServer, "AUTH \(key)\r\n")], place: "stream [] -"),
    Case(
      testDescription: "inside a tunnel",
      lines: [
        (.toServer, "CONNECT in.test:9 HTTP/1.1\r\nHost: in.test:9\r\n\r\n"), (.toClient, "HTTP/1.1 200 OK\r\n\r\n"),
        (.toServer, "\u{2}\(key)\n"),
      ], place: "stream [] in.test"),
    Case(
      testDescription: "content that is no gzip although it says so",
      lines: [
        (
          .toServer,
          "POST / HTTP/1.1\r\nHost: h.test\r\nContent-Encoding: gzip\r\nContent-Length: 49\r\n\r\n\(key)\n"
        )
      ], place: "request-body [] h.test"),
  ]

  @Test("finds a key in", arguments: cases)
  func finds(_ input: Case) throws {
    let told = Told(try input.dialogue.facts()).sightings
    #expect(told.map { String($0.drop { $0 != " " }.dropFirst()) } == [input.place])
  }

  @Test("finds it once whatever the cut", arguments: cases)
  func findsAcrossCuts(_ input: Case) throws {
    let expected = Told(try input.dialogue.facts()).sightings
    try input.dialogue.forEachCut { facts, place in try #require(Told(facts).sightings == expected, "\(place)") }
  }

  @Test("never lets the key itself out", arguments: cases)
  func masks(_ input: Case) throws {
    var settings = ProtocolSettings()
    settings.keepsFields = true
    let facts = try input.dialogue.facts(settings: settings)
    #expect(!"\(dumped(facts))".contains(Self.key.dropFirst(8).prefix(20)))
  }

  private func dumped(_ facts: [Fact]) -> String {
    var text = ""
    dump(facts, to: &text)
    return text
  }

  @Test("finds a key behind the end of compressed content, whatever the cut")
  func findsBehindTheEnd() throws {
    let body = Compression.gzip(Array("text".utf8)) + Array("\n\(Self.key)\n".utf8)
    let head = "POST / HTTP/1.1\r\nHost: h.test\r\nContent-Encoding: gzip\r\nContent-Length: \(body.count)\r\n\r\n"
    for cut in 0..<body.count {
      let dialogue = Dialogue().client(head).client(Array(body[..<cut])).client(Array(body[cut...]))
      let told = Told(try dialogue.facts()).sightings
      #expect(told.count == 1 && told[0].contains("request-body"), "cut at \(cut): \(told)")
    }
  }

  @Test("masks what is secret by its place, whatever its form")
  func masksSensitiveFields() throws {
    var settings = ProtocolSettings()
    settings.keepsFields = true
    let secret = "0123456789abcdefghijklmnop"
    let dialogue = Dialogue().client(
      "GET /p?api_key=\(secret)&q=1 HTTP/1.1\r\nHost: h.test\r\nAuthorization: Basic \(secret)\r\nCookie: s=\(secret)\r\n"
        + "X-Acme-Api-Key: \(secret)\r\nReferer: http://u:\(secret)@r.test/?token=\(secret)\r\n\r\n")
    let facts = try dialogue.facts(settings: settings)
    #expect(!dumped(facts).contains(secret))
    #expect(Told(facts).transactions == ["GET h.test /p?api_key=…&q=1 0 > - 0"])
  }

  @Test("finds a key in a head beyond its limit, and the message after it", arguments: [0, 1, 2, 3, 4])
  func findsKeyBeyondHeadLimit(slack: Int) throws {
    var settings = ProtocolSettings()
    settings.headByteLimit = 1_024
    let start = "GET /long HTTP/1.1\r\nHost: h.test\r\nX-Filler: "
    let filler = String(repeating: "f", count: 1_024 - start.utf8.count - slack)
    let dialogue = Dialogue().client(
      "\(start)\(filler)\r\nX-Key: \(Self.key)\r\n\r\nGET /next HTTP/1.1\r\nHost: n.test\r\n\r\n")
    for size in [Int.max, 1, 100] {
      let told = Told(try dialogue.facts(pieceByteCount: size, settings: settings))
      #expect(told.sightings.count == 1)
      #expect(told.transactions.last == "GET n.test /next 0 > - 0")
    }
  }

  @Test("finds a key behind many megabytes of body, and keeps memory flat")
  func findsDeepKey() throws {
    var context = try AnalysisContext(patterns: TestKeys.patterns.get(), settings: ProtocolSettings())
    var analyzer = FlowAnalyzer()
    let filler = [UInt8](repeating: UInt8(ascii: "x"), count: 65_536)
    let count = 160
    let head =
      "POST / HTTP/1.1\r\nHost: h.test\r\nContent-Length: \(count * filler.count + Self.key.utf8.count + 1)\r\n\r\n"
    _ = analyzer.data(Array(head.utf8).rawSpan, .toServer, &context)
    for _ in 0..<count { _ = analyzer.data(filler.rawSpan, .toServer, &context) }
    _ = analyzer.data(Array(" \(Self.key)".utf8).rawSpan, .toServer, &context)
    analyzer.closed(&context)
    #expect(Told(context.facts).sightings.count == 1)
  }
}
