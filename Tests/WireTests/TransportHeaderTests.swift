import TestSupport
import Testing
import Wire

@Suite("UDP header, RFC 768")
struct UDPHeaderTests {
  static let datagram: [UInt8] = [0x30, 0x39, 0x00, 0x35, 0x00, 0x0A, 0xBE, 0xEF, 0xAB, 0xCD]

  @Test("reads fields and leaves link padding out of the payload")
  func readsFields() throws {
    let padded = Self.datagram + [0, 0, 0]
    let header = try UDPHeader(padded.rawSpan)
    let fields = (header.sourcePort, header.destinationPort, header.length, header.checksum)
    #expect(fields == (12345, 53, 10, 0xBEEF))
    let payload = header.payload.byteCount
    #expect(payload == 2)
  }

  struct Rejection: CustomTestStringConvertible {
    let testDescription: String
    let bytes: [UInt8]
    let error: ParseError
  }

  static let rejections = [
    Rejection(testDescription: "no bytes", bytes: [], error: .incomplete(needed: 8)),
    Rejection(testDescription: "cut payload", bytes: datagram.dropLast(), error: .incomplete(needed: 1)),
    Rejection(
      testDescription: "length below header", bytes: [0, 1, 0, 2, 0, 7, 0, 0],
      error: .malformed(.lengthField, offset: 4)),
  ]

  @Test("rejects", arguments: rejections)
  func rejects(_ input: Rejection) {
    #expect(throws: input.error) { _ = try UDPHeader(input.bytes.rawSpan).sourcePort }
  }

  @Test("takes what is there of a cut datagram, from the header on", arguments: 0...datagram.count)
  func takesPart(count: Int) throws {
    let part = Array(Self.datagram.prefix(count))
    guard count >= UDPHeader.byteCount else {
      #expect(throws: ParseError.incomplete(needed: 8 - count)) { _ = try UDPHeader(part: part.rawSpan).length }
      return
    }
    let header = try UDPHeader(part: part.rawSpan)
    let fields = (header.length, header.payload.byteCount)
    #expect(fields == (10, count - 8))
  }

  @Test("a part does not excuse a length below the header")
  func partRejects() {
    let bytes: [UInt8] = [0, 1, 0, 2, 0, 7, 0, 0]
    #expect(throws: ParseError.malformed(.lengthField, offset: 4)) { _ = try UDPHeader(part: bytes.rawSpan).length }
  }
}

@Suite("TCP header, RFC 9293 section 3.1")
struct TCPHeaderTests {
  static let segment: [UInt8] = [
    0xC0, 0x00, 0x01, 0xBB, 0x11, 0x22, 0x33, 0x44, 0x55, 0x66, 0x77, 0x88, 0x60, 0x12, 0xFA, 0xF0, 0xBE, 0xEF, 0x00,
    0x05, 0x02, 0x04, 0x05, 0xB4,
  ]

  @Test("reads every field")
  func reads() throws {
    let header = try TCPHeader(Self.segment.rawSpan)
    let ports = (header.sourcePort, header.destinationPort)
    #expect(ports == (49152, 443))
    let numbers = (header.sequence, header.acknowledgement)
    #expect(numbers == (0x1122_3344, 0x5566_7788))
    let rest = (header.byteCount, header.flags.rawValue, header.window, header.checksum, header.urgentPointer)
    #expect(rest == (24, TCPFlags([.syn, .ack]).rawValue, 0xFAF0, 0xBEEF, 5))
    let fields = header.fields
    #expect(fields.sequence == 0x1122_3344)
    #expect(fields.acknowledgement == 0x5566_7788)
    #expect(fields.flags == [.syn, .ack])
    #expect(fields.window == 0xFAF0)
    #expect(fields.checksum == 0xBEEF)
  }

  @Test("refuses a data offset inside the fixed part", arguments: 0..<5 as Range<UInt8>)
  func rejectsOffset(words: UInt8) {
    var bytes = Self.segment
    bytes[12] = words << 4
    #expect(throws: ParseError.malformed(.lengthField, offset: 12)) { _ = try TCPHeader(bytes.rawSpan).flags }
  }

  @Test("needs the fixed part only", arguments: 0...segment.count)
  func prefixes(count: Int) throws {
    let cut = Array(Self.segment.prefix(count))
    if count < 20 {
      #expect(throws: ParseError.incomplete(needed: 20 - count)) { _ = try TCPHeader(cut.rawSpan).flags }
    } else {
      let byteCount = try TCPHeader(cut.rawSpan).byteCount
      #expect(byteCount == 24)
    }
  }
}
