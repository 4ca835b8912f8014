import Crypto
import Decryption
import Foundation
import Wire

/// Seals as a peer does, with AES-128-GCM, what the sensor is to open.
struct Sealer {
  private let key: SymmetricKey
  private let iv: [UInt8]

  init(secret: [UInt8], prefix: String = "") {
    key = SymmetricKey(
      data: hkdfExpandLabel(secret: secret, label: prefix + "key", length: 16, hash: .sha256))
    iv = hkdfExpandLabel(secret: secret, label: prefix + "iv", length: 12, hash: .sha256)
  }

  func seal(_ content: [UInt8], number: UInt64, authenticating header: [UInt8]) -> [UInt8] {
    var nonce = iv
    for index in 0..<8 { nonce[11 - index] ^= UInt8(truncatingIfNeeded: number >> (8 * UInt64(index))) }
    guard let nonce = try? AES.GCM.Nonce(data: nonce),
      let box = try? AES.GCM.seal(content, using: key, nonce: nonce, authenticating: header)
    else { fatalError("cannot seal") }
    return [UInt8](box.ciphertext) + [UInt8](box.tag)
  }
}

/// Records of TLS 1.3 of one direction: RFC 8446 section 5.2.
struct RecordSealer {
  private var secret: [UInt8]
  private var sealer: Sealer
  private var number: UInt64 = 0

  init(secret: [UInt8]) { (self.secret, sealer) = (secret, Sealer(secret: secret)) }

  mutating func record(_ type: UInt8, _ content: [UInt8]) -> [UInt8] {
    let plain = content + [type]
    let header = [23, 3, 3] + Handshake.vector([UInt8](repeating: 0, count: plain.count + 16), 2).prefix(2)
    defer { number += 1 }
    return header + sealer.seal(plain, number: number, authenticating: header)
  }

  /// RFC 8446 section 7.2.
  mutating func update() {
    self = Self(
      secret: hkdfExpandLabel(secret: secret, label: "traffic upd", length: secret.count, hash: .sha256))
  }
}

/// Packets of QUIC version 1 of one direction and level: RFC 9001 section 5.
struct PacketSealer {
  private let sealer: Sealer
  private let mask: HeaderMask?
  private var number: UInt64 = 0

  init(secret: [UInt8]) {
    sealer = Sealer(secret: secret, prefix: "quic ")
    mask = HeaderMask(
      .aes128GCM, key: hkdfExpandLabel(secret: secret, label: "quic hp", length: 16, hash: .sha256))
  }

  /// - Parameter header: up to the packet number, which takes two bytes.
  mutating func packet(_ header: [UInt8], _ payload: [UInt8]) -> [UInt8] {
    let full = header + [UInt8(truncatingIfNeeded: number >> 8), UInt8(truncatingIfNeeded: number)]
    var packet = full + sealer.seal(payload, number: number, authenticating: full)
    number += 1
    let sample = Array(packet[header.count + 4..<header.count + 20])
    guard let mask = mask?.mask(for: sample.rawSpan) else { fatalError("cannot mask") }
    packet[0] ^= mask[0] & (packet[0] & 0x80 != 0 ? 0x0F : 0x1F)
    for index in 0..<2 { packet[header.count + index] ^= mask[index + 1] }
    return packet
  }
}
