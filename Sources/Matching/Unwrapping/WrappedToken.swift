import Observations

/// What a value in base64 or hexadecimal comes to, where that is a token again.
struct WrappedToken {
  let bytes: [UInt8]
  let encoding: Encoding
  /// Longer values are no tokens.
  private static let longest = 1_024

  /// - Returns: `nil` for what is neither.
  init?(_ value: Span<UInt8>) {
    guard value.count <= Self.longest else { return nil }
    if value.count.isMultiple(of: 2), let bytes = Self.hexadecimal(value) {
      (self.bytes, encoding) = (bytes, .hex)
    } else if let bytes = Self.base64(value, where: BearerToken.isCharacter) {
      (self.bytes, encoding) = (bytes, Self.isURLSafe(value) ? .base64url : .base64)
    } else {
      return nil
    }
  }

  private static func isURLSafe(_ value: Span<UInt8>) -> Bool {
    value.indices.contains { value[$0] == UInt8(ascii: "-") || value[$0] == UInt8(ascii: "_") }
  }

  private static func hexadecimal(_ value: Span<UInt8>) -> [UInt8]? {
    var (bytes, high): ([UInt8], Int?) = ([], nil)
    for index in value.indices {
      guard let nibble = hexValue(value[index]) else { return nil }
      if let first = high {
        let byte = UInt8(truncatingIfNeeded: first << 4 | nibble)
        guard BearerToken.isCharacter(byte) else { return nil }
        bytes.append(byte)
      }
      high = high == nil ? nibble : nil
    }
    return bytes
  }

  /// - Parameter isPart: says of a byte whether what is looked for may have it.
  static func base64(_ value: Span<UInt8>, where isPart: (UInt8) -> Bool) -> [UInt8]? {
    var (bytes, bits, count): ([UInt8], UInt32, Int) = ([], 0, 0)
    for index in value.indices {
      if value[index] == UInt8(ascii: "=") { break }
      guard let digit = Base64Layer.value(value[index]) else { return nil }
      (bits, count) = (bits << 6 | digit, count + 6)
      guard count >= 8 else { continue }
      count -= 8
      let byte = UInt8(truncatingIfNeeded: bits >> UInt32(count))
      guard isPart(byte) else { return nil }
      bytes.append(byte)
    }
    return bytes
  }
}
