/// The bytes around an anchor with one layer of writing taken off, and where each stood in what they were taken from.
///
/// A further layer would be taken off this text in the same way: its places are the input's of the next.
struct DecodedText {
  private(set) var bytes: [UInt8] = []
  /// For each byte, the first and the last place of the input that hold bits of it.
  private var places: [(first: Int32, last: Int32)] = []

  var count: Int { bytes.count }

  mutating func append(_ byte: UInt8, from first: Int, through last: Int) {
    bytes.append(byte)
    // Inputs are a few kilobytes: AnchorWindow.
    places.append((Int32(clamping: first), Int32(clamping: last)))
  }

  /// Where the bytes `range` stand in the input.
  ///
  /// - Precondition: `range` is not empty and lies inside the text.
  func places(of range: Range<Int>) -> Range<Int> {
    Int(places[range.lowerBound].first)..<Int(places[range.upperBound - 1].last) + 1
  }

  /// Empties the text and overwrites what it held with zeros.
  mutating func erase() {
    bytes.erase(0..<bytes.count)
    bytes.removeAll(keepingCapacity: true)
    places.removeAll(keepingCapacity: true)
  }
}

/// How far decoding has come.
enum DecodingProgress: Equatable {
  /// There is text beyond what was asked for.
  case more
  /// The layer ends here: what follows is not written in it.
  case ended
  /// The input ran out inside the layer.
  case ranOut
}

/// Takes one layer off, a stretch at a time: most candidates fall at their first bytes.
protocol LayerDecoder {
  /// Decodes on until `text` holds `count` bytes.
  mutating func decode(_ input: Span<UInt8>, until count: Int, into text: inout DecodedText) -> DecodingProgress
}
