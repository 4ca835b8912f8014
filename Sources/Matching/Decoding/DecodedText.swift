/// The bytes around an anchor with one layer of writing taken off, and where each stood in what they were taken from.
///
/// A further layer would be taken off this text in the same way: its places are the input's of the next.
struct DecodedText {
  /// No layer writes a byte in less than one, and the bytes left of an anchor come on top.
  private static let capacity = Reach.both

  private var storage = [UInt8](repeating: 0, count: capacity)
  /// For each byte, the first and the last place of the input that hold bits of it.
  private var places = [(first: Int32, last: Int32)](repeating: (0, 0), count: capacity)
  private(set) var count = 0

  var bytes: Span<UInt8> {
    @_lifetime(borrow self)
    borrowing get { storage.span.extracting(first: count) }
  }

  mutating func append(_ byte: UInt8, from first: Int, through last: Int) {
    guard count < Self.capacity else { return }
    storage[count] = byte
    // Inputs are a few kilobytes long: AnchorWindow.
    places[count] = (Int32(truncatingIfNeeded: first), Int32(truncatingIfNeeded: last))
    count += 1
  }

  /// Where the bytes `range` stand in the input.
  ///
  /// - Precondition: `range` is not empty and lies inside the text.
  func places(of range: Range<Int>) -> Range<Int> {
    Int(places[range.lowerBound].first)..<Int(places[range.upperBound - 1].last) + 1
  }

  /// Empties the text and overwrites what it held with zeros.
  mutating func erase() {
    storage.erase(0..<count)
    count = 0
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
  /// A decoder that starts left of `place`, at most `length` bytes of text before it and as far as the layer reaches;
  /// and how many bytes it is.
  static func approach(_ place: Int, from length: Int, in input: Span<UInt8>) -> (decoder: Self, count: Int)

  /// Whether the text may just as well start at `place`: the character before it is one of the layer's, and punctuation.
  static func mayStart(at place: Int, in input: Span<UInt8>) -> Bool

  /// Decodes on until `text` holds `count` bytes.
  mutating func decode(_ input: Span<UInt8>, until count: Int, into text: inout DecodedText) -> DecodingProgress
}

extension LayerDecoder {
  static func mayStart(at place: Int, in input: Span<UInt8>) -> Bool { false }
}
