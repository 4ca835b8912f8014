import TestSupport
import Testing

@testable import Wire

@Suite("Stretches of text")
struct TextStretchesTests {
  private static let margin = 12
  private static let leastBeforeCut = 3

  private static func stretches(_ bytes: [UInt8]) -> [Range<Int>] {
    var found: [Range<Int>] = []
    var stretches = TextStretches(bytes.rawSpan, leastBeforeCut: leastBeforeCut)
    while let stretch = stretches.next(margin: margin) { found.append(stretch) }
    return found
  }

  /// Bytes that no text has.
  private static func binary(_ count: Int, _ generator: inout SeededGenerator) -> [UInt8] {
    generator.bytes(count).map { $0 | 0x80 }
  }

  @Test(
    "hold every text that is long enough, with a margin behind its start, wherever it stands",
    arguments: 1...4 as ClosedRange<UInt64>)
  func planted(seed: UInt64) {
    var generator = SeededGenerator(seed: seed)
    for start in 0...260 {
      for length in [TextStretches.shortest, 22, 64, 200] {
        var bytes = Self.binary(start, &generator)
        bytes += generator.text(length, of: Alphabets.base64url).utf8
        bytes += Self.binary(Int(generator.next() % 300), &generator)
        let found = Self.stretches(bytes)
        let needed = start..<min(bytes.count, start + Self.margin)
        #expect(
          found.contains { $0.contains(needed.lowerBound) && $0.upperBound >= needed.upperBound },
          "text of \(length) at \(start) of \(bytes.count): \(found)")
      }
    }
  }

  @Test("hold the beginning of a text that a cut goes through", arguments: 3...14)
  func cut(length: Int) {
    var generator = SeededGenerator(seed: 7)
    for start in 0...200 {
      let bytes = Self.binary(start, &generator) + Array(generator.text(length, of: Alphabets.alphanumeric).utf8)
      #expect(Self.stretches(bytes).contains { $0.contains(start) && $0.upperBound == bytes.count }, "at \(start)")
    }
  }

  @Test("are in order, apart from each other, and within bounds", arguments: 1...40 as ClosedRange<UInt64>)
  func order(seed: UInt64) {
    var generator = SeededGenerator(seed: seed)
    var bytes: [UInt8] = []
    for _ in 0..<12 {
      bytes += Self.binary(Int(generator.next() % 700), &generator)
      bytes += generator.text(Int(generator.next() % 90), of: Alphabets.alphanumeric).utf8
    }
    let found = Self.stretches(bytes)
    #expect(!found.isEmpty)
    for (first, second) in zip(found, found.dropFirst()) { #expect(first.upperBound <= second.lowerBound) }
    #expect(found.allSatisfy { !$0.isEmpty && $0.lowerBound >= 0 && $0.upperBound <= bytes.count })
  }

  @Test("are all of a text and little of random bytes")
  func extent() {
    var generator = SeededGenerator(seed: 3)
    let text = Array(generator.text(9_001, of: Alphabets.alphanumeric + "\r\n\t \"{}").utf8)
    #expect(Self.stretches(text) == [0..<text.count])
    let random = generator.bytes(1 << 20)
    let share = Double(Self.stretches(random).reduce(0) { $0 + $1.count }) / Double(random.count)
    #expect(share < 0.1, "\(share)")
    #expect(Self.stretches([]).isEmpty)
  }
}
