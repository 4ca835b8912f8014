/// The largest sizes that records may have, in bytes.
enum RecordLimits {
  /// TLSPlaintext.fragment: RFC 5246 section 6.2.1, RFC 8446 section 5.1.
  static let plaintext = 1 << 14
  /// TLSCiphertext.fragment up to TLS 1.2: RFC 5246 section 6.2.3.
  static let ciphertext = plaintext + 2_048
  /// TLSCiphertext.encrypted_record of TLS 1.3: RFC 8446 section 5.2.
  static let ciphertextOfTLS13 = plaintext + 256
}
