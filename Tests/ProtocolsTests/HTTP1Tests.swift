import Observations
import Protocols
import TestSupport
import Testing
import Wire

@Suite("HTTP/1.0 and 1.1, RFC 9112")
struct HTTP1Tests {
  struct Case: CustomTestStringConvertible, Sendable {
    var testDescription: String
    var lines: [(Direction, String)]
    var transactions: [String]

    init(_ name: String, _ lines: [(Direction, String)], _ transactions: [String]) {
      (testDescription, self.lines, self.transactions) = (name, lines, transactions)
    }

    var dialogue: Dialogue {
      lines.reduce(Dialogue()) { $1.0 == .toServer ? $0.client($1.1) : $0.server($1.1) }
    }
  }

  static let get = "GET /a HTTP/1.1\r\nHost: h.test\r\n\r\n"
  static let ok = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi"

  static let cases: [Case] = [
    Case("a request and its answer", [(.toServer, get), (.toClient, ok)], ["GET h.test /a 0 > 200 2"]),
    Case(
      "keep-alive", [(.toServer, get), (.toClient, ok), (.toServer, get), (.toClient, ok)],
      ["GET h.test /a 0 > 200 2", "GET h.test /a 0 > 200 2"]),
    Case(
      "pipelining",
      [(.toServer, get + "HEAD /b HTTP/1.1\r\nHost: h.test\r\n\r\n" + get), (.toClient, ok), (.toClient, headOK + ok)],
      ["GET h.test /a 0 > 200 2", "HEAD h.test /b 0 > 200 0", "GET h.test /a 0 > 200 2"]),
    Case(
      "a body with a length",
      [(.toServer, "POST /p HTTP/1.1\r\nHost: h.test\r\nContent-Length: 5\r\n\r\nabcde"), (.toClient, ok)],
      ["POST h.test /p 5 > 200 2"]),
    Case(
      "chunks with extensions and trailers",
      [
        (
          .toServer,
          "POST /p HTTP/1.1\r\nHost: h.test\r\nTransfer-Encoding: chunked\r\n\r\n"
            + "3;x=\"y\"\r\nabc\r\nA \r\n0123456789\r\n0\r\nX-Sum: 1\r\nX-B: 2\r\n\r\n" + get
        ), (.toClient, ok + ok),
      ], ["POST h.test /p 13 > 200 2", "GET h.test /a 0 > 200 2"]),
    Case(
      "100-continue",
      [
        (.toServer, "PUT /u HTTP/1.1\r\nHost: h.test\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\n"),
        (.toClient, "HTTP/1.1 100 Continue\r\n\r\n"), (.toServer, "abc"),
        (.toClient, "HTTP/1.1 201 Created\r\nContent-Length: 0\r\n\r\n"),
      ], ["PUT h.test /u 3 > 201 0"]),
    Case(
      "204 and 304 have no body, whatever they say",
      [
        (.toServer, get + get + get), (.toClient, "HTTP/1.1 204 No Content\r\n\r\n"),
        (.toClient, "HTTP/1.1 304 Not Modified\r\nContent-Length: 99\r\n\r\n" + ok),
      ], ["GET h.test /a 0 > 204 0", "GET h.test /a 0 > 304 0", "GET h.test /a 0 > 200 2"]),
    Case(
      "a body until close", [(.toServer, "GET /a HTTP/1.0\r\n\r\n"), (.toClient, "HTTP/1.0 200 OK\r\n\r\nall of it")],
      ["GET - /a 0 > 200 9"]),
    Case(
      "absolute form wins over Host",
      [(.toServer, "GET http://U@abs.test:8080/x?y=1 HTTP/1.1\r\nHost: other.test\r\n\r\n"), (.toClient, ok)],
      ["GET abs.test http://U@abs.test:8080/x?y=1 0 > 200 2"]),
    Case(
      "bare line feeds and folded fields",
      [
        (.toServer, "GET /a HTTP/1.1\nX: 1\n  2\nHost: h.test\n\n"),
        (.toClient, "HTTP/1.1 200 OK\nContent-Length: 1\n\n!"),
      ],
      ["GET h.test /a 0 > 200 1"]),
    Case(
      "odd methods and empty lines before a request",
      [(.toServer, "\r\n\r\nX-ODD_1 /a HTTP/1.1\r\nHost: H.Test.\r\n\r\n"), (.toClient, ok)],
      ["X-ODD_1 h.test. /a 0 > 200 2"]),
    Case(
      "chunked wins over a length",
      [
        (
          .toServer,
          "POST /s HTTP/1.1\r\nHost: h.test\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n0\r\n\r\n"
            + get
        ), (.toClient, ok + ok),
      ], ["POST h.test /s 2 > 200 2", "GET h.test /a 0 > 200 2"]),
    Case(
      "of two lengths the first",
      [
        (.toServer, "POST /s HTTP/1.1\r\nHost: h.test\r\nContent-Length: 3\r\nContent-Length: 99\r\n\r\nabc" + get),
        (.toClient, ok + ok),
      ], ["POST h.test /s 3 > 200 2", "GET h.test /a 0 > 200 2"]),
    Case(
      "requests whose answers are missing", [(.toServer, get + get)],
      ["GET h.test /a 0 > - 0", "GET h.test /a 0 > - 0"]),
    Case(
      "answers whose requests are missing", [(.toClient, ok + ok)],
      ["- > 200 2", "- > 200 2"].map { $0.replacingRequest }),
    Case(
      "the server's side is heard first", [(.toClient, ok), (.toServer, get), (.toClient, ok)],
      ["- 0 > 200 2", "GET h.test /a 0 > 200 2"]),
    Case(
      "CONNECT, and what follows is looked at afresh",
      [
        (.toServer, "CONNECT in.test:80 HTTP/1.1\r\nHost: in.test:80\r\n\r\n"),
        (.toClient, "HTTP/1.1 200 Connection established\r\n\r\n"), (.toServer, get), (.toClient, ok),
      ], ["CONNECT in.test in.test:80 0 > 200 0", "GET h.test /a 0 > 200 2"]),
    Case(
      "a CONNECT that is refused",
      [
        (.toServer, "CONNECT in.test:80 HTTP/1.1\r\nHost: in.test:80\r\n\r\n"),
        (.toClient, "HTTP/1.1 407 Who?\r\nContent-Length: 2\r\n\r\nno"), (.toServer, get), (.toClient, ok),
      ], ["CONNECT in.test in.test:80 0 > 407 2", "GET h.test /a 0 > 200 2"]),
  ]

