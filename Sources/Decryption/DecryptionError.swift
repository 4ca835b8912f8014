/// Why a protected record could not be opened.
package enum DecryptionError: Error, Equatable {
  /// The tag, the MAC or the padding is wrong: a damaged record, a lost one before it, or another key.
  case authenticationFailed
  /// The record cannot be what any peer sends under this protection: its length, or no content type inside.
  case malformed
  /// The primitive refused the call itself; the keys do not fit the suite.
  case unsupported
  /// 2^64 - 1 records: RFC 8446 section 5.3.
  case sequenceExhausted
}
