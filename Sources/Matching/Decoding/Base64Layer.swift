/// Base64 in either alphabet, RFC 4648 sections 4 and 5, also when wrapped in lines as RFC 2045 section 6.8 and
/// RFC 7468 do; a break may be written as the escape `\n`.
struct Base64Layer: LayerDecoder {
  /// Line lengths of PEM and of MIME. At any other length a line end is taken for the end of the text: two lines of
  /// a listing are two texts.
  private static let lineLengths: Set<Int> = [64, 76]

  private var place: Int
  private var bits: UInt32 = 0
  private var characters: (first: Int, second: Int, third: Int) = (0, 0, 0)
  private var filled = 0
  /// Where the line started, as far as a line break has told.
  private var lineStart: Int?
  /// Whether a character of the one alphabet or of the other has been seen.
  private(set) var variant: Variant = .either

  enum Variant { case either, standard, urlSafe }

  /// Where the anchor's group starts: what stands before it does not tell the alphabet, as in `/path/BASE64URL`.
  private let origin: Int

  private init(place: Int, origin: Int) { (self.place, self.origin) = (place, origin) }

  /// `/path/BASE64`, `name-BASE64`.
  static func mayStart(at place: Int, in input: Span<UInt8>) -> Bool {
    place > 0 && isPunctuation(input[place - 1])
  }

  private static func isPunctuation(_ character: UInt8) -> Bool {
    switch character {
    case UInt8(ascii: "+"), UInt8(ascii: "/"), UInt8(ascii: "-"), UInt8(ascii: "_"): true
    default: false
    }
  }

  /// The start of the group that lies `lead` characters to the left of `place`, a line break not counted.
  static func groupStart(at place: Int, lead: Int, in input: Span<UInt8>) -> Int? {
    var start = place
    if lead >= 4 {
      for lineBreak in AnchorLiteral.lineBreaks where endsWith(lineBreak, before: start, in: input) {
        start = min(start, place - lineBreak.count)
      }
    }
    return start >= lead ? start - lead : nil
  }

  private static func endsWith(_ text: [UInt8], before place: Int, in input: Span<UInt8>) -> Bool {
    place >= text.count && text.indices.allSatisfy { input[place - text.count + $0] == text[$0] }
  }

  /// - Parameter place: the start of a group of four characters.
  static func approach(_ place: Int, from length: Int, in input: Span<UInt8>) -> (decoder: Base64Layer, count: Int) {
    var (start, count) = (place, 0)
    while count < length, start >= 4,
      value(input[start - 1]) != nil, value(input[start - 2]) != nil,
      value(input[start - 3]) != nil, value(input[start - 4]) != nil
    { (start, count) = (start - 4, count + 3) }
    return (Base64Layer(place: start, origin: place), count)
  }

  mutating func decode(_ input: Span<UInt8>, until count: Int, into text: inout DecodedText) -> DecodingProgress {
    while text.count < count {
      guard place < input.count else { return .ranOut }
      guard let value = Self.value(input[place]), admits(input[place]) else {
        switch lineBreak(in: input) {
        case .some(let length) where length > 0: (place, lineStart) = (place + length, place + length)
        case .some: return .ranOut
        case nil: return .ended
        }
        continue
      }
      add(value, into: &text)
      place += 1
    }
    return .more
  }

  private mutating func add(_ value: UInt32, into text: inout DecodedText) {
    bits = bits << 6 | value
    switch filled {
    case 0: characters.first = place
    case 1:
      characters.second = place
      text.append(UInt8(truncatingIfNeeded: bits >> 4), from: characters.first, through: place)
    case 2:
      characters.third = place
      text.append(UInt8(truncatingIfNeeded: bits >> 2), from: characters.second, through: place)
    default:
      text.append(UInt8(truncatingIfNeeded: bits), from: characters.third, through: place)
    }
    filled = (filled + 1) & 3
  }

  /// One text is written in one alphabet: `+` after `-` ends it.
  private mutating func admits(_ character: UInt8) -> Bool {
    guard place >= origin else { return true }
    switch character {
    case UInt8(ascii: "+"), UInt8(ascii: "/"):
      if variant == .either { variant = .standard }
      return variant == .standard
    case UInt8(ascii: "-"), UInt8(ascii: "_"):
      if variant == .either { variant = .urlSafe }
      return variant == .urlSafe
    default: return true
    }
  }

  /// The length of the line break at `place`; 0 when the input ends inside it, `nil` when there is none to skip.
  private func lineBreak(in input: Span<UInt8>) -> Int? {
    guard Self.lineLengths.contains(place - (lineStart ?? Self.lineStart(before: place, in: input))) else { return nil }
    for bytes in AnchorLiteral.lineBreaks {
      var present = 0
      while present < bytes.count, place + present < input.count, input[place + present] == bytes[present] {
        present += 1
      }
      if present == bytes.count { return present }
      if present > 0, place + present == input.count { return 0 }
    }
    return nil
  }

  private static func lineStart(before place: Int, in input: Span<UInt8>) -> Int {
    var start = place
    // Longer than a line is long enough to know that it is none.
    while start > 0, place - start <= 80, value(input[start - 1]) != nil { start -= 1 }
    let followsEscape =
      start > 0 && start < place && input[start - 1] == UInt8(ascii: "\\") && input[start] == UInt8(ascii: "n")
    return followsEscape ? start + 1 : start
  }

  /// The six bits of a character of either alphabet.
  static func value(_ character: UInt8) -> UInt32? {
    switch character {
    case UInt8(ascii: "A")...UInt8(ascii: "Z"): UInt32(character) - 65
    case UInt8(ascii: "a")...UInt8(ascii: "z"): UInt32(character) - 97 + 26
    case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt32(character) - 48 + 52
    case UInt8(ascii: "+"), UInt8(ascii: "-"): 62
    case UInt8(ascii: "/"), UInt8(ascii: "_"): 63
    default: nil
    }
  }
}
