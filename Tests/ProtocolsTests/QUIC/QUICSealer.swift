import Crypto
import Decryption
import Foundation
import Wire

/// Seals packets as an endpoint does: what the sensor must be able to open (RFC 9001 section 5).
struct QUICSealer {
  var secret: [UInt8]
  var algorithm = AEADKey.Algorithm.aes128GCM
  var isVersion2 = false
  /// Key updates done: the header key stays that of the first secret (RFC 9001 section 6).
  var headerSecret: [UInt8]?

  private var hash: SecretHash { secret.count == 48 ? .sha384 : .sha256 }

  private func expand(_ secret: [UInt8], _ purpose: String, _ length: Int) -> [UInt8] {
    let label = isVersion2 ? "quicv2 \(purpose)" : "quic \(purpose)"
    return hkdfExpandLabel(secret: secret, label: label, length: length, hash: hash)
  }

  /// The same with the keys of the next phase.
  func updated() -> QUICSealer {
    var next = self
    next.headerSecret = headerSecret ?? secret
    next.secret = expand(secret, "ku", secret.count)
    return next
  }

  /// - Parameter header: up to the packet number, which takes two bytes.
  func seal(_ header: [UInt8], number: UInt64, _ payload: [UInt8]) throws -> [UInt8] {
    let full = header + [UInt8(truncatingIfNeeded: number >> 8), UInt8(truncatingIfNeeded: number)]
    var nonce = expand(secret, "iv", 12)
    for index in 0..<8 { nonce[4 + index] ^= UInt8(truncatingIfNeeded: number >> (56 - 8 * UInt64(index))) }
    let key = SymmetricKey(data: expand(secret, "key", algorithm.keyByteCount))
    let sealed: [UInt8]
    if algorithm == .chaCha20Poly1305 {
      let box = try ChaChaPoly.seal(payload, using: key, nonce: .init(data: nonce), authenticating: full)
      sealed = [UInt8](box.ciphertext) + [UInt8](box.tag)
    } else {
      let box = try AES.GCM.seal(payload, using: key, nonce: .init(data: nonce), authenticating: full)
      sealed = [UInt8](box.ciphertext) + [UInt8](box.tag)
    }
    return mask(full + sealed, packetNumberOffset: header.count)
  }

  private func mask(_ packet: [UInt8], packetNumberOffset offset: Int) -> [UInt8] {
    let key = expand(headerSecret ?? secret, "hp", algorithm.keyByteCount)
    let sample = Array(packet[offset + 4..<offset + 20])
    guard let mask = HeaderMask(algorithm, key: key)?.mask(for: sample.rawSpan) else { return packet }
    var masked = packet
    masked[0] ^= mask[0] & (packet[0] & 0x80 != 0 ? 0x0F : 0x1F)
    for index in 0..<2 { masked[offset + index] ^= mask[index + 1] }
    return masked
  }
}

/// Bytes of QUIC, TLS and HTTP/3.
enum QUICBytes {
  /// A variable-length integer: RFC 9000 section 16.
  static func integer(_ value: Int) -> [UInt8] {
    if value < 64 { return [UInt8(value)] }
    if value < 16_384 { return [0x40 | UInt8(value >> 8), UInt8(value & 0xFF)] }
    return [0x80 | UInt8(value >> 24 & 0x3F), UInt8(value >> 16 & 0xFF), UInt8(value >> 8 & 0xFF), UInt8(value & 0xFF)]
  }

  static func crypto(_ bytes: [UInt8], at offset: Int) -> [UInt8] {
    [6] + integer(offset) + integer(bytes.count) + bytes
  }

  static func stream(_ id: Int, _ bytes: [UInt8], at offset: Int = 0, isFinal: Bool = false) -> [UInt8] {
    [isFinal ? 0x0F : 0x0E] + integer(id) + integer(offset) + integer(bytes.count) + bytes
  }

  private static func vector(_ bytes: [UInt8], _ lengthBytes: Int) -> [UInt8] {
    (0..<lengthBytes).map { UInt8(truncatingIfNeeded: bytes.count >> (8 * (lengthBytes - 1 - $0))) } + bytes
  }

  private static func message(_ type: UInt8, _ body: [UInt8]) -> [UInt8] { [type] + vector(body, 3) }

  private static func block(_ extensions: [(UInt16, [UInt8])]) -> [UInt8] {
    vector(extensions.flatMap { [UInt8($0.0 >> 8), UInt8($0.0 & 0xFF)] + vector($0.1, 2) }, 2)
  }

  private static func protocols(_ name: String) -> (UInt16, [UInt8]) { (16, vector(vector(Array(name.utf8), 1), 2)) }

  static func clientHello(_ name: String, random: [UInt8], alpn: String = "h3") -> [UInt8] {
    let serverName: (UInt16, [UInt8]) = (0, vector([0] + vector(Array(name.utf8), 2), 2))
    return message(
      1,
      [3, 3] + random + [0] + vector([0x13, 1, 0x13, 2, 0x13, 3], 2) + [1, 0]
        + block([serverName, protocols(alpn), (43, [2, 3, 4])]))
  }

  static func serverHello(suite: UInt8) -> [UInt8] {
    message(2, [3, 3] + [UInt8](repeating: 7, count: 32) + [0, 0x13, suite, 0] + block([(43, [3, 4])]))
  }

  static func encryptedExtensions(alpn: String) -> [UInt8] { message(8, block([protocols(alpn)])) }

  /// A frame of HTTP/3: RFC 9114 section 7.1.
  static func frame(_ type: Int, _ payload: [UInt8]) -> [UInt8] { integer(type) + integer(payload.count) + payload }

  /// A section of literal lines, without the tables: RFC 9204 section 4.5.6.
  static func section(_ fields: [(String, String)]) -> [UInt8] {
    [0, 0]
      + fields.flatMap { name, value in
        prefixed(0x20, 3, name.utf8.count) + name.utf8 + prefixed(0, 7, value.utf8.count) + value.utf8
      }
  }

  /// RFC 7541 section 5.1.
  static func prefixed(_ pattern: UInt8, _ bits: Int, _ value: Int) -> [UInt8] {
    let most = 1 << bits - 1
    if value < most { return [pattern | UInt8(value)] }
    var bytes = [pattern | UInt8(most)]
    var rest = value - most
    while rest >= 128 {
      bytes.append(0x80 | UInt8(rest & 127))
      rest >>= 7
    }
    return bytes + [UInt8(rest)]
  }
}
