import Observations
import Wire

/// Replaces secrets in bytes: the one way in which anything is masked.
package enum Redaction {
  /// `bytes` with the range of each sighting replaced by its redacted form.
  package static func masked(_ bytes: RawSpan, _ sightings: [Sighting]) -> [UInt8] {
    var result: [UInt8] = []
    var position = 0
    for sighting in sightings.sorted(by: { $0.range.lowerBound < $1.range.lowerBound }) {
      let lower = min(Int(clamping: sighting.range.lowerBound), bytes.byteCount)
      let upper = min(Int(clamping: sighting.range.upperBound), bytes.byteCount)
      guard lower >= position else { continue }
      result.append(bytes.extracting(position..<lower))
      result.append(contentsOf: sighting.credential.redacted.utf8)
      position = upper
    }
    result.append(bytes.extracting(position...))
    return result
  }
}
