import Observations
import Wire

extension SecretMatcher {
  /// Every secret in `bytes`, which are all there is.
  package mutating func sightings(in bytes: RawSpan) -> [Sighting] {
    var found: [Sighting] = []
    scanWhole(bytes) { found.append($0) }
    return found
  }

  /// `text` with every secret in it, encoded or not, replaced by its masked form: the last check of every output.
  package mutating func redact(_ text: String) -> String {
    let bytes = Array(text.utf8)
    let found = sightings(in: bytes.rawSpan)
    guard !found.isEmpty else { return text }
    return String(decoding: Redaction.masked(bytes.rawSpan, found), as: UTF8.self)
  }
}
