import TestSupport
import Testing

@testable import Wire

@Suite("Texts compared in any case")
struct FoldedTextTests {
  static let texts =
    ["host", "a-b-c", "referer", "location", "user-agent", "content-encoding", "transfer-encoding"] + [
      "x-amz-security-token-abc"
    ]

  private static func isEqual(_ text: String, _ other: [UInt8]) -> Bool {
    // Bytes around the range must not matter.
    let bytes = [0x7A] + other + [0x7A]
    return FoldedText(text).isEqual(to: bytes.rawSpan, in: 1..<1 + other.count)
  }

  @Test("are equal in capitals, small letters and mixed", arguments: texts)
  func ignoresCase(_ text: String) {
    var generator = SeededGenerator(seed: 5)
    #expect(Self.isEqual(text, Array(text.utf8)))
    #expect(Self.isEqual(text, Array(text.uppercased().utf8)))
    for _ in 0..<20 {
      let mixed = text.map { generator.next().isMultiple(of: 2) ? $0.uppercased() : "\($0)" }.joined()
      #expect(Self.isEqual(text, Array(mixed.utf8)))
    }
  }

  @Test("differ where any byte is another, also one that only looks like the same letter's case", arguments: texts)
  func tellsDifferences(_ text: String) {
    let bytes = Array(text.utf8)
    for place in bytes.indices {
      for value in UInt8.min ... .max where value != bytes[place] {
        var other = bytes
        other[place] = value
        let isCapital = (0x41...0x5A).contains(value) && value | 0x20 == bytes[place]
        #expect(Self.isEqual(text, other) == isCapital)
      }
    }
  }

  @Test("differ in length", arguments: texts)
  func tellsLengths(_ text: String) {
    #expect(!Self.isEqual(text, Array(text.utf8.dropLast())))
    #expect(!Self.isEqual(text, Array(text.utf8) + [0x61]))
  }
}
