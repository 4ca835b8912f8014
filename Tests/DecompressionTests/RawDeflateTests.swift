import CZlib
import Decompression
import Testing

@Suite("Raw deflate that goes on message after message, RFC 7692 section 7.2")
struct RawDeflateTests {
  /// Feeds `messages`, each with the four bytes that senders leave off, in pieces of `pieceSize` bytes.
  private func inflate(_ messages: [[UInt8]], pieceSize: Int = .max, restarting: Bool = false) throws -> [String] {
    var decompressor = try Decompressor(rawDeflate: ())
    var window = DecompressionWindow()
    return try messages.map { message in
      var output: [UInt8] = []
      var rest = (message + [0x00, 0x00, 0xFF, 0xFF])[...]
      while !rest.isEmpty {
        let piece = Array(rest.prefix(pieceSize))
        rest = rest.dropFirst(piece.count)
        try decompressor.decompress(RawSpan(_elements: piece.span), into: &window) { bytes in
          unsafe bytes.withUnsafeBytes { unsafe output.append(contentsOf: $0) }
          return true
        }
      }
      if restarting { decompressor.restart() }
      return String(decoding: output, as: UTF8.self)
    }
  }

  /// "Hello" compressed, and again with a look back into the first: section 7.2.3.
  static let hello: [UInt8] = [0xF2, 0x48, 0xCD, 0xC9, 0xC9, 0x07, 0x00]
  static let again: [UInt8] = [0xF2, 0x00, 0x11, 0x00, 0x00]
  /// Not compressed, and in a block that says it is the last.
  static let stored: [UInt8] = [0x00, 0x05, 0x00, 0xFA, 0xFF, 0x48, 0x65, 0x6C, 0x6C, 0x6F, 0x00]
  static let final: [UInt8] = [0xF3, 0x48, 0xCD, 0xC9, 0xC9, 0x07, 0x00, 0x00]

  @Test("the examples of section 7.2.3 read, however they are cut", arguments: [1, 2, 3, .max])
  func readsExamples(pieceSize: Int) throws {
    let messages = [Self.hello, Self.again, Self.stored, Self.final, Self.hello]
    #expect(try inflate(messages, pieceSize: pieceSize) == [String](repeating: "Hello", count: 5))
  }

  @Test("after a restart the window is empty")
  func restarts() throws {
    #expect(try inflate([Self.hello, Self.hello], restarting: true) == ["Hello", "Hello"])
    #expect(throws: DecompressionError.corrupt(.deflate)) { try inflate([Self.hello, Self.again], restarting: true) }
  }
}
