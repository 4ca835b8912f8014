import Observations
import Wire

/// The search in one message. Noncopyable: it is changed where it lies, in the unwrapper.
struct MessageSearch: ~Copyable {
  private unowned let workshop: UnwrapWorkshop
  private let totals: UnwrapTotals
  private let account: UnwrapAccount
  private var level: UnwrapLevel?
  /// The place of the message's first byte, counted like `ScanState.offset`.
  private var origin: UInt64 = 0
  /// The first piece, while it is short, alone and nothing can be wrapped in it: most messages are no longer.
  private var first: [UInt8] = []
  private var firstHasWords = false
  private var known: [(fingerprint: String, range: Range<UInt64>, rank: Sighting.Rank)] = []
  /// Unwrapped from bytes in which the plain scan may yet find the same.
  private var pending: [Sighting] = []
  /// Values that nothing names.
  private var unnamed: Set<ValueMark> = []
  /// Sightings that may be met again in another reading of the same bytes.
  private static let mostKnown = 64
  /// Of one message, in whatever layers; no more are told.
  private static let mostUnnamed = 256

  /// What the message is.
  var kind: MessageKind {
    get { account.kind }
    set { account.kind = newValue }
  }

  init(workshop: UnwrapWorkshop) {
    (self.workshop, totals) = (workshop, workshop.totals)
    account = UnwrapAccount(limits: workshop.limits)
  }

  /// Nothing is left behind when a flow is forgotten in the midst of a message.
  deinit { if level != nil { totals.writeOff(account) } }

  /// Scans the next piece of the message, plainly and for wrapped content. Sightings come in no particular order.
  ///
  /// - Parameter state: of the plain scan; its `offset` is what places are counted in.
  mutating func scan(
    _ bytes: RawSpan, state: inout ScanState, matcher: inout SecretMatcher, report: (Sighting) -> Void
  ) {
    guard !bytes.isEmpty else { return }
    if level == nil, first.isEmpty { origin = state.offset }
    let anchors = matcher.anchorCount
    matcher.scan(bytes, state: &state) { deliver($0, report) }
    search(
      bytes, isAnchored: matcher.anchorCount != anchors, decidedUntil: state.decidedUntil, &matcher, report)
  }

  /// Searches a piece that was scanned plainly.
  ///
  /// - Parameters:
  ///   - isAnchored: the scan met the beginning of some secret.
  ///   - decidedUntil: where the scan stands, counted like `ScanState.offset`.
  private mutating func search(
    _ bytes: RawSpan, isAnchored: Bool, decidedUntil: UInt64, _ matcher: inout SecretMatcher,
    _ report: (Sighting) -> Void
  ) {
    if isAnchored { account.hasAnchors = true }
    account.received(bytes.byteCount)
    if level == nil, first.isEmpty, bytes.byteCount <= QuickLook.longest,
      QuickLook.isPlain(bytes, hasWords: &firstHasWords)
    {
      first = workshop.buffer()
      first.append(bytes)
      return
    }
    let wasSpent = account.isSpent
    let level = level ?? workshop.level(depth: 0, account: account)
    self.level = level
    var found: [Sighting] = []
    if !first.isEmpty {
      level.scan(first.rawSpan, &matcher, &found)
      forgetFirst()
    }
    level.scan(bytes, &matcher, &found)
    deliver(found, decidedUntil: decidedUntil, report)
    if account.isSpent, !wasSpent { workshop.counters.exhausted &+= 1 }
  }

  /// The message is over, or a gap follows. Afterwards this value is ready for the next message.
  mutating func finish(state: inout ScanState, matcher: inout SecretMatcher, report: (Sighting) -> Void) {
    matcher.finish(&state) { deliver($0, report) }
    endSearch(&matcher, report)
  }

