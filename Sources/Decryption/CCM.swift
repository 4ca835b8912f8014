import Crypto
import CryptoExtras
import FoundationEssentials

/// Counter with CBC-MAC: RFC 3610, with the 12-byte nonce and 3-byte length of RFC 6655. Rare, so it is put together
/// from the modes that Crypto has.
struct CCM {
  private static let blockByteCount = 16
  /// L of RFC 3610 section 2: how many bytes hold the length of the message.
  private static let lengthByteCount = 3

  let key: SymmetricKey
  let tagByteCount: Int

  /// - Returns: the plaintext; `nil` when the tag is not its.
  func open(
    _ ciphertext: ArraySlice<UInt8>, tag: ArraySlice<UInt8>, nonce: [UInt8], authenticating additionalData: [UInt8]
  ) throws -> Data? {
    // Block 0 of the key stream masks the tag, the message begins with block 1 (RFC 3610 section 2.3).
    let start = [UInt8(Self.lengthByteCount - 1)] + nonce + [UInt8](repeating: 0, count: Self.lengthByteCount)
    var masked = Data(tag)
    masked.append(Data(count: Self.blockByteCount - tag.count))
    masked.append(contentsOf: ciphertext)
    let opened = try AES._CTR.decrypt(masked, using: key, nonce: AES._CTR.Nonce(nonceBytes: start))
    let plaintext = Data(opened.dropFirst(Self.blockByteCount))
    let expected = try authenticator(of: plaintext, nonce: nonce, authenticating: additionalData)
    return expected.elementsEqual(opened.prefix(tagByteCount)) ? plaintext : nil
  }

  /// T of RFC 3610 section 2.2.
  private func authenticator(
    of plaintext: Data, nonce: [UInt8], authenticating additionalData: [UInt8]
  ) throws -> Data {
    let flags = (additionalData.isEmpty ? 0 : 0x40) + (tagByteCount - 2) / 2 * 8 + Self.lengthByteCount - 1
    var blocks = Data([UInt8(flags)] + nonce)
    for shift in [16, 8, 0] { blocks.append(UInt8(truncatingIfNeeded: plaintext.count >> shift)) }
    if !additionalData.isEmpty {
      // That of a TLS record is far below the 65,280 bytes from which on the length would be written otherwise.
      blocks.append(UInt8(truncatingIfNeeded: additionalData.count >> 8))
      blocks.append(UInt8(truncatingIfNeeded: additionalData.count))
      blocks.append(contentsOf: additionalData)
      blocks.pad(to: Self.blockByteCount)
    }
    blocks.append(plaintext)
    blocks.pad(to: Self.blockByteCount)
    let zero = try AES._CBC.IV(ivBytes: [UInt8](repeating: 0, count: Self.blockByteCount))
    let chained = try AES._CBC.encrypt(blocks, using: key, iv: zero, noPadding: true)
    return Data(chained.suffix(Self.blockByteCount).prefix(tagByteCount))
  }
}

extension Data {
  /// Appends zeros up to a multiple of `blockByteCount`.
  fileprivate mutating func pad(to blockByteCount: Int) {
    let rest = count % blockByteCount
    if rest > 0 { append(Data(count: blockByteCount - rest)) }
  }
}
