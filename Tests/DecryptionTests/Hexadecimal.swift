extension [UInt8] {
  /// The bytes that `hexadecimal` writes out; a test whose table has a slip there fails at once.
  init(hexadecimal: String) {
    let digits = hexadecimal.utf8.filter { $0 > 0x20 }.compactMap { Character(UnicodeScalar($0)).hexDigitValue }
    precondition(digits.count % 2 == 0, "odd number of digits")
    self = stride(from: 0, to: digits.count, by: 2).map { UInt8(digits[$0] << 4 | digits[$0 + 1]) }
  }

  var hexadecimal: String {
    map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
  }
}