  static let headOK = "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n"

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

  @Test("finds the next message after one that makes no sense")
  func resynchronises() throws {
    let broken = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nrubbish\r\n"
    let dialogue = Dialogue().client(Self.get).server(broken).client(Self.get).server(Self.ok)
    let told = Told(try dialogue.facts())
    #expect(told.transactions.last == "GET h.test /a 0 > 200 2")
  }

  @Test("keeps going after a gap inside a body, and finds the next message after one that swallowed a head")
  func survivesGaps() throws {
    var context = try AnalysisContext(patterns: TestKeys.patterns.get(), settings: ProtocolSettings())
    var analyzer = FlowAnalyzer()
    let post = Array("POST /p HTTP/1.1\r\nHost: h.test\r\nContent-Length: 10\r\n\r\nab".utf8)
    _ = analyzer.data(post.rawSpan, .toServer, &context)
    analyzer.gap(6, .toServer, &context)
    _ = analyzer.data(Array("yz\(Self.get)".utf8).rawSpan, .toServer, &context)
    analyzer.gap(100, .toServer, &context)
    _ = analyzer.data(Array("rest of something\r\n\r\n\(Self.get)".utf8).rawSpan, .toServer, &context)
    analyzer.closed(&context)
    #expect(
      Told(context.facts).transactions == [
        "POST h.test /p 4 > - 0", "GET h.test /a 0 > - 0", "GET h.test /a 0 > - 0",
      ])
  }

  @Test("tunnels inside tunnels, granted all at once, do not exhaust the stack")
  func survivesNestedTunnels() throws {
    let count = 20_000
    let connect = "CONNECT a:1 HTTP/1.1\r\n\r\n"
    let dialogue = Dialogue().client(String(repeating: connect, count: count))
      .server(String(repeating: "HTTP/1.1 200\r\n\r\n", count: count))
    #expect(!Told(try dialogue.facts()).transactions.isEmpty)
  }

  @Test("never traps on noise around messages", arguments: 0..<40)
  func survivesNoise(seed: Int) throws {
    var generator = SeededGenerator(seed: UInt64(seed))
    var dialogue = Dialogue()
    for _ in 0..<12 {
      var bytes = Array((generator.next() % 2 == 0 ? Self.get : Self.ok).utf8)
      for _ in 0..<Int(generator.next() % 4) {
        bytes[Int(generator.next() % UInt64(bytes.count))] = UInt8(truncatingIfNeeded: generator.next())
      }
      bytes += generator.bytes(Int(generator.next() % 30))
      dialogue = generator.next() % 2 == 0 ? dialogue.client(bytes) : dialogue.server(bytes)
    }
    let whole = try dialogue.facts()
    #expect(!whole.isEmpty, "seed \(seed)")
    _ = try dialogue.facts(pieceByteCount: 3)
  }
}

extension String {
  /// An answer without a request counts no request body.
  var replacingRequest: String { replacing("- >", with: "- 0 >") }
}
