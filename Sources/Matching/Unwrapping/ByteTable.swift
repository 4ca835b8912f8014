import Wire

/// A set of byte values as a table: one load tells membership, where a scan asks for every byte.
struct ByteTable: Sendable {
  private let entries: [Bool]

  init(_ set: ByteSet) { entries = (0...255).map { set.contains(UInt8($0)) } }

  @inline(__always)
  func contains(_ byte: UInt8) -> Bool { entries[Int(byte)] }
}

/// Finds runs of a class of bytes that are at least so long, in a stream that is cut anywhere.
///
/// Of ordinary text it looks at one byte in a few: a run of 24 covers every 24th byte.
struct RunFinder: Sendable {
  private let members: ByteTable
  private let least: Int
  /// The members that the stream ends with so far, fewer than `least`.
  private(set) var tail: [UInt8] = []
  /// The byte before the tail, where the stream has one.
  private(set) var beforeTail: UInt8?

  init(_ members: ByteTable, least: Int) {
    (self.members, self.least) = (members, least)
    tail.reserveCapacity(least)
  }

  func contains(_ byte: UInt8) -> Bool { members.contains(byte) }

  mutating func reset() {
    tail.removeAll(keepingCapacity: true)
    beforeTail = nil
  }

  /// Whether the tail goes on in `piece` until the run is long enough. If it does not, the tail is forgotten, or
  /// longer by all of a short piece.
  mutating func tailContinues(in piece: Span<UInt8>) -> Bool {
    var index = 0
    while tail.count + index < least {
      guard index < piece.count else {
        for place in piece.indices { tail.append(piece[place]) }
        return false
      }
      guard members.contains(piece[index]) else {
        tail.removeAll(keepingCapacity: true)
        return false
      }
      index += 1
    }
    return true
  }

  /// Whether a run that is long enough goes through the cut between `held` and `piece`.
  func joins(_ held: borrowing HeldText, _ piece: Span<UInt8>) -> Bool {
    var (before, behind) = (0, 0)
    while behind < piece.count, behind < least, members.contains(piece[behind]) { behind += 1 }
    guard behind > 0 else { return false }
    while before < held.count, before + behind < least, members.contains(held.byte(before: before + 1)) { before += 1 }
    return before + behind >= least
  }

  /// How many bytes of a tail `held` ends with.
  func tailCount(of held: borrowing HeldText) -> Int {
    var count = 0
    while count < held.count, count < least - 1, members.contains(held.byte(before: count + 1)) { count += 1 }
    return count
  }

  /// Makes the tail what `held` ends with.
  mutating func restoreTail(of held: borrowing HeldText) {
    let count = tailCount(of: held)
    tail.removeAll(keepingCapacity: true)
    for distance in stride(from: count, to: 0, by: -1) { tail.append(held.byte(before: distance)) }
    if count < held.count { beforeTail = held.byte(before: count + 1) }
  }

  /// Drops the first `count` bytes of the tail: they begin no run.
  mutating func dropTail(_ count: Int) {
    guard count > 0, count <= tail.count else { return }
    beforeTail = tail[count - 1]
    tail.removeFirst(count)
  }

  mutating func takeTail() -> [UInt8] {
    var taken: [UInt8] = []
    swap(&taken, &tail)
    return taken
  }

  /// Keeps the members that `piece`, in which no run was found at or after `start`, ends with.
  mutating func keepTail(of piece: Span<UInt8>, from start: Int) {
    var first = piece.count
    while first > start, piece.count - first < least - 1, members.contains(piece[first - 1]) { first -= 1 }
    tail.removeAll(keepingCapacity: true)
    for place in first..<piece.count { tail.append(piece[place]) }
    if first > 0 { beforeTail = piece[first - 1] }
  }
}

/// What a reader needs to open streams.
struct UnwrapScene {
  let account: UnwrapAccount
  let depth: Int
}

/// Finds runs and has them read.
struct RunDriver<Reader: RunReader> {
  private var finder = Reader.finder
  private var reader: Reader
  private var isReading = false
  /// What it costs to begin a run, in bytes of work: text that begins one at every byte must not be read for ever.
  private static var beginCost: Int { 64 }

  init(workshop: UnwrapWorkshop) { reader = Reader(workshop: workshop) }

  /// - Parameters:
  ///   - base: the place of the piece in the stream.
  ///   - blocks: those of the piece that a run may begin in.
  mutating func scan(
    _ part: RawSpan, base: UInt64, blocks: UInt64, _ scene: UnwrapScene, _ matcher: inout SecretMatcher,
    _ found: inout [Sighting]
  ) {
    let piece = part.octets
    var place = 0
    if !isReading, !finder.tail.isEmpty {
      resumeTail(piece, base: base, scene, &matcher, &found)
      // The piece was short and is part of the tail now.
      if !isReading, !finder.tail.isEmpty { return }
    }
    while true {
      if isReading {
        guard let end = reader.read(piece, from: place, base: base, &matcher, &found) else {
          return reader.flush(&matcher, &found)
        }
        finish(&matcher, &found)
        place = end
      }
      guard let start = next(in: part, from: &place, blocks: blocks) else {
        return finder.keepTail(of: piece, from: place)
      }
      guard scene.account.charge(Self.beginCost) else { return finder.reset() }
      reader.begin(at: base &+ UInt64(start), after: start > 0 ? piece[start - 1] : finder.beforeTail, scene)
      (isReading, place) = (true, start)
    }
  }

  /// The next run that is worth reading: those that lie in the piece whole are looked at without it.
  private func next(in part: RawSpan, from place: inout Int, blocks: UInt64) -> Int? {
    while let start = Reader.nextRun(in: part, from: place, blocks: blocks) {
      let limit = min(part.byteCount, start + Reader.glance)
      let end = Reader.endOfRun(in: part, from: start, limit: limit)
      guard end < limit, Reader.isIdle(part, start..<end) else { return start }
      place = end
    }
    return nil
  }

  /// Begins the run that the tail and `piece` make together, as often as it takes: a reader may refuse its beginning.
  private mutating func resumeTail(
    _ piece: Span<UInt8>, base: UInt64, _ scene: UnwrapScene, _ matcher: inout SecretMatcher, _ found: inout [Sighting]
  ) {
    while finder.tailContinues(in: piece) {
      let tail = finder.tail
      let start = base &- UInt64(tail.count)
      reader.begin(at: start, after: finder.beforeTail, scene)
      guard let end = reader.read(tail.span, from: 0, base: start, &matcher, &found) else {
        finder.dropTail(tail.count)
        isReading = true
        return
      }
      reader.end(&matcher, &found)
      finder.dropTail(max(1, end))
      if finder.tail.isEmpty { return }
    }
  }

  /// The stream is over.
  mutating func finish(_ matcher: inout SecretMatcher, _ found: inout [Sighting]) {
    if isReading { reader.end(&matcher, &found) }
    isReading = false
    finder.reset()
  }

  /// Whether a run is being read.
  var isBusy: Bool { isReading }

  /// Lets go of the tail, if it can be had from `held` again. Whether it can.
  mutating func forgetTail(_ held: borrowing HeldText) -> Bool {
    guard !isReading, finder.tail.count == finder.tailCount(of: held) else { return false }
    finder.reset()
    return true
  }

  mutating func restoreTail(_ held: borrowing HeldText) { finder.restoreTail(of: held) }

  /// Whether a run goes through the cut before `piece`.
  func joins(_ held: borrowing HeldText, _ piece: Span<UInt8>) -> Bool { finder.joins(held, piece) }
}
