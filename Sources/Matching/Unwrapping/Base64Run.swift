import Wire

/// Reads a run of base64 (RFC 4648 sections 4 and 5), base32 or hexadecimal digits, which look alike at first.
///
/// The run is held until it tells what it is: text or something compressed below it, from its start or from just behind
/// a `/`, `-` or `_` (as in a path). A run that tells nothing is opened once it is long.
struct Base64Run: RunReader {
  /// The shortest secret, written in hexadecimal and then in base64, is 43 characters; in base64 twice, 32.
  static let least = 24
  /// Characters that must be there to tell.
  private static let telling = 40
  /// Runs that tell nothing but are this long may hold anything; shorter ones are identifiers and hashes.
  static let opaque = 132
  static var glance: Int { opaque + 1 }
  /// Characters that can tell: twelve bytes.
  private static let telltale = 16
  /// Places in front of which a name may stand.
  private static let deepestStart = 24

  static let finder = RunFinder(
    ByteTable(ByteSet.alphanumeric.union(ByteSet("+/-_"))), least: least)

  static func members(of part: RawSpan, at start: Int) -> UInt64 { part.base64Flags(at: start) }

  private unowned let workshop: UnwrapWorkshop
  private var scene: UnwrapScene?
  private var start: UInt64 = 0
  private var followsBackslash = false
  /// Held until the run has told what it is, with the place after each character less `start`.
  private var held: [UInt8] = []
  private var heldEnds: [UInt32] = []
  private var stream: Base64Stream?
  private var hex: HexStream?
  private var base32: Base32Stream?
  private var alphabet = Alphabet.either
  private var lines = Base64Lines()
  private var padding = 0

  private enum Alphabet { case either, standard, urlSafe }

  init(workshop: UnwrapWorkshop) { self.workshop = workshop }

  mutating func begin(at start: UInt64, after byte: UInt8?, _ scene: UnwrapScene) {
    (self.start, self.scene) = (start, scene)
    followsBackslash = byte == UInt8(ascii: "\\")
    held.removeAll(keepingCapacity: true)
    heldEnds.removeAll(keepingCapacity: true)
    (stream, hex, base32, alphabet, lines, padding) = (nil, nil, nil, .either, Base64Lines(), 0)
  }

  mutating func read(
    _ piece: Span<UInt8>, from first: Int, base: UInt64, _ matcher: inout SecretMatcher, _ found: inout [Sighting]
  ) -> Int? {
    var index = first
    // Just behind the last character that only one alphabet has.
    var behindJoint: Int?
    while index < piece.count {
      if stream != nil || hex != nil, lines.isInsideLine, padding == 0 {
        index = readGroups(piece, from: index, base: base, &matcher, &found)
        guard index < piece.count else { break }
      }
      let byte = piece[index]
      let before = alphabet
      guard accepts(byte) else {
        // A path goes on with a text in the other alphabet: `/p/` and then one with `_`.
        let isPath = isUndecided && padding == 0 && Base64Layer.value(byte) != nil
        return isPath && lines.isInsideLine ? behindJoint ?? index : index
      }
      index += 1
      if Base64Run.isJoint(byte), alphabet != .either || before != alphabet { behindJoint = index }
      if padding == 0, lines.isInsideLine, Base64Layer.value(byte) != nil {
        take(byte, end: base &+ UInt64(index), &matcher, &found)
      }
    }
    return nil
  }

  /// The run has not told yet what it is.
  private var isUndecided: Bool { stream == nil && hex == nil && base32 == nil }

  /// Whether the run goes on with `byte`.
  private mutating func accepts(_ byte: UInt8) -> Bool {
    if byte == UInt8(ascii: "=") {
      padding += 1
      return padding <= (base32 == nil ? 2 : 6) && lines.isInsideLine
    }
    guard padding == 0 else { return false }
    if lines.isInsideLine, Base64Layer.value(byte) != nil {
      if hex != nil, hexValue(byte) == nil { return false }
      if let base32, !base32.admits(byte) { return false }
    }
    guard Base64Layer.value(byte) != nil, lines.isInsideLine || !lines.expectsEscape(byte) else {
      return lines.accepts(byte)
    }
    guard lines.acceptsCharacter() else { return false }
    return admits(byte)
  }

