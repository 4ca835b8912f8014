import Observations
import Wire

@testable import Matching

/// Streams in pieces, searched for wrapped content: nothing is left open behind them, whatever they were, and what is
/// found plainly is found here too.
enum UnwrappingTarget {
  static func run(_ input: RawSpan) {
    var choices = Choices(input)
    let seed = choices.byte()
    let bytes = choices.rest
    Bench.shared.search(bytes, pieces(of: bytes.byteCount, seed: seed))
  }

  private final class Bench: @unchecked Sendable {
    // Unchecked: libFuzzer calls from one thread.
    static let shared = Bench()
    private var matcher = Bundled.matcher()
    private let workshop = UnwrapWorkshop()

    func search(_ bytes: RawSpan, _ ranges: [Range<Int>]) {
      let plain = matcher.sightings(in: bytes)
      let given = matcher.counters.dropped
      var (state, found) = (ScanState(), [Sighting]())
      for range in ranges {
        matcher.scan(bytes.extracting(range), state: &state, unwrapping: workshop, as: .body) { found.append($0) }
      }
      matcher.finish(&state, unwrapping: workshop) { found.append($0) }
      require(workshop.isIdle, "a message that is over keeps something")
      require(state.unwrapper == nil, "a message that is over keeps its unwrapper")
      for sighting in found {
        require(sighting.range.upperBound <= UInt64(bytes.byteCount), "\(sighting) lies outside the message")
      }
      guard matcher.counters.dropped == given else { return }
      let fingerprints = Set(found.map(\.credential.fingerprint))
      for sighting in plain { require(fingerprints.contains(sighting.credential.fingerprint), "missed \(sighting)") }
    }
  }
}
