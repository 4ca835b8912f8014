package import Observations
import Wire

/// Finds secrets in streams of bytes: one scan for every anchor, then a look at what stands around those found.
///
/// One per worker, for all its streams. Finding nothing allocates nothing, save once a stream its `ScanState`'s tail.
/// Where a stream is cut into pieces changes nothing in what is reported.
package struct SecretMatcher: ~Copyable {
  /// Blocks are scanned this much at a time, or less where the hits of one do not fit the buffer.
  private static let blockLength = 65_536
  /// In shorter pieces, text is not told from the rest.
  private static let longestUnsifted = 256

  private let patterns: SecretPatterns
  private var finder: AnchorFinder
  private var judge: AnchorJudge
  /// The tail of the stream and the head of the piece, as much of it as was needed so far.
  private var joined = [UInt8](repeating: 0, count: 2 * Reach.both)
  private var joinedCount = 0
  /// `joined` was looked at closely, hence may hold a secret.
  private var joinedMatters = false
  private var tally = MatchingCounters()

  package init(patterns: SecretPatterns) throws(MatchingError) {
    self.patterns = patterns
    judge = AnchorJudge(patterns)
    finder = try AnchorFinder(patterns)
  }

  /// Whether values that are dropped are kept for `takeDropped`.
  package var explains: Bool {
    get { judge.explains }
    set { judge.explains = newValue }
  }

  /// Whether secrets are found inside longer words too.
  package var ignoresEdges: Bool {
    get { judge.ignoresEdges }
    set { judge.ignoresEdges = newValue }
  }

  /// What had the form of a secret since this was last asked, and was not taken for one; the first 256.
  package mutating func takeDropped() -> [DroppedSecret] { judge.takeDropped() }

  /// Anchors found so far.
  var anchorCount: UInt64 { finder.anchorCount }

  /// What a message may say of whose its keys are.
  var nearbyProviders: NearbyProviders { patterns.nearbyProviders }

  /// What secrets that are written backwards end with.
  var reversedOpenings: ReversedOpenings { patterns.reversedOpenings }

  package var counters: MatchingCounters {
    var counters = tally
    counters.anchors = finder.anchorCount
    counters.failedScans = finder.failureCount
    counters.drops = judge.drops
    return counters
  }

  /// Scans the next piece of a stream. `report` is called for each secret that the piece completes, in the order in
  /// which they stand in the stream.
  package mutating func scan(_ bytes: RawSpan, state: inout ScanState, report: (Sighting) -> Void) {
    guard !bytes.isEmpty else { return }
    tally.bytes &+= UInt64(bytes.byteCount)
    let piece = bytes.octets
    if state.tailCount > 0 {
      scanSeam(piece, state: &state, report: report)
      settle(piece, isOver: false, state: &state, report: report)
    }
    scanStretches(bytes, isOver: false, state: &state, report: report)
    advance(past: piece, state: &state)
  }

  /// Scans bytes that stand alone: the same as `scan` and `finish` over a stream of them, without keeping anything.
  package mutating func scanWhole(_ bytes: RawSpan, report: (Sighting) -> Void) {
    guard patterns.literalCount > 0 else { return }
    tally.bytes &+= UInt64(bytes.byteCount)
    var state = ScanState()
    scanStretches(bytes, isOver: true, state: &state, report: report)
  }

  /// The stream is over, or a gap follows: secrets still waiting for more bytes are decided with what there is.
  /// Afterwards `state` holds nothing of the stream but its `offset`.
  package mutating func finish(_ state: inout ScanState, report: (Sighting) -> Void) {
    settle(RawSpan().octets, isOver: true, state: &state, report: report)
    forgetJoined()
    state.forget()
    state.waiting.removeAll()
    state.reportedEnd = 0
  }
}

// Anchors.
extension SecretMatcher {
  /// Looks for anchors that the cut before `piece` goes through.
  private mutating func scanSeam(_ piece: Span<UInt8>, state: inout ScanState, report: (Sighting) -> Void) {
    guard patterns.neighbours.contains(state.storage[state.tailCount - 1], piece[0]) else { return }
    let seam = patterns.longestLiteral - 1
    join(piece, upTo: min(seam, piece.count), of: state)
    let start = max(0, state.tailCount - seam)
    finder.find(in: start..<state.tailCount + min(seam, piece.count), of: joined)
    let blockStart = state.tailStart &+ UInt64(start)
    for index in 0..<finder.hits.count {
      let hit = finder.hits[index]
      let end = blockStart &+ UInt64(hit.end)
      let anchor = end &- UInt64(patterns.lengths[Int(hit.literal)])
      guard anchor < state.position, end > state.position else { continue }
      consider(anchor, literal: hit.literal, piece, isOver: false, state: &state, report: report)
    }
  }

  /// Looks for anchors wherever there may be text: most of what is downloaded is packed, and looked at only for that.
  private mutating func scanStretches(
    _ bytes: RawSpan, isOver: Bool, state: inout ScanState, report: (Sighting) -> Void
  ) {
    guard patterns.findsOnlyText, bytes.byteCount > Self.longestUnsifted else {
      return scanBlocks(bytes, in: 0..<bytes.byteCount, isOver: isOver, state: &state, report: report)
    }
    var stretches = TextStretches(bytes, leastBeforeCut: patterns.shortestLiteral)
    while let stretch = stretches.next(margin: patterns.longestLiteral) {
      scanBlocks(bytes, in: stretch, isOver: isOver, state: &state, report: report)
    }
  }

  private mutating func scanBlocks(
    _ bytes: RawSpan, in range: Range<Int>, isOver: Bool, state: inout ScanState, report: (Sighting) -> Void
  ) {
    var start = range.lowerBound
    while start < range.upperBound {
      start = scanBlock(bytes, in: start..<range.upperBound, isOver: isOver, state: &state, report: report)
    }
  }

