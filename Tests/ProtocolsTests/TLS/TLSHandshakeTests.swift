import Observations
import Protocols
import TestSupport
import Testing
import Wire

@Suite("What a TLS handshake says in clear, RFC 8446 and RFC 5246")
struct TLSHandshakeTests {
  struct Case: CustomTestStringConvertible, Sendable {
    var testDescription: String
    var lines: [(Direction, [UInt8])]
    var told: [String]

    var dialogue: Dialogue {
      lines.reduce(Dialogue()) { $1.0 == .toServer ? $0.client($1.1) : $0.server($1.1) }
    }
  }

  typealias Script = TLSScript
  static let id = [UInt8](repeating: 9, count: 32)
  static let hello = Script.handshake(
    1,
    Script.clientHello(
      sessionID: id,
      [Script.grease, Script.name("Api.Example"), Script.protocols(["h2", "http/1.1"]), Script.offersTLS13]))
  static let hello12 = Script.handshake(
    1, Script.clientHello(sessionID: id, suites: [0xC02F], [Script.name("old.example"), (35, [1, 2, 3])]))
  static let answer13 = Script.handshake(
    2, Script.serverHello(sessionID: id, suite: 0x1301, [Script.selectsTLS13, (51, [0, 29, 0, 1, 0])]))
  static func answer12(_ sessionID: [UInt8] = [], alpn: Bool = false) -> [UInt8] {
    let extensions: [Script.Extension] = [(65281, [0])] + (alpn ? [Script.protocols(["h2"])] : [])
    return Script.handshake(2, Script.serverHello(sessionID: sessionID, suite: 0xC02F, extensions))
  }
  static let certificate = Script.handshake(11, Script.certificate(isTLS13: false))
  static let finish = Script.changeCipherSpec + Script.record(22, [UInt8](repeating: 0xF1, count: 40))
  static let hello13Told = "hello api.example [\"h2\", \"http/1.1\"] none -"
  static let hello12Told = "hello old.example [] none -"

  static let cases = [
    Case(
      testDescription: "TLS 1.2 with a certificate",
      lines: [
        (.toServer, hello12), (.toClient, answer12(alpn: true) + certificate + Script.handshake(14, [])),
        (.toServer, Script.handshake(16, [0, 2, 1, 1]) + finish), (.toClient, finish),
        (.toServer, Script.applicationData(300)), (.toClient, Script.applicationData(3000)),
      ],
      told: [hello12Told, "TLS 1.2 old.example h2 0A:1B:2C", "no-keys 5/2/0 6/2/0"]),
    Case(
      testDescription: "TLS 1.2, several messages in one record and one in several",
      lines: [
        (.toServer, splitRecords(hello12, every: 11)),
        (
          .toClient,
          Script.record(
            22, Array(answer12()[5...]) + Array(certificate[5...]) + Script.message(14, []))
        ), (.toServer, finish), (.toClient, finish),
      ],
      told: [
        hello12Told, "TLS 1.2 old.example - 0A:1B:2C", "no-keys \((hello12.count - 5 + 10) / 11 + 2)/1/0 3/1/0",
      ]),
    Case(
      testDescription: "TLS 1.2 resumed by session id",
      lines: [(.toServer, hello12), (.toClient, answer12(id) + finish), (.toServer, finish)],
      told: [hello12Told, "TLS 1.2 old.example - - resumed", "no-keys 3/1/0 3/1/0"]),
    Case(
      testDescription: "TLS 1.2 resumed by ticket",
      lines: [(.toServer, hello12), (.toClient, answer12() + finish), (.toServer, finish)],
      told: [hello12Told, "TLS 1.2 old.example - - resumed", "no-keys 3/1/0 3/1/0"]),
    Case(
      testDescription: "TLS 1.3",
      lines: [
        (.toServer, hello),
        (.toClient, answer13 + Script.changeCipherSpec + Script.applicationData(900)),
        (.toServer, Script.changeCipherSpec + Script.applicationData(53) + Script.applicationData(90)),
      ],
      told: [hello13Told, "TLS 1.3 api.example - -", "no-keys 4/2/0 3/1/0"]),
    Case(
      testDescription: "TLS 1.3 by a pre-shared key",
      lines: [
        (.toServer, hello),
        (
          .toClient,
          Script.handshake(2, Script.serverHello(suite: 0x1301, [Script.selectsTLS13, (41, [0, 0])]))
        ),
      ],
      told: [hello13Told, "TLS 1.3 api.example - - resumed", "no-keys 1/0/0 1/0/0"]),
    Case(
      testDescription: "a HelloRetryRequest: two hellos, one handshake",
      lines: [
        (.toServer, hello),
        (
          .toClient,
          Script.handshake(
            2,
            Script.serverHello(
              random: Script.retryRandom, sessionID: id, suite: 0x1301, [Script.selectsTLS13, (51, [0, 24])]))
            + Script.changeCipherSpec
        ), (.toServer, Script.changeCipherSpec + hello), (.toClient, answer13 + Script.applicationData(70)),
      ],
      told: [hello13Told, "TLS 1.3 api.example - - retried", "no-keys 3/0/0 4/1/0"]),
    Case(
      testDescription: "early data for a server that speaks TLS 1.2",
      lines: [
        (
          .toServer,
          Script.handshake(1, Script.clientHello([Script.name("api.example"), Script.offersTLS13, (42, [])]))
            + Script.applicationData(50)
        ), (.toClient, answer12() + certificate),
        (.toServer, Script.handshake(16, [0, 2, 1, 1]) + finish), (.toClient, finish),
      ],
      told: ["hello api.example [] none -", "TLS 1.2 api.example - 0A:1B:2C", "no-keys 5/2/0 4/1/0"]),
    Case(
      testDescription: "a hello that was refused",
      lines: [(.toServer, hello12), (.toClient, Script.record(21, [2, 40]))],
      told: [hello12Told, "unanswered old.example - -", "no-keys 1/0/0 1/0/0"]),
    Case(
      testDescription: "a hello in the framing of SSL 2.0",
      lines: [
        (.toServer, ssl2Hello), (.toClient, Script.handshake(2, Script.serverHello(version: 0x0300, suite: 4, []))),
        (.toClient, certificate), (.toServer, finish), (.toClient, finish),
      ],
      told: ["hello - [] none -", "SSLv3 - - 0A:1B:2C", "no-keys 2/1/0 4/1/0"]),
    Case(
      testDescription: "a connection picked up in its midst",
      lines: [(.toServer, Script.applicationData(99)), (.toClient, Script.applicationData(99))],
      told: ["no-keys 1/1/0 1/1/0"]),
    Case(
      testDescription: "TLS behind STARTTLS",
      lines: [
        (.toClient, Array("220 mail\r\n".utf8)), (.toServer, Array("STARTTLS\r\n".utf8)),
        (.toClient, Array("220 go\r\n".utf8)), (.toServer, hello), (.toClient, answer13),
      ],
      told: [hello13Told, "TLS 1.3 api.example - -", "no-keys 1/0/0 1/0/0"]),
  ]

