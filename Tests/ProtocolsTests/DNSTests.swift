import Observations
import Protocols
import TestSupport
import Testing
import Wire

/// What a test compares of DNS: messages and sightings, in words.
struct DNSTold: Equatable {
  var messages: [String] = []
  var sightings: [String] = []

  init(_ facts: [Fact]) {
    for fact in facts {
      switch fact {
      case .dns(let message):
        let names = message.queries.map { "\($0.name) \($0.type.name)" }.joined(separator: ",")
        messages.append("\(message.index) \(message.isResponse ? "<" : ">") \(names) \(message.answers.count)")
      case .credential(let sighting):
        sightings.append(
          "\(sighting.credential.fingerprint.suffix(8)) \(sighting.location.rawValue) \(sighting.transport.rawValue) "
            + (sighting.direction == .toServer ? "out" : "in"))
      default: break
      }
    }
  }
}

@Suite("DNS over TCP, RFC 7766")
struct DNSConnectionTests {
  static let query = DNSBuilder.query("www.h.test")
  static let answer = DNSBuilder.response(to: "www.h.test").answering("www.h.test", "192.0.2.1")

  static let dialogue = Dialogue().client(query.framed + DNSBuilder.query("b.test", .txt).framed)
    .server(answer.framed).server(DNSBuilder.response(to: "b.test", .txt).framed).client(query.framed)

  static let messages = [
    "0 > www.h.test A 0", "1 > b.test TXT 0", "2 < www.h.test A 1", "3 < b.test TXT 0", "4 > www.h.test A 0",
  ]

  @Test("reads many messages in both directions")
  func reads() throws {
    let facts = try Self.dialogue.facts()
    #expect(DNSTold(facts).messages == Self.messages)
    let names = facts.compactMap { if case .recognised(let name) = $0 { name } else { nil } }
    #expect(names == [.dns])
  }

  @Test("reads the same whatever the cut", arguments: 0..<4)
  func readsAcrossCuts(_ line: Int) throws {
    for offset in 1..<Self.dialogue.lines[line].bytes.count {
      try #require(DNSTold(try Self.dialogue.facts(cutting: line, at: offset)).messages == Self.messages, "\(offset)")
    }
  }

  @Test("reads the same byte by byte", arguments: [1, 2, 3, 7])
  func readsPieces(_ count: Int) throws {
    #expect(DNSTold(try Self.dialogue.facts(pieceByteCount: count)).messages == Self.messages)
  }

  @Test("finds the sides when the server is heard first")
  func findsSides() throws {
    let dialogue = Dialogue().client(Self.answer.framed).server(Self.query.framed)
    #expect(DNSTold(try dialogue.facts()).messages == ["0 < www.h.test A 1", "1 > www.h.test A 0"])
  }

  @Test("goes on behind a message that makes no sense, and scans it")
  func goesOn() throws {
    let key = TestKeys.make()
    let rubbish = [UInt8](repeating: 0xFF, count: 14) + Array(" \(key) ".utf8)
    let dialogue = Dialogue().client(
      Self.query.framed + DNSBuilder.integer(UInt16(rubbish.count)) + rubbish + Self.query.framed)
    let told = DNSTold(try dialogue.facts())
    #expect(told.messages == ["0 > www.h.test A 0", "1 > www.h.test A 0"])
    #expect(told.sightings.count == 1)
  }

  @Test("finds the next message after a gap, wherever it starts")
  func survivesGaps() throws {
    for skipped in [0, 1, 9, 40] {
      var context = try AnalysisContext(patterns: TestKeys.patterns.get(), settings: ProtocolSettings())
      var analyzer = FlowAnalyzer()
      _ = analyzer.data(Self.query.framed.rawSpan, .toServer, &context)
      _ = analyzer.data(Array(Self.answer.framed.prefix(20)).rawSpan, .toClient, &context)
      analyzer.gap(100, .toClient, &context)
      let rest = Array(Self.answer.framed.suffix(skipped)) + Self.answer.framed + Self.answer.framed
      _ = analyzer.data(rest.rawSpan, .toClient, &context)
      analyzer.closed(&context)
      let told = DNSTold(context.facts)
      #expect(
        told.messages.filter { $0.hasSuffix("< www.h.test A 1") }.count == 2, "\(skipped) bytes of a message first")
    }
  }

  @Test("tells the question of a message whose rest never comes")
  func tellsCutMessage() throws {
    let dialogue = Dialogue().client(Self.query.framed).server(Array(Self.answer.framed.dropLast(3)))
    #expect(DNSTold(try dialogue.facts()).messages.last == "1 < www.h.test A 0")
  }

  @Test("leaves other protocols alone")
  func leavesOthers() throws {
    for text in ["SSH-2.0-OpenSSH_9.6\r\n", "220 mail ESMTP\r\n", "+OK\r\n", "* OK IMAP\r\n", "\u{0}\u{5}abcde"] {
      let facts = try Dialogue().client(text).facts()
      #expect(facts.contains { if case .recognised(.unknown) = $0 { true } else { false } }, "\(text)")
    }
    let http = try Dialogue().client("GET / HTTP/1.1\r\nHost: h.test\r\n\r\n").facts()
    #expect(http.contains { if case .recognised(.http) = $0 { true } else { false } })
  }

  @Test("never traps on noise", arguments: 0..<30)
  func survivesNoise(seed: Int) throws {
    var generator = SeededGenerator(seed: UInt64(seed))
    var dialogue = Dialogue().client(Self.query.framed)
    for _ in 0..<12 {
      var bytes = generator.next() % 2 == 0 ? Self.query.framed : Self.answer.framed
      for _ in 0..<Int(generator.next() % 5) {
        bytes[Int(generator.next() % UInt64(bytes.count))] = UInt8(truncatingIfNeeded: generator.next())
      }
      dialogue = generator.next() % 2 == 0 ? dialogue.client(bytes) : dialogue.server(bytes)
    }
    let whole = DNSTold(try dialogue.facts())
    #expect(!whole.messages.isEmpty, "seed \(seed)")
    #expect(DNSTold(try dialogue.facts(pieceByteCount: 5)).messages.count == whole.messages.count, "seed \(seed)")
  }
}

