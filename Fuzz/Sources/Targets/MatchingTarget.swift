import Observations
import Wire

@testable import Matching

/// The matcher over a stream in pieces and over the same bytes whole: the same secrets in the same places. Masked, the
/// bytes must not hold them any more.
enum MatchingTarget {
  static func run(_ input: RawSpan) {
    var choices = Choices(input)
    let seed = choices.byte()
    let bytes = choices.rest
    Bench.shared.compare(bytes, pieces(of: bytes.byteCount, seed: seed))
  }

  /// Matchers that live as long as the process: each holds some memory of Vectorscan's.
  private final class Bench: @unchecked Sendable {
    // Unchecked: libFuzzer calls from one thread.
    static let shared = Bench()
    private var matcher = Bundled.matcher()

    func compare(_ bytes: RawSpan, _ ranges: [Range<Int>]) {
      let whole = matcher.sightings(in: bytes)
      let dropped = matcher.counters.dropped
      var state = ScanState()
      var cut: [Sighting] = []
      for range in ranges { matcher.scan(bytes.extracting(range), state: &state) { cut.append($0) } }
      matcher.finish(&state) { cut.append($0) }
      require(state.waiting.isEmpty && state.tailCount == 0, "a scan that is over keeps something")
      // More anchors than may wait at once: a stream can tell less than the whole.
      guard matcher.counters.dropped == dropped else { return }
      require(whole == cut, "the whole:\n\(Self.list(whole))\npieces:\n\(Self.list(cut))")
      checkMasking(bytes, whole)
    }

    private func checkMasking(_ bytes: RawSpan, _ found: [Sighting]) {
      guard !found.isEmpty else { return }
      let known = Set(found.map(\.credential.fingerprint))
      let masked = Redaction.masked(bytes, found)
      for sighting in matcher.sightings(in: masked.rawSpan) + found.flatMap({ evidence(of: $0) }) {
        require(!known.contains(sighting.credential.fingerprint), "masked bytes still hold \(sighting)")
      }
    }

    private func evidence(of sighting: Sighting) -> [Sighting] {
      matcher.sightings(in: Array("\(sighting.context)\(sighting.credential.redacted)".utf8).rawSpan)
    }

    private static func list(_ sightings: [Sighting]) -> String {
      sightings.map { "\($0.credential.signature) \($0.range) \($0.credential.encodings) `\($0.context)`" }
        .joined(separator: "\n")
    }
  }
}
