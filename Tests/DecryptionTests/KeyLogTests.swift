import Decryption
import TestSupport
import Testing
import Wire

@Suite("Key logs")
struct KeyLogTests {
  private static let random = String(repeating: "5a", count: 32)
  private static let other = String(repeating: "a5", count: 32)
  private static let secret = String(repeating: "01", count: 32)
  private static let master = String(repeating: "02", count: 48)

  private static func read(_ text: String, limit: Int = 1_000) -> TLSSecrets {
    let secrets = TLSSecrets(limit: limit)
    var reader = KeyLogReader()
    reader.read([UInt8](text.utf8).rawSpan, into: secrets)
    reader.finish(into: secrets)
    return secrets
  }

  private static func client(_ hexadecimal: String) throws -> ClientRandom {
    let random = ClientRandom([UInt8](hexadecimal: hexadecimal).rawSpan)
    return try #require(random)
  }

  private static let names: [(String, SecretLabel)] = [
    ("CLIENT_RANDOM", .clientRandom), ("PMS_CLIENT_RANDOM", .premasterSecret),
    ("CLIENT_EARLY_TRAFFIC_SECRET", .clientEarlyTraffic),
    ("CLIENT_HANDSHAKE_TRAFFIC_SECRET", .clientHandshakeTraffic),
    ("SERVER_HANDSHAKE_TRAFFIC_SECRET", .serverHandshakeTraffic),
    ("CLIENT_TRAFFIC_SECRET_0", .clientTraffic0), ("SERVER_TRAFFIC_SECRET_0", .serverTraffic0),
    ("QUIC_CLIENT_TRAFFIC_SECRET_0", .clientTraffic0),
    ("QUIC_SERVER_HANDSHAKE_TRAFFIC_SECRET", .serverHandshakeTraffic),
  ]

  @Test("each label is found under its name", arguments: names)
  func labels(name: String, label: SecretLabel) throws {
    let secrets = Self.read("\(name) \(Self.random) \(Self.secret)\n")
    let client = try Self.client(Self.random)
    for candidate in SecretLabel.allCases {
      #expect((secrets.secret(candidate, for: client) != nil) == (candidate == label))
    }
    #expect(secrets.secret(label, for: try Self.client(Self.other)) == nil)
    #expect(secrets.generation == 1)
  }

  @Test(
    "line ends, blanks, letter case and comments are of no account",
    arguments: [
      "CLIENT_RANDOM {R} {S}\n", "CLIENT_RANDOM {R} {S}\r\n", "CLIENT_RANDOM {R} {S}",
      "CLIENT_RANDOM {R} {S} \t\r\n", "  CLIENT_RANDOM\t{R}  {S}\n",
      "# a comment\n\n\r\nCLIENT_RANDOM {R} {S}\n#", "\u{FEFF}CLIENT_RANDOM {R} {S}\n",
    ])
  func forms(text: String) throws {
    let line = text.replacing("{R}", with: Self.random.uppercased()).replacing("{S}", with: Self.master)
    let secrets = Self.read(line)
    let found = secrets.secret(.clientRandom, for: try Self.client(Self.random))
    #expect(found == [UInt8](repeating: 2, count: 48))
    var expected = KeyLogCounters()
    (expected.lines, expected.secrets) = (1, 1)
    #expect(secrets.counters == expected)
  }

  @Test(
    "what cannot be read is counted as malformed",
    arguments: [
      "CLIENT_RANDOM", "CLIENT_RANDOM {R}", "CLIENT_RANDOM {R} {S} {S}", "CLIENT_RANDOM {R}0 {S}",
      "CLIENT_RANDOM {R} {S}f", "CLIENT_RANDOM {R} g0", "CLIENT_RANDOM zz {S}", "CLIENT_RANDOM {S}",
      "CLIENT_RANDOM {R}00 {S}", "RSA 0011223344556677", "RSA 00112233445566 {S}", "RSA 001122334455667788 {S}",
      "RSA Session-ID: Master-Key:{S}", "RSA Session-ID:{R} Master-Key:", "RSA Session-ID:{R}00 Master-Key:{S}",
      "\u{0}", "C\u{0}L", "#\u{0}", "💥 {R} {S}", "CLIENT_RANDOM {R} {S}\u{0}",
      "CLIENT_RANDOM {R} {S}{S}00",
    ])
  func malformed(text: String) {
    let line = text.replacing("{R}", with: Self.random).replacing("{S}", with: Self.secret)
    let secrets = Self.read(line + "\n")
    var expected = KeyLogCounters()
    (expected.lines, expected.malformed) = (1, 1)
    #expect(secrets.counters == expected)
    #expect(secrets.generation == 0)
  }

