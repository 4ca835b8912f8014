import Wire

/// Tells of the first piece of a message, where it is short, that nothing can be wrapped in it as far as it goes: nearly
/// every head and every short body is like that, and shall cost next to nothing.
enum QuickLook {
  /// Longer pieces pay for a closer look.
  static let longest = 2_048

  /// - Parameters:
  ///   - bytes: the beginning of a message, at most `longest` bytes.
  ///   - hasWords: set where words are long enough to be read backwards.
  static func isPlain(_ bytes: RawSpan, hasWords: inout Bool) -> Bool {
    let octets = bytes.octets
    guard octets.count <= longest, isTextOpening(octets) else { return false }
    let sieve = WrappingSieve(bytes, isNested: false)
    hasWords = sieve.hasWords
    guard sieve.magics | sieve.wide == 0 else { return false }
    if sieve.escapes != 0, hasEscape(bytes, sieve.escapes) { return false }
    if sieve.runs != 0, hasRun(bytes, sieve.runs, Base64Run.self) { return false }
    if sieve.hexLists != 0, hasRun(bytes, sieve.hexLists, SeparatedHexRun.self) { return false }
    return true
  }

  /// Content that begins like text is neither compressed nor under a key.
  private static func isTextOpening(_ bytes: Span<UInt8>) -> Bool {
    let length = min(bytes.count, StreamOpening.length)
    guard ContentProbe.isText(bytes.extracting(first: length)) else { return false }
    return PublishedKey.index(under: bytes.extracting(first: length)) == nil
      && CompressedKind(opening: bytes) == nil
  }

  private static func hasEscape(_ bytes: RawSpan, _ blocks: UInt64) -> Bool {
    var (next, rest) = (0, blocks)
    while rest != 0 {
      let start = rest.trailingZeroBitCount * WrappingSieve.blockLength
      rest &= rest &- 1
      var leads = WrappingSieve.leads(in: bytes, at: start)
      while leads != 0 {
        let place = start + leads.trailingZeroBitCount
        leads &= leads &- 1
        if place < next { continue }
        guard let end = EscapeLeads.passed(bytes.octets, at: place) else { return true }
        // What a backslash escapes is no lead of its own.
        if bytes.octets[place] == BackslashSyntax.lead { next = end }
      }
    }
    return false
  }

  private static func hasRun<Reader: RunReader>(_ bytes: RawSpan, _ blocks: UInt64, _ reader: Reader.Type) -> Bool {
    var place = 0
    while let start = Reader.nextRun(in: bytes, from: place, blocks: blocks) {
      place = Reader.endOfRun(in: bytes, from: start, limit: bytes.byteCount)
      guard place < bytes.byteCount, Reader.isIdle(bytes, start..<place) else { return true }
    }
    return false
  }
}

/// Looks at the leads of escapes where no escaped text is being read: most begin nothing.
enum EscapeLeads {
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