  /// One text is written in one alphabet: `+` after `-` ends it.
  private mutating func admits(_ character: UInt8) -> Bool {
    switch character {
    case UInt8(ascii: "+"), UInt8(ascii: "/"):
      if alphabet == .either { alphabet = .standard }
      return alphabet == .standard
    case UInt8(ascii: "-"), UInt8(ascii: "_"):
      if alphabet == .either {
        alphabet = .urlSafe
        stream?.content.noteURLSafe()
      }
      return alphabet == .urlSafe
    default: return true
    }
  }

  private mutating func take(
    _ byte: UInt8, end: UInt64, _ matcher: inout SecretMatcher, _ found: inout [Sighting]
  ) {
    if stream != nil {
      stream?.take(byte, end: end, &matcher, &found)
    } else if hex != nil {
      hex?.take(byte, end: end, &matcher, &found)
    } else if base32 != nil {
      base32?.take(byte, end: end, &matcher, &found)
    } else if held.count < Self.opaque {
      held.append(byte)
      heldEnds.append(UInt32(truncatingIfNeeded: end &- start))
      if held.count == Self.telling || held.count == Self.opaque { decide(&matcher, &found) }
    }
  }

  /// Four characters at a time.
  private mutating func readGroups(
    _ piece: Span<UInt8>, from first: Int, base: UInt64, _ matcher: inout SecretMatcher, _ found: inout [Sighting]
  ) -> Int {
    if let hex { return readPairs(hex, piece, from: first, base: base, &matcher, &found) }
    guard stream?.isAtGroup == true, alphabet != .either else { return first }
    var index = first
    while let next = stream?.takeGroups(
      piece, from: index, base: base, isURLSafe: alphabet == .urlSafe, &matcher, &found),
      next > index
    {
      index = next
    }
    lines.advance(index - first)
    return index
  }

  private mutating func readPairs(
    _ hex: HexStream, _ piece: Span<UInt8>, from first: Int, base: UInt64, _ matcher: inout SecretMatcher,
    _ found: inout [Sighting]
  ) -> Int {
    var (index, next) = (first, hex.takePairs(piece, from: first, base: base, &matcher, &found))
    while next > index {
      (index, next) = (next, hex.takePairs(piece, from: next, base: base, &matcher, &found))
    }
    lines.advance(index - first)
    return index
  }

  mutating func flush(_ matcher: inout SecretMatcher, _ found: inout [Sighting]) {
    stream?.content.flush(&matcher, &found)
    hex?.content.flush(&matcher, &found)
    base32?.content.flush(&matcher, &found)
  }

  mutating func end(_ matcher: inout SecretMatcher, _ found: inout [Sighting]) {
    if isUndecided { decide(&matcher, &found) }
    stream?.end(&matcher, &found)
    hex?.content.finish(&matcher, &found)
    base32?.content.finish(&matcher, &found)
    (stream, hex, base32, scene) = (nil, nil, nil, nil)
    held.erase(0..<held.count)
    held.removeAll(keepingCapacity: true)
  }
}

// What the run is.
extension Base64Run {
  /// Whether reading would come to nothing: a short run that tells nothing, behind which no further line may come.
  static func isIdle(_ part: RawSpan, _ range: Range<Int>) -> Bool {
    guard range.count < opaque else { return false }
    let piece = part.octets
    let next = range.upperBound < piece.count ? piece[range.upperBound] : 0x0a
    let mayGoOn = next == 0x0a || next == 0x0d || next == UInt8(ascii: "\\")
    if mayGoOn, range.count >= Base64Lines.shortest { return false }
    let followsBackslash = range.lowerBound > 0 ? piece[range.lowerBound - 1] == UInt8(ascii: "\\") : true
    let run = piece.extracting(range)
    let hasEarlyJoint = part.jointFlags(at: range.lowerBound) << UInt64(64 - min(run.count, deepestStart)) != 0
    if !hasEarlyJoint, isPlainlyNothing(run, followsBackslash) { return true }
    // Of digits alone, all would say what the first of them do.
    if range.count > telling, hexTail(of: run) > 0,
      choose(run.extracting(first: telling), followsBackslash) != nil
    {
      return false
    }
    return choose(run, followsBackslash) == nil
  }

