import Observations
import Wire

extension SecretMatcher {
  /// Every secret in `bytes`, which are all there is.
  package mutating func sightings(in bytes: RawSpan) -> [Sighting] {
    var found: [Sighting] = []
    scanWhole(bytes) { found.append($0) }
    return found
  }
}
