import Observations

/// What a value in base64 or hexadecimal comes to.
struct WrappedToken {
  let bytes: [UInt8]
  let encoding: Encoding
  /// Longer values are no tokens.
  private static let longest = 1_024

  /// - Returns: `nil` for what is neither.
  init?(_ value: ArraySlice<UInt8>) {
    guard value.count <= Self.longest else { return nil }
    if value.count.isMultiple(of: 2), let bytes = Self.hexadecimal(value) {
      (self.bytes, encoding) = (bytes, .hex)
    } else if let bytes = Self.base64(value) {
      (self.bytes, encoding) = (bytes, value.contains { $0 == 0x2d || $0 == 0x5f } ? .base64url : .base64)
    } else {
      return nil
    }
  }

  private static func hexadecimal(_ value: ArraySlice<UInt8>) -> [UInt8]? {
    var (bytes, high): ([UInt8], Int?) = ([], nil)
    for digit in value {
      guard let nibble = hexValue(digit) else { return nil }
      if let first = high { bytes.append(UInt8(truncatingIfNeeded: first << 4 | nibble)) }
      high = high == nil ? nibble : nil
    }
    return bytes
  }

  static func base64(_ value: ArraySlice<UInt8>) -> [UInt8]? {
    var (bytes, bits, count): ([UInt8], UInt32, Int) = ([], 0, 0)
    for character in value {
      if character == UInt8(ascii: "=") { break }
      guard let digit = Base64Layer.value(character) else { return nil }
      (bits, count) = (bits << 6 | digit, count + 6)
      guard count >= 8 else { continue }
      count -= 8
      bytes.append(UInt8(truncatingIfNeeded: bits >> UInt32(count)))
    }
    return bytes
  }
}
