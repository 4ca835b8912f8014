import TestSupport
import Testing
import Wire

@Suite("TLS ClientHello, RFC 8446 section 4.1.2")
struct ClientHelloTests {
  /// Builds the body of a ClientHello, each part as given, with right lengths.
  static func hello(
    sessionID: [UInt8] = [], suites: [UInt8] = [0x13, 0x01], extensions: [(type: UInt16, body: [UInt8])]? = nil
  ) -> [UInt8] {
    var body: [UInt8] = [3, 3] + [UInt8](repeating: 0x52, count: 32) + vector(sessionID, lengthBytes: 1)
    body += vector(suites, lengthBytes: 2) + vector([0], lengthBytes: 1)
    guard let extensions else { return body }
    var block: [UInt8] = []
    for (type, content) in extensions {
      block.append(bigEndian: type)
      block += vector(content, lengthBytes: 2)
    }
    return body + vector(block, lengthBytes: 2)
  }

  static func vector(_ bytes: [UInt8], lengthBytes: Int) -> [UInt8] {
    lengthBytes == 1 ? [UInt8(bytes.count)] + bytes : [UInt8(bytes.count >> 8), UInt8(bytes.count & 255)] + bytes
  }

  static func serverName(_ name: String) -> (type: UInt16, body: [UInt8]) {
    (0, vector([0] + vector(Array(name.utf8), lengthBytes: 2), lengthBytes: 2))
  }

  static func protocols(_ names: [[UInt8]]) -> (type: UInt16, body: [UInt8]) {
    (16, vector(names.flatMap { vector($0, lengthBytes: 1) }, lengthBytes: 2))
  }

  static let emptyGrease: (type: UInt16, body: [UInt8]) = (0x0A0A, [])
  static let greaseWithBody: (type: UInt16, body: [UInt8]) = (0xFAFA, [0])

  struct Content: Equatable {
    var name: String?
    var protocols: [[UInt8]] = []
  }

  static func read(_ body: [UInt8]) throws -> Content {
    let hello = try ClientHello(body.rawSpan)
    var content = Content()
    if let name = try hello.serverName() { content.name = name.text(in: 0..<name.byteCount) }
    try hello.forEachProtocol { name in
      content.protocols.append((0..<name.byteCount).map { name.bigEndian(at: $0) })
      return true
    }
    return content
  }

  @Test("reads the ClientHello of RFC 8448 section 3")
  func example() throws {
    let text = """
      0303cb34ecb1e78163ba1c38c6dacb196a6dffa21a8d9912ec18a2ef6283024dece7000006130113031302010000910000000b0009000006\
      736572766572ff01000100000a00140012001d0017001800190100010101020103010400230000003300260024001d002099381de560e4bd\
      43d23d8e435a7dbafeb3c06e51c13cae4d5413691e529aaf2c002b0003020304000d0020001e040305030603020308040805080604010501\
      060102010402050206020202002d00020101001c00024001
      """
    let digits = text.utf8.compactMap { Character(UnicodeScalar($0)).hexDigitValue }
    let body = stride(from: 0, to: digits.count, by: 2).map { UInt8(digits[$0] << 4 | digits[$0 + 1]) }
    #expect(body.count == 192)
    let hello = try ClientHello(body.rawSpan)
    let version = hello.legacyVersion
    #expect(version == .tls12)
    let counts = (
      hello.random.byteCount, hello.sessionID.byteCount, hello.cipherSuites.byteCount,
      hello.compressionMethods.byteCount, hello.extensions.byteCount
    )
    #expect(counts == (32, 0, 6, 1, 0x91))
    #expect(try Self.read(body) == Content(name: "server"))
  }

  @Test("reads name and protocols between GREASE values, RFC 8701")
  func grease() throws {
    let body = Self.hello(
      sessionID: [UInt8](repeating: 1, count: 32), suites: [0x1A, 0x1A, 0x13, 0x01],
      extensions: [
        Self.emptyGrease, Self.serverName("api.example.com"),
        Self.protocols([[0x4A, 0x4A], Array("h2".utf8), Array("http/1.1".utf8)]), Self.greaseWithBody,
      ])
    let expected = Content(
      name: "api.example.com", protocols: [[0x4A, 0x4A], Array("h2".utf8), Array("http/1.1".utf8)])
    #expect(try Self.read(body) == expected)
  }

