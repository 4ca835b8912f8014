import Decryption
import Observations
import Protocols
import TestSupport
import Testing
import Wire

@Suite("QUIC with secrets: packets, streams and HTTP/3")
struct QUICDecryptionTests {
  static let key = TestKeys.make()

  static func script(
    isVersion2: Bool = false, algorithm: AEADKey.Algorithm = .aes128GCM, exchanges: Int = 3
  ) throws -> QUICScript {
    var script = QUICScript(isVersion2: isVersion2, algorithm: algorithm)
    try script.addHandshake()
    for index in 0..<exchanges { try script.addExchange(stream: index * 4, key: key) }
    return script
  }

  static func expected(_ exchanges: Int) -> Told {
    var told = Told([])
    let tail = key.utf8.count + 11
    for index in 0..<exchanges {
      told.transactions.append("POST \(QUICScript.name) /v1/\(index * 4) \(tail) > 200 4")
    }
    return told
  }

  static let suites: [(isVersion2: Bool, algorithm: AEADKey.Algorithm)] = [
    (false, .aes128GCM), (false, .aes256GCM), (false, .chaCha20Poly1305), (true, .aes128GCM), (true, .aes256GCM),
    (true, .chaCha20Poly1305),
  ]

  @Test("requests, answers and keys are read in every suite of versions 1 and 2", arguments: suites)
  func exchanges(_ suite: (isVersion2: Bool, algorithm: AEADKey.Algorithm)) throws {
    let facts = try Self.script(isVersion2: suite.isVersion2, algorithm: suite.algorithm).facts()
    let told = Told(facts)
    #expect(told.transactions == Self.expected(3).transactions)
    #expect(told.sightings.count == 6)
    #expect(told.sightings.filter { $0.contains("request-header") }.count == 3)
    #expect(facts.transports == [.tlsDecrypted])
    #expect(facts.encryption?.visibility == .decrypted)
    #expect(facts.gapByteCounts.isEmpty)
  }

  @Test("without secrets nothing but the hello is read")
  func noSecrets() throws {
    let facts = try Self.script().facts(secretsAfter: nil)
    #expect(Told(facts) == Told([]))
    #expect(facts.quicHellos.count == 1 && facts.encryption?.visibility == .noKeys)
  }

  @Test("secrets may come after their packets", arguments: 0..<12)
  func lateSecrets(count: Int) throws {
    let told = Told(try Self.script().facts(secretsAfter: count))
    let whole = Told(try Self.script().facts())
    // The packet that comes with the secrets, or the next one, opens all that waited.
    #expect(told == whole)
  }

  @Test("without memory to hold packets in, secrets that come late open what comes after them")
  func noMemory() throws {
    let facts = try Self.script().facts(secretsAfter: 5, memory: 0)
    #expect(Told(facts).transactions.count == 3)
    #expect(facts.encryption?.visibility == .partly)
  }

  @Test("datagrams that come doubled and out of order change nothing", arguments: 1...20 as ClosedRange<UInt64>)
  func disorder(seed: UInt64) throws {
    var generator = SeededGenerator(seed: seed)
    var script = try Self.script()
    script.datagrams += script.datagrams.dropFirst(2).shuffled(using: &generator).prefix(4)
    // The order of neighbours changes, as it does on a network.
    for index in 1..<script.datagrams.count - 1 where generator.next() % 2 == 0 {
      script.datagrams.swapAt(index, index + 1)
    }
    let told = Told(try script.facts())
    #expect(Set(told.transactions) == Set(Self.expected(3).transactions), "seed \(seed)")
    #expect(told.sightings.count == 6, "seed \(seed)")
  }

  @Test("key updates of either side are followed")
  func keyUpdates() throws {
    var script = try Self.script(exchanges: 1)
    for index in 1..<6 {
      script.updateKeys(index % 2 == 0 ? .toServer : .toClient)
      if index == 3 { script.updateKeys(.toServer) }
      try script.addExchange(stream: index * 4, key: Self.key)
    }
    #expect(Told(try script.facts()).transactions.count == 6)
  }

