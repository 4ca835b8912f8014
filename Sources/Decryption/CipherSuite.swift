/// A hash function of the key schedules of TLS: RFC 5246 section 5, RFC 8446 section 7.1.
package enum SecretHash: Sendable {
  case sha256, sha384

  /// Of its output.
  package var byteCount: Int { self == .sha256 ? 32 : 48 }
}

/// A cipher suite by its number: RFC 8446 section B.4, RFC 5246 section A.5.
package struct CipherSuite: RawRepresentable, Hashable, Sendable {
  package let rawValue: UInt16

  package init(rawValue: UInt16) { self.rawValue = rawValue }

  /// The name of the IANA registry; `nil` where it has none.
  package var name: String? { CipherSuiteNames.byCode[rawValue] }

  /// Whether only TLS 1.3 has it: its name says nothing of the key exchange.
  package var isTLS13: Bool {
    guard let name else { return false }
    return !name.contains("_WITH_") && !name.hasSuffix("_SCSV")
  }

  /// The hash of HKDF in TLS 1.3, and of the PRF in TLS 1.2; below that version the PRF has its own.
  package var hash: SecretHash { name?.hasSuffix("_SHA384") == true ? .sha384 : .sha256 }

  /// Whether the client sends the premaster secret encrypted to the server's RSA key: RFC 5246 section 7.4.7.1.
  package var usesRSAKeyExchange: Bool { name?.hasPrefix("TLS_RSA_WITH_") == true }

  /// How records are protected; `nil` for what cannot be opened: export suites, Kerberos with MD5, Camellia
  /// in GCM, ARIA, SM4, GOST and names that are unknown.
  package var protection: Protection? {
    guard let name else { return nil }
    if isTLS13 { return Protection.ofTLS13[name] }
    guard let with = name.firstRange(of: "_WITH_") else { return nil }
    return Protection.named[String(name[with.upperBound...])]
  }
}

/// What protects the records of a suite.
package enum Protection: Hashable, Sendable {
  /// RFC 5246 section 6.2.3.3, RFC 8446 section 5.2.
  case aead(AEADKey.Algorithm)
  /// A block cipher in CBC mode with HMAC: RFC 5246 section 6.2.3.2, RFC 7366; Camellia by RFC 5932 and RFC 6367, SEED
  /// by RFC 4162, IDEA and DES by RFC 5469.
  case cbc(BlockAlgorithm, MACAlgorithm)
  /// RC4 with HMAC: RFC 2246 section 6.2.3.1.
  case rc4(MACAlgorithm)
  /// HMAC only: RFC 5246 section 6.2.3.1, RFC 4785.
  case null(MACAlgorithm)

  /// Of which TLS 1.2 is the first version.
  var needsTLS12: Bool {
    switch self {
    case .aead: true
    case .cbc(_, let mac), .null(let mac), .rc4(let mac): mac == .sha256 || mac == .sha384
    }
  }

  fileprivate static let ofTLS13: [String: Protection] = [
    "TLS_AES_128_GCM_SHA256": .aead(.aes128GCM),
    "TLS_AES_256_GCM_SHA384": .aead(.aes256GCM),
    "TLS_CHACHA20_POLY1305_SHA256": .aead(.chaCha20Poly1305),
    "TLS_AES_128_CCM_SHA256": .aead(.aes128CCM),
    "TLS_AES_128_CCM_8_SHA256": .aead(.aes128CCM8),
  ]

  /// By what follows `_WITH_` in a suite's name.
  fileprivate static let named: [String: Protection] = [
    "AES_128_GCM_SHA256": .aead(.aes128GCM),
    "AES_256_GCM_SHA384": .aead(.aes256GCM),
    "CHACHA20_POLY1305_SHA256": .aead(.chaCha20Poly1305),
    "AES_128_CCM": .aead(.aes128CCM),
    "AES_256_CCM": .aead(.aes256CCM),
    "AES_128_CCM_SHA256": .aead(.aes128CCM),
    "AES_256_CCM_SHA384": .aead(.aes256CCM),
    "AES_128_CCM_8": .aead(.aes128CCM8),
    "AES_256_CCM_8": .aead(.aes256CCM8),
    "AES_128_CCM_8_SHA256": .aead(.aes128CCM8),
    "AES_128_CBC_SHA": .cbc(.aes128, .sha1),
    "AES_256_CBC_SHA": .cbc(.aes256, .sha1),
    "AES_128_CBC_SHA256": .cbc(.aes128, .sha256),
    "AES_256_CBC_SHA256": .cbc(.aes256, .sha256),
    "AES_256_CBC_SHA384": .cbc(.aes256, .sha384),
    "CAMELLIA_128_CBC_SHA": .cbc(.camellia128, .sha1),
    "CAMELLIA_256_CBC_SHA": .cbc(.camellia256, .sha1),
    "CAMELLIA_128_CBC_SHA256": .cbc(.camellia128, .sha256),
    "CAMELLIA_256_CBC_SHA256": .cbc(.camellia256, .sha256),
    "CAMELLIA_256_CBC_SHA384": .cbc(.camellia256, .sha384),
    "SEED_CBC_SHA": .cbc(.seed, .sha1),
    "IDEA_CBC_SHA": .cbc(.idea, .sha1),
    "3DES_EDE_CBC_SHA": .cbc(.tripleDES, .sha1),
    "DES_CBC_SHA": .cbc(.des, .sha1),
    "RC4_128_MD5": .rc4(.md5),
    "RC4_128_SHA": .rc4(.sha1),
    "NULL_MD5": .null(.md5),
    "NULL_SHA": .null(.sha1),
    "NULL_SHA256": .null(.sha256),
    "NULL_SHA384": .null(.sha384),
  ]
}
