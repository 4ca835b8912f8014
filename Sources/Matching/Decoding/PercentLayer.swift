/// Percent-encoding, RFC 3986 section 2.1: escaped and plain bytes mixed, as encoders differ in what they escape.
struct PercentLayer: LayerDecoder {
  private var place: Int

  static func approach(_ place: Int, from length: Int, in input: Span<UInt8>) -> (decoder: PercentLayer, count: Int) {
    var (start, count) = (place, 0)
    while count < length, start > 0 {
      let isEscape = start >= 3 && value(at: start - 3, in: input) != nil
      (start, count) = (start - (isEscape ? 3 : 1), count + 1)
    }
    return (PercentLayer(place: start), count)
  }

  mutating func decode(_ input: Span<UInt8>, until count: Int, into text: inout DecodedText) -> DecodingProgress {
    while text.count < count {
      guard place < input.count else { return .ranOut }
      if let value = Self.value(at: place, in: input) {
        text.append(value, from: place, through: place + 2)
        place += 3
      } else if Self.isCutEscape(at: place, in: input) {
        return .ranOut
      } else {
        text.append(input[place], from: place, through: place)
        place += 1
      }
    }
    return .more
  }

  /// The byte that the escape at `place` stands for.
  static func value(at place: Int, in input: Span<UInt8>) -> UInt8? {
    guard place + 2 < input.count, input[place] == UInt8(ascii: "%"),
      let high = hexValue(input[place + 1]), let low = hexValue(input[place + 2])
    else { return nil }
    return UInt8(truncatingIfNeeded: high << 4 | low)
  }

  /// Whether the input ends inside what may be an escape.
  static func isCutEscape(at place: Int, in input: Span<UInt8>) -> Bool {
    guard place + 2 >= input.count, input[place] == UInt8(ascii: "%") else { return false }
    return place + 1 == input.count || hexValue(input[place + 1]) != nil
  }
}
