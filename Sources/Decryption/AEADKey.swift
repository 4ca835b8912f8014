import Crypto
import FoundationEssentials
import Wire

/// A key of an AEAD algorithm (RFC 5116), which opens what was sealed with it.
package struct AEADKey: Sendable {
  package enum Algorithm: Hashable, Sendable {
    case aes128GCM, aes256GCM, chaCha20Poly1305
    case aes128CCM, aes256CCM
    /// With a tag of eight bytes: RFC 6655 section 4.
    case aes128CCM8, aes256CCM8

    package var keyByteCount: Int {
      switch self {
      case .aes128GCM, .aes128CCM, .aes128CCM8: 16
      case .aes256GCM, .aes256CCM, .aes256CCM8, .chaCha20Poly1305: 32
      }
    }

    package var tagByteCount: Int { self == .aes128CCM8 || self == .aes256CCM8 ? 8 : 16 }
  }

  /// The nonce of every algorithm here.
  package static let nonceByteCount = 12

  package let algorithm: Algorithm
  private let key: SymmetricKey

  /// `nil` when the length of `key` is not the algorithm's.
  package init?(_ algorithm: Algorithm, key: [UInt8]) {
    guard key.count == algorithm.keyByteCount else { return nil }
    (self.algorithm, self.key) = (algorithm, SymmetricKey(data: key))
  }

  /// Opens `sealed`, ciphertext and tag, and replaces `output` by the plaintext. After an error `output` is empty.
  ///
  /// - Throws: `malformed` when `sealed` is shorter than a tag, `unsupported` when the nonce has not its 12 bytes,
  ///   `authenticationFailed`.
  package func open(
    _ sealed: RawSpan, nonce: [UInt8], authenticating additionalData: [UInt8], into output: inout [UInt8]
  ) throws(DecryptionError) {
    output.removeAll(keepingCapacity: true)
    guard nonce.count == Self.nonceByteCount else { throw .unsupported }
    let count = sealed.byteCount - algorithm.tagByteCount
    guard count >= 0 else { throw .malformed }
    // The functions below take no span, and they are quickest with nonce, ciphertext and tag in one piece: a copy into
    // memory that is there anyway.
    output += nonce
    output.append(sealed)
    guard let plaintext = try? self.plaintext(of: output, nonce, additionalData) else {
      output.removeAll(keepingCapacity: true)
      throw .authenticationFailed
    }
    output.removeAll(keepingCapacity: true)
    output.append(contentsOf: plaintext)
  }

  /// - Parameter combined: nonce, ciphertext and tag.
  private func plaintext(
    of combined: [UInt8], _ nonce: [UInt8], _ additionalData: [UInt8]
  ) throws -> Data? {
    switch algorithm {
    case .aes128GCM, .aes256GCM:
      return try AES.GCM.open(AES.GCM.SealedBox(combined: combined), using: key, authenticating: additionalData)
    case .chaCha20Poly1305:
      return try ChaChaPoly.open(ChaChaPoly.SealedBox(combined: combined), using: key, authenticating: additionalData)
    case .aes128CCM, .aes256CCM, .aes128CCM8, .aes256CCM8:
      let end = combined.count - algorithm.tagByteCount
      return try CCM(key: key, tagByteCount: algorithm.tagByteCount)
        .open(combined[nonce.count..<end], tag: combined[end...], nonce: nonce, authenticating: additionalData)
    }
  }
}
