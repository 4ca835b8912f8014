import TestSupport
import Testing
import Wire

@Suite("TLS ServerHello, RFC 8446 section 4.1.3")
struct ServerHelloTests {
  static let random = [UInt8](repeating: 0x5E, count: 32)
  static let modern: [UInt8] =
    [3, 3] + random + [2, 7, 7, 0x13, 0x02, 0] + [0, 15, 0, 43, 0, 2, 3, 4, 0, 16, 0, 5, 0, 3, 2, 0x68, 0x32]

  @Test("reads version, suite and the protocol chosen")
  func reads() throws {
    let hello = try ServerHello(Self.modern.rawSpan)
    let (legacy, version, suite) = (hello.legacyVersion, hello.version, hello.cipherSuite)
    #expect(legacy == .tls12)
    #expect(version == .tls13)
    #expect(suite == 0x1302)
    let (sessionLength, isRetry) = (hello.sessionID.byteCount, hello.isRetryRequest)
    #expect(sessionLength == 2)
    #expect(!isRetry)
    let chosen = try hello.selectedProtocol()
    let name = chosen?.text(in: 0..<2)
    #expect(name == "h2")
  }

  @Test("without extensions the legacy version counts")
  func plain() throws {
    let body: [UInt8] = [3, 1] + Self.random + [0, 0, 0x2F, 0]
    let version = try ServerHello(body.rawSpan).version
    #expect(version == .tls10)
  }

  @Test("drafts of TLS 1.3 had a shorter one")
  func draft() throws {
    let body: [UInt8] = [0x7F, 18] + Self.random + [0x13, 0x01, 0, 0]
    let hello = try ServerHello(body.rawSpan)
    let (name, suite) = (hello.version.name, hello.cipherSuite)
    #expect(name == "TLS 1.3 draft-18")
    #expect(suite == 0x1301)
  }

  @Test("every prefix is malformed, or has no extensions", arguments: 0..<modern.count)
  func prefixes(count: Int) throws {
    let cut = Array(Self.modern.prefix(count))
    if count == 40 {
      let length = try ServerHello(cut.rawSpan).extensions.byteCount
      #expect(length == 0)
    } else {
      #expect(throws: ParseError.self) { _ = try ServerHello(cut.rawSpan).cipherSuite }
    }
  }

  @Test("seeded noise never traps", arguments: [0x715_0031] as [UInt64])
  func noise(seed: UInt64) {
    var generator = SeededGenerator(seed: seed)
    for _ in 0..<3000 {
      var body = Self.modern
      for _ in 0...2 { body[Int(generator.next() % UInt64(body.count))] = UInt8(truncatingIfNeeded: generator.next()) }
      guard let hello = try? ServerHello(body.rawSpan) else { continue }
      _ = (hello.version, hello.isRetryRequest, hello.hasExtension(.preSharedKey))
      _ = try? hello.selectedProtocol()?.byteCount
    }
  }

  static let names: [(UInt16, String)] = [
    (0x0002, "SSLv2"), (0x0300, "SSLv3"), (0x0301, "TLSv1"), (0x0302, "TLS 1.1"), (0x0303, "TLS 1.2"),
    (0x0304, "TLS 1.3"), (0x7F1C, "TLS 1.3 draft-28"), (0xFB17, "TLS 1.3 draft-23"), (0x0305, "0x0305"),
    (0, "0x0000"),
  ]

  @Test("versions have Suricata's names", arguments: names)
  func versionNames(value: UInt16, name: String) { #expect(TLSVersion(rawValue: value).name == name) }
}

@Suite("A ClientHello in the framing of SSL 2.0, RFC 5246 appendix E.2")
struct SSL2ClientHelloTests {
  static let message: [UInt8] =
    [0x80, 31, 1, 3, 1, 0, 6, 0, 0, 0, 16, 0, 0, 4, 1, 0, 0x80] + [UInt8](repeating: 8, count: 16)

  @Test("reads the hello and leaves what follows")
  func reads() throws {
    let bytes = Self.message + [22, 3, 1]
    let hello = try SSL2ClientHello(bytes.rawSpan)
    let found = (hello.version, hello.cipherSpecs.byteCount, hello.challenge.byteCount, hello.byteCount)
    #expect(found == (.tls10, 6, 16, 33))
  }

  @Test("every prefix is incomplete", arguments: 0..<33)
  func prefixes(count: Int) {
    let cut = Array(Self.message.prefix(count))
    #expect {
      _ = try SSL2ClientHello(cut.rawSpan).byteCount
    } throws: { error in
      if case .incomplete? = error as? ParseError { true } else { false }
    }
  }

  static let flaws: [(String, Int, UInt8)] = [
    ("a short length", 0, 0x16), ("another message", 2, 4), ("another version", 3, 5), ("TLS 1.9", 4, 9),
    ("cipher specs that are no triples", 6, 5), ("a long session id", 8, 3), ("a short challenge", 10, 2),
    ("parts longer than the whole", 6, 9),
  ]

  @Test("refuses", arguments: flaws)
  func refuses(name: String, offset: Int, value: UInt8) {
    var bytes = Self.message
    bytes[offset] = value
    #expect {
      _ = try SSL2ClientHello(bytes.rawSpan).byteCount
    } throws: { error in
      if case .malformed? = error as? ParseError { true } else { false }
    }
  }
}

@Suite("Certificate lists and Encrypted Client Hello in place")
struct TLSListTests {
  private func read(_ message: [UInt8], isTLS13: Bool) -> (lengths: [Int], isWhole: Bool) {
    var lengths: [Int] = []
    do throws(ParseError) {
      try TLSCertificateList.forEach(in: message.rawSpan, isTLS13: isTLS13) {
        lengths.append($0.byteCount)
        return true
      }
      return (lengths, true)
    } catch { return (lengths, false) }
  }

  static let old: [UInt8] = [0, 0, 9, 0, 0, 2, 1, 1, 0, 0, 1, 1]
  static let new: [UInt8] = [1, 9, 0, 0, 13, 0, 0, 2, 1, 1, 0, 0, 0, 0, 1, 1, 0, 0]

  @Test("reads both forms of a certificate list")
  func lists() {
    #expect(read(Self.old, isTLS13: false) == ([2, 1], true))
    #expect(read(Self.new, isTLS13: true) == ([2, 1], true))
  }

  @Test("a cut list gives what lies whole in it", arguments: 4..<12)
  func cutList(count: Int) {
    let found = read(Array(Self.old.prefix(count)), isTLS13: false)
    #expect(found.lengths == (count < 8 ? [] : [2]))
    #expect(found.isWhole == (count == 8))
  }

  static let outer: [UInt8] = [0, 0, 1, 0, 1, 0x2B, 0, 2, 5, 5, 0, 3, 7, 7, 7]

  @Test("tells outer from inner")
  func hidden() throws {
    let hello = try EncryptedClientHello(Self.outer.rawSpan)
    let found = (hello.isOuter, hello.encapsulatedKey.byteCount, hello.payload.byteCount)
    #expect(found == (true, 2, 3))
    let inner: [UInt8] = [1]
    let isOuter = try EncryptedClientHello(inner.rawSpan).isOuter
    #expect(!isOuter)
  }

  @Test("no prefix of an outer one is one", arguments: 0..<15)
  func hiddenPrefixes(count: Int) {
    let cut = Array(Self.outer.prefix(count))
    #expect(throws: ParseError.self) { _ = try EncryptedClientHello(cut.rawSpan).isOuter }
  }
}
