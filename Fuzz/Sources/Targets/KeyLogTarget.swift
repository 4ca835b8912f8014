import Decryption
import Wire

/// Key logs, whole and in pieces: the same secrets and the same counts must come of it.
enum KeyLogTarget {
  private static let connectionLimit = 16

  static func run(_ input: RawSpan) {
    var choices = Choices(input)
    let seed = choices.byte()
    let bytes = choices.rest
    let whole = read(bytes, [0..<bytes.byteCount])
    let cut = read(bytes, pieces(of: bytes.byteCount, seed: seed))
    require(whole.secrets.counters == cut.secrets.counters, "\(whole.secrets.counters), \(cut.secrets.counters)")
    require(whole.flaw == cut.flaw, "the first flaw is in line \(whole.flaw ?? 0), in pieces \(cut.flaw ?? 0)")
    require(whole.secrets.connectionCount <= connectionLimit, "more connections are kept than allowed")
    require(whole.secrets.connectionCount == cut.secrets.connectionCount, "pieces keep other connections")
    for label in SecretLabel.allCases where bytes.byteCount >= ClientRandom.byteCount {
      guard let random = ClientRandom(bytes.extracting(..<ClientRandom.byteCount)) else { continue }
      require(whole.secrets.secret(label, for: random) == cut.secrets.secret(label, for: random), "secrets differ")
    }
    _ = whole.secrets.masterSecret(sessionID: bytes.extracting(first: 32))
    _ = whole.secrets.premaster(encrypted: bytes.extracting(first: 8))
  }

  private static func read(_ bytes: RawSpan, _ ranges: [Range<Int>]) -> (secrets: TLSSecrets, flaw: Int?) {
    let secrets = TLSSecrets(limit: connectionLimit)
    var reader = KeyLogReader()
    for range in ranges { reader.read(bytes.extracting(range), into: secrets) }
    reader.finish(into: secrets)
    return (secrets, reader.firstMalformedLine)
  }
}
