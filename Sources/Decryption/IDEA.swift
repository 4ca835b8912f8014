/// The block cipher IDEA, decryption only: Lai, "On the design and security of block ciphers", 1992. RFC 5469 tells TLS
/// to be done with it.
struct IDEA: BlockCipher {
  static let keyByteCount = 16

  /// Six for each of the eight rounds and four behind them, in the order in which they decrypt.
  private let subkeys: [UInt16]

  /// `nil` for a key that has not 16 bytes.
  init?(key: [UInt8]) {
    guard key.count == Self.keyByteCount else { return nil }
    subkeys = Self.inverse(of: Self.schedule(UInt128(octets: key[...])))
  }

  func decrypt(_ block: UInt64) -> UInt64 {
    var a = UInt16(truncatingIfNeeded: block >> 48)
    var b = UInt16(truncatingIfNeeded: block >> 32)
    var c = UInt16(truncatingIfNeeded: block >> 16)
    var d = UInt16(truncatingIfNeeded: block)
    for first in stride(from: 0, to: 48, by: 6) {
      (a, d) = (Self.product(a, subkeys[first]), Self.product(d, subkeys[first + 3]))
      (b, c) = (b &+ subkeys[first + 1], c &+ subkeys[first + 2])
      let left = Self.product(a ^ c, subkeys[first + 4])
      let right = Self.product((b ^ d) &+ left, subkeys[first + 5])
      (a, b, c, d) = (a ^ right, c ^ right, b ^ (left &+ right), d ^ (left &+ right))
    }
    // The last round does not swap the middle words: they are swapped back.
    let words = [
      Self.product(a, subkeys[48]), c &+ subkeys[49], b &+ subkeys[50], Self.product(d, subkeys[51]),
    ]
    return words.reduce(0) { $0 << 16 | UInt64($1) }
  }

  /// The subkeys that encrypt: eight words of the key, eight after it was rotated by 25 bits, and so on.
  private static func schedule(_ key: UInt128) -> [UInt16] {
    (0..<52).map { index in
      UInt16(truncatingIfNeeded: key.rotated(left: (25 * (index / 8) + 16 * (index % 8 + 1)) % 128))
    }
  }

  /// The subkeys that decrypt: inverses of those that encrypt, last round first.
  private static func inverse(of keys: [UInt16]) -> [UInt16] {
    var result: [UInt16] = []
    for first in stride(from: 48, through: 0, by: -6) {
      // The rounds in the middle swap the words that are added to.
      let isOuter = first == 48 || first == 0
      let (second, third) = isOuter ? (first + 1, first + 2) : (first + 2, first + 1)
      result += [inverse(of: keys[first]), 0 &- keys[second], 0 &- keys[third], inverse(of: keys[first + 3])]
      if first > 0 { result += [keys[first - 2], keys[first - 1]] }
    }
    return result
  }

  /// Multiplication modulo 2^16 + 1, where 0 stands for 2^16.
  private static func product(_ a: UInt16, _ b: UInt16) -> UInt16 {
    guard a != 0 else { return 1 &- b }
    guard b != 0 else { return 1 &- a }
    let (high, low) = a.multipliedFullWidth(by: b)
    return low &- high &+ (low < high ? 1 : 0)
  }

  /// The power of 2^16 - 1, which by Fermat's theorem is the inverse modulo the prime 2^16 + 1.
  private static func inverse(of value: UInt16) -> UInt16 {
    (1..<16).reduce(value) { power, _ in product(product(power, power), value) }
  }
}