  @Test("a packet from before a key update may come late")
  func latePacket() throws {
    var script = try Self.script(exchanges: 2)
    let start = script.datagrams.count
    script.updateKeys(.toServer)
    try script.addExchange(stream: 8, key: Self.key)
    script.datagrams.insert(script.datagrams.remove(at: start - 6), at: start)
    let told = Told(try script.facts())
    #expect(told.transactions.count == 3 && told.sightings.count == 6)
  }

  @Test("requests in 0-RTT packets are read")
  func earlyData() throws {
    var script = QUICScript()
    let hello = QUICBytes.clientHello(QUICScript.name, random: script.random)
    let head = QUICBytes.frame(
      1, QUICBytes.section([(":method", "GET"), (":authority", "a.test"), (":path", "/early"), ("x-key", Self.key)]))
    script.add(
      .toServer, try script.initial(.toServer, QUICBytes.crypto(hello, at: 0)),
      try script.early(QUICBytes.stream(0, head, isFinal: true)))
    let told = Told(try script.facts())
    #expect(told.transactions == ["GET a.test /early 0 > - 0"])
    #expect(told.sightings.count == 1)
  }

  @Test("a lost packet is a gap in its stream, and what follows is read")
  func loss() throws {
    var script = try Self.script(exchanges: 1)
    let head = QUICBytes.frame(1, QUICBytes.section([(":method", "POST"), (":authority", "a.test"), (":path", "/")]))
    let body = Array("a filler that is lost, key \(Self.key) end".utf8)
    let stream = head + QUICBytes.frame(0, body)
    let cut = head.count + 12
    script.add(.toServer, try script.short(.toServer, QUICBytes.stream(4, Array(stream[..<cut]))))
    let rest = QUICBytes.stream(4, Array(stream[(cut + 5)...]), at: cut + 5, isFinal: true)
    script.add(.toServer, try script.short(.toServer, rest))
    let facts = try script.facts()
    #expect(facts.gapByteCounts == [5])
    #expect(Told(facts).sightings.count == 3)
  }

  static let memories: [Int?] = [nil, 100_000, 500]

  @Test("held bytes are bounded: a hole is given up for what waits behind it", arguments: memories)
  func heldBound(memory: Int?) throws {
    var script = try Self.script(exchanges: 0)
    let head = QUICBytes.frame(1, QUICBytes.section([(":method", "POST"), (":authority", "a.test"), (":path", "/")]))
    let stream = head + QUICBytes.frame(0, [UInt8](repeating: 97, count: 400_000) + Array(" \(Self.key) ".utf8))
    var offset = 1_200
    script.add(.toServer, try script.short(.toServer, QUICBytes.stream(0, Array(stream[..<200]))))
    while offset < stream.count {
      let end = min(stream.count, offset + 1_000)
      script.add(.toServer, try script.short(.toServer, QUICBytes.stream(0, Array(stream[offset..<end]), at: offset)))
      offset = end
    }
    let facts = try script.facts(memory: memory)
    #expect(facts.gapByteCounts == [1_000])
    #expect(Told(facts).sightings.count == 1)
  }

  @Test("streams beyond the bound push the oldest out, and none of their content is lost")
  func manyStreams() throws {
    var script = try Self.script(exchanges: 0)
    let count = 400
    for index in 0..<count {
      let head = QUICBytes.frame(
        1, QUICBytes.section([(":method", "POST"), (":authority", "a.test"), (":path", "/\(index)")]))
      script.add(.toServer, try script.short(.toServer, QUICBytes.stream(index * 4, head)))
    }
    #expect(Told(try script.facts()).transactions.count == count)
  }

