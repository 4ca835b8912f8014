import Observations
import Protocols
import TestSupport
import Testing
import Wire

@Suite("Where keys are found in HTTP/2, gRPC and WebSocket")
struct HTTP2CredentialTests {
  typealias Writer = HTTP2Writer
  typealias Socket = WebSocketWriter

  struct Case: CustomTestStringConvertible, Sendable {
    var testDescription: String
    var dialogue: Dialogue
    var places: [String]

    init(_ name: String, _ dialogue: Dialogue, _ places: String...) {
      (testDescription, self.dialogue, self.places) = (name, dialogue, places)
    }
  }

  static let key = TestKeys.make()
  static let json = "{\"model\":\"m\",\"key\":\"\(key)\",\"text\":\"\(String(repeating: "word ", count: 40))\"}"
  static let half = json.utf8.count / 5

  static func post(_ fields: Writer.Fields = []) -> [UInt8] { Writer.headers(1, Writer.request("POST", "/p") + fields) }
  static let grpc: Writer.Fields = [("content-type", "application/grpc+proto"), ("te", "trailers")]

  /// The bytes of a body in frames of `size` bytes.
  static func split(_ bytes: [UInt8], size: Int = 40) -> [UInt8] {
    stride(from: 0, to: bytes.count, by: size).flatMap {
      Writer.data(1, Array(bytes[$0..<min(bytes.count, $0 + size)]))
    }
      + Writer.data(1, "", end: true)
  }

  static let cases: [Case] = [
    Case(
      "a header",
      Writer.opening.client(Writer.headers(1, Writer.request("GET", "/") + [("authorization", "Bearer \(key)")])),
      "request-header [] h.test"),
    Case(
      "a header that is repeated from the table",
      Writer.opening.client(
        Writer.headers(1, Writer.request("GET", "/") + [("x-api-key", key)], end: true, indexed: true)
      )
      .client(Writer.frame(.headers, .endHeaders, stream: 3, [0xC2, 0xC1, 0xC0, 0xBF, 0xBE])),
      "request-header [] h.test", "request-header [] h.test"),
    Case("the path", Writer.opening.client(Writer.get(1, "/?key=\(key)&x=1")), "request-line [] h.test"),
    Case("a body", Writer.opening.client(post() + Writer.data(1, json, end: true)), "request-body [] h.test"),
    Case(
      "a body in frames of 40 bytes", Writer.opening.client(post() + split(Array(json.utf8))), "request-body [] h.test"),
    Case(
      "a body in frames, others between them",
      Writer.opening.client(
        post() + Writer.data(1, String(json.prefix(half))) + Writer.headers(3, Writer.request("POST", "/q"))
          + Writer.data(3, "zzz") + Writer.frame(.ping, stream: 0, [0, 1, 2, 3, 4, 5, 6, 7])
          + Writer.data(1, String(json.dropFirst(half)), end: true)), "request-body [] h.test"),
    Case(
      "a compressed body",
      Writer.opening.client(post([("content-encoding", "gzip")]) + split(Deflater.gzip(Array(json.utf8)))),
      "request-body [gzip] h.test"),
    Case(
      "server-sent events, the key over two frames",
      Writer.opening.client(Writer.get(1)).server(
        Writer.headers(1, [(":status", "200"), ("content-type", "text/event-stream")])
          + Writer.data(1, "data: \(key.prefix(12))") + Writer.data(1, "\(key.dropFirst(12))\n\n", end: true)),
      "response-body [] h.test"),
    Case(
      "a response header",
      Writer.opening.client(Writer.get(1)).server(Writer.headers(1, [(":status", "200"), ("x", key)])),
      "response-header [] h.test"),
    Case(
      "trailers", Writer.opening.client(post() + Writer.data(1, "a") + Writer.headers(1, [("x-late", key)], end: true)),
      "request-header [] h.test"),
    Case(
      "a promise",
      Writer.opening.client(Writer.get(1)).server(
        Writer.frame(
          .pushPromise, .endHeaders, stream: 1,
          [0, 0, 0, 2]
            + Writer.block(
              Writer.request("GET", "/?k=\(key)")
                + [("x-api-key", key)]))), "request-header [] h.test", "request-header [] h.test"),
    Case(
      "what a GOAWAY says",
      Writer.opening.server(
        Writer.frame(.goAway, stream: 0, [UInt8](repeating: 0, count: 8) + Array("bad key \(key)!".utf8))),
      "stream [] -"),
    Case(
      "a message of gRPC over frames",
      Writer.opening.client(
        post(grpc) + split(Writer.message(Array("a".utf8)) + Writer.message(Array(json.utf8)), size: 11)),
      "request-body [] h.test"),
    Case(
      "a compressed message of gRPC after a plain one",
      Writer.opening.client(
        post(grpc + [("grpc-encoding", "gzip")])
          + split(
            Writer.message(Array(json.utf8)) + Writer.message(Deflater.gzip(Array(json.utf8)), isCompressed: true)
              + Writer.message([]), size: 17)), "request-body [] h.test", "request-body [gzip] h.test"),
    Case(
      "a body that is no gRPC although it says so", Writer.opening.client(post(grpc) + split(Array(json.utf8))),
      "request-body [] h.test"),
    Case(
      "WebSocket over HTTP/2",
      Writer.opening.client(
        Writer.headers(1, Writer.request("CONNECT", "/ws") + [(":protocol", "websocket")])
      ).server(Writer.headers(1, [(":status", "200"), ("sec-websocket-extensions", "permessage-deflate")])).client(
        split(
          Socket.frame(.text, Array(json.utf8), key: 0x1234_5678)
            + Socket.frame(.text, Deflater().message(Array(json.utf8)), compressed: true, key: 0x90AB_CDEF), size: 23)),
      "websocket [] h.test", "websocket [deflate] h.test"),
    Case(
      "a tunnel through HTTP/2",
      Writer.opening.client(Writer.headers(1, [(":method", "CONNECT"), (":authority", "in.test:9")]))
        .server(Writer.headers(1, [(":status", "200")])).client(Writer.data(1, "\u{2}\(key)\n", end: true)),
      "stream [] in.test"),
    Case(
      "WebSocket, masked and in fragments, with a ping between them",
      Socket.handshake().client(
        Socket.frame(.text, Array(json.utf8.prefix(half)), final: false, key: 0x0102_0304)
          + Socket.frame(.ping, Array("ping".utf8), key: 0x5566_7788)
          + Socket.frame(.continuation, Array(json.utf8.dropFirst(half)), key: 0xA1B2_C3D4)), "websocket [] h.test"),
    Case(
      "WebSocket from the server, and a pong that carries a key",
      Socket.handshake().server(Socket.frame(.binary, Array(json.utf8)) + Socket.frame(.pong, Array(key.utf8))),
      "websocket [] h.test", "websocket [] h.test"),
    Case("WebSocket that keeps its window", socket("permessage-deflate", keeps: true), "websocket [deflate] h.test"),
    Case(
      "WebSocket that does not", socket("permessage-deflate; client_no_context_takeover", keeps: false),
      "websocket [deflate] h.test"),
  ]

