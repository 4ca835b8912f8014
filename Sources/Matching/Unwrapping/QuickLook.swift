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
    var (next, leads) = (0, EscapeLeads(in: bytes, blocks))
    while let place = leads.next() {
      if place < next { continue }
      guard let end = EscapeLeads.passed(bytes.octets, at: place) else { return true }
      // What a backslash escapes is no lead of its own.
      if bytes.octets[place] == BackslashSyntax.lead { next = end }
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
