import Crypto
import Wire

/// The pseudorandom function of SSL 3.0 and TLS 1.0 to 1.2.
enum PRF {
  /// RFC 5246 section 5 for version 0x0303, RFC 2246 section 5 below it.
  ///
  /// - Parameter hash: that of the suite; of no account below TLS 1.2.
  static func output(
    secret: [UInt8], label: String, seed: [UInt8], count: Int, version: UInt16, hash: SecretHash
  ) -> [UInt8] {
    if version < TLSVersion.tls10 { return ssl3Output(secret: secret, seed: seed, count: count) }
    let seed = Array(label.utf8) + seed
    guard version < TLSVersion.tls12 else {
      return expanded(MACKey(hash == .sha256 ? .sha256 : .sha384, key: secret), seed: seed, count: count)
    }
    // The halves share the middle byte of a secret of odd length.
    let half = (secret.count + 1) / 2
    let left = expanded(MACKey(.md5, key: Array(secret.prefix(half))), seed: seed, count: count)
    let right = expanded(MACKey(.sha1, key: Array(secret.suffix(half))), seed: seed, count: count)
    return zip(left, right).map { $0 ^ $1 }
  }

  /// RFC 6101 sections 6.1 and 6.2.2: `A`, `BB`, `CCC` stand for labels.
  private static func ssl3Output(secret: [UInt8], seed: [UInt8], count: Int) -> [UInt8] {
    var result: [UInt8] = []
    var salt: [UInt8] = []
    // The longest key block needs nine rounds.
    while result.count < count, salt.count < 26 {
      salt = [UInt8](repeating: UInt8(ascii: "A") + UInt8(salt.count), count: salt.count + 1)
      let inner = Insecure.SHA1.hash(data: salt + secret + seed)
      result += Insecure.MD5.hash(data: secret + Array(inner))
    }
    return Array(result.prefix(count))
  }

  /// P_hash: RFC 5246 section 5.
  private static func expanded(_ key: MACKey, seed: [UInt8], count: Int) -> [UInt8] {
    var result: [UInt8] = []
    var chained = seed
    while result.count < count {
      chained = key.code(header: chained, body: [])
      result += key.code(header: chained, body: seed)
    }
    return Array(result.prefix(count))
  }
}

/// Versions of the protocol as they stand on the wire.
enum TLSVersion {
  static let ssl3: UInt16 = 0x0300
  static let tls10: UInt16 = 0x0301
  static let tls11: UInt16 = 0x0302
  static let tls12: UInt16 = 0x0303
}

/// The 48 bytes of master secret of TLS 1.0 to 1.2: RFC 5246 section 8.1.
///
/// - Parameter sessionHash: the hash of the handshake up to ClientKeyExchange when both sides asked for the extended
///   master secret: RFC 7627 section 4; otherwise `nil`.
package func masterSecret(
  premaster: [UInt8], suite: CipherSuite, version: UInt16, clientRandom: RawSpan, serverRandom: RawSpan,
  sessionHash: [UInt8]?
) -> [UInt8] {
  var randoms: [UInt8] = []
  randoms.append(clientRandom)
  randoms.append(serverRandom)
  return PRF.output(
    secret: premaster, label: sessionHash == nil ? "master secret" : "extended master secret",
    seed: sessionHash ?? randoms, count: 48, version: version, hash: suite.hash)
}