  static let ssl2Hello: [UInt8] =
    [0x80, 9 + 6 + 16, 1, 3, 0, 0, 6, 0, 0, 0, 16, 0, 0, 4, 0, 0, 5] + [UInt8](repeating: 7, count: 16)

  /// The content of one record in records of `size` bytes.
  static func splitRecords(_ record: [UInt8], every size: Int) -> [UInt8] {
    let content = Array(record[5...])
    return stride(from: 0, to: content.count, by: size).flatMap {
      Script.record(22, Array(content[$0..<min(content.count, $0 + size)]))
    }
  }

  @Test("reads", arguments: cases)
  func reads(_ input: Case) throws {
    #expect(TLSTold(try input.dialogue.facts()).lines == input.told)
  }

  @Test("reads the same whatever the cut", arguments: cases.dropLast())
  func cuts(_ input: Case) throws {
    try input.dialogue.forEachCut { facts, place in try #require(TLSTold(facts).lines == input.told, "\(place)") }
    for size in [1, 2, 7, 64] {
      #expect(TLSTold(try input.dialogue.facts(pieceByteCount: size)).lines == input.told, "pieces of \(size)")
    }
  }

  @Test("a capture that takes the server for the client is put right")
  func swapped() throws {
    let dialogue = Dialogue().server(Self.hello).client(Self.answer13)
    #expect(
      TLSTold(try dialogue.facts()).lines == [
        Self.hello13Told, "TLS 1.3 api.example - -", "no-keys 1/0/0 1/0/0",
      ])
  }

  @Test("what is no TLS any more is scanned as it is")
  func lost() throws {
    var flow = try TLSFlow()
    flow.send(.toServer, Self.hello)
    flow.send(.toServer, Array("plain text with a key: \(TestKeys.make()) \n".utf8))
    let told = flow.close()
    #expect(told.lines.contains("key stream plain"))
    #expect(flow.context.counters.tlsLost == 1)
  }

  @Test("encrypted bytes are counted, never scanned")
  func counts() throws {
    var flow = try TLSFlow()
    flow.send(.toServer, Self.hello)
    flow.send(.toClient, Self.answer13)
    let before = flow.context.counters.scannedBytes
    for _ in 0..<20 { flow.send(.toClient, Script.applicationData(16_000)) }
    #expect(flow.context.counters.scannedBytes == before)
    #expect(flow.context.counters.encryptedBytes == 320_000)
  }

  @Test("after a gap the next record is found")
  func gap() throws {
    var flow = try TLSFlow()
    flow.send(.toServer, Self.hello)
    flow.send(.toClient, Self.answer13 + Array(Script.applicationData(500)[..<200]))
    flow.lose(.toClient, 100)
    flow.send(.toClient, [UInt8](repeating: 0xEE, count: 205) + Script.applicationData(10))
    flow.lose(.toClient, 5000)
    flow.send(.toClient, [1, 3, 3, 23, 3, 3] + Script.applicationData(70) + Script.applicationData(80))
    #expect(flow.close().lines.last == "no-keys 1/0/0 5/4/0")
    #expect(flow.context.counters.tlsResynchronisations == 1)
  }

  @Test("seeded corruption never traps", arguments: [0x715_0001, 0x715_0002] as [UInt64])
  func corruption(seed: UInt64) throws {
    var generator = SeededGenerator(seed: seed)
    for _ in 0..<400 {
      var flow = try TLSFlow()
      let input = Self.cases[Int(generator.next() % UInt64(Self.cases.count))]
      for (direction, bytes) in input.lines {
        var bytes = bytes
        for _ in 0..<Int(generator.next() % 4) {
          bytes[Int(generator.next() % UInt64(bytes.count))] = UInt8(truncatingIfNeeded: generator.next())
        }
        if generator.next() % 8 == 0 { flow.lose(direction, Int(generator.next() % 300)) }
        let cut = Int(generator.next() % UInt64(bytes.count))
        for piece in [Array(bytes[..<cut]), Array(bytes[cut...])] where !piece.isEmpty { flow.send(direction, piece) }
      }
      _ = flow.close()
    }
  }
}
