import Wire

/// The leads of escapes in a part that went through the sieve, one after the other.
struct EscapeLeads: ~Escapable {
  private let part: RawSpan
  private var blocks: UInt64
  private var start = 0
  /// Of the block at hand.
  private var flags: UInt64 = 0

  /// - Parameter blocks: those of `part` that have any.
  @_lifetime(copy part)
  init(in part: RawSpan, _ blocks: UInt64) { (self.part, self.blocks) = (part, blocks) }

  /// Where the next one stands.
  @_lifetime(self: copy self)
  @inline(__always)
  mutating func next() -> Int? {
    while flags == 0 {
      guard blocks != 0 else { return nil }
      start = blocks.trailingZeroBitCount * WrappingSieve.blockLength
      blocks &= blocks &- 1
      flags = WrappingSieve.leads(in: part, at: start)
    }
    defer { flags &= flags &- 1 }
    return start + flags.trailingZeroBitCount
  }
}

// Where no escaped text is being read, most begin nothing.
extension EscapeLeads {
  /// - Returns: from where on to look further; `nil` where an escape begins at `place`, or may when more bytes come.
  @inline(__always)
  static func passed(_ bytes: Span<UInt8>, at place: Int) -> Int? {
    switch bytes[place] {
    case PercentSyntax.lead: return passed(PercentSyntax.self, bytes, at: place)
    case BackslashSyntax.lead: return passed(BackslashSyntax.self, bytes, at: place)
    case EntitySyntax.lead: return passed(EntitySyntax.self, bytes, at: place)
    case QuotedPrintableSyntax.lead: return passed(QuotedPrintableSyntax.self, bytes, at: place)
    default: return place + 1
    }
  }

  @inline(__always)
  private static func passed<Syntax: EscapeSyntax>(
    _ syntax: Syntax.Type, _ bytes: Span<UInt8>, at place: Int
  ) -> Int? {
    switch Syntax.read(bytes.extracting(place..<min(bytes.count, place + longest))) {
    case .none: place + 1
    case .escape(_, let length, begins: false): place + length
    default: nil
    }
  }

  /// The longest escape.
  private static let longest = 12
}