  @Test("without an extension block, or with an empty one, there is neither name nor protocol")
  func noExtensions() throws {
    #expect(try Self.read(Self.hello()) == Content())
    #expect(try Self.read(Self.hello(extensions: [])) == Content())
    #expect(try Self.read(Self.hello(extensions: [Self.emptyGrease])) == Content())
  }

  @Test("odd lengths are taken as they come")
  func oddLengths() throws {
    let extensions = [Self.serverName("a.b"), Self.protocols([[], [0]])]
    let odd = Self.hello(sessionID: [1, 2, 3], suites: [0x13, 0x01, 0x13], extensions: extensions)
    #expect(try Self.read(odd) == Content(name: "a.b", protocols: [[], [0]]))
    // Bytes behind the extension block.
    #expect(try Self.read(odd + [1]) == Content(name: "a.b", protocols: [[], [0]]))
    #expect(try Self.read(Self.hello(extensions: [Self.protocols([])])) == Content())
    #expect(try Self.read(Self.hello(extensions: [Self.serverName("")])) == Content(name: ""))
  }

  @Test("of repeated extensions the first counts, and iteration stops when told to")
  func repeated() throws {
    let body = Self.hello(
      extensions: [
        Self.serverName("first"), Self.serverName("second"), Self.protocols([[1], [2]]), Self.protocols([[3]]),
      ])
    #expect(try Self.read(body) == Content(name: "first", protocols: [[1], [2]]))
    var seen = 0
    try ClientHello(body.rawSpan).forEachProtocol { _ in
      seen += 1
      return false
    }
    #expect(seen == 1)
  }

  @Test("a block broken behind the name still gives the name")
  func brokenBehind() throws {
    let (type, name) = Self.serverName("a.io")
    var broken = Self.hello(extensions: [(type, name), (16, [0, 9, 2, 0x68])])
    let count = try ClientHello(broken.rawSpan).serverName()?.byteCount
    #expect(count == 4)
    #expect(throws: ParseError.self) { try ClientHello(broken.rawSpan).forEachProtocol { _ in true } }
    broken.removeLast()
    #expect(throws: ParseError.malformed(.lengthField, offset: 43)) {
      _ = try ClientHello(broken.rawSpan).legacyVersion
    }
  }

  @Test("refuses versions that are not TLS")
  func version() {
    for start in [[0, 2], [0xFE, 0xFD], [2, 0]] as [[UInt8]] {
      let body = start + Self.hello().dropFirst(2)
      #expect(throws: ParseError.malformed(.version, offset: 0)) { _ = try ClientHello(body.rawSpan).legacyVersion }
    }
  }

  static let full = hello(
    sessionID: [UInt8](repeating: 9, count: 32),
    extensions: [emptyGrease, serverName("host.example"), protocols([Array("h2".utf8), Array("http/1.1".utf8)])])

  @Test("every prefix is malformed or gives less, and never traps", arguments: 0..<full.count)
  func prefixes(count: Int) throws {
    let cut = Array(Self.full.prefix(count))
    // Version, random, session, one suite and one compression method are a hello without extensions.
    if count == 2 + 32 + 33 + 4 + 2 {
      #expect(try Self.read(cut) == Content())
    } else {
      #expect {
        _ = try Self.read(cut)
      } throws: { error in
        if case .malformed? = error as? ParseError { true } else { false }
      }
    }
  }

  @Test("seeded noise never traps, and whatever is read lies within the message", arguments: [0x7157] as [UInt64])
  func noise(seed: UInt64) {
    var generator = SeededGenerator(seed: seed)
    var read = 0
    for round in 0..<5000 {
      var body = Self.full
      for _ in 0...Int(generator.next() % 4) {
        body[Int(generator.next() % UInt64(body.count))] = UInt8(truncatingIfNeeded: generator.next())
      }
      guard let content = try? Self.read(body) else { continue }
      read += 1
      #expect(content.protocols.reduce(0) { $0 + $1.count } <= body.count, "round \(round), seed \(seed)")
    }
    #expect(read > 0 && read < 5000)
  }
}