  @Test("UTF-16 gives malformed lines and nothing else")
  func utf16() {
    let text = "\u{FEFF}CLIENT_RANDOM \(Self.random) \(Self.master)\r\n"
    let secrets = TLSSecrets()
    var reader = KeyLogReader()
    let bytes = text.utf16.flatMap { [UInt8(truncatingIfNeeded: $0), UInt8($0 >> 8)] }
    reader.read(bytes.rawSpan, into: secrets)
    reader.finish(into: secrets)
    #expect(secrets.counters.secrets == 0)
    #expect(secrets.counters.malformed == 2)
  }

  @Test("what is known and of no use is ignored, as are unknown labels")
  func ignored() {
    let secrets = Self.read(
      """
      EXPORTER_SECRET \(Self.random) \(Self.secret)
      EARLY_EXPORTER_SECRET \(Self.random) \(Self.secret)
      ECH_SECRET \(Self.random) \(Self.secret)
      """)
    var expected = KeyLogCounters()
    (expected.lines, expected.ignored) = (3, 3)
    #expect(secrets.counters == expected)
  }

  @Test("duplicates and conflicts are counted; the later value counts")
  func repeats() throws {
    let secrets = Self.read(
      """
      CLIENT_RANDOM \(Self.random) \(Self.master)
      CLIENT_RANDOM \(Self.random) \(Self.master)
      CLIENT_TRAFFIC_SECRET_0 \(Self.random) \(Self.secret)
      CLIENT_RANDOM \(Self.random) 0304
      CLIENT_RANDOM \(Self.random) 0304
      """)
    var expected = KeyLogCounters()
    (expected.lines, expected.secrets, expected.duplicates, expected.conflicts) = (5, 2, 2, 1)
    #expect(secrets.counters == expected)
    #expect(secrets.generation == 3)
    let client = try Self.client(Self.random)
    #expect(secrets.secret(.clientRandom, for: client) == [3, 4])
    #expect(secrets.secret(.clientTraffic0, for: client) == [UInt8](repeating: 1, count: 32))
  }

  @Test("the oldest connection is forgotten for a new one")
  func limit() throws {
    let randoms = (10..<30).map { String(repeating: "\($0)", count: 32) }
    let lines = randoms.flatMap { random in
      ["CLIENT_HANDSHAKE_TRAFFIC_SECRET", "CLIENT_TRAFFIC_SECRET_0"].map { "\($0) \(random) \(Self.secret)\n" }
    }
    let secrets = Self.read(lines.joined(), limit: 8)
    #expect(secrets.connectionCount == 8)
    #expect(secrets.counters.forgotten == 12)
    for (index, random) in randoms.enumerated() {
      for label in [SecretLabel.clientHandshakeTraffic, .clientTraffic0] {
        #expect((secrets.secret(label, for: try Self.client(random)) != nil) == (index >= 12))
      }
    }
  }

  @Test("sessions and encrypted premaster secrets have their own look-ups")
  func legacy() {
    let secrets = Self.read(
      """
      RSA 0011223344556677 \(Self.master)
      RSA Session-ID:0011223344556677 Master-Key:\(Self.secret)
      """)
    let id: [UInt8] = [0, 0x11, 0x22, 0x33, 0x44, 0x55, 0x66, 0x77]
    let (padded, long) = (id + [1, 2, 3], [UInt8](repeating: 0, count: 33))
    let premaster = secrets.premaster(encrypted: padded.rawSpan)
    #expect(premaster == [UInt8](repeating: 2, count: 48))
    let ofLess = secrets.premaster(encrypted: id.rawSpan.extracting(..<7))
    #expect(ofLess == nil)
    let master = secrets.masterSecret(sessionID: id.rawSpan)
    #expect(master == [UInt8](repeating: 1, count: 32))
    let others = [
      secrets.masterSecret(sessionID: padded.rawSpan.extracting(..<9)),
      secrets.masterSecret(sessionID: id.rawSpan.extracting(..<0)), secrets.masterSecret(sessionID: long.rawSpan),
    ]
    #expect(others.allSatisfy { $0 == nil })
  }

