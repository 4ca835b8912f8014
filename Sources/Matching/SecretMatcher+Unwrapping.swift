import Wire

// The scan of streams, and what is wrapped in them.
extension SecretMatcher {
  /// Scans the next piece of a stream, plainly and for wrapped content.
  ///
  /// - Parameter isContent: the stream is a body from its first byte on, which may be compressed though nothing says so.
  package mutating func scan(
    _ bytes: RawSpan, state: inout ScanState, unwrapping workshop: UnwrapWorkshop, isContent: Bool,
    report: (Sighting) -> Void
  ) {
    let unwrapper = unwrapper(of: &state, workshop, isContent)
    unwrapper.scan(bytes, state: &state, matcher: &self, report: report)
  }

  private func unwrapper(of state: inout ScanState, _ workshop: UnwrapWorkshop, _ isContent: Bool) -> Unwrapper {
    if let unwrapper = state.unwrapper { return unwrapper }
    let unwrapper = workshop.unwrapper()
    unwrapper.isContent = isContent
    state.unwrapper = unwrapper
    return unwrapper
  }

  /// The stream is over, or a gap follows: as `finish`, for what was wrapped too.
  package mutating func finish(
    _ state: inout ScanState, unwrapping workshop: UnwrapWorkshop, report: (Sighting) -> Void
  ) {
    guard let unwrapper = state.unwrapper else { return finish(&state, report: report) }
    state.unwrapper = nil
    unwrapper.finish(state: &state, matcher: &self, report: report)
    workshop.putBack(unwrapper)
  }

  /// Scans bytes that stand alone, plainly and for wrapped content.
  package mutating func scanWhole(
    _ bytes: RawSpan, unwrapping workshop: UnwrapWorkshop, isContent: Bool, report: (Sighting) -> Void
  ) {
    let unwrapper = workshop.unwrapper()
    unwrapper.isContent = isContent
    unwrapper.scanWhole(bytes, matcher: &self, report: report)
    workshop.putBack(unwrapper)
  }
}
