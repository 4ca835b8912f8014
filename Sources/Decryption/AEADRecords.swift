import Wire

/// Opens records that an AEAD algorithm protects.
struct AEADRecords {
  /// How the nonce of a record comes about.
  enum NonceForm {
    /// Four bytes of key material, eight of the record: RFC 5288 section 3.
    case explicit
    /// Key material combined with the sequence number: RFC 7905 section 2, RFC 8446 section 5.3.
    case sequence
  }

  static let explicitByteCount = 8

  private let key: AEADKey
  /// 4 bytes when `form` is explicit, 12 otherwise.
  private let iv: [UInt8]
  private let form: NonceForm
  private var nonce: [UInt8] = []
  private var additionalData: [UInt8] = []

  init(key: AEADKey, iv: [UInt8], form: NonceForm) { (self.key, self.iv, self.form) = (key, iv, form) }

  /// RFC 5246 section 6.2.3.3.
  mutating func openOfTLS12(
    _ header: RecordHeader, _ fragment: RawSpan, into output: inout [UInt8]
  ) throws(DecryptionError) {
    let head = form == .explicit ? Self.explicitByteCount : 0
    let count = fragment.byteCount - head - key.algorithm.tagByteCount
    guard count >= 0, count <= RecordLimits.plaintext else { throw .malformed }
    makeNonce(header.sequence, fragment.extracting(..<head))
    header.bytes(length: count, into: &additionalData)
    try key.open(fragment.extracting(head...), nonce: nonce, authenticating: additionalData, into: &output)
  }

  /// RFC 8446 section 5.2.
  ///
  /// - Returns: the content type, which stood behind the content and before the padding.
  mutating func openOfTLS13(
    _ header: RecordHeader, _ fragment: RawSpan, into output: inout [UInt8]
  ) throws(DecryptionError) -> UInt8 {
    guard fragment.byteCount > key.algorithm.tagByteCount, fragment.byteCount <= RecordLimits.ciphertextOfTLS13 else {
      throw .malformed
    }
    makeNonce(header.sequence, fragment.extracting(..<0))
    header.bytesOfTLS13(length: fragment.byteCount, into: &additionalData)
    try key.open(fragment, nonce: nonce, authenticating: additionalData, into: &output)
    guard let last = output.lastIndex(where: { $0 != 0 }), output.count <= RecordLimits.plaintext + 1 else {
      throw .malformed
    }
    let contentType = output[last]
    output.removeSubrange(last...)
    return contentType
  }

  private mutating func makeNonce(_ sequence: UInt64, _ explicit: RawSpan) {
    nonce.removeAll(keepingCapacity: true)
    nonce += iv
    switch form {
    case .explicit: nonce.append(explicit)
    case .sequence:
      for offset in 0..<8 {
        nonce[nonce.count - 1 - offset] ^= UInt8(truncatingIfNeeded: sequence >> (8 * UInt64(offset)))
      }
    }
  }
}