  @Test("a text cut anywhere gives the same")
  func cuts() throws {
    let text = [UInt8](
      """
      # log\r
      CLIENT_RANDOM \(Self.random) \(Self.master)\r
      bad line
      CLIENT_TRAFFIC_SECRET_0 \(Self.other) \(Self.secret)

      SERVER_TRAFFIC_SECRET_0 \(Self.other) \(Self.secret)
      """.utf8)
    let whole = Self.read(String(decoding: text, as: UTF8.self))
    #expect(whole.counters.secrets == 3)
    for cut in 0...text.count {
      let secrets = TLSSecrets()
      var reader = KeyLogReader()
      reader.read(text.rawSpan.extracting(..<cut), into: secrets)
      reader.read(text.rawSpan.extracting(cut...), into: secrets)
      reader.finish(into: secrets)
      #expect(secrets.counters == whole.counters)
      #expect(secrets.secret(.serverTraffic0, for: try Self.client(Self.other)) != nil)
    }
    let bytewise = TLSSecrets()
    var reader = KeyLogReader()
    for index in text.indices { reader.read(text.rawSpan.extracting(index..<index + 1), into: bytewise) }
    #expect(bytewise.counters.secrets == 2)
    reader.finish(into: bytewise)
    #expect(bytewise.counters == whole.counters)
  }

  @Test("an overlong line is given up once, and the line after it is read", arguments: [1, 100, 4_096, 100_000])
  func overlong(step: Int) throws {
    let text = [UInt8](
      (String(repeating: "a", count: 20_000) + "\nCLIENT_RANDOM \(Self.random) \(Self.master)\n").utf8)
    let secrets = TLSSecrets()
    var reader = KeyLogReader()
    for start in stride(from: 0, to: text.count, by: step) {
      reader.read(text.rawSpan.extracting(start..<min(start + step, text.count)), into: secrets)
    }
    reader.finish(into: secrets)
    var expected = KeyLogCounters()
    (expected.lines, expected.secrets, expected.malformed) = (2, 1, 1)
    #expect(secrets.counters == expected)
  }

  @Test("noise does no harm")
  func noise() {
    let secrets = TLSSecrets(limit: 4)
    var reader = KeyLogReader()
    var generator = SeededGenerator(seed: 850)
    for _ in 0..<500 {
      var bytes = generator.bytes(Int(generator.next() % 300))
      if generator.next() % 4 == 0 { bytes += Array("\nRSA Session-ID:".utf8) }
      reader.read(bytes.rawSpan, into: secrets)
    }
    reader.finish(into: secrets)
    let counters = secrets.counters
    #expect(counters.secrets == 0)
    #expect(counters.lines == counters.malformed + counters.ignored)
  }

  @Test("corrupted lines are taken whole or not at all")
  func corruption() {
    let line = [UInt8]("CLIENT_RANDOM \(Self.random) \(Self.master)\n".utf8)
    var generator = SeededGenerator(seed: 48)
    for _ in 0..<2_000 {
      var bytes = line
      bytes[Int(generator.next() % UInt64(bytes.count))] = UInt8(truncatingIfNeeded: generator.next())
      let secrets = TLSSecrets(limit: 10)
      secrets.add(line: bytes.rawSpan)
      let counters = secrets.counters
      #expect(counters.lines <= 1)
      #expect(counters.secrets + counters.malformed + counters.ignored == counters.lines)
    }
  }

  @Test("threads share one store")
  func threads() async {
    let secrets = TLSSecrets(limit: 10_000)
    await withTaskGroup(of: Void.self) { group in
      for task in 0..<8 {
        group.addTask {
          var generator = SeededGenerator(seed: UInt64(task % 4))
          for _ in 0..<200 {
            let random = generator.bytes(32)
            secrets.add(line: [UInt8]("CLIENT_RANDOM \(random.hexadecimal) \(Self.master)".utf8).rawSpan)
            let found = ClientRandom(random.rawSpan).flatMap { secrets.secret(.clientRandom, for: $0) }
            #expect(found != nil)
          }
        }
      }
    }
    #expect(secrets.generation == 800)
    #expect(secrets.counters.duplicates == 800)
  }

  @Test("a client random has 32 bytes", arguments: [0, 31, 33, 64])
  func clientRandoms(count: Int) {
    let random = ClientRandom([UInt8](repeating: 0, count: count).rawSpan)
    #expect(random == nil)
  }
}
