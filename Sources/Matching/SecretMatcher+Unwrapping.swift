import Wire

/// What the bytes of a message are, which says what is looked for beside secrets of known form.
package enum MessageKind: Sendable {
  /// The head of a message, whose fields are read by their names.
  case head
  /// A stream or datagram of whatever protocol: values in it may have names.
  case stream
  /// A body from its first byte on: as a stream, and it may be compressed though nothing says so.
  case body
}

// The scan of streams, and what is wrapped in them.
extension SecretMatcher {
  /// Scans the next piece of a stream, plainly and for wrapped content.
  package mutating func scan(
    _ bytes: RawSpan, state: inout ScanState, unwrapping workshop: UnwrapWorkshop, as kind: MessageKind,
    report: (Sighting) -> Void
  ) {
    let unwrapper = unwrapper(of: &state, workshop, kind)
    unwrapper.scan(bytes, state: &state, matcher: &self, report: report)
  }

  private func unwrapper(of state: inout ScanState, _ workshop: UnwrapWorkshop, _ kind: MessageKind) -> Unwrapper {
    if let unwrapper = state.unwrapper { return unwrapper }
    let unwrapper = workshop.unwrapper()
    unwrapper.kind = kind
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
    _ bytes: RawSpan, unwrapping workshop: UnwrapWorkshop, as kind: MessageKind, report: (Sighting) -> Void
  ) {
    let unwrapper = workshop.unwrapper()
    unwrapper.kind = kind
    unwrapper.scanWhole(bytes, matcher: &self, report: report)
    workshop.putBack(unwrapper)
  }
}
