/// A set of pairs of bytes: 8 KiB of bits.
struct PairSet: Sendable {
  private var words = [UInt64](repeating: 0, count: 65_536 / 64)

  /// The bytes that stand side by side in one of `literals`.
  init(_ literals: [AnchorLiteral]) {
    for literal in literals {
      for (left, right) in zip(literal.text, literal.text.dropFirst()) {
        for first in Self.spellings(of: left, literal) {
          for second in Self.spellings(of: right, literal) { insert(first, second) }
        }
      }
    }
  }

  private static func spellings(of byte: UInt8, _ literal: AnchorLiteral) -> [UInt8] {
    literal.ignoresCase && ByteSet.letters.contains(byte) ? [byte | 0x20, byte & ~0x20] : [byte]
  }

  func contains(_ left: UInt8, _ right: UInt8) -> Bool {
    (words[Int(left) << 2 | Int(right >> 6)] >> UInt64(right & 63)) & 1 == 1
  }

  private mutating func insert(_ left: UInt8, _ right: UInt8) {
    words[Int(left) << 2 | Int(right >> 6)] |= 1 << UInt64(right & 63)
  }
}