  @Test("a section that waits for the dynamic table is read when that has come", arguments: [false, true])
  func blockedSection(isTableFirst: Bool) throws {
    var script = try Self.script(exchanges: 0)
    // What the server allows: a table of 4,096 bytes.
    script.add(.toClient, try script.short(.toClient, QUICBytes.stream(3, [0] + QUICBytes.frame(4, [1, 0x50, 0]))))
    let name = Array("x-key".utf8)
    let instructions =
      [2] + QUICBytes.prefixed(0x20, 5, 4_096) + QUICBytes.prefixed(0x40, 5, name.count) + name
      + QUICBytes.prefixed(0, 7, Self.key.utf8.count) + Array(Self.key.utf8)
    let table = try script.short(.toServer, QUICBytes.stream(2, instructions))
    // GET, the path, one dynamic entry: 17 and 1 of the static table, the newest of the dynamic one.
    let section = QUICBytes.frame(1, [2, 0, 0xC0 | 17, 0xC0 | 1, 0x80])
    let request = try script.short(.toServer, QUICBytes.stream(0, section, isFinal: true))
    for packet in isTableFirst ? [table, request] : [request, table] { script.add(.toServer, packet) }
    let told = Told(try script.facts())
    #expect(told.transactions == ["GET - / 0 > - 0"])
    #expect(told.sightings.count == 1)
  }

  @Test("sections that wait for what never comes are read with what is known, however many there are")
  func blockedForGood() throws {
    var script = try Self.script(exchanges: 0)
    script.add(.toClient, try script.short(.toClient, QUICBytes.stream(3, [0] + QUICBytes.frame(4, [1, 0x50, 0]))))
    let section = QUICBytes.frame(1, [2, 0, 0xC0 | 17, 0xC0 | 1, 0x80])
    let many = [[UInt8]](repeating: section, count: 150).flatMap { $0 }
    for index in 0..<150 {
      script.add(.toServer, try script.short(.toServer, QUICBytes.stream(index * 4, many)))
    }
    #expect(Told(try script.facts()).transactions.count == 150)
  }

  @Test("text between the packets is scanned")
  func text() throws {
    var script = try Self.script(exchanges: 1)
    script.add(.toServer, Array("here is the key: \(Self.key)".utf8))
    let facts = try script.facts()
    #expect(Told(facts).sightings.count == 3 && facts.transports == [.tlsDecrypted, .udp])
  }

  @Test("a stream cut at every position is the same request")
  func everyCut() throws {
    let head = QUICBytes.frame(
      1, QUICBytes.section([(":method", "POST"), (":authority", "a.test"), (":path", "/x"), ("x-key", Self.key)]))
    let stream = head + QUICBytes.frame(0, Array("{\"key\": \"\(Self.key)\"}".utf8))
    for cut in 1..<stream.count {
      var script = try Self.script(exchanges: 0)
      let first = try script.short(.toServer, QUICBytes.stream(0, Array(stream[..<cut])))
      let second = try script.short(.toServer, QUICBytes.stream(0, Array(stream[cut...]), at: cut, isFinal: true))
      for packet in cut % 2 == 0 ? [first, second] : [second, first] { script.add(.toServer, packet) }
      let told = Told(try script.facts())
      #expect(told.transactions.count == 1 && told.sightings.count == 2, "cut at \(cut)")
    }
  }

  @Test("streams of other protocols are scanned as they are")
  func otherProtocols() throws {
    var script = QUICScript()
    try script.addHandshake(alpn: "doq")
    let text = Array("say \(Self.key) now".utf8)
    script.add(.toServer, try script.short(.toServer, QUICBytes.stream(0, Array(text[..<20]))))
    script.add(.toServer, try script.short(.toServer, QUICBytes.stream(0, Array(text[20...]), at: 20, isFinal: true)))
    let facts = try script.facts()
    #expect(Told(facts).sightings.count == 1 && facts.transports == [.tlsDecrypted])
  }
}
