import Wire

/// The keys of both directions of a connection of SSL 3.0 and TLS 1.0 to 1.2: RFC 5246 section 6.3.
package struct TLS12Keys {
  package let client: RecordOpener
  package let server: RecordOpener

  /// - Parameters:
  ///   - version: 0x0300 to 0x0303, of the ServerHello.
  ///   - masterSecret: 48 bytes.
  ///   - encryptThenMAC: whether the ServerHello has that extension: RFC 7366. Of account for CBC only.
  /// - Returns: `nil` when `suite` cannot be opened or does not exist in `version`.
  package init?(
    suite: CipherSuite, version: UInt16, masterSecret: [UInt8], clientRandom: RawSpan, serverRandom: RawSpan,
    encryptThenMAC: Bool
  ) {
    guard version >= TLSVersion.ssl3, version <= TLSVersion.tls12, !suite.isTLS13,
      masterSecret.count == Self.masterSecretByteCount, let protection = suite.protection,
      version == TLSVersion.tls12 || !protection.needsTLS12
    else { return nil }
    let sizes = KeySizes(protection, version: version)
    var seed: [UInt8] = []
    seed.append(serverRandom)
    seed.append(clientRandom)
    let block = PRF.output(
      secret: masterSecret, label: "key expansion", seed: seed, count: sizes.blockByteCount, version: version,
      hash: suite.hash)
    var sides: [RecordOpener] = []
    for side in 0...1 {
      let (mac, key, iv) = sizes.parts(of: block, side: side)
      guard
        let opener = Self.opener(
          suite, protection, version: version, mac: mac, key: key, iv: iv, encryptThenMAC: encryptThenMAC)
      else { return nil }
      sides.append(opener)
    }
    (client, server) = (sides[0], sides[1])
  }

  private static let masterSecretByteCount = 48

  private static func opener(
    _ suite: CipherSuite, _ protection: Protection, version: UInt16, mac: [UInt8], key: [UInt8], iv: [UInt8],
    encryptThenMAC: Bool
  ) -> RecordOpener? {
    switch protection {
    case .aead(let algorithm):
      return AEADKey(algorithm, key: key).map { aead in
        let form: AEADRecords.NonceForm = algorithm == .chaCha20Poly1305 ? .sequence : .explicit
        return RecordOpener(suite: suite, AEADRecords(key: aead, iv: iv, form: form))
      }
    case .cbc, .rc4, .null:
      guard let cipher = MACRecords.Cipher(protection, key: key) else { return nil }
      let records = MACRecords(
        mac: MACKey(protection.mac, key: mac, version: version), macByteCount: protection.mac.byteCount, cipher: cipher,
        chaining: version <= TLSVersion.tls10 ? .implicit(iv) : .explicit,
        encryptsThenMACs: encryptThenMAC && cipher.blockByteCount > 1, isSSL3: version == TLSVersion.ssl3)
      return RecordOpener(suite: suite, records)
    }
  }
}

/// How the key block is cut: RFC 5246 section 6.3.
private struct KeySizes {
  private var mac = 0
  private var key = 0
  private var iv = 0

  init(_ protection: Protection, version: UInt16) {
    switch protection {
    case .aead(let algorithm):
      key = algorithm.keyByteCount
      let explicit = algorithm == .chaCha20Poly1305 ? 0 : AEADRecords.explicitByteCount
      iv = AEADKey.nonceByteCount - explicit
    case .cbc(let cipher, let algorithm):
      // From TLS 1.1 on each record brings its own, and these are the last bytes of the block.
      let ivByteCount = version <= TLSVersion.tls10 ? cipher.blockByteCount : 0
      (mac, key, iv) = (algorithm.byteCount, cipher.keyByteCount, ivByteCount)
    case .rc4(let algorithm): (mac, key) = (algorithm.byteCount, 16)
    case .null(let algorithm): mac = algorithm.byteCount
    }
  }

  var blockByteCount: Int { 2 * (mac + key + iv) }

  /// - Parameter side: 0 for what the client writes, 1 for the server.
  func parts(of block: [UInt8], side: Int) -> (mac: [UInt8], key: [UInt8], iv: [UInt8]) {
    var offset = 0
    func part(_ size: Int) -> [UInt8] {
      defer { offset += 2 * size }
      return Array(block[offset + side * size..<offset + (side + 1) * size])
    }
    return (part(mac), part(key), part(iv))
  }
}
