import Crypto
import Testing
import Wire

@testable import Decryption

@Suite("Ciphers and framing that only old peers speak")
struct LegacyCipherTests {
  @Test("RC4 goes on where it ended")
  func rc4() {
    // The vector that was published with the algorithm.
    var cipher = RC4(key: Array("Key".utf8))
    var (first, second) = (Array("Plain".utf8), Array("text".utf8))
    cipher.apply(to: &first)
    cipher.apply(to: &second)
    #expect(first + second == [0xBB, 0xF3, 0x16, 0xE8, 0xD9, 0x40, 0xAF, 0x0A, 0xD3])
  }

  @Test("DES decrypts the worked example")
  func des() throws {
    let cipher = try #require(TripleDES(key: [0x13, 0x34, 0x57, 0x79, 0x9B, 0xBC, 0xDF, 0xF1]))
    let plain = cipher.decryptCBC(
      [0x85, 0xE8, 0x13, 0x54, 0x0F, 0x0A, 0xB4, 0x05], iv: [UInt8](repeating: 0, count: 8))
    #expect(plain == [0x01, 0x23, 0x45, 0x67, 0x89, 0xAB, 0xCD, 0xEF])
  }

  @Test("Triple DES decrypts SP 800-38A's first blocks in CBC mode")
  func tripleDES() throws {
    let key: [UInt8] = [
      0x01, 0x23, 0x45, 0x67, 0x89, 0xAB, 0xCD, 0xEF, 0x23, 0x45, 0x67, 0x89, 0xAB, 0xCD, 0xEF, 0x01, 0x45, 0x67, 0x89,
      0xAB, 0xCD, 0xEF, 0x01, 0x23,
    ]
    let cipher = try #require(TripleDES(key: key))
    let encrypted: [UInt8] = [
      0x20, 0x79, 0xC3, 0xD5, 0x3A, 0xA7, 0x63, 0xE1, 0x93, 0xB7, 0x9E, 0x25, 0x69, 0xAB, 0x52, 0x62,
    ]
    let plain = cipher.decryptCBC(encrypted, iv: [0xF6, 0x9F, 0x24, 0x45, 0xDF, 0x4F, 0x9B, 0x17])
    #expect(
      plain == [0x6B, 0xC1, 0xBE, 0xE2, 0x2E, 0x40, 0x9F, 0x96, 0xE9, 0x3D, 0x7E, 0x11, 0x73, 0x93, 0x17, 0x2A])
    #expect(TripleDES(key: [1, 2, 3]) == nil)
  }

  // MARK: Records

  static let master = [UInt8](repeating: 0x4D, count: 48)
  static let client = [UInt8](repeating: 0xC1, count: 32)
  static let server = [UInt8](repeating: 0x5E, count: 32)

  static func keys(_ suite: UInt16, version: UInt16) -> TLS12Keys? {
    TLS12Keys(
      suite: CipherSuite(rawValue: suite), version: version, masterSecret: master, clientRandom: client.rawSpan,
      serverRandom: server.rawSpan, encryptThenMAC: false)
  }

  /// RFC 6101 section 6.2.2.
  static func ssl3Block(_ count: Int) -> [UInt8] {
    let salts = ["A", "BB", "CCC", "DDDD", "EEEEE"].map { Array($0.utf8) }
    let rounds = salts.map { salt -> [UInt8] in
      let inner = Insecure.SHA1.hash(data: salt + master + server + client)
      return [UInt8](Insecure.MD5.hash(data: master + Array(inner)))
    }
    return Array(rounds.joined().prefix(count))
  }

  /// RFC 6101 section 5.2.3.1.
  static func ssl3Code(_ key: [UInt8], sequence: UInt8, type: UInt8, _ content: [UInt8]) -> [UInt8] {
    let header = [0, 0, 0, 0, 0, 0, 0, sequence, type, 0, UInt8(content.count)]
    let inner = Insecure.SHA1.hash(data: key + [UInt8](repeating: 0x36, count: 40) + header + content)
    return [UInt8](Insecure.SHA1.hash(data: key + [UInt8](repeating: 0x5C, count: 40) + Array(inner)))
  }

  @Test("opens records of SSL 3.0 with RC4, and refuses changed ones without losing its place")
  func ssl3() throws {
    let block = Self.ssl3Block(72)
    let (mac, key) = (Array(block[..<20]), Array(block[40..<56]))
    let opener = try #require(Self.keys(0x0005, version: 0x0300)).client
    var stream = RC4(key: key)
    var output: [UInt8] = []
    for sequence in 0..<3 {
      let content = [UInt8](repeating: UInt8(sequence), count: 10 + sequence)
      var record = content + Self.ssl3Code(mac, sequence: UInt8(sequence), type: 23, content)
      stream.apply(to: &record)
      var changed = record
      changed[3] ^= 1
      #expect(throws: DecryptionError.authenticationFailed) {
        try opener.open(contentType: 23, version: 0x0300, fragment: changed.rawSpan, into: &output)
      }
      #expect(try opener.open(contentType: 23, version: 0x0300, fragment: record.rawSpan, into: &output) == 23)
      #expect(output == content)
    }
  }

  static let suites: [(UInt16, UInt16)] = [
    (0x0004, 0x0301), (0x0005, 0x0303), (0x0009, 0x0302), (0x000A, 0x0300), (0x000A, 0x0303), (0xC007, 0x0303),
    (0xC012, 0x0301), (0x0035, 0x0300), (0x0002, 0x0300),
  ]

  @Test("noise opens under none of them, and never traps", arguments: suites)
  func noise(suite: UInt16, version: UInt16) throws {
    let opener = try #require(Self.keys(suite, version: version)).server
    var output: [UInt8] = []
    for count in [0, 1, 7, 8, 15, 16, 24, 40, 64, 333] {
      let fragment = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 167 &+ 41) }
      #expect(throws: DecryptionError.self) {
        try opener.open(contentType: 23, version: version, fragment: fragment.rawSpan, into: &output)
      }
    }
    opener.skipRecord()
  }
}
