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
      code: 0x002F, testDescription: "TLS_RSA_WITH_AES_128_CBC_SHA", protection: .cbc(.aes128, .sha1),
      usesRSA: true),
    Suite(
      code: 0xC028, testDescription: "TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA384",
      protection: .cbc(.aes256, .sha384), hash: .sha384),
    Suite(
      code: 0x006B, testDescription: "TLS_DHE_RSA_WITH_AES_256_CBC_SHA256",
      protection: .cbc(.aes256, .sha256)),
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
      code: 0x000A, testDescription: "TLS_RSA_WITH_3DES_EDE_CBC_SHA", protection: .cbc(.tripleDES, .sha1),
      usesRSA: true),
    Suite(code: 0xC011, testDescription: "TLS_ECDHE_RSA_WITH_RC4_128_SHA", protection: .rc4(.sha1)),
    Suite(
      code: 0xC077, testDescription: "TLS_ECDHE_RSA_WITH_CAMELLIA_256_CBC_SHA384",
      protection: .cbc(.camellia256, .sha384), hash: .sha384),
    Suite(
      code: 0xC072, testDescription: "TLS_ECDHE_ECDSA_WITH_CAMELLIA_128_CBC_SHA256",
      protection: .cbc(.camellia128, .sha256)),
    Suite(
      code: 0x0041, testDescription: "TLS_RSA_WITH_CAMELLIA_128_CBC_SHA", protection: .cbc(.camellia128, .sha1),
      usesRSA: true),
    Suite(
      code: 0x0087, testDescription: "TLS_DHE_DSS_WITH_CAMELLIA_256_CBC_SHA", protection: .cbc(.camellia256, .sha1)),
    Suite(
      code: 0x00C4, testDescription: "TLS_DHE_RSA_WITH_CAMELLIA_256_CBC_SHA256", protection: .cbc(.camellia256, .sha256)
    ),
    Suite(code: 0x0096, testDescription: "TLS_RSA_WITH_SEED_CBC_SHA", protection: .cbc(.seed, .sha1), usesRSA: true),
    Suite(code: 0x0099, testDescription: "TLS_DHE_DSS_WITH_SEED_CBC_SHA", protection: .cbc(.seed, .sha1)),
    Suite(code: 0x009A, testDescription: "TLS_DHE_RSA_WITH_SEED_CBC_SHA", protection: .cbc(.seed, .sha1)),
    Suite(code: 0x0007, testDescription: "TLS_RSA_WITH_IDEA_CBC_SHA", protection: .cbc(.idea, .sha1), usesRSA: true),
    Suite(code: 0x0015, testDescription: "TLS_DHE_RSA_WITH_DES_CBC_SHA", protection: .cbc(.des, .sha1)),
    Suite(code: 0x0006, testDescription: "TLS_RSA_EXPORT_WITH_RC2_CBC_40_MD5", protection: nil),
    Suite(code: 0x0008, testDescription: "TLS_RSA_EXPORT_WITH_DES40_CBC_SHA", protection: nil),
    Suite(code: 0xC07A, testDescription: "TLS_RSA_WITH_CAMELLIA_128_GCM_SHA256", protection: nil, usesRSA: true),
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

  @Test(
    "of one cipher are opened whatever the key exchange",
    arguments: [("CAMELLIA_128_CBC_", 20), ("CAMELLIA_256_CBC_", 20), ("SEED_CBC_", 6), ("IDEA_CBC_SHA", 2)])
  func keyExchanges(cipher: String, count: Int) {
    let suites = (UInt16.min...UInt16.max).map(CipherSuite.init(rawValue:)).filter { $0.name?.contains(cipher) == true }
    #expect(suites.count == count)
    #expect(suites.allSatisfy { $0.protection != nil })
  }

  @Test("of all numbers can be asked for")
  func all() {
    let named = (UInt16.min...UInt16.max).map(CipherSuite.init(rawValue:)).filter { $0.name != nil }
    #expect(named.count > 300)
    #expect(named.allSatisfy { $0.name?.hasPrefix("TLS_") == true })
    #expect(named.filter { $0.protection != nil }.count > 120)
  }
}
