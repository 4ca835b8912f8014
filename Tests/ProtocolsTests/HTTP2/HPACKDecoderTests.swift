import Protocols
import TestSupport
import Testing
import Wire

@Suite("HPACK, RFC 7541")
struct HPACKDecoderTests {
  struct Example: CustomTestStringConvertible, Sendable {
    var testDescription: String
    /// SETTINGS_HEADER_TABLE_SIZE of the appendix: the responses are evicted from 256 bytes.
    var tableByteCount: Int?
    var blocks: [(String, [String])]
  }

  private static let requests = [
    [":method: GET", ":scheme: http", ":path: /", ":authority: www.example.com"],
    [":method: GET", ":scheme: http", ":path: /", ":authority: www.example.com", "cache-control: no-cache"],
    [
      ":method: GET", ":scheme: https", ":path: /index.html", ":authority: www.example.com", "custom-key: custom-value",
    ],
  ]
  private static let responses = [
    [
      ":status: 302", "cache-control: private", "date: Mon, 21 Oct 2013 20:13:21 GMT",
      "location: https://www.example.com",
    ],
    [
      ":status: 307", "cache-control: private", "date: Mon, 21 Oct 2013 20:13:21 GMT",
      "location: https://www.example.com",
    ],
    [
      ":status: 200", "cache-control: private", "date: Mon, 21 Oct 2013 20:13:22 GMT",
      "location: https://www.example.com",
      "content-encoding: gzip", "set-cookie: foo=ASDJKHQKBZXOQWEOPIUAXQWEOIU; max-age=3600; version=1",
    ],
  ]

  static let examples = [
    Example(
      testDescription: "C.2.1 to C.2.4",
      blocks: [
        ("400a637573746f6d2d6b65790d637573746f6d2d686561646572", ["custom-key: custom-header"]),
        ("040c2f73616d706c652f70617468", [":path: /sample/path"]),
        ("100870617373776f726406736563726574", ["password: secret"]), ("82", [":method: GET"]),
        ("be", ["custom-key: custom-header"]),
      ]),
    Example(
      testDescription: "C.3",
      blocks: Array(
        zip(
          [
            "828684410f7777772e6578616d706c652e636f6d", "828684be58086e6f2d6361636865",
            "828785bf400a637573746f6d2d6b65790c637573746f6d2d76616c7565",
          ], requests))),
    Example(
      testDescription: "C.4",
      blocks: Array(
        zip(
          [
            "828684418cf1e3c2e5f23a6ba0ab90f4ff", "828684be5886a8eb10649cbf",
            "828785bf408825a849e95ba97d7f8925a849e95bb8e8b4bf",
          ], requests))),
    Example(
      testDescription: "C.5", tableByteCount: 256,
      blocks: Array(
        zip(
          [
            "4803333032580770726976617465611d4d6f6e2c203231204f637420323031332032303a31333a323120474d54"
              + "6e1768747470733a2f2f7777772e6578616d706c652e636f6d",
            "4803333037c1c0bf",
            "88c1611d4d6f6e2c203231204f637420323031332032303a31333a323220474d54c05a04677a69707738666f6f3d"
              + "4153444a4b48514b425a584f5157454f50495541585157454f49553b206d61782d6167653d333630303b2076657273696f6e3d31",
          ], responses))),
    Example(
      testDescription: "C.6", tableByteCount: 256,
      blocks: Array(
        zip(
          [
            "488264025885aec3771a4b6196d07abe941054d444a8200595040b8166e082a62d1bff6e919d29ad171863c78f0b97c8e9ae82ae43d3",
            "4883640effc1c0bf",
            "88c16196d07abe941054d444a8200595040b8166e084a62d1bffc05a839bd9ab77ad94e7821dd7f2e6c7b335dfdfcd5b3960"
              + "d5af27087f3672c1ab270fb5291f9587316065c003ed4ee5b1063d5007",
          ], responses))),
  ]

  private static func lines(_ section: FieldSection) -> [String] {
    let bytes = section.bytes.rawSpan
    return section.lines.map { "\(bytes.text(in: $0.name)): \(bytes.text(in: $0.value))" }
  }

