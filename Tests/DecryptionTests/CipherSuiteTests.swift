import Decryption
import Testing

@Suite("Cipher suites")
struct CipherSuiteTests {
  struct Suite: Sendable, CustomTestStringConvertible {
    let code: UInt16
    let testDescription: String
    let protection: Protection?
    var hash = SecretHash.sha256
    var isTLS13 = false
    var usesRSA = false
  }

  static let suites = [
    Suite(code: 0x1301, testDescription: "TLS_AES_128_GCM_SHA256", protection: .aead(.aes128GCM), isTLS13: true),
    Suite(
      code: 0x1302, testDescription: "TLS_AES_256_GCM_SHA384", protection: .aead(.aes256GCM), hash: .sha384,
      isTLS13: true),
    Suite(
      code: 0x1303, testDescription: "TLS_CHACHA20_POLY1305_SHA256", protection: .aead(.chaCha20Poly1305),
      isTLS13: true),
    Suite(code: 0xC0B4, testDescription: "TLS_SHA256_SHA256", protection: nil, isTLS13: true),
    Suite(
      code: 0x002F, testDescription: "TLS_RSA_WITH_AES_128_CBC_SHA", protection: .cbc(keyByteCount: 16, .sha1),
      usesRSA: true),
    Suite(
      code: 0xC028, testDescription: "TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA384",
      protection: .cbc(keyByteCount: 32, .sha384), hash: .sha384),
    Suite(
      code: 0x006B, testDescription: "TLS_DHE_RSA_WITH_AES_256_CBC_SHA256",
      protection: .cbc(keyByteCount: 32, .sha256)),
    Suite(
      code: 0xC030, testDescription: "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384", protection: .aead(.aes256GCM),
      hash: .sha384),
    Suite(
      code: 0x00AD, testDescription: "TLS_RSA_PSK_WITH_AES_256_GCM_SHA384", protection: .aead(.aes256GCM),
      hash: .sha384),
    Suite(
      code: 0xCCAC, testDescription: "TLS_ECDHE_PSK_WITH_CHACHA20_POLY1305_SHA256",
      protection: .aead(.chaCha20Poly1305)),
    Suite(
      code: 0x000A, testDescription: "TLS_RSA_WITH_3DES_EDE_CBC_SHA", protection: .des(keyByteCount: 24, .sha1),
      usesRSA: true),
    Suite(code: 0xC011, testDescription: "TLS_ECDHE_RSA_WITH_RC4_128_SHA", protection: .rc4(.sha1)),
    Suite(
      code: 0xC077, testDescription: "TLS_ECDHE_RSA_WITH_CAMELLIA_256_CBC_SHA384", protection: nil, hash: .sha384),
    Suite(code: 0x00FF, testDescription: "TLS_EMPTY_RENEGOTIATION_INFO_SCSV", protection: nil),
  ]

  @Test("are what their names say", arguments: suites)
  func properties(_ expected: Suite) {
    let suite = CipherSuite(rawValue: expected.code)
    #expect(suite.name == expected.testDescription)
    #expect(suite.protection == expected.protection)
    #expect(suite.hash == expected.hash)
    #expect(suite.isTLS13 == expected.isTLS13)
    #expect(suite.usesRSAKeyExchange == expected.usesRSA)
  }

  @Test("without a name have no protection", arguments: [0x0A0A, 0xFAFA, 0xCC13, 0xFFFF] as [UInt16])
  func unknown(code: UInt16) {
    let suite = CipherSuite(rawValue: code)
    #expect(suite.name == nil)
    #expect(suite.protection == nil)
    #expect(!suite.isTLS13 && !suite.usesRSAKeyExchange)
  }

  @Test("of all numbers can be asked for")
  func all() {
    let named = (UInt16.min...UInt16.max).map(CipherSuite.init(rawValue:)).filter { $0.name != nil }
    #expect(named.count > 300)
    #expect(named.allSatisfy { $0.name?.hasPrefix("TLS_") == true })
    #expect(named.filter { $0.protection != nil }.count > 120)
  }
}
