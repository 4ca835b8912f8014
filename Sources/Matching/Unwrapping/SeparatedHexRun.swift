import Wire

/// Reads hexadecimal bytes with something between them: `73:6b`, `73 6b`, `0x73, 0x6b`, `\x73\x6b`, in any mixture.
struct SeparatedHexRun: RunReader {
  /// Sixteen bytes, the shortest secret, with one character between them.
  static let least = 47
  /// Texts have tables of numbers.
  static let glance = 512
  /// Bytes that tell nothing but are this many may hold anything.
  private static let opaque = 64
  /// `, 0x`, a line break and some indentation.
  private static let longestGap = 12

  static let finder = RunFinder(
    ByteTable(ByteSet("0123456789abcdefABCDEFxX:,;- \\\r\n\t")), least: least)

  static func members(of part: RawSpan, at start: Int) -> UInt64 { part.hexListFlags(at: start) }

  private unowned let workshop: UnwrapWorkshop
  private var scene: UnwrapScene?
  private var start: UInt64 = 0
  private var high: Int?
  /// Bytes since the last digit.
  private var gap = 1
  private var previous: UInt8 = 0
  private var held: [UInt8] = []
  private var heldEnds: [UInt32] = []
  private var content: WrappedStream?

  init(workshop: UnwrapWorkshop) { self.workshop = workshop }

  mutating func begin(at start: UInt64, after byte: UInt8?, _ scene: UnwrapScene) {
    (self.start, self.scene) = (start, scene)
    (high, previous, content) = (nil, 0, nil)
    // Digits that go on from before are another notation.
    gap = byte.flatMap(hexValue) == nil ? 1 : 0
    held.removeAll(keepingCapacity: true)
    heldEnds.removeAll(keepingCapacity: true)
  }

  mutating func read(
    _ piece: Span<UInt8>, from first: Int, base: UInt64, _ matcher: inout SecretMatcher, _ found: inout [Sighting]
  ) -> Int? {
    for index in first..<piece.count {
      let byte = piece[index]
      // The `x` of a prefix follows its zero, which was taken for a first digit.
      let isPrefix = byte | 0x20 == UInt8(ascii: "x") && (high == 0 || previous == UInt8(ascii: "\\"))
      if isPrefix {
        (high, gap) = (nil, gap + 1)
      } else if let value = hexValue(byte) {
        if let first = high {
          take(UInt8(truncatingIfNeeded: first << 4 | value), end: base &+ UInt64(index + 1), &matcher, &found)
          (high, gap) = (nil, 0)
        } else {
          // Two bytes with nothing between them are another notation.
          guard gap > 0 else { return Self.restart(piece, max(endOfDigits(piece, from: index), first + 1)) }
          high = value
        }
      } else {
        guard high == nil, Self.separators.contains(byte), gap < Self.longestGap else {
          return Self.restart(piece, max(index, first + 1))
        }
        gap += 1
      }
      previous = byte
    }
    return nil
  }

  /// Where the next reading may begin: with a digit, or the backslash of an escape.
  private static func restart(_ piece: Span<UInt8>, _ first: Int) -> Int {
    var index = first
    while index < piece.count, hexValue(piece[index]) == nil, piece[index] != UInt8(ascii: "\\"),
      finder.contains(piece[index])
    { index += 1 }
    return index
  }

  /// Three digits in a row end the notation, and sixteen bytes are the least that matters: of a hash, a byte in forty
  /// is looked at. Few texts have so many digits.
  static func isIdle(_ part: RawSpan, _ range: Range<Int>) -> Bool {
    let piece = part.octets
    var start = range.lowerBound
    while start + least <= range.upperBound {
      var place = start + least - 1
      while place - 2 >= start, !isDigits(piece, place - 2) { place -= 1 }
      guard place - 2 >= start else { return !hasBytes(piece, start..<range.upperBound) }
      // Two of them may belong to the next bytes.
      start = place - 1
    }
    return true
  }

  private static func isDigits(_ piece: Span<UInt8>, _ start: Int) -> Bool {
    hexValue(piece[start]) != nil && hexValue(piece[start + 1]) != nil && hexValue(piece[start + 2]) != nil
  }

  private static func hasBytes(_ piece: Span<UInt8>, _ range: Range<Int>) -> Bool {
    var (digits, others) = (0, 0)
    for index in range {
      if hexValue(piece[index]) != nil { digits += 1 } else { others += 1 }
      if digits >= 2 * ContentProbe.length, others >= ContentProbe.length - 1 { return true }
    }
    return false
  }

  private func endOfDigits(_ piece: Span<UInt8>, from first: Int) -> Int {
    var index = first
    while index < piece.count, hexValue(piece[index]) != nil { index += 1 }
    return index
  }

  private static let separators = ByteSet(":,;- \\\r\n\t")

  private mutating func take(
    _ byte: UInt8, end: UInt64, _ matcher: inout SecretMatcher, _ found: inout [Sighting]
  ) {
    if let content {
      content.append(byte, end: end)
      if content.isFull { content.flush(&matcher, &found) }
      return
    }
    guard held.count < Self.opaque else { return }
    held.append(byte)
    heldEnds.append(UInt32(truncatingIfNeeded: end &- start))
    let mayTell = held.count == ContentProbe.length && ContentProbe.isTelling(held.span)
    if mayTell || held.count == Self.opaque { open(&matcher, &found) }
  }

  private mutating func open(_ matcher: inout SecretMatcher, _ found: inout [Sighting]) {
    guard let scene else { return }
    content = workshop.open(.hex, depth: scene.depth, account: scene.account, places: PlaceMap(from: start))
    for index in held.indices { content?.append(held[index], end: start &+ UInt64(heldEnds[index])) }
  }

  mutating func flush(_ matcher: inout SecretMatcher, _ found: inout [Sighting]) { content?.flush(&matcher, &found) }

  mutating func end(_ matcher: inout SecretMatcher, _ found: inout [Sighting]) {
    content?.finish(&matcher, &found)
    (content, scene) = (nil, nil)
    held.erase(0..<held.count)
    held.removeAll(keepingCapacity: true)
  }
}