@Suite("DNS in datagrams, and the secrets in its messages")
struct DNSDatagramTests {
  static func facts(_ messages: [(Direction, [UInt8])], isUsualPort: Bool = true) throws -> (
    facts: [Fact], read: [Bool]
  ) {
    var context = try AnalysisContext(patterns: TestKeys.patterns.get(), settings: ProtocolSettings())
    var datagrams = DNSDatagrams(isUsualPort: isUsualPort)
    let read = messages.map { datagrams.read($0.1.rawSpan, $0.0, &context) }
    return (context.facts, read)
  }

  @Test("are read on a port of DNS, and on others where they are nothing else")
  func reads() throws {
    let exchange: [(Direction, [UInt8])] = [
      (.toServer, DNSConnectionTests.query.bytes), (.toClient, DNSConnectionTests.answer.bytes),
    ]
    for isUsualPort in [true, false] {
      let (facts, read) = try Self.facts(exchange, isUsualPort: isUsualPort)
      #expect(read == [true, true])
      #expect(DNSTold(facts).messages == ["0 > www.h.test A 0", "1 < www.h.test A 1"])
    }
    let cut = Array(DNSConnectionTests.answer.bytes.dropLast())
    #expect(try Self.facts([(.toClient, cut)], isUsualPort: false).read == [false])
    #expect(try Self.facts([(.toClient, cut)]).read == [true])
    #expect(try Self.facts(exchange + [(.toClient, cut)], isUsualPort: false).read == [true, true, true])
    #expect(try Self.facts([(.toServer, [1, 2, 3])]).facts.isEmpty)
  }

  static let key = TestKeys.make()
  static let parts = (String(key.prefix(20)), String(key.dropFirst(20)))

  struct Hiding: CustomTestStringConvertible, Sendable {
    var testDescription: String
    var bytes: [UInt8]
    var direction = Direction.toServer
    var told = "out"
    var shown: String
  }

  static let hidings = [
    Hiding(testDescription: "a label", bytes: DNSBuilder.query("\(key).evil.test").bytes, shown: ".evil.test"),
    Hiding(
      testDescription: "two labels", bytes: DNSBuilder.query("\(parts.0).\(parts.1).evil.test").bytes,
      shown: ".evil.test"),
    Hiding(
      testDescription: "three labels, one of them short",
      bytes: DNSBuilder.query("x-\(key.prefix(1)).\(key.dropFirst(1).prefix(30)).\(key.dropFirst(31)).evil.test").bytes,
      shown: ".evil.test"),
    Hiding(
      testDescription: "labels between a counter and a mark",
      bytes: DNSBuilder.query("part7.\(parts.0).\(parts.1).t1.evil.test").bytes, shown: "part7.tk-live-…"),
    Hiding(
      testDescription: "many short labels",
      bytes: DNSBuilder.query(
        stride(from: 0, to: key.count, by: 6).map { String(key.dropFirst($0).prefix(6)) }.joined(separator: ".")
          + ".evil.test"
      ).bytes, shown: ".evil.test"),
    Hiding(
      testDescription: "a TXT record", bytes: txt([key]), direction: .toClient, told: "in", shown: "h.test"),
    Hiding(
      testDescription: "two strings of TXT", bytes: txt([parts.0, parts.1]), direction: .toClient, told: "in",
      shown: "h.test"),
    Hiding(
      testDescription: "an alias",
      bytes: DNSBuilder.response(to: "h.test").answering("h.test", alias: "\(key).evil.test").bytes,
      direction: .toClient, told: "in", shown: "h.test"),
    Hiding(
      testDescription: "a record that is not read",
      bytes: DNSBuilder.response(to: "h.test").answering("h.test", DNSRecordType(rawValue: 10), Array(key.utf8)).bytes,
      direction: .toClient, told: "in", shown: "h.test"),
    Hiding(
      testDescription: "an echo of what was asked", bytes: DNSBuilder.response(to: "\(key).evil.test").bytes,
      direction: .toClient, told: "out", shown: ".evil.test"),
  ]

