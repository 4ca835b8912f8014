package import Wire

/// What opens the packets of one direction at one encryption level: RFC 9001 section 5.
package struct QUICPacketKeys: Sendable {
  package let algorithm: AEADKey.Algorithm
  private let family: QUICVersion.Family
  private let secret: [UInt8]
  private let key: AEADKey
  private let iv: [UInt8]
  private let mask: HeaderMask

  /// Derives key, IV and header key from a traffic secret: RFC 9001 section 5.1.
  ///
  /// - Returns: `nil` for an algorithm that QUIC does not allow (section 5.3).
  package init?(secret: [UInt8], algorithm: AEADKey.Algorithm, family: QUICVersion.Family) {
    let bytes = Self.expand(secret, family.label("hp"), algorithm.keyByteCount)
    guard let mask = HeaderMask(algorithm, key: bytes) else { return nil }
    self.init(secret: secret, algorithm: algorithm, family: family, mask: mask)
  }

  private init?(secret: [UInt8], algorithm: AEADKey.Algorithm, family: QUICVersion.Family, mask: HeaderMask) {
    guard algorithm.tagByteCount == Self.tagByteCount,
      let key = AEADKey(algorithm, key: Self.expand(secret, family.label("key"), algorithm.keyByteCount))
    else { return nil }
    (self.secret, self.algorithm, self.family, self.mask, self.key) = (secret, algorithm, family, mask, key)
    iv = Self.expand(secret, family.label("iv"), AEADKey.nonceByteCount)
  }

  /// RFC 9001 section 5.3: that of all ciphers.
  static let tagByteCount = 16

  /// The algorithms that a traffic secret of this length may belong to.
  package static func candidates(secretByteCount: Int) -> [AEADKey.Algorithm] {
    secretByteCount == 48 ? [.aes256GCM] : [.aes128GCM, .chaCha20Poly1305, .aes128CCM]
  }

  /// The secret's length tells the hash.
  private static func expand(_ secret: [UInt8], _ label: String, _ byteCount: Int) -> [UInt8] {
    hkdfExpandLabel(secret: secret, label: label, length: byteCount, hash: secret.count == 48 ? .sha384 : .sha256)
  }

  /// Keys of the next key phase: RFC 9001 section 6.1. The header key stays.
  package func updated() -> QUICPacketKeys? {
    let next = Self.expand(secret, family.label("ku"), secret.count)
    return QUICPacketKeys(secret: next, algorithm: algorithm, family: family, mask: mask)
  }

  /// Removes header protection: RFC 9001 section 5.4.1.
  ///
  /// - Parameters:
  ///   - packet: exactly one packet.
  ///   - expected: the packet number that would follow the largest one seen.
  /// - Returns: `nil` for a packet too short to hold a sample.
  package func header(of packet: RawSpan, packetNumberOffset offset: Int, expected: UInt64) -> QUICPacketHeader? {
    // Section 5.4.2: the sample starts as if the packet number had four bytes.
    let sample = offset + 4
    guard offset > 0, packet.byteCount >= sample + HeaderMask.sampleByteCount,
      let mask = mask.mask(for: packet.extracting(sample..<sample + HeaderMask.sampleByteCount)),
      mask.count == HeaderMask.byteCount
    else { return nil }
    let protected = packet.octets[0]
    let first = protected ^ mask[0] & (QUICLongHeader.isLong(protected) ? 0x0F : 0x1F)
    let numberByteCount = Int(first & 3) + 1
    var bytes: [UInt8] = []
    bytes.append(packet.extracting(..<(offset + numberByteCount)))
    bytes[0] = first
    var truncated: UInt64 = 0
    for index in 0..<numberByteCount {
      bytes[offset + index] ^= mask[index + 1]
      truncated = truncated << 8 | UInt64(bytes[offset + index])
    }
    let number = QUICPacketHeader.number(truncated, byteCount: numberByteCount, expected: expected)
    return QUICPacketHeader(firstByte: first, packetNumber: number, bytes: bytes)
  }

  /// Opens the payload: RFC 9001 section 5.3.
  ///
  /// - Returns: `nil` where it does not authenticate.
  package func open(_ packet: RawSpan, _ header: QUICPacketHeader) -> [UInt8]? {
    guard header.bytes.count <= packet.byteCount else { return nil }
    var nonce = iv
    for index in 0..<8 {
      nonce[4 + index] ^= UInt8(truncatingIfNeeded: header.packetNumber >> (56 - 8 * UInt64(index)))
    }
    var payload: [UInt8] = []
    do throws(DecryptionError) {
      try key.open(
        packet.extracting(header.bytes.count...), nonce: nonce, authenticating: header.bytes, into: &payload)
    } catch { return nil }
    return payload
  }
}

/// The header of a packet with its protection removed.
package struct QUICPacketHeader: Equatable, Sendable {
  package let firstByte: UInt8
  package let packetNumber: UInt64
  /// From the first byte to the packet number's last: what the payload's tag covers.
  package let bytes: [UInt8]

  /// RFC 9000 section 17.3.1: the key phase bit of a short header.
  package var keyPhase: Bool { firstByte & 0x04 != 0 }

  /// Restores a whole packet number: RFC 9000 appendix A.3.
  ///
  /// - Parameter byteCount: of `truncated`, 1 to 4.
  package static func number(_ truncated: UInt64, byteCount: Int, expected: UInt64) -> UInt64 {
    let window: UInt64 = 1 << (8 * UInt64(byteCount))
    let half = window / 2
    let candidate = expected & ~(window - 1) | truncated
    if candidate &+ half <= expected, candidate < (1 << 62) - window { return candidate + window }
    if candidate > expected &+ half, candidate >= window { return candidate - window }
    return candidate
  }
}
