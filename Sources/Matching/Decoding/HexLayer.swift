/// Two hexadecimal digits a byte, of either case, nothing between them: RFC 4648 section 8.
struct HexLayer: LayerDecoder {
  private var place: Int

  static func approach(_ place: Int, from length: Int, in input: Span<UInt8>) -> (decoder: HexLayer, count: Int) {
    var (start, count) = (place, 0)
    while count < length, start >= 2, hexValue(input[start - 1]) != nil, hexValue(input[start - 2]) != nil {
      (start, count) = (start - 2, count + 1)
    }
    return (HexLayer(place: start), count)
  }

  mutating func decode(_ input: Span<UInt8>, until count: Int, into text: inout DecodedText) -> DecodingProgress {
    while text.count < count {
      guard place < input.count else { return .ranOut }
      guard let high = hexValue(input[place]) else { return .ended }
      guard place + 1 < input.count else { return .ranOut }
      guard let low = hexValue(input[place + 1]) else { return .ended }
      text.append(UInt8(truncatingIfNeeded: high << 4 | low), from: place, through: place + 1)
      place += 2
    }
    return .more
  }
}
