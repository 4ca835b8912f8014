import Wire

/// The first characters of what secrets begin with, and the last of the names that stand before them: what stands at the
/// end of a secret that is written backwards, and behind its `=`.
struct ReversedOpenings: Sendable {
  /// By the hash of three characters.
  private var anchors = SIMD64<UInt64>()
  private var names = SIMD64<UInt64>()

  init(_ groups: [AnchorGroup]) {
    for group in groups where group.anchor.count >= 3 {
      if group.isOfNames {
        let end = group.anchor.suffix(3).map(\.asciiLowercased)
        Self.insert(Self.hash(end[2], end[1], end[0]), &names)
      } else {
        Self.insert(Self.hash(group.anchor[0], group.anchor[1], group.anchor[2]), &anchors)
      }
    }
  }

  private static func insert(_ hash: Int, _ table: inout SIMD64<UInt64>) { table[hash >> 6] |= 1 << UInt64(hash & 63) }

  private static func hash(_ one: UInt8, _ two: UInt8, _ three: UInt8) -> Int {
    (Int(one) &* 0x1f3 ^ Int(two) &* 0x25 ^ Int(three)) & 0xfff
  }

  /// Whether what begins with these characters may be a secret.
  func mayStart(_ one: UInt8, _ two: UInt8, _ three: UInt8) -> Bool {
    let hash = Self.hash(one, two, three)
    return anchors[hash >> 6] >> UInt64(hash & 63) & 1 == 1
  }

  /// Whether a name that ends with these characters, the last one first, may be that of a secret.
  func mayName(_ last: UInt8, _ before: UInt8, _ first: UInt8) -> Bool {
    let hash = Self.hash(last.asciiLowercased, before.asciiLowercased, first.asciiLowercased)
    return names[hash >> 6] >> UInt64(hash & 63) & 1 == 1
  }
}

/// Tells whether a word may hold a secret, or something that one is wrapped in, written backwards.
enum ReversedHints {
  /// Characters from which a reversed run of base64 tells what it is.
  private static let telling = 48

  static func isAny(in word: RawSpan, _ openings: ReversedOpenings, _ workshop: UnwrapWorkshop) -> Bool {
    if hasMark(word, openings) { return true }
    guard word.byteCount >= Base64Run.least else { return false }
    return hasRun(word, workshop) || SeparatedHexRun.firstRun(in: word, from: 0) != nil
  }

  /// The beginning of a secret at the end of a part of the word, the end of a name behind its separator, an escape.
  private static func hasMark(_ bytes: RawSpan, _ openings: ReversedOpenings) -> Bool {
    let word = bytes.octets
    for start in stride(from: 0, to: word.count, by: 64) {
      var others = ~bytes.alphanumericFlags(at: start)
      while others != 0 {
        let index = start + others.trailingZeroBitCount
        others &= others &- 1
        guard index < word.count else { break }
        guard index > 1 else { continue }
        // A part of the word ends before it.
        if index > 2, openings.mayStart(word[index - 1], word[index - 2], word[index - 3]) { return true }
        if isMark(word, index, openings) { return true }
      }
    }
    let last = word.count - 1
    return last > 1 && openings.mayStart(word[last], word[last - 1], word[last - 2])
  }

  /// Whether the escape or the separator that is read backwards from `index` on stands there.
  private static func isMark(_ word: Span<UInt8>, _ index: Int, _ openings: ReversedOpenings) -> Bool {
    let (two, three) = (word[index - 1], word[index - 2])
    switch word[index] {
    case UInt8(ascii: "%"):
      return two == UInt8(ascii: "u") || hexValue(two) != nil && hexValue(three) != nil
    case UInt8(ascii: "="):
      return hexValue(two) != nil && hexValue(three) != nil || names(word, behind: index, openings)
    case UInt8(ascii: ":"): return names(word, behind: index, openings)
    case UInt8(ascii: "\\"):
      return two == UInt8(ascii: "x") || two == UInt8(ascii: "u") || two == UInt8(ascii: "/") || hexValue(two) != nil
    case UInt8(ascii: "&"): return two == UInt8(ascii: "#")
    default: return false
    }
  }

  private static func names(_ word: Span<UInt8>, behind index: Int, _ openings: ReversedOpenings) -> Bool {
    index + 3 < word.count && openings.mayName(word[index + 1], word[index + 2], word[index + 3])
  }

  /// Base64 or hexadecimal that tells what it is, or is so long that it may be anything.
  private static func hasRun(_ bytes: RawSpan, _ workshop: UnwrapWorkshop) -> Bool {
    let word = bytes.octets
    var place = 0
    while let start = Base64Run.firstRun(in: bytes, from: place) {
      place = Base64Run.endOfRun(in: bytes, from: start)
      if place - start >= Base64Run.opaque { return true }
      var run = workshop.buffer()
      defer { workshop.putBack(run) }
      for index in (max(start, place - telling)..<place).reversed() { run.append(word[index]) }
      if Base64Run.choose(run.span, false) != nil { return true }
    }
    return false
  }
}