  static func txt(_ strings: [String]) -> [UInt8] {
    DNSBuilder.response(to: "h.test", .txt)
      .answering("h.test", .txt, strings.flatMap { [UInt8($0.utf8.count)] + Array($0.utf8) }).bytes
  }

  @Test("show a secret once, masked, in", arguments: hidings)
  func findsSecrets(_ input: Hiding) throws {
    let facts = try Self.facts([(input.direction, input.bytes)]).facts
    let plain = DNSTold(try Dialogue().client("say \(Self.key) ").facts()).sightings.first?.prefix(8)
    let fingerprint = try #require(plain)
    #expect(DNSTold(facts).sightings == ["\(fingerprint) dns-name dns \(input.told)"])
    let text = facts.map { "\($0)" }.joined()
    #expect(!text.contains(Self.parts.1.dropFirst(14).prefix(8)), "the secret is not whole in any fact")
    #expect(text.contains(input.shown))
  }

  @Test("repeat a question in the response, which is no second sighting")
  func ignoresEchoes() throws {
    let name = "\(Self.key).evil.test"
    let facts = try Self.facts([
      (.toServer, DNSBuilder.query(name).bytes), (.toClient, DNSBuilder.response(to: name).bytes),
    ]).facts
    #expect(DNSTold(facts).sightings.count == 1)
  }
}

@Suite("DNS over HTTPS, RFC 8484")
struct DoHTests {
  @Test("is read from bodies and from the dns parameter")
  func reads() throws {
    let type = "Content-Type: application/dns-message\r\n"
    let (query, answer) = (DNSConnectionTests.query.bytes, DNSConnectionTests.answer.bytes)
    // The example of RFC 8484 section 4.1.1: www.example.com, type A.
    let get = "GET /dns-query?dns=AAABAAABAAAAAAAAA3d3dwdleGFtcGxlA2NvbQAAAQAB HTTP/1.1\r\nHost: doh.test\r\n\r\n"
    let post = "POST /dns-query HTTP/1.1\r\nHost: doh.test\r\n\(type)Content-Length: \(query.count)\r\n\r\n"
    let response = "HTTP/1.1 200 OK\r\n\(type)Content-Length: \(answer.count)\r\n\r\n"
    let dialogue = Dialogue().client(get).server(Array(response.utf8) + answer).client(Array(post.utf8) + query)
      .server(Array(response.utf8) + answer)
    for count in [Int.max, 1, 7] {
      let told = DNSTold(try dialogue.facts(pieceByteCount: count))
      #expect(
        told.messages == [
          "0 > www.example.com A 0", "0 < www.h.test A 1", "0 > www.h.test A 0", "0 < www.h.test A 1",
        ])
    }
  }

  @Test("is not read from other bodies", arguments: ["text/plain", "application/dns-messages", ""])
  func leavesOthers(_ type: String) throws {
    let query = DNSConnectionTests.query.bytes
    let post = "POST / HTTP/1.1\r\nHost: h.test\r\nContent-Type: \(type)\r\nContent-Length: \(query.count)\r\n\r\n"
    #expect(DNSTold(try Dialogue().client(Array(post.utf8) + query).facts()).messages.isEmpty)
  }

  @Test("gives the message of a body, and none of what is no message")
  func readsBody() {
    #expect(DNSMessage.read(dohBody: DNSConnectionTests.query.bytes.rawSpan)?.queries.first?.name == "www.h.test")
    #expect(DNSMessage.read(dohBody: [UInt8]().rawSpan) == nil)
    #expect(DNSMessage.read(dohBody: [UInt8](repeating: 0, count: 70_000).rawSpan) == nil)
  }

  @Test("hides no key that is cut into labels")
  func findsSecrets() throws {
    let body = DNSBuilder.query("\(DNSDatagramTests.parts.0).\(DNSDatagramTests.parts.1).evil.test").bytes
    let head = "POST / HTTP/1.1\r\nHost: h.test\r\nContent-Type: application/dns-message\r\n"
    let dialogue = Dialogue().client(Array("\(head)Content-Length: \(body.count)\r\n\r\n".utf8) + body)
    #expect(DNSTold(try dialogue.facts()).sightings.count == 1)
  }
}
