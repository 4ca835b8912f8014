import Observations
import Protocols
import TestSupport
import Testing
import Wire

@Suite("HTTP/2, RFC 9113")
struct HTTP2Tests {
  typealias Writer = HTTP2Writer

  struct Case: CustomTestStringConvertible, Sendable {
    var testDescription: String
    var dialogue: Dialogue
    var transactions: [String]

    init(_ name: String, _ dialogue: Dialogue, _ transactions: [String]) {
      (testDescription, self.dialogue, self.transactions) = (name, dialogue, transactions)
    }
  }

  static let answer = "GET h.test /a 0 > 200 2"

  static let cases: [Case] = [
    Case("a request and its answer", Writer.opening.client(Writer.get(1)).server(Writer.ok(1)), [answer]),
    Case(
      "bodies, empty frames and padding",
      Writer.opening.client(
        Writer.headers(1, Writer.request("POST", "/p")) + Writer.data(1, "abc") + Writer.data(1, "")
          + Writer.frame(.data, [.padded, .endStream], stream: 1, [3] + Array("defg".utf8) + [0, 0, 0])
      ).server(Writer.ok(1, "")), ["POST h.test /p 7 > 200 0"]),
    Case(
      "priority and padding around a header block",
      Writer.opening.client(
        Writer.frame(
          .headers, [.padded, .priority, .endHeaders, .endStream], stream: 1,
          [2, 0, 0, 0, 0, 16] + Writer.block(Writer.request("GET", "/a")) + [0, 0])
      ).server(Writer.ok(1)), [answer]),
    Case(
      "a header block over CONTINUATION frames",
      Writer.opening.client(continued(1, Writer.request("GET", "/a"))).server(Writer.ok(1)), [answer]),
    Case(
      "streams that take turns",
      Writer.opening.client(
        Writer.headers(1, Writer.request("POST", "/1")) + Writer.headers(3, Writer.request("POST", "/3"))
          + Writer.data(3, "333") + Writer.data(1, "1", end: true) + Writer.data(3, "3", end: true)
      ).server(
        Writer.headers(3, [(":status", "200")]) + Writer.headers(1, [(":status", "404")])
          + Writer.data(1, "no", end: true)
          + Writer.data(3, "yes", end: true)), ["POST h.test /1 1 > 404 2", "POST h.test /3 4 > 200 3"]),
    Case(
      "trailers",
      Writer.opening.client(Writer.get(1)).server(
        Writer.headers(1, [(":status", "200")]) + Writer.data(1, "hi")
          + Writer.headers(1, [("grpc-status", "0")], end: true)),
      [answer]),
    Case(
      "interim responses",
      Writer.opening.client(Writer.get(1)).server(
        Writer.headers(1, [(":status", "100")]) + Writer.headers(1, [(":status", "103"), ("link", "</x>")])
          + Writer.ok(1)),
      [answer]),
    Case(
      "a promise, whose block changes the dynamic table",
      Writer.opening.client(Writer.get(1)).server(
        Writer.frame(
          .pushPromise, .endHeaders, stream: 1,
          [0, 0, 0, 2] + Writer.block([(":status", "200")] + Writer.request("GET", "/pushed"), indexed: true))
          + Writer.frame(.headers, .endHeaders, stream: 1, [0xC2]) + Writer.data(1, "hi", end: true)),
      [answer]),
    Case(
      "the dynamic table is shared by the blocks of a direction",
      Writer.opening.client(Writer.get(1, indexed: true)).server(Writer.ok(1))
        .client(Writer.frame(.headers, [.endHeaders, .endStream], stream: 3, [0xC1, 0xC0, 0xBF, 0xBE]))
        .server(Writer.ok(3)), [answer, answer]),
    Case(
      "a stream that is reset",
      Writer.opening.client(Writer.get(1)).server(
        Writer.headers(1, [(":status", "200")]) + Writer.data(1, "par")
          + Writer.frame(.rstStream, stream: 1, [0, 0, 0, 8])), ["GET h.test /a 0 > 200 3"]),
    Case(
      "an answer that does not come",
      Writer.opening.client(Writer.get(1) + Writer.frame(.goAway, stream: 0, [UInt8](repeating: 0, count: 8))),
      ["GET h.test /a 0 > - 0"]),
    Case(
      "the server's side is heard first",
      Dialogue().server(Writer.settings).client(Writer.preface + Writer.settings + Writer.get(1)).server(Writer.ok(1)),
      [answer]),
    Case(
      "the sides are the other way round",
      Dialogue().server(Writer.preface + Writer.settings + Writer.get(1)).client(Writer.settings + Writer.ok(1)),
      [answer]),
    Case(
      "unknown frames are stepped over",
      Writer.opening.client(
        Writer.frame(HTTP2FrameType(rawValue: 0xBB), .init(rawValue: 0xFF), stream: 9, [1, 2, 3]) + Writer.get(1)
          + Writer.frame(.alternativeService, stream: 0, [0, 0, 65])
      ).server(Writer.ok(1)), [answer]),
    Case(
      "Host where there is no authority, which else counts alone",
      Writer.opening.client(
        Writer.headers(1, [(":method", "GET"), (":path", "/a"), ("host", "H.test:81")], end: true)
          + Writer.headers(3, Writer.request("GET", "http://other.test/a") + [("host", "third.test")], end: true)
      ).server(Writer.ok(1) + Writer.ok(3)), [answer, "GET h.test http://other.test/a 0 > 200 2"]),
    Case(
      "CONNECT, and what it carries is looked at afresh",
      Writer.opening.client(Writer.headers(1, [(":method", "CONNECT"), (":authority", "in.test:80")]))
        .server(Writer.headers(1, [(":status", "200")]))
        .client(Writer.data(1, HTTP1Tests.get, end: true)).server(Writer.data(1, HTTP1Tests.ok, end: true)),
      [answer, "CONNECT in.test in.test:80 33 > 200 40"]),
    Case(
      "a CONNECT that is refused",
      Writer.opening.client(Writer.headers(1, [(":method", "CONNECT"), (":authority", "in.test:80")]))
        .server(Writer.headers(1, [(":status", "407")]) + Writer.data(1, "no", end: true)),
      ["CONNECT in.test in.test:80 0 > 407 2"]),
    // The request is told once, where it was read; stream 1 (RFC 7540 section 3.2) has its response alone.
    Case(
      "Upgrade from HTTP/1.1",
      Dialogue().client("GET /a HTTP/1.1\r\nHost: h.test\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n")
        .server(Array("HTTP/1.1 101 S\r\nUpgrade: h2c\r\n\r\n".utf8) + Writer.settings)
        .client(Writer.preface + Writer.settings).server(Writer.ok(1)).client(Writer.get(3, "/b")).server(Writer.ok(3)),
      ["GET h.test /a 0 > 101 0", "- 0 > 200 2", "GET h.test /b 0 > 200 2"]),
  ]

