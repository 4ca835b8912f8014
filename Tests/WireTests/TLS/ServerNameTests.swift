import Testing
import Wire

@Suite("TLS server_name, RFC 6066 section 3")
struct ServerNameTests {
  /// supported_groups, then server_name "a.io".
  static let block: [UInt8] =
    [0x00, 0x0A, 0x00, 0x02, 0x00, 0x1D] + [0x00, 0x00, 0x00, 0x09, 0x00, 0x07, 0x00, 0x00, 0x04] + Array("a.io".utf8)

  @Test("finds the name behind other extensions")
  func findsName() throws {
    let range = try #require(try ServerName.find(in: Self.block.rawSpan))
    #expect(String(decoding: Self.block[range], as: UTF8.self) == "a.io")
  }

  @Test("finds none where there is none", arguments: [0, 6])
  func findsNone(length: Int) throws {
    #expect(try ServerName.find(in: Array(Self.block.prefix(length)).rawSpan) == nil)
  }

  @Test("calls a cut block malformed, never incomplete", arguments: [1, 2, 3, 4, 5, 7, 8, 9, 10, 11, 12, 13, 14, 18])
  func rejectsTruncation(length: Int) {
    let cut = Array(Self.block.prefix(length))
    #expect {
      _ = try ServerName.find(in: cut.rawSpan)
    } throws: { error in
      if case .malformed? = error as? ParseError { true } else { false }
    }
  }

  struct Rejection: CustomTestStringConvertible {
    let testDescription: String
    let body: [UInt8]
  }

  static let rejections = [
    Rejection(testDescription: "empty, as a server answers", body: []),
    Rejection(testDescription: "an empty list", body: [0, 0]),
    Rejection(testDescription: "a list that ends in the name's length", body: [0, 2, 0, 0]),
    Rejection(testDescription: "a name beyond its list", body: [0, 4, 0, 0, 9, 0x61]),
    Rejection(testDescription: "a list beyond its extension", body: [0, 9, 0, 0, 1, 0x61]),
    Rejection(testDescription: "another type of name", body: [0, 4, 7, 0, 1, 0x61]),
  ]

  @Test("rejects", arguments: rejections)
  func rejects(_ input: Rejection) {
    let block = [0, 0, 0, UInt8(input.body.count)] + input.body
    #expect {
      _ = try ServerName.find(in: block.rawSpan)
    } throws: { error in
      if case .malformed? = error as? ParseError { true } else { false }
    }
  }
}
