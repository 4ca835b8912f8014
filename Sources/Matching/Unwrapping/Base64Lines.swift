/// The lines of a base64 text, as RFC 2045 section 6.8 and RFC 7468 wrap it; a break may be written as the escape `\n`.
///
/// All lines but the last are equally long, a multiple of four; what is indented stays one text.
struct Base64Lines {
  /// Shorter lines are lists of words.
  static let shortest = 40
  /// Line end and indentation.
  private static let longestBreak = 20

  private var length = 0
  private var first: Int?
  /// Bytes since the line ended; 0 inside a line.
  private var gap = 0
  private var previous: UInt8 = 0

  var isInsideLine: Bool { gap == 0 }

  /// `count` characters of the line were read.
  mutating func advance(_ count: Int) { length += count }

  /// The letter of an escaped line break, which looks like a character of the text.
  func expectsEscape(_ byte: UInt8) -> Bool {
    previous == UInt8(ascii: "\\") && (byte == UInt8(ascii: "n") || byte == UInt8(ascii: "r"))
  }

  /// A character of the text follows. Whether it may.
  mutating func acceptsCharacter() -> Bool {
    if gap > 0 {
      guard previous != UInt8(ascii: "\\"), previous != UInt8(ascii: "\r") else { return false }
      (gap, length) = (0, 0)
    }
    length += 1
    return true
  }

  /// Whether `byte`, no character of the text, may be part of a line break.
  mutating func accepts(_ byte: UInt8) -> Bool {
    if gap == 0 {
      guard length >= Self.shortest, length % 4 == 0, first.map({ $0 == length }) ?? true else { return false }
      first = length
      previous = 0
    }
    gap += 1
    guard gap <= Self.longestBreak else { return false }
    defer { previous = byte }
    switch byte {
    case UInt8(ascii: "\\"), UInt8(ascii: "\r"), UInt8(ascii: "\n"): return true
    case UInt8(ascii: " "), UInt8(ascii: "\t"): return gap > 1
    default: return expectsEscape(byte)
    }
  }
}