  private mutating func endSearch(_ matcher: inout SecretMatcher, _ report: (Sighting) -> Void) {
    if let level {
      let wasSpent = account.isSpent
      var found: [Sighting] = []
      level.finish(&matcher, &found)
      deliver(found, decidedUntil: .max, report)
      workshop.putBack(level)
      if account.isSpent, !wasSpent { workshop.counters.exhausted &+= 1 }
    }
    if !first.isEmpty,
      firstHasWords || account.kind != .head || account.hasAnchors
        || ReversedText.endsCompressed(first)
    {
      var found: [Sighting] = []
      let scene = UnwrapScene(account: account, depth: 0)
      UnwrapReaders.finishWhole(first, below: nil, hasWords: firstHasWords, workshop, scene, &matcher, &found)
      deliver(found, decidedUntil: .max, report)
    }
    if !first.isEmpty { forgetFirst() }
    level = nil
    account.reset()
    if !known.isEmpty { known.removeAll(keepingCapacity: true) }
    if !unnamed.isEmpty { unnamed.removeAll(keepingCapacity: true) }
  }

  private mutating func forgetFirst() {
    var old: [UInt8] = []
    swap(&old, &first)
    workshop.putBack(old)
  }

  /// Scans bytes that are a message of their own.
  mutating func scanWhole(_ bytes: RawSpan, matcher: inout SecretMatcher, report: (Sighting) -> Void) {
    guard !bytes.isEmpty else { return }
    origin = 0
    let anchors = matcher.anchorCount
    matcher.scanWhole(bytes) { deliver($0, report) }
    search(bytes, isAnchored: matcher.anchorCount != anchors, decidedUntil: .max, &matcher, report)
    endSearch(&matcher, report)
  }

  /// Reports what the plain scan found.
  private mutating func deliver(_ sighting: Sighting, _ report: (Sighting) -> Void) {
    remember(sighting)
    report(sighting)
  }

  /// Reports what was unwrapped, unless it is known already or the plain scan may yet find it.
  private mutating func deliver(_ found: [Sighting], decidedUntil: UInt64, _ report: (Sighting) -> Void) {
    guard !found.isEmpty || !pending.isEmpty else { return }
    var ready = pending
    pending.removeAll()
    for sighting in found where sighting.rank != .unnamed { ready.append(shifted(sighting)) }
    // The reading that says most, with the fewest layers, is the one to report.
    ready.sort { ($0.rank, $0.credential.encodings.count) < ($1.rank, $1.credential.encodings.count) }
    for sighting in ready where !isKnown(sighting) {
      if sighting.range.upperBound > decidedUntil, pending.count < Self.mostKnown {
        pending.append(sighting)
        continue
      }
      remember(sighting)
      if sighting.rank == .formed { workshop.counters.sightings &+= 1 }
      report(sighting)
    }
    for sighting in found where sighting.rank == .unnamed && isNews(sighting.credential) {
      let sighting = shifted(sighting)
      if !isKnown(sighting) { report(sighting) }
    }
  }

  /// With its place counted like `ScanState.offset`.
  private func shifted(_ sighting: Sighting) -> Sighting {
    // Wraps for a caller whose count does.
    let (lower, upper) = (sighting.range.lowerBound &+ origin, sighting.range.upperBound &+ origin)
    return Sighting(credential: sighting.credential, range: lower..<max(lower, upper), context: sighting.context)
  }

  /// Whether nothing of this message told of a value that nothing names.
  private mutating func isNews(_ value: MaskedCredential) -> Bool {
    guard let mark = value.mark, unnamed.count < Self.mostUnnamed else { return false }
    return unnamed.insert(mark).inserted
  }

  /// Whether as much or more was told of it. What nothing names is known where it is part of something that was told.
  private func isKnown(_ sighting: Sighting) -> Bool {
    let rank = sighting.rank
    return known.contains { known in
      known.rank <= rank && (rank == .unnamed || known.fingerprint == sighting.credential.fingerprint)
        && known.range.lowerBound <= sighting.range.upperBound && sighting.range.lowerBound <= known.range.upperBound
    }
  }

  private mutating func remember(_ sighting: Sighting) {
    if known.count == Self.mostKnown { known.removeFirst() }
    known.append((sighting.credential.fingerprint, sighting.range, sighting.rank))
  }
}
