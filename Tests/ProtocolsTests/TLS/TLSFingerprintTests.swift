import Observations
import TestSupport
import Testing
import Wire

@testable import Protocols

@Suite("JA3 and JA4")
struct TLSFingerprintTests {
  typealias Script = TLSScript

  /// The ClientHello of the JA4 documentation, with GREASE between its values.
  static let documented: [UInt8] = {
    let suites: [UInt16] = [
      0x2A2A, 0x1301, 0x1302, 0x1303, 0xC02B, 0xC02F, 0xC02C, 0xC030, 0xCCA9, 0xCCA8, 0xC013, 0xC014, 0x9C, 0x9D, 0x2F,
      0x35,
    ]
    let algorithms: [UInt8] = [4, 3, 8, 4, 4, 1, 5, 3, 8, 5, 5, 1, 8, 6, 6, 1]
    let others: [UInt16] = [0x1B, 0x33, 0x4469, 0x17, 0x2D, 5, 0x23, 0x12, 0xFF01, 0x15]
    let extensions: [Script.Extension] =
      [
        Script.grease, Script.name("example.com"), Script.protocols(["h2", "http/1.1"]),
        (13, Script.vector(algorithms, 2)), (43, Script.vector([0x3A, 0x3A, 3, 4, 3, 3], 1)),
        (10, Script.vector([0x5A, 0x5A, 0, 29, 0, 23, 0, 24], 2)), (11, Script.vector([0], 1)),
      ] + others.map { ($0, []) }
    return Script.clientHello(suites: suites, extensions)
  }()

  @Test("JA4 of the documented hello")
  func documentedJA4() throws {
    let text = JA4.client(try ClientHello(Self.documented.rawSpan))
    #expect(text == "t13d1516h2_8daaf6152771_e5627efa2ab1")
  }

  @Test("JA3 leaves GREASE out and keeps the order")
  func documentedJA3() throws {
    let found = JA3.client(try ClientHello(Self.documented.rawSpan))
    #expect(
      found.text
        == "771,4865-4866-4867-49195-49199-49196-49200-52393-52392-49171-49172-156-157-47-53,"
        + "0-16-13-43-10-11-27-51-17513-23-45-5-35-18-65281-21,29-23-24,0")
    #expect(found.hash == "088c9d54537c281af003aa21c527ca46")
  }

  @Test("JA3S of a server")
  func server() throws {
    let body = Script.serverHello(suite: 0xC02F, [(65281, [0]), (11, [1, 0])])
    #expect(JA3.server(try ServerHello(body.rawSpan)).text == "771,49199,65281-11")
  }

  struct Start: CustomTestStringConvertible, Sendable {
    var testDescription: String
    var body: [UInt8]
    var start: String
  }

  static let starts = [
    Start(testDescription: "no extensions", body: Script.clientHello(suites: [5], []), start: "t12i010000_"),
    Start(
      testDescription: "TLS 1.0", body: Script.clientHello(version: 0x0301, suites: [5], [Script.name("a")]),
      start: "t10d010100_"),
    Start(testDescription: "SSL 3.0", body: Script.clientHello(version: 0x0300, suites: [], []), start: "ts3i000000_"),
    Start(
      testDescription: "a protocol of one character", body: Script.clientHello([Script.protocols(["h"])]),
      start: "t12i0201hh_"),
    Start(
      testDescription: "a protocol that is no text", body: Script.clientHello([Script.protocols(["\u{1}h\u{2}"])]),
      start: "t12i020102_"),
    Start(
      testDescription: "more than 99 suites",
      body: Script.clientHello(suites: [UInt16](repeating: 5, count: 300), []), start: "t12i990000_"),
  ]

  @Test("JA4 starts with what a person can read", arguments: starts)
  func start(_ input: Start) throws {
    let text = JA4.client(try ClientHello(input.body.rawSpan))
    #expect(text.hasPrefix(input.start), "\(text)")
    #expect(text.count == 36)
  }

  @Test("an empty list hashes to zeros")
  func empty() throws {
    let text = JA4.client(try ClientHello(Script.clientHello(suites: [], []).rawSpan))
    #expect(text == "t12i000000_000000000000_000000000000")
  }
}

@Suite("The server's certificate, RFC 5280")
struct TLSCertificateTests {
  @Test("is read as far as EVE tells of it")
  func reads() throws {
    let found = try #require(TLSCertificateReading.read(TLSScript.certificateBytes))
    let name = "C=GB, ST=Kent, O=Tests, Ltd, CN=*.server.test, emailAddress=a@server.test"
    #expect(found.subject == name)
    #expect(found.issuer == name)
    #expect(found.serial == "0A:1B:2C")
    #expect(found.fingerprint == "7a:9e:f6:ca:32:ea:a6:0e:c9:11:90:c8:0e:e2:ac:36:ea:80:86:78")
    #expect(found.notBefore == "2026-11-21T15:02:43")
    #expect(found.notAfter == "2036-11-18T15:02:43")
    #expect(
      found.alternativeNames == ["server.test", "*.server.test", "192.0.2.1", "2001:db8::1", "a@server.test"])
  }

  @Test("no prefix of one is one", arguments: [0, 1, 2, 5, 100, 300, 608])
  func prefixes(count: Int) {
    #expect(TLSCertificateReading.read(Array(TLSScript.certificateBytes.prefix(count))) == nil)
  }

  @Test("seeded corruption never traps", arguments: [0x715_0021] as [UInt64])
  func corruption(seed: UInt64) {
    var generator = SeededGenerator(seed: seed)
    var read = 0
    for _ in 0..<3000 {
      var bytes = TLSScript.certificateBytes
      for _ in 0...Int(generator.next() % 3) {
        bytes[Int(generator.next() % UInt64(bytes.count))] = UInt8(truncatingIfNeeded: generator.next())
      }
      if TLSCertificateReading.read(bytes) != nil { read += 1 }
    }
    #expect(read > 0 && read < 3000)
  }
}
