import Wire

/// A class of bytes that stand in runs. A run is found whole: 64 bytes are looked at together.
protocol ByteRuns {
  /// Runs that are shorter are none.
  static var least: Int { get }

  /// A flag for each of the 64 bytes of `part` from `start` on that a run is made of; none for those that are not there.
  static func members(of part: RawSpan, at start: Int) -> UInt64
}

extension ByteRuns {
  /// The start of the first run at or after `start`.
  static func firstRun(in bytes: RawSpan, from start: Int) -> Int? {
    firstRun(in: bytes, from: start, to: bytes.byteCount)
  }

  /// The same, looking as far as a run that starts before `end` calls for.
  static func firstRun(in part: RawSpan, from start: Int, to end: Int) -> Int? {
    var (place, before) = (start, 0)
    while place < end {
      let flags = members(of: part, at: place)
      let leading = (~flags).trailingZeroBitCount
      if before + leading >= least { return place - before }
      let starts = runStarts(flags)
      if starts != 0 { return place + starts.trailingZeroBitCount }
      before = leading == 64 ? before + 64 : (~flags).leadingZeroBitCount
      place += 64
    }
    return nil
  }

  /// Of flags, those with which `least` begin that are set.
  private static func runStarts(_ flags: UInt64) -> UInt64 {
    var (starts, length) = (flags, 1)
    while length < least, starts != 0 {
      let step = min(length, least - length)
      starts &= starts &>> UInt64(step)
      length += step
    }
    return starts
  }

  /// Where the run that starts at `start` ends.
  static func endOfRun(in bytes: RawSpan, from start: Int) -> Int {
    endOfRun(in: bytes, from: start, limit: bytes.byteCount)
  }

  /// The same, or `limit`.
  static func endOfRun(in part: RawSpan, from start: Int, limit: Int) -> Int {
    var place = start
    while place < limit {
      let count = (~members(of: part, at: place)).trailingZeroBitCount
      place += count
      guard count == 64 else { break }
    }
    return min(place, limit)
  }
}

/// Reads one kind of run, byte by byte, once it is known to be long enough.
protocol RunReader: ByteRuns {
  static var finder: RunFinder { get }
  /// Runs of this length are never idle.
  static var glance: Int { get }

  init(workshop: UnwrapWorkshop)

  /// A run starts at place `start` of the stream.
  mutating func begin(at start: UInt64, after byte: UInt8?, _ scene: UnwrapScene)

  /// Reads on from byte `first` of `piece`, which starts at place `base`.
  ///
  /// - Returns: where the run ended; the length of the piece where it goes on.
  mutating func read(
    _ piece: Span<UInt8>, from first: Int, base: UInt64, _ matcher: inout SecretMatcher, _ found: inout [Sighting]
  ) -> Int?

  /// Whether reading the run in `range`, behind which something else follows, would come to nothing.
  static func isIdle(_ part: RawSpan, _ range: Range<Int>) -> Bool

  /// Hands on what was gathered of this piece.
  mutating func flush(_ matcher: inout SecretMatcher, _ found: inout [Sighting])

  /// The run is over.
  mutating func end(_ matcher: inout SecretMatcher, _ found: inout [Sighting])
}

// Where runs are in a part that went through the sieve.
extension RunReader {
  /// A run starts this much before the first block that tells of it, or less: see `WrappingSieve`.
  private static var lead: Int { 32 }

  /// The start of the next run at or after `start` that is long enough inside `part`, of which only `blocks` may hold
  /// one: of the others, nothing is looked at.
  static func nextRun(in part: RawSpan, from start: Int, blocks: UInt64) -> Int? {
    // Those that end before `start` with all that is looked at behind them are done.
    let done = start < WrappingSieve.blockLength + least ? 0 : (start - least) / WrappingSieve.blockLength
    var rest = done < 64 ? blocks & (UInt64.max << UInt64(done)) : 0
    while rest != 0 {
      let block = rest.trailingZeroBitCount * WrappingSieve.blockLength
      rest &= rest &- 1
      let end = min(part.byteCount, block + WrappingSieve.blockLength + least)
      if let place = firstRun(in: part, from: max(start, block - lead), to: end) { return place }
    }
    return nil
  }
}