  /// Whether a short run without an early joint begins with its text, if it is any, and its first characters say that
  /// it is none: what most identifiers and hashes are.
  private static func isPlainlyNothing(_ run: Span<UInt8>, _ followsBackslash: Bool) -> Bool {
    guard !followsBackslash, run[1] | 0x20 != UInt8(ascii: "x") else { return false }
    return !isTelling(run, 0, .base64) && !isTelling(run, 0, .hex)
      && !(Base32Stream.isText(run) && isTelling(run, 0, .base32))
  }

  enum Reading {
    case base64, base32, hex

    fileprivate var bitsPerCharacter: Int {
      switch self {
      case .base64: 6
      case .base32: 5
      case .hex: 4
      }
    }

    fileprivate var layer: WrappedLayer {
      switch self {
      case .base64: .base64
      case .base32: .base32
      case .hex: .hex
      }
    }

    @inline(__always)
    fileprivate func value(_ character: UInt8) -> UInt32? {
      switch self {
      case .base64: Base64Layer.value(character)
      case .base32: Base32Stream.value(character)
      case .hex: hexValue(character).map(UInt32.init)
      }
    }
  }

  private mutating func decide(_ matcher: inout SecretMatcher, _ found: inout [Sighting]) {
    guard let scene, let (reading, first) = Self.choose(held.span, followsBackslash) else { return }
    let before = first == 0 ? start : start &+ UInt64(heldEnds[first - 1])
    let content = workshop.open(
      reading.layer, depth: scene.depth, account: scene.account, places: PlaceMap(from: before))
    guard let content else { return }
    // What stands before the text says nothing of its alphabet.
    alphabet = .either
    for character in held[first...] { _ = admits(character) }
    if alphabet == .urlSafe { content.noteURLSafe() }
    switch reading {
    case .base64: stream = Base64Stream(content)
    case .base32: base32 = Base32Stream(content, held.span.extracting(first...))
    case .hex: hex = HexStream(content)
    }
    for index in first..<held.count {
      let end = start &+ UInt64(heldEnds[index])
      stream?.take(held[index], end: end, &matcher, &found)
      hex?.take(held[index], end: end, &matcher, &found)
      base32?.take(held[index], end: end, &matcher, &found)
    }
  }

  /// What a run is, and where in it that starts; `nil` while it is nothing.
  static func choose(_ run: Span<UInt8>, _ followsBackslash: Bool) -> (Reading, Int)? {
    guard run.count >= least else { return nil }
    // All of a run that starts with digits may be digits.
    let digits = hexTail(of: run)
    guard run.count < opaque else { return (digits == 0 ? .hex : Base32Stream.isText(run) ? .base32 : .base64, 0) }
    let isNumber = run[0] == UInt8(ascii: "0") && run[1] | 0x20 == UInt8(ascii: "x")
    for first in 0...min(run.count - telltale, deepestStart) {
      let isStart =
        first == 0 || isJoint(run[first - 1]) || first == 1 && followsBackslash || first == 2 && isNumber
      guard isStart else { continue }
      if run.count - first >= least - 2, first >= digits {
        if isTelling(run, first, .hex) { return (.hex, first) }
      } else if isTelling(run, first, .base64) {
        return (.base64, first)
      }
      if Base32Stream.isText(run.extracting(first...)), isTelling(run, first, .base32) { return (.base32, first) }
    }
    return nil
  }

  /// Where the hexadecimal digits start that `run` ends with.
  private static func hexTail(of run: Span<UInt8>) -> Int {
    var first = run.count
    while first > 0, hexValue(run[first - 1]) != nil { first -= 1 }
    return first
  }

  /// A name may end with it. A `+` stands for a space in forms, between any two words.
  private static func isJoint(_ character: UInt8) -> Bool {
    character == UInt8(ascii: "/") || character == UInt8(ascii: "-") || character == UInt8(ascii: "_")
  }

  @inline(__always)
  private static func isTelling(_ run: Span<UInt8>, _ first: Int, _ reading: Reading) -> Bool {
    var probe = ContentProbe()
    var (bits, count) = (UInt32(0), 0)
    for index in first..<run.count {
      bits = bits << UInt32(reading.bitsPerCharacter) | (reading.value(run[index]) ?? 0)
      count += reading.bitsPerCharacter
      guard count >= 8 else { continue }
      count -= 8
      probe.take(UInt8(truncatingIfNeeded: bits >> UInt32(count)))
      if let verdict = probe.verdict { return verdict }
    }
    return false
  }
}
