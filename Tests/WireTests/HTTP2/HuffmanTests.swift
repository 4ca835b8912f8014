import TestSupport
import Testing
import Wire

@Suite("Strings and integers of HPACK, RFC 7541 section 5")
struct HuffmanTests {
  /// Encodes as a sender does: codes one after another, then ones up to the octet's end.
  static func encode(_ bytes: [UInt8]) -> [UInt8] {
    var bits: [UInt8] = []
    for byte in bytes {
      let (code, length) = (HuffmanCode.codes[Int(byte)], HuffmanCode.lengths[Int(byte)])
      bits += (0..<length).reversed().map { UInt8(code >> UInt32($0) & 1) }
    }
    while bits.count % 8 != 0 { bits.append(1) }
    return stride(from: 0, to: bits.count, by: 8).map { start in bits[start..<start + 8].reduce(0) { $0 << 1 | $1 } }
  }

  private func decode(_ bytes: [UInt8], limit: Int = 10_000) -> (text: [UInt8], isWhole: Bool) {
    var output: [UInt8] = []
    let isWhole = HuffmanDecoder.decode(bytes.rawSpan, onto: &output, limit: limit)
    return (output, isWhole)
  }

  @Test(
    "the examples of appendix C decode",
    arguments: [
      ("f1e3c2e5f23a6ba0ab90f4ff", "www.example.com"), ("a8eb10649cbf", "no-cache"),
      ("25a849e95ba97d7f", "custom-key"), ("25a849e95bb8e8b4bf", "custom-value"), ("6402", "302"),
      ("d07abe941054d444a8200595040b8166e082a62d1bff", "Mon, 21 Oct 2013 20:13:21 GMT"),
      ("9d29ad171863c78f0b97c8e9ae82ae43d3", "https://www.example.com"), ("aec3771a4b", "private"),
      (
        "94e7821dd7f2e6c7b335dfdfcd5b3960d5af27087f3672c1ab270fb5291f9587316065c003ed4ee5b1063d5007",
        "foo=ASDJKHQKBZXOQWEOPIUAXQWEOIU; max-age=3600; version=1"
      ),
    ])
  func decodesExamples(hex: String, text: String) {
    let decoded = decode(.init(hex: hex))
    #expect(String(decoding: decoded.text, as: UTF8.self) == text)
    #expect(decoded.isWhole)
  }

  @Test("the ends of the code table are where appendix B has them")
  func tableEnds() {
    #expect(HuffmanCode.codes[Int(UInt8(ascii: "0"))] == 0)
    #expect(HuffmanCode.codes[255] == 0x3FFFFEE)
    #expect(HuffmanCode.codes[0] == 0x1FF8)
    #expect(HuffmanCode.codes[HuffmanCode.endOfString] == 0x3FFF_FFFF)
  }

  @Test("every octet comes back, and any text of them", arguments: 0..<20 as Range<UInt64>)
  func comesBack(seed: UInt64) {
    var generator = SeededGenerator(seed: seed)
    let text = seed == 0 ? Array(0...255) : generator.bytes(Int(generator.next() % 400))
    let decoded = decode(Self.encode(text))
    #expect(decoded.text == text)
    #expect(decoded.isWhole)
  }

  @Test(
    "what is no string is decoded as far as it goes",
    arguments: [
      ([0xFF, 0xFF, 0xFF, 0xFF], []), ([0x1F, 0xFF], [UInt8(ascii: "a")]), ([0x18], [UInt8(ascii: "a")]),
      ([0x00, 0xFF, 0xFF], [0x30, UInt8(ascii: "a")]),
    ] as [([UInt8], [UInt8])])
  func rejects(bytes: [UInt8], text: [UInt8]) {
    let decoded = decode(bytes)
    #expect(decoded.text == text)
    #expect(!decoded.isWhole)
  }

  @Test("no more is appended than the limit allows")
  func obeysLimit() {
    let decoded = decode(Self.encode(Array("aaaaaaaaaa".utf8)), limit: 3)
    #expect(decoded.text == Array("aaa".utf8))
    #expect(!decoded.isWhole)
  }

  @Test("never traps on noise, and never grows beyond eight fifths", arguments: 0..<50 as Range<UInt64>)
  func survivesNoise(seed: UInt64) {
    var generator = SeededGenerator(seed: seed)
    let bytes = generator.bytes(Int(generator.next() % 300))
    #expect(decode(bytes).text.count * 5 <= bytes.count * 8)
  }

  // MARK: Integers

  @Test(
    "the examples of appendix C.1 read",
    arguments: [([0x0A], 5, 10), ([0x1F, 0x9A, 0x0A], 5, 1337), ([0x2A], 8, 42), ([0xEA], 5, 10)]
      as [([UInt8], Int, Int)])
  func readsIntegers(bytes: [UInt8], prefix: Int, value: Int) throws {
    var offset = 0
    #expect(try PrefixInteger.read(bytes.rawSpan, at: &offset, prefix: prefix) == value)
    #expect(offset == bytes.count)
  }

  @Test(
    "what is no integer throws, and leaves the place as it was",
    arguments: [
      ([], .incomplete(needed: 1)), ([0x1F], .incomplete(needed: 1)), ([0x1F, 0x80, 0xFF], .incomplete(needed: 1)),
      ([0x1F] + [UInt8](repeating: 0xFF, count: 10), .malformed(.lengthField, offset: 0)),
      ([0x1F] + [UInt8](repeating: 0x80, count: 20), .malformed(.lengthField, offset: 0)),
    ] as [([UInt8], ParseError)])
  func rejectsIntegers(bytes: [UInt8], error: ParseError) {
    var offset = 0
    #expect(throws: error) { try PrefixInteger.read(bytes.rawSpan, at: &offset, prefix: 5) }
    #expect(offset == 0)
  }

  @Test("the largest integer that nine more octets hold reads")
  func readsLargest() throws {
    var offset = 0
    let bytes = [0x1F] + [UInt8](repeating: 0xFF, count: 8) + [0x3F]
    #expect(try PrefixInteger.read(bytes.rawSpan, at: &offset, prefix: 5) == 1 << 62 + 30)
  }
}

extension [UInt8] {
  /// From hexadecimal digits; blanks and line ends are stepped over.
  init(hex: String) {
    let digits = hex.compactMap(\.hexDigitValue)
    self = stride(from: 0, to: digits.count - 1, by: 2).map { UInt8(digits[$0] << 4 | digits[$0 + 1]) }
  }
}
