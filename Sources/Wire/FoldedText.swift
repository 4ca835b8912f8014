/// An ASCII text of 4 to 24 bytes that others are compared with, letters in any case, eight bytes at a time.
struct FoldedText: BitwiseCopyable, Sendable {
  static let lengths = 4...24

  /// Overlapping words that cover the text, and for each the bits in which capitals differ from small letters.
  private let words: (first: UInt64, middle: UInt64, last: UInt64)
  private let cases: (first: UInt64, middle: UInt64, last: UInt64)
  private let count: Int

  /// - Parameter text: lower case; its length is one of `lengths`.
  init(_ text: String) {
    let bytes = Array(text.utf8)
    let capitals = bytes.map { (0x61...0x7A).contains($0) ? UInt8(0x20) : 0 }
    count = bytes.count
    words = Self.words(bytes.rawSpan, at: 0, bytes.count)
    cases = Self.words(capitals.rawSpan, at: 0, bytes.count)
  }

  /// Whether this text stands in `range`, which lies within `bytes`.
  @inline(__always)
  func isEqual(to bytes: RawSpan, in range: Range<Int>) -> Bool {
    guard range.count == count else { return false }
    let others = Self.words(bytes, at: range.lowerBound, count)
    let difference =
      (others.first ^ words.first) & ~cases.first | (others.middle ^ words.middle) & ~cases.middle
      | (others.last ^ words.last) & ~cases.last
    return difference == 0
  }

  @inline(__always)
  private static func words(
    _ bytes: RawSpan, at offset: Int, _ count: Int
  ) -> (first: UInt64, middle: UInt64, last: UInt64) {
    guard count >= 8 else {
      return (
        UInt64(bytes.bigEndian(at: offset, as: UInt32.self)), 0,
        UInt64(bytes.bigEndian(at: offset + count - 4, as: UInt32.self))
      )
    }
    let middle = count > 16 ? bytes.bigEndian(at: offset + 8, as: UInt64.self) : 0
    return (
      bytes.bigEndian(at: offset, as: UInt64.self), middle, bytes.bigEndian(at: offset + count - 8, as: UInt64.self)
    )
  }
}
