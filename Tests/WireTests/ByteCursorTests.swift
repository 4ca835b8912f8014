import Testing
import Wire

@Suite("Byte cursor")
struct ByteCursorTests {
  @Test("reads integers, vectors and fixed runs in order")
  func reads() throws {
    let bytes: [UInt8] = [1, 2, 3, 2, 9, 8, 7, 7, 7]
    var cursor = ByteCursor(bytes.rawSpan)
    #expect(try cursor.integer(UInt8.self) == 1)
    #expect(try cursor.integer(UInt16.self) == 0x0203)
    let vector = try cursor.vector(UInt8.self)
    let (count, first) = (vector.byteCount, vector.bigEndian(at: 0, as: UInt8.self))
    #expect(count == 2)
    #expect(first == 9)
    let run = try cursor.bytes(2).byteCount
    #expect(run == 2)
    let (none, offset, isAtEnd) = (try cursor.bytes(-1).byteCount, cursor.offset, cursor.isAtEnd)
    #expect(none == 0)
    #expect(offset == 8)
    #expect(!isAtEnd)
  }

  @Test("running out is incomplete in a stream, malformed in a region, and leaves the cursor where it was")
  func runsOut() {
    let bytes: [UInt8] = [1, 2, 3]
    var stream = ByteCursor(bytes.rawSpan)
    var region = ByteCursor(delimited: bytes.rawSpan)
    #expect(throws: ParseError.incomplete(needed: 5)) { _ = try stream.integer(UInt64.self) }
    #expect(throws: ParseError.malformed(.lengthField, offset: 0)) { _ = try region.integer(UInt32.self) }
    #expect(throws: ParseError.incomplete(needed: .max - 3)) { _ = try stream.bytes(.max).byteCount }
    let offsets = (stream.offset, region.offset)
    #expect(offsets == (0, 0))
  }

  @Test("a declared length of all ones is refused, not trusted")
  func hugeLength() {
    let bytes = [UInt8](repeating: 0xFF, count: 12)
    var cursor = ByteCursor(delimited: bytes.rawSpan)
    #expect(throws: ParseError.malformed(.lengthField, offset: 8)) { _ = try cursor.vector(UInt64.self).byteCount }
  }
}
