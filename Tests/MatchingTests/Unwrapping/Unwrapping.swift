import Observations
import Wire

@testable import Matching

extension SecretMatcher {
  /// What is found in a message that arrives in pieces that end at `cuts`.
  mutating func unwrapped(
    _ bytes: [UInt8], cutAt cuts: some Sequence<Int> = [], workshop: UnwrapWorkshop = UnwrapWorkshop()
  ) -> [Sighting] {
    unwrappedAndNamed(bytes, cutAt: cuts, workshop: workshop)
      .filter { ![BearerToken.signature, LooseValues.signature].contains($0.credential.signature) }
  }

  /// The same, with values that only their names call secret, or nothing.
  mutating func unwrappedAndNamed(
    _ bytes: [UInt8], cutAt cuts: some Sequence<Int> = [], workshop: UnwrapWorkshop = UnwrapWorkshop()
  ) -> [Sighting] {
    let unwrapper = Unwrapper(workshop: workshop)
    unwrapper.kind = .body
    var state = ScanState()
    var found: [Sighting] = []
    var start = 0
    for cut in cuts.map({ min($0, bytes.count) }) + [bytes.count] where cut > start {
      unwrapper.scan(bytes.rawSpan.extracting(start..<cut), state: &state, matcher: &self) { found.append($0) }
      start = cut
    }
    unwrapper.finish(state: &state, matcher: &self) { found.append($0) }
    return found
  }
}
