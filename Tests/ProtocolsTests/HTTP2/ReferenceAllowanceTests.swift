import TestSupport
import Testing
import Wire

@testable import Protocols

@Suite("What references to a dynamic table may stand for")
struct ReferenceAllowanceTests {
  static let value = String(repeating: "v", count: 4_000)
  /// What 16 references to one entry stand for, at least.
  static let sectionByteCount = 16 * 4_000

  @Test("small blocks of HPACK do not multiply a long entry without bound")
  func boundsHPACK() {
    var decoder = HPACKDecoder()
    var section = FieldSection()
    _ = decoder.decode(HTTP2Writer.block([("a", Self.value)], indexed: true).rawSpan, into: &section)
    let block = [UInt8](repeating: 0xBE, count: 16)
    var byteCount = 0
    for _ in 0..<1_000 {
      #expect(decoder.decode(block.rawSpan, into: &section) == block.count)
      byteCount += section.bytes.count
    }
    #expect(byteCount >= 16 * Self.sectionByteCount, "the first ones are whole")
    #expect(byteCount <= ReferenceAllowance.limit + 1_000 * (block.count + 9) * ReferenceAllowance.ratio)
    #expect(section.lacksLines)
  }

  @Test("requests that repeat a long cookie stay whole, however many")
  func keepsUsual() {
    var decoder = HPACKDecoder()
    var section = FieldSection()
    _ = decoder.decode(HTTP2Writer.block([("cookie", Self.value)], indexed: true).rawSpan, into: &section)
    for number in 0..<3_000 {
      let block: [UInt8] = [0x82, 0x87, 0xBE] + HTTP2Writer.block([(":path", "/items/\(number)")])
      #expect(decoder.decode(block.rawSpan, into: &section) == block.count)
      #expect(!section.lacksLines && section.lines.count == 4)
    }
  }

  @Test("small sections of QPACK do not either")
  func boundsQPACK() {
    var decoder = QPACKDecoder()
    var section = FieldSection()
    decoder.allow(tableByteCount: 65_536)
    // Capacity 65,536, then `a` with the long value: RFC 9204 sections 4.3.1 and 4.3.3.
    let insertion: [UInt8] = [0x3F, 0xE1, 0xFF, 0x03, 0x41, 0x61, 0x7F, 0xA1, 0x1E] + Array(Self.value.utf8)
    decoder.takeInstructions(insertion.rawSpan)
    let block = [0x02, 0x00] + [UInt8](repeating: 0x80, count: 16)
    #expect(decoder.decode(block.rawSpan, mayWait: true, into: &section) == .complete)
    #expect(section.bytes.count == 16 * 4_001)
    var byteCount = 0
    for _ in 0..<1_000 {
      _ = decoder.decode(block.rawSpan, mayWait: true, into: &section)
      byteCount += section.bytes.count
    }
    #expect(byteCount <= ReferenceAllowance.limit + 1_000 * (block.count + 9) * ReferenceAllowance.ratio)
    #expect(decoder.decode(block.rawSpan, mayWait: true, into: &section) == .broken)
  }

  @Test("instructions may come byte by byte")
  func readsBytes() {
    var decoder = QPACKDecoder()
    var section = FieldSection()
    decoder.allow(tableByteCount: 65_536)
    let insertion: [UInt8] = [0x3F, 0xE1, 0xFF, 0x03, 0x41, 0x61, 0x7F, 0xA1, 0x1E] + Array(Self.value.utf8)
    for byte in insertion { decoder.takeInstructions([byte].rawSpan) }
    #expect(decoder.decode(([0x02, 0x00, 0x80] as [UInt8]).rawSpan, mayWait: true, into: &section) == .complete)
    #expect(section.bytes.count == 4_001)
  }
}