  /// Looks for anchors that start in the first block of a range of `bytes`.
  ///
  /// - Returns: where the block after it starts.
  private mutating func scanBlock(
    _ bytes: RawSpan, in range: Range<Int>, isOver: Bool, state: inout ScanState, report: (Sighting) -> Void
  ) -> Int {
    let start = range.lowerBound
    var length = min(Self.blockLength, range.count)
    while true {
      let end = min(bytes.byteCount, start + length + patterns.longestLiteral - 1)
      finder.find(in: bytes.extracting(start..<end))
      // A smaller block has fewer hits; a block of one byte has fewer than there are literals.
      guard finder.hits.hasOverflowed, length > 1 else { break }
      length /= 2
    }
    let blockStart = state.position &+ UInt64(start)
    for index in 0..<finder.hits.count {
      let hit = finder.hits[index]
      let anchor = Int(hit.end) - patterns.lengths[Int(hit.literal)]
      guard anchor < length, patterns.mayStart(hit.literal, bytes.octets, at: start + anchor) else { continue }
      consider(
        blockStart &+ UInt64(anchor), literal: hit.literal, bytes.octets, isOver: isOver, state: &state, report: report)
    }
    return start + length
  }
}

// What stands at them. An anchor is decided only after those before it: the earlier secret covers the later.
extension SecretMatcher {
  private mutating func consider(
    _ anchor: UInt64, literal: UInt32, _ piece: Span<UInt8>, isOver: Bool, state: inout ScanState,
    report: (Sighting) -> Void
  ) {
    let wake: UInt64
    switch judge(anchor, literal, piece, isOver: isOver, state: state) {
    case .nothing: return
    case .found(let finding) where state.waiting.isEmpty: return self.report(finding, state: &state, report: report)
    case .found: wake = 0
    case .waiting(let length): wake = length
    }
    if !state.wait(ScanState.Waiting(start: anchor, literal: literal, wake: wake)) { tally.dropped &+= 1 }
  }

  /// Decides the waiting anchors for which `piece` or the end of the stream suffices.
  private mutating func settle(
    _ piece: Span<UInt8>, isOver: Bool, state: inout ScanState, report: (Sighting) -> Void
  ) {
    let length = state.position &+ UInt64(piece.count)
    while let first = state.waiting.first, isOver || first.wake <= length {
      switch judge(first.start, first.literal, piece, isOver: isOver, state: state) {
      case .nothing: break
      case .found(let finding): self.report(finding, state: &state, report: report)
      case .waiting(let wake):
        state.waiting[0].wake = wake
        return
      }
      state.waiting.removeFirst()
    }
  }

  private mutating func judge(
    _ anchor: UInt64, _ literal: UInt32, _ piece: Span<UInt8>, isOver: Bool, state: borrowing ScanState
  ) -> Judgement {
    guard state.tailCount > 0, anchor < state.position &+ UInt64(Reach.left) else {
      return judge.judge(
        piece, base: state.position, anchor: anchor, literal: Int(literal), reportedEnd: state.reportedEnd,
        streamIsOver: isOver)
    }
    join(piece, upTo: min(piece.count, Reach.both), of: state)
    joinedMatters = true
    return judge.judge(
      joined, count: joinedCount, base: state.tailStart, anchor: anchor, literal: Int(literal),
      reportedEnd: state.reportedEnd, streamIsOver: isOver)
  }

  private mutating func report(_ finding: Finding, state: inout ScanState, report: (Sighting) -> Void) {
    tally.sightings &+= 1
    state.reportedEnd = finding.range.upperBound
    // Wraps for a caller that sets `offset` back: places are then before the start, as its count is.
    let shift = state.offset &- state.position
    let (lower, upper) = (finding.range.lowerBound &+ shift, finding.range.upperBound &+ shift)
    report(Sighting(credential: finding.credential, range: lower..<max(lower, upper), context: finding.context))
  }
}

// The bytes around a cut.
extension SecretMatcher {
  /// Lays the first `count` bytes of `piece` behind the tail, unless they are there already.
  private mutating func join(_ piece: Span<UInt8>, upTo count: Int, of state: borrowing ScanState) {
    if joinedCount == 0 {
      joined.overwrite(at: 0, with: state.storage.span.extracting(first: state.tailCount))
      joinedCount = state.tailCount
    }
    let present = joinedCount - state.tailCount
    guard present < count else { return }
    joined.overwrite(at: joinedCount, with: piece.extracting(present..<count))
    joinedCount = state.tailCount + count
  }

  private mutating func forgetJoined() {
    if joinedMatters { joined.erase(0..<joinedCount) }
    (joinedCount, joinedMatters) = (0, false)
  }

  /// Keeps what the next piece will need of the stream: left context, and all that waiting anchors look at.
  private mutating func advance(past piece: Span<UInt8>, state: inout ScanState) {
    let end = state.position &+ UInt64(piece.count)
    let waiting = end &- (state.waiting.first?.start ?? end)
    let needed = max(waiting &+ UInt64(Reach.left), UInt64(Reach.idle))
    let length = Int(min(needed, UInt64(state.tailCount + piece.count)))
    if length <= piece.count {
      state.keep(piece.extracting(last: length))
    } else {
      // What waits is undecided, hence near the end: the piece is short enough to be joined whole.
      join(piece, upTo: min(piece.count, Reach.both), of: state)
      state.keep(joined.span.extracting(first: joinedCount).extracting(last: length))
    }
    forgetJoined()
    state.position = end
    state.offset &+= UInt64(piece.count)
  }
}
