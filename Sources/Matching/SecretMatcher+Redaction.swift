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
    var result: [UInt8] = []
    var place = 0
    for sighting in found {
      let range = Int(clamping: sighting.range.lowerBound)..<Int(clamping: sighting.range.upperBound)
      result += bytes[place..<range.lowerBound]
      result += sighting.credential.redacted.utf8
      place = range.upperBound
    }
    return String(decoding: result + bytes[place...], as: UTF8.self)
  }
}
