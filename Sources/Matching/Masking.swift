import Observations
import Signatures

/// Turns a secret into what may be known of it. Nothing else of this target hands a secret's bytes on.
enum Masking {
  /// How much of the text before a secret is kept as evidence.
  static let contextLength = 32
  private static let ellipsis = "…"

  static func credential(
    _ secret: Span<UInt8>, of form: CompiledForm, signature: CredentialSignature, encodings: [Encoding]
  ) -> MaskedCredential {
    MaskedCredential(
      signature: signature.id, issuers: signature.issuers, redacted: redacted(secret, of: form),
      fingerprint: fingerprint(secret), length: secret.count, encodings: encodings, mark: ValueMark(secret))
  }

  /// A token of no known form.
  static func bearer(_ secret: Span<UInt8>) -> MaskedCredential {
    MaskedCredential(
      signature: BearerToken.signature, issuers: [], redacted: redacted(secret, prefix: [], fewestHidden: 4),
      fingerprint: fingerprint(secret), length: secret.count, encodings: [], mark: ValueMark(secret))
  }

  /// A value of which nothing is told unless it is known: its mark alone.
  static func unnamed(_ value: LooseValues.Value) -> MaskedCredential {
    MaskedCredential(
      signature: LooseValues.signature, issuers: [], redacted: ellipsis, fingerprint: "", length: value.range.count,
      encodings: value.encodings, mark: value.mark)
  }

  private static func redacted(_ secret: Span<UInt8>, of form: CompiledForm) -> String {
    let prefix = form.shownPrefix
    if form.isOfOneValue { return redacted(secret, prefix: [], fewestHidden: 16) }
    guard form.isBounded else { return String(decoding: prefix, as: UTF8.self) + ellipsis }
    return redacted(secret, prefix: prefix, fewestHidden: prefix.isEmpty ? 16 : 4)
  }

  /// The secret's first literal and the last four characters, or the literal alone where too little would stay hidden:
  /// of a password every character counts, and the lines of a private key end anywhere.
  private static func redacted(_ secret: Span<UInt8>, prefix: [UInt8], fewestHidden: Int) -> String {
    let showsTail = secret.count >= prefix.count + 4 + fewestHidden
    let tail = showsTail ? copy(secret.extracting(last: 4)) : []
    return String(decoding: prefix, as: UTF8.self) + ellipsis + String(decoding: tail, as: UTF8.self)
  }

  private static func fingerprint(_ secret: Span<UInt8>) -> String {
    let digest = secret.sha256
    let digits = Array("0123456789abcdef".utf8)
    return "sha256:" + String(decoding: digest.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
  }

  private static func copy(_ span: Span<UInt8>) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(span.count)
    for index in span.indices { bytes.append(span[index]) }
    return bytes
  }

  /// The end of `text` for a person to read: printable ASCII in which whatever may belong to a secret is masked.
  static func context(_ text: Span<UInt8>) -> String {
    let window = text.extracting(last: contextLength)
    var (result, run) = ("", [UInt8]())
    // A run that the window cuts may be the tail of a longer one.
    var isCut = text.count > window.count
    func closeRun() {
      result += isCut || mayBeSecret(run) ? (run.isEmpty ? "" : ellipsis) : String(decoding: run, as: UTF8.self)
      run.removeAll()
      isCut = false
    }
    for index in window.indices {
      let byte = window[index]
      if continuesSecret.contains(byte) {
        run.append(byte)
      } else {
        closeRun()
        result.unicodeScalars.append(Unicode.Scalar((0x20...0x7e).contains(byte) ? byte : 0x20))
      }
    }
    closeRun()
    return result
  }

  /// What secrets consist of, in any of their written forms.
  private static let continuesSecret = ByteSet.alphanumeric.union(ByteSet("_-+/=%"))

  private static func mayBeSecret(_ run: [UInt8]) -> Bool {
    if run.count >= 20 || (run.count >= 12 && run.contains(where: ByteSet.digits.contains)) { return true }
    // Names have few letters of one case among those of the other: `anthropicApiKey`.
    let (upper, lower) = run.reduce(into: (0, 0)) { counts, byte in
      counts.0 += (0x41...0x5a).contains(byte) ? 1 : 0
      counts.1 += (0x61...0x7a).contains(byte) ? 1 : 0
    }
    return run.count >= 16 && min(upper, lower) >= 4
  }
}
