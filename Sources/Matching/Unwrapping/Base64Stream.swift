/// Base64 characters on their way into a stream of content.
struct Base64Stream {
  let content: WrappedStream
  private var bits: UInt32 = 0
  private var filled = 0

  private static let standard = values(isURLSafe: false)
  private static let urlSafe = values(isURLSafe: true)

  init(_ content: WrappedStream) { self.content = content }

  private static func values(isURLSafe: Bool) -> [UInt8] {
    (0...255).map { byte in
      let other = ByteSet(isURLSafe ? "+/" : "-_")
      return other.contains(UInt8(byte)) ? 0xff : Base64Layer.value(UInt8(byte)).map { UInt8($0) } ?? 0xff
    }
  }

  var isAtGroup: Bool { filled == 0 }

  mutating func take(
    _ character: UInt8, end: UInt64, _ matcher: inout SecretMatcher, _ found: inout [Sighting]
  ) {
    guard let value = Base64Layer.value(character) else { return }
    bits = bits << 6 | value
    switch filled {
    case 0: break
    case 1: content.append(UInt8(truncatingIfNeeded: bits >> 4), end: end)
    case 2: content.append(UInt8(truncatingIfNeeded: bits >> 2), end: end)
    default: content.append(UInt8(truncatingIfNeeded: bits), end: end)
    }
    filled = (filled + 1) & 3
    if content.isFull { content.flush(&matcher, &found) }
  }

  /// Takes the groups of four from `index` on.
  ///
  /// - Returns: where they end.
  func takeGroups(
    _ piece: Span<UInt8>, from index: Int, base: UInt64, isURLSafe: Bool, _ matcher: inout SecretMatcher,
    _ found: inout [Sighting]
  ) -> Int {
    let end = content.appendGroups(piece, from: index, base: base, values: isURLSafe ? Self.urlSafe : Self.standard)
    if content.isFull { content.flush(&matcher, &found) }
    return end
  }

  func end(_ matcher: inout SecretMatcher, _ found: inout [Sighting]) { content.finish(&matcher, &found) }
}

/// Hexadecimal digits on their way into a stream of content.
struct HexStream {
  let content: WrappedStream
  private var high: Int?

  init(_ content: WrappedStream) { self.content = content }

  /// Takes the pairs of digits from `index` on.
  ///
  /// - Returns: where they end.
  func takePairs(
    _ piece: Span<UInt8>, from index: Int, base: UInt64, _ matcher: inout SecretMatcher, _ found: inout [Sighting]
  ) -> Int {
    guard high == nil else { return index }
    let end = content.appendPairs(piece, from: index, base: base)
    if content.isFull { content.flush(&matcher, &found) }
    return end
  }

  /// Anything but a digit is passed over.
  mutating func take(
    _ character: UInt8, end: UInt64, _ matcher: inout SecretMatcher, _ found: inout [Sighting]
  ) {
    guard let value = hexValue(character) else { return }
    if let first = high {
      content.append(UInt8(truncatingIfNeeded: first << 4 | value), end: end)
      high = nil
      if content.isFull { content.flush(&matcher, &found) }
    } else {
      high = value
    }
  }
}
