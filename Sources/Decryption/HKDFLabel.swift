import Crypto
import FoundationEssentials

/// HKDF-Extract: RFC 5869 section 2.2. An empty `salt` stands for one of zeros.
package func hkdfExtract(salt: [UInt8], secret: [UInt8], hash: SecretHash) -> [UInt8] {
  let key = SymmetricKey(data: secret)
  return switch hash {
  case .sha256: HKDF<SHA256>.extract(inputKeyMaterial: key, salt: salt).octets
  case .sha384: HKDF<SHA384>.extract(inputKeyMaterial: key, salt: salt).octets
  }
}

/// HKDF-Expand-Label: RFC 8446 section 7.1; also of QUIC, RFC 9001 section 5.1.
///
/// - Parameters:
///   - label: without the prefix `tls13 `, which is added; at most 249 bytes.
///   - context: at most 255 bytes.
///   - length: of the result, in bytes: 1 to 255 times that of `hash`.
/// - Returns: nothing when a parameter is out of bounds.
package func hkdfExpandLabel(
  secret: [UInt8], label: String, context: [UInt8] = [], length: Int, hash: SecretHash
) -> [UInt8] {
  let prefix = "tls13 "
  guard let labelLength = UInt8(exactly: prefix.utf8.count + label.utf8.count),
    let contextLength = UInt8(exactly: context.count), length > 0, length <= 255 * hash.byteCount
  else { return [] }
  var info = [UInt8(truncatingIfNeeded: length >> 8), UInt8(truncatingIfNeeded: length), labelLength]
  info += prefix.utf8
  info += label.utf8
  info.append(contextLength)
  info += context
  let key = SymmetricKey(data: secret)
  return switch hash {
  case .sha256: HKDF<SHA256>.expand(pseudoRandomKey: key, info: info, outputByteCount: length).octets
  case .sha384: HKDF<SHA384>.expand(pseudoRandomKey: key, info: info, outputByteCount: length).octets
  }
}

extension ContiguousBytes {
  /// A copy.
  var octets: [UInt8] {
    // SAFETY: the buffer is copied and not kept.
    unsafe withUnsafeBytes { unsafe [UInt8]($0) }
  }
}