  /// A header block of which every frame has one byte.
  static func continued(_ stream: UInt32, _ fields: Writer.Fields) -> [UInt8] {
    let block = Writer.block(fields)
    let rest = block.dropFirst().dropLast().flatMap { Writer.frame(.continuation, stream: stream, [$0]) }
    return Writer.frame(.headers, .endStream, stream: stream, [block[0]]) + rest
      + Writer.frame(.continuation, .endHeaders, stream: stream, [block[block.count - 1]])
      + Writer.frame(.data, stream: stream, [])
  }

  @Test("reads", arguments: cases)
  func reads(_ input: Case) throws {
    #expect(Told(try input.dialogue.facts()).transactions == input.transactions)
  }

  @Test("reads the same whatever the cut", arguments: cases)
  func readsAcrossCuts(_ input: Case) throws {
    try input.dialogue.forEachCut { facts, place in
      try #require(Told(facts).transactions == input.transactions, "\(place)")
    }
  }

  @Test("reads the same byte by byte", arguments: cases)
  func readsBytes(_ input: Case) throws {
    #expect(Told(try input.dialogue.facts(pieceByteCount: 1)).transactions == input.transactions)
  }

  @Test("tells streams, version, content type and all fields; a cookie's crumbs are one field")
  func tellsRequests() throws {
    var settings = ProtocolSettings()
    settings.keepsFields = true
    let fields: Writer.Fields = [
      ("cookie", "a=1"), ("user-agent", "t/1"), ("cookie", "b=2"), ("x", "1\r\ny: 2"), ("content-type", "text/plain"),
    ]
    let facts = try Writer.opening.client(Writer.headers(7, Writer.request("GET", "/a") + fields, end: true)).facts(
      settings: settings)
    let request = try #require(facts.requests.first)
    #expect((request.streamID, request.version, request.index) == (7, "HTTP/2", 0))
    #expect((request.userAgent, request.contentType) == ("t/1", "text/plain"))
    #expect(request.fields.map(\.name) == ["host", "cookie", "user-agent", "x", "content-type"])
    #expect(request.fields[3].value == "1  y: 2")
  }

  @Test("never traps on noise around frames", arguments: 0..<60)
  func survivesNoise(seed: Int) throws {
    var generator = SeededGenerator(seed: UInt64(seed))
    let input = Self.cases[seed % Self.cases.count].dialogue
    var dialogue = Dialogue()
    for line in input.lines + input.lines {
      var bytes = line.bytes
      for _ in 0..<Int(generator.next() % 4) {
        bytes[Int(generator.next() % UInt64(bytes.count))] = UInt8(truncatingIfNeeded: generator.next())
      }
      bytes += generator.bytes(Int(generator.next() % 3))
      dialogue = line.direction == .toServer ? dialogue.client(bytes) : dialogue.server(bytes)
    }
    _ = try dialogue.facts()
    _ = try dialogue.facts(pieceByteCount: 3)
  }
}

extension [Fact] {
  var requests: [HTTPRequest] {
    compactMap { if case .request(let request) = $0 { request } else { nil } }
  }
}
