/// Base32 characters (RFC 4648 section 6) on their way into a stream of content. Names in DNS carry data so, which have no
/// capitals.
struct Base32Stream {
  let content: WrappedStream
  private let letters: Case
  private var bits: UInt32 = 0
  private var bitCount = 0

  private enum Case { case upper, lower }

  /// - Parameter run: characters of the text, which say in which case it is written.
  init(_ content: WrappedStream, _ run: Span<UInt8>) {
    self.content = content
    letters = Self.letters(of: run) == .lower ? .lower : .upper
  }

  /// The five bits of a character.
  static func value(_ character: UInt8) -> UInt32? {
    switch character {
    case UInt8(ascii: "A")...UInt8(ascii: "Z"): UInt32(character) - 65
    case UInt8(ascii: "a")...UInt8(ascii: "z"): UInt32(character) - 97
    case UInt8(ascii: "2")...UInt8(ascii: "7"): UInt32(character) - 50 + 26
    default: nil
    }
  }

  /// Whether all characters of `run` are of base32, and its letters of one case.
  static func isText(_ run: Span<UInt8>) -> Bool {
    var letters: Case?
    for index in run.indices {
      guard value(run[index]) != nil else { return false }
      guard let own = Self.letters(of: run[index]) else { continue }
      guard letters == nil || letters == own else { return false }
      letters = own
    }
    return letters != nil
  }

  private static func letters(of run: Span<UInt8>) -> Case? {
    for index in run.indices { if let letters = letters(of: run[index]) { return letters } }
    return nil
  }

  private static func letters(of character: UInt8) -> Case? {
    switch character {
    case UInt8(ascii: "A")...UInt8(ascii: "Z"): .upper
    case UInt8(ascii: "a")...UInt8(ascii: "z"): .lower
    default: nil
    }
  }

  /// Whether the text may go on with `character`.
  func admits(_ character: UInt8) -> Bool {
    guard Self.value(character) != nil else { return false }
    return Self.letters(of: character).map { $0 == letters } ?? true
  }

  mutating func take(
    _ character: UInt8, end: UInt64, _ matcher: inout SecretMatcher, _ found: inout [Sighting]
  ) {
    guard let value = Self.value(character) else { return }
    bits = bits << 5 | value
    bitCount += 5
    guard bitCount >= 8 else { return }
    bitCount -= 8
    content.append(UInt8(truncatingIfNeeded: bits >> UInt32(bitCount)), end: end)
    if content.isFull { content.flush(&matcher, &found) }
  }
}
