import Observations
import Protocols
import TestSupport
import Testing
import Wire

@Suite("QUIC ClientHello, RFC 9001 section 4")
struct QUICHelloTests {
  static let hello = QUICBytes.clientHello(QUICScript.name, random: [UInt8](repeating: 0x52, count: 32))

  static func facts(_ script: QUICScript) throws -> [Fact] { try script.facts(secretsAfter: nil) }

  @Test("is read on any port, in versions 1 and 2", arguments: [false, true])
  func read(isVersion2: Bool) throws {
    var script = QUICScript(isVersion2: isVersion2)
    try script.addHandshake()
    let facts = try Self.facts(script)
    let hello = try #require(facts.quicHellos.first)
    #expect(facts.quicHellos.count == 1)
    #expect(hello.version == (isVersion2 ? "6b3343cf" : "1"))
    #expect(hello.hello == TLSHello(serverName: QUICScript.name, alpn: ["h3"]))
    #expect(hello.ja4?.hasPrefix("q13d0303h3_") == true)
    #expect(hello.ja3?.text == "771,4865-4866-4867,0-16-43,,")
    #expect(facts.encryption?.visibility == .noKeys)
    #expect(facts.encryption?.toServer.protectedRecords == 1)
    #expect(facts.encryption?.toClient.protectedRecords == 1)
  }

  /// Cuts the hello into CRYPTO frames and spreads them over datagrams, in an order that `seed` chooses.
  static func cutScript(seed: UInt64) throws -> QUICScript {
    var generator = SeededGenerator(seed: seed)
    var frames: [[UInt8]] = []
    var start = 0
    while start < hello.count {
      let end = min(hello.count, start + 1 + Int(generator.next() % 40))
      // Some begin earlier than they must: overlaps.
      let early = Swift.max(0, start - Int(generator.next() % 8))
      frames.append(QUICBytes.crypto(Array(hello[early..<end]), at: early) + [0, 1, 0])
      start = end
    }
    frames += frames.shuffled(using: &generator).prefix(3)
    frames.shuffle(using: &generator)
    var script = QUICScript()
    while !frames.isEmpty {
      let count = min(frames.count, 1 + Int(generator.next() % 4))
      script.add(.toServer, try script.initial(.toServer, frames.prefix(count).flatMap { $0 }))
      frames.removeFirst(count)
    }
    script.datagrams += script.datagrams.prefix(2)
    script.datagrams.shuffle(using: &generator)
    return script
  }

  @Test("comes together from pieces in any order, doubled and overlapping", arguments: 1...40 as ClosedRange<UInt64>)
  func pieces(seed: UInt64) throws {
    let hellos = try Self.facts(Self.cutScript(seed: seed)).quicHellos
    #expect(hellos.map(\.hello.serverName) == [QUICScript.name], "seed \(seed)")
  }

  @Test("a lost piece tells nothing, and nothing wrong")
  func lost() throws {
    var script = QUICScript()
    script.add(.toServer, try script.initial(.toServer, QUICBytes.crypto(Array(Self.hello[..<60]), at: 0)))
    script.add(.toServer, try script.initial(.toServer, QUICBytes.crypto(Array(Self.hello[61...]), at: 61)))
    #expect(try Self.facts(script).quicHellos.isEmpty)
  }

  @Test("the sender of the hello is the client, whoever was seen first")
  func roles() throws {
    var script = QUICScript()
    try script.addHandshake()
    for index in script.datagrams.indices {
      script.datagrams[index].direction = script.datagrams[index].direction.opposite
    }
    let facts = try Self.facts(script)
    #expect(facts.quicHellos.count == 1)
    #expect(facts.encryption?.toServer.records == 2 && facts.encryption?.toClient.records == 2)
  }

  @Test("after a Retry the same hello is told once")
  func retry() throws {
    var script = QUICScript()
    let payload = QUICBytes.crypto(Self.hello, at: 0)
    script.add(.toServer, try script.initial(.toServer, payload))
    let id = script.serverID
    script.add(.toServer, try script.initial(.toServer, payload, to: id, keys: id, token: [9]))
    #expect(try Self.facts(script).quicHellos.count == 1)
  }

  @Test("another connection on the same flow is another hello")
  func second() throws {
    var script = QUICScript()
    try script.addHandshake()
    script.firstID = [9, 9, 9, 9, 9, 9, 9, 9]
    let other = QUICBytes.clientHello("other.example.test", random: [UInt8](repeating: 3, count: 32))
    script.add(.toServer, try script.initial(.toServer, QUICBytes.crypto(other, at: 0)))
    #expect(try Self.facts(script).quicHellos.map(\.hello.serverName) == [QUICScript.name, "other.example.test"])
  }

  @Test("handshake bytes beyond the limit are not kept")
  func limit() throws {
    var script = QUICScript()
    let far = [UInt8](repeating: 1, count: 1_000)
    for index in 0..<100 {
      script.add(.toServer, try script.initial(.toServer, QUICBytes.crypto(far, at: 1 + index * 1_000)))
    }
    script.add(.toServer, try script.initial(.toServer, QUICBytes.crypto(Self.hello, at: 0)))
    #expect(try Self.facts(script).quicHellos.count == 1)
  }

  @Test("what is no QUIC is scanned as it is")
  func otherDatagrams() throws {
    let key = TestKeys.make()
    var script = QUICScript()
    script.add(.toServer, [0xC0, 0, 0, 0, 9, 8] + Array("token=\(key)".utf8))
    script.add(.toServer, Array("again \(key)".utf8))
    let facts = try Self.facts(script)
    #expect(Told(facts).sightings.count == 2)
    #expect(facts.transports == [.udp])
    #expect(facts.encryption == nil)
  }

  @Test("corruption never traps and never shows another name", arguments: [0xBAD1, 0xBAD2] as [UInt64])
  func corruption(seed: UInt64) throws {
    var generator = SeededGenerator(seed: seed)
    var whole = QUICScript()
    try whole.addHandshake()
    try whole.addExchange(key: TestKeys.make())
    for _ in 0..<60 {
      var script = whole
      for _ in 0...Int(generator.next() % 8) {
        let index = Int(generator.next() % UInt64(script.datagrams.count))
        let count = script.datagrams[index].bytes.count
        let place = Int(generator.next() % UInt64(count))
        script.datagrams[index].bytes[place] ^= UInt8(truncatingIfNeeded: generator.next())
        if generator.next() % 5 == 0 { script.datagrams[index].bytes.removeLast(count - place - 1) }
      }
      let names = try script.facts().quicHellos.map(\.hello.serverName)
      #expect(names.isEmpty || names == [QUICScript.name])
    }
  }
}
