import Testing
import Wire

@Suite("TLS record and handshake headers, RFC 8446 sections 4 and 5.1")
struct TLSRecordHeaderTests {
  /// The start of the ClientHello record of RFC 8448 section 3.
  static let record: [UInt8] = [0x16, 0x03, 0x01, 0x00, 0xC4, 0x01, 0x00, 0x00, 0xC0]

  @Test("reads a record header and the handshake header behind it")
  func reads() throws {
    let record = try TLSRecordHeader(Self.record.rawSpan)
    #expect(record.contentType == .handshake)
    #expect(record.version == .tls10)
    #expect(record.length == 196)
    let handshake = try TLSHandshakeHeader(Array(Self.record[5...]).rawSpan)
    #expect(handshake.messageType == .clientHello)
    #expect(handshake.length == 192)
    let long = try TLSHandshakeHeader([0xFE, 0xFF, 0xFF, 0xFF].rawSpan)
    #expect(long.messageType.rawValue == 0xFE)
    #expect(long.length == 0xFF_FFFF)
  }

  @Test("says how much a prefix lacks", arguments: 0..<5)
  func prefixes(count: Int) {
    let cut = Array(Self.record.prefix(count))
    #expect(throws: ParseError.incomplete(needed: 5 - count)) { _ = try TLSRecordHeader(cut.rawSpan) }
    guard count < 4 else { return }
    #expect(throws: ParseError.incomplete(needed: 4 - count)) { _ = try TLSHandshakeHeader(cut.rawSpan) }
  }

  struct Case: CustomTestStringConvertible {
    let testDescription: String
    let bytes: [UInt8]
    let error: ParseError?
  }

  static let cases = [
    Case(testDescription: "change cipher spec", bytes: [20, 3, 3, 0, 1], error: nil),
    Case(testDescription: "heartbeat", bytes: [24, 3, 2, 0, 1], error: nil),
    Case(testDescription: "an SSL 3.0 record", bytes: [22, 3, 0, 0, 1], error: nil),
    Case(testDescription: "a version to come", bytes: [23, 3, 9, 0, 1], error: nil),
    Case(testDescription: "an empty record", bytes: [23, 3, 3, 0, 0], error: nil),
    Case(testDescription: "the longest record", bytes: [23, 3, 3, 0x48, 0x00], error: nil),
    Case(testDescription: "one more", bytes: [23, 3, 3, 0x48, 0x01], error: .malformed(.lengthField, offset: 3)),
    Case(testDescription: "type 19", bytes: [19, 3, 3, 0, 1], error: .malformed(.messageType, offset: 0)),
    Case(testDescription: "type 25", bytes: [25, 3, 3, 0, 1], error: .malformed(.messageType, offset: 0)),
    Case(testDescription: "SSL 2.0", bytes: [22, 2, 0, 0, 1], error: .malformed(.version, offset: 1)),
    Case(testDescription: "DTLS 1.2", bytes: [22, 0xFE, 0xFD, 0, 1], error: .malformed(.version, offset: 1)),
    Case(testDescription: "an HTTP request", bytes: Array("GET /".utf8), error: .malformed(.messageType, offset: 0)),
  ]

  @Test("takes what TLS may send and nothing else", arguments: cases)
  func takes(_ input: Case) throws {
    guard let error = input.error else {
      #expect(try TLSRecordHeader(input.bytes.rawSpan).contentType.rawValue == input.bytes[0])
      return
    }
    #expect(throws: error) { _ = try TLSRecordHeader(input.bytes.rawSpan) }
  }
}