  @Test("reads the examples of appendix C", arguments: examples)
  func readsExamples(_ example: Example) {
    var decoder = HPACKDecoder()
    var section = FieldSection()
    if let size = example.tableByteCount {
      // A size update of 256, as the encoder's word: 3F E1 01.
      #expect(size == 256)
      _ = decoder.decode(([0x3F, 0xE1, 0x01] as [UInt8]).rawSpan, into: &section)
    }
    for (hex, lines) in example.blocks {
      let block = [UInt8](hexadecimal: hex)
      #expect(decoder.decode(block.rawSpan, into: &section) == block.count)
      #expect(Self.lines(section) == lines)
      #expect(!section.hasUnknownLines)
    }
  }

  @Test("what was not seen is unknown; what came later keeps its place")
  func survivesMissingBlocks() {
    var decoder = HPACKDecoder()
    var section = FieldSection()
    decoder.forget()
    let block = HTTP2Writer.block([("a", "1"), ("b", "2")], indexed: true) + [0xBE, 0xBF, 0xC0, 0x82]
    #expect(decoder.decode(block.rawSpan, into: &section) == block.count)
    #expect(Self.lines(section) == ["a: 1", "b: 2", "b: 2", "a: 1", "?: ?", ":method: GET"])
    #expect(section.hasUnknownLines)
    // A value under an unknown name, added: its place is taken all the same.
    _ = decoder.decode(([0x7F, 0x20, 1, 0x78, 0xBE, 0xBF] as [UInt8]).rawSpan, into: &section)
    #expect(Self.lines(section) == ["?: x", "?: ?", "b: 2"])
    decoder.forget()
    _ = decoder.decode(([0xBE] as [UInt8]).rawSpan, into: &section)
    #expect(Self.lines(section) == ["?: ?"])
  }

  @Test("a size update evicts, and zero empties the table")
  func evicts() {
    var decoder = HPACKDecoder()
    var section = FieldSection()
    _ = decoder.decode(HTTP2Writer.block([("a", "1"), ("b", "2")], indexed: true).rawSpan, into: &section)
    _ = decoder.decode(([0x20 | 31, 9, 0xBE, 0xBF] as [UInt8]).rawSpan, into: &section)
    #expect(Self.lines(section) == ["b: 2", "?: ?"])
    _ = decoder.decode(([0x20, 0xBE] as [UInt8]).rawSpan, into: &section)
    #expect(Self.lines(section) == ["?: ?"])
  }

  @Test("references do not multiply without bound; what is written out stays")
  func boundsReferences() {
    var decoder = HPACKDecoder()
    var section = FieldSection()
    let long = HTTP2Writer.block([("a", String(repeating: "x", count: 4_000))], indexed: true)
    let block = long + [UInt8](repeating: 0xBE, count: 50_000) + HTTP2Writer.block([("z", "end")])
    #expect(decoder.decode(block.rawSpan, into: &section) == block.count)
    #expect(section.bytes.count < 80_000)
    #expect(Self.lines(section).last == "z: end")
    #expect(section.ignoredLineCount > 40_000)
  }

  @Test(
    "stops where a block makes no sense, and forgets the table",
    arguments: [[0xFF], [0x40, 9, 65], [0x7F, 0xFF]] as [[UInt8]])
  func stops(bytes: [UInt8]) {
    var decoder = HPACKDecoder()
    var section = FieldSection()
    let block = [0x82] + bytes
    #expect(decoder.decode(block.rawSpan, into: &section) == 1)
    #expect(Self.lines(section) == [":method: GET"])
  }

  @Test("never traps on noise", arguments: 0..<60 as Range<UInt64>)
  func survivesNoise(seed: UInt64) {
    var generator = SeededGenerator(seed: seed)
    var decoder = HPACKDecoder()
    var section = FieldSection()
    for _ in 0..<40 { _ = decoder.decode(generator.bytes(Int(generator.next() % 200)).rawSpan, into: &section) }
  }
}

extension [UInt8] {
  init(hexadecimal text: String) {
    let digits = text.compactMap(\.hexDigitValue)
    self = stride(from: 0, to: digits.count - 1, by: 2).map { UInt8(digits[$0] << 4 | digits[$0 + 1]) }
  }
}
