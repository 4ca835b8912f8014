import Crypto
import CryptoExtras
import Wire

/// The header protection of QUIC, without QUIC: RFC 9001 sections 5.4.3 and 5.4.4.
package struct HeaderMask: Sendable {
  /// Of the ciphertext that a mask is made from.
  package static let sampleByteCount = 16
  /// Of the mask: one for the first byte, four for the packet number.
  package static let byteCount = 5

  private let key: SymmetricKey
  private let isChaCha20: Bool

  /// - Parameters:
  ///   - algorithm: that of the packets, which decides how headers are masked.
  ///   - key: `quic hp`.
  /// - Returns: `nil` when the length of `key` is not the algorithm's.
  package init?(_ algorithm: AEADKey.Algorithm, key: [UInt8]) {
    guard key.count == algorithm.keyByteCount else { return nil }
    self.key = SymmetricKey(data: key)
    isChaCha20 = algorithm == .chaCha20Poly1305
  }

  /// The five bytes to combine with the header; `nil` unless `sample` is 16 bytes.
  package func mask(for sample: RawSpan) -> [UInt8]? {
    guard sample.byteCount == Self.sampleByteCount else { return nil }
    var block: [UInt8] = []
    block.append(sample)
    guard isChaCha20 else {
      guard (try? AES.permute(&block, key: key)) != nil else { return nil }
      return Array(block[..<Self.byteCount])
    }
    guard let counter = try? Insecure.ChaCha20CTR.Counter(data: block[..<4]),
      let nonce = try? Insecure.ChaCha20CTR.Nonce(data: block[4...]),
      let mask = try? Insecure.ChaCha20CTR.encrypt(
        [UInt8](repeating: 0, count: Self.byteCount), using: key, counter: counter, nonce: nonce)
    else { return nil }
    return [UInt8](mask)
  }
}
