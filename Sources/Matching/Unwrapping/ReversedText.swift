import Wire

/// Reads a stream backwards: unwrapped content as a whole, a message where it has words long enough to hold a secret.
enum ReversedText {
  /// Keys, and what base64, percent-encoding and escapes are written with.
  private enum Words: ByteRuns {
    /// Shorter words hold no secret.
    static let least = 18
    static func members(of part: RawSpan, at start: Int) -> UInt64 { part.writtenFlags(at: start) }
  }

  private static let leastDigits = 3
  private static let leastOfBothCases = 4
  /// Between words, so that none goes on in the next.
  private static let separator: [UInt8] = [0x0a]

  static func scan(
    _ bytes: [UInt8], _ workshop: UnwrapWorkshop, _ scene: UnwrapScene, _ matcher: inout SecretMatcher,
    _ found: inout [Sighting]
  ) {
    if scene.depth > 0 && bytes.count > Words.least || endsCompressed(bytes) {
      scan(bytes, 0..<bytes.count, workshop, scene, &matcher, &found)
    } else if let first = Words.firstRun(in: bytes.rawSpan, from: 0) {
      scanWords(bytes, from: first, workshop, scene, &matcher, &found)
    }
  }

  /// The magic number of something compressed, backwards.
  static func endsCompressed(_ bytes: [UInt8]) -> Bool {
    // The first bytes of the magic numbers.
    guard let last = bytes.last, last == 0x1f || last == 0x28 || last == 0x50 else { return false }
    return [CompressedKind.gzipMagic, CompressedKind.zstdMagic, CompressedKind.zipMagic].contains { magic in
      bytes.count > magic.count && bytes.suffix(magic.count).elementsEqual(magic.reversed())
    }
  }

  private static func scan(
    _ bytes: [UInt8], _ range: Range<Int>, _ workshop: UnwrapWorkshop, _ scene: UnwrapScene,
    _ matcher: inout SecretMatcher, _ found: inout [Sighting]
  ) {
    let content = workshop.open(.reversed, depth: scene.depth, account: scene.account, places: PlaceMap(stretches: ()))
    guard let content else { return }
    append(bytes, range, to: content, workshop, &matcher, &found)
    content.finish(&matcher, &found)
  }

  private static func scanWords(
    _ bytes: [UInt8], from first: Int, _ workshop: UnwrapWorkshop, _ scene: UnwrapScene,
    _ matcher: inout SecretMatcher, _ found: inout [Sighting]
  ) {
    let openings = matcher.reversedOpenings
    var content: WrappedStream?
    var start: Int? = first
    while let word = start {
      let end = Words.endOfRun(in: bytes.rawSpan, from: word)
      start = Words.firstRun(in: bytes.rawSpan, from: end)
      let text = bytes.rawSpan.extracting(word..<end)
      guard mayBeSecret(text), ReversedHints.isAny(in: text, openings, workshop) else { continue }
      if content == nil {
        content = workshop.open(
          .reversed, depth: scene.depth, account: scene.account, places: PlaceMap(stretches: ()))
      }
      guard let content else { return }
      append(bytes, word..<end, to: content, workshop, &matcher, &found)
      content.append(separator.rawSpan, in: UInt64(end)..<UInt64(end), &matcher, &found)
    }
    content?.finish(&matcher, &found)
  }

  /// Keys and what they are encoded in have digits, or letters of both cases; most other words have not.
  private static func mayBeSecret(_ word: RawSpan) -> Bool {
    var (digits, upper, lower) = (0, 0, 0)
    for start in stride(from: 0, to: word.byteCount, by: 64) {
      digits += word.digitFlags(at: start).nonzeroBitCount
      if digits >= leastDigits { return true }
      let upperFlags = word.upperFlags(at: start)
      upper += upperFlags.nonzeroBitCount
      lower += (word.alphanumericFlags(at: start) & ~upperFlags).nonzeroBitCount
      if min(upper, lower - digits) >= leastOfBothCases { return true }
    }
    return false
  }

  private static func append(
    _ bytes: [UInt8], _ range: Range<Int>, to content: WrappedStream, _ workshop: UnwrapWorkshop,
    _ matcher: inout SecretMatcher, _ found: inout [Sighting]
  ) {
    var word = workshop.buffer()
    for index in range.reversed() { word.append(bytes[index]) }
    content.append(word.rawSpan, in: UInt64(range.lowerBound)..<UInt64(range.upperBound), &matcher, &found)
    workshop.putBack(word)
  }
}