  /// Two compressed messages; the second one has the key and looks back into the first where it may.
  private static func socket(_ granted: String, keeps: Bool) -> Dialogue {
    let first = Deflater()
    let text = Array(json.replacing(key, with: "none").utf8)
    let messages = [first.message(text), (keeps ? first : Deflater()).message(Array(json.utf8))]
    return Socket.handshake(extensions: granted).client(
      Socket.frame(.text, messages[0], compressed: true, key: 0xDEAD_BEEF)
        + Socket.frame(.text, Array(messages[1].prefix(20)), final: false, compressed: true, key: 0x0BAD_F00D)
        + Socket.frame(.continuation, Array(messages[1].dropFirst(20)), key: 0x0000_0001))
  }

  private static func places(_ facts: [Fact]) -> [String] {
    Told(facts).sightings.map { String($0.drop { $0 != " " }.dropFirst()) }
  }

  @Test("finds a key in", arguments: cases)
  func finds(_ input: Case) throws { #expect(Self.places(try input.dialogue.facts()) == input.places) }

  @Test("finds it whatever the cut", arguments: cases)
  func findsAcrossCuts(_ input: Case) throws {
    try input.dialogue.forEachCut { facts, place in try #require(Self.places(facts) == input.places, "\(place)") }
    #expect(Self.places(try input.dialogue.facts(pieceByteCount: 1)) == input.places)
  }

  @Test("never lets the key itself out", arguments: cases)
  func masks(_ input: Case) throws {
    var settings = ProtocolSettings()
    settings.keepsFields = true
    var text = ""
    dump(try input.dialogue.facts(settings: settings), to: &text)
    #expect(!text.contains(Self.key.dropFirst(8).prefix(20)))
  }

  @Test("never traps on corrupted WebSocket and gRPC", arguments: 0..<80)
  func survivesNoise(seed: Int) throws {
    var generator = SeededGenerator(seed: UInt64(seed))
    let input = Self.cases[seed % Self.cases.count].dialogue
    var dialogue = Dialogue()
    for (index, line) in (input.lines + input.lines.suffix(1)).enumerated() {
      var bytes = line.bytes
      for _ in 0..<(index < 2 ? 0 : Int(generator.next() % 6)) {
        bytes[Int(generator.next() % UInt64(bytes.count))] = UInt8(truncatingIfNeeded: generator.next())
      }
      dialogue = line.direction == .toServer ? dialogue.client(bytes) : dialogue.server(bytes)
    }
    _ = try dialogue.facts()
    _ = try dialogue.facts(pieceByteCount: 5)
  }
}
