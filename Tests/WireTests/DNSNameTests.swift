import TestSupport
import Testing
import Wire

@Suite("Domain names in messages, RFC 1035 section 4.1.4")
struct DNSNameTests {
  /// The example of the section: F.ISI.ARPA at 20, FOO.F.ISI.ARPA at 40, ARPA at 64, the root at 92.
  static let example: [UInt8] = {
    var bytes = [UInt8](repeating: 0, count: 93)
    func put(_ part: [UInt8], at offset: Int) { bytes.replaceSubrange(offset..<offset + part.count, with: part) }
    put(DNSBuilder.name("F.ISI.ARPA"), at: 20)
    put([3] + Array("FOO".utf8) + [0xC0, 20], at: 40)
    put([0xC0, 26], at: 64)
    return bytes
  }()

  @Test(
    "reads the names of the RFC's example",
    arguments: [(20, "F.ISI.ARPA", 32), (40, "FOO.F.ISI.ARPA", 46), (64, "ARPA", 66), (92, ".", 93)])
  func readsExample(_ offset: Int, _ text: String, _ end: Int) throws {
    let name = try DNSName.read(Self.example.rawSpan, at: offset)
    #expect(name.text == text)
    #expect(name.end == end)
    #expect(try DNSName.end(Self.example.rawSpan, at: offset) == end)
  }

  struct Odd: CustomTestStringConvertible, Sendable {
    var testDescription: String
    var label: [UInt8]
    var text: String
  }

  static let oddLabels = [
    Odd(testDescription: "dot", label: Array("a.b".utf8), text: "a\\.b"),
    Odd(testDescription: "backslash", label: Array("a\\b".utf8), text: "a\\\\b"),
    Odd(testDescription: "blank", label: Array("My Printer".utf8), text: "My Printer"),
    Odd(testDescription: "UTF-8", label: Array("Büro".utf8), text: "Büro"),
    Odd(testDescription: "UTF-8 of four bytes", label: Array("🖨".utf8), text: "🖨"),
    Odd(testDescription: "control and high byte", label: [0, 7, 0x7F, 0xFF], text: "\\000\\007\\127\\255"),
    Odd(testDescription: "cut UTF-8", label: [0xC3], text: "\\195"),
    Odd(testDescription: "overlong UTF-8", label: [0xC0, 0x80], text: "\\192\\128"),
    Odd(testDescription: "surrogate", label: [0xED, 0xA0, 0x80], text: "\\237\\160\\128"),
  ]

  @Test("escapes odd bytes as zone files do", arguments: oddLabels)
  func escapes(_ input: Odd) throws {
    let bytes = Self.message([UInt8(input.label.count)] + input.label + [0])
    #expect(try DNSName.read(bytes.rawSpan, at: 12).text == input.text)
  }

  static func message(_ rest: [UInt8]) -> [UInt8] { [UInt8](repeating: 0, count: 12) + rest }

  /// A name of `count` bytes on the wire.
  static func long(_ count: Int) -> [UInt8] {
    var (bytes, left) = ([UInt8](), count - 1)
    while left > 1 {
      let length = min(63, left - 1)
      bytes += [UInt8(length)] + [UInt8](repeating: UInt8(ascii: "a"), count: length)
      left -= length + 1
    }
    return bytes + [0]
  }

  /// The root at 12, and pointers behind it, each to the one before.
  static func chain(_ count: Int) -> [UInt8] {
    var bytes = message([0])
    for index in 0..<count {
      let target = index == 0 ? 12 : 11 + 2 * index
      bytes += [0xC0 | UInt8(target >> 8), UInt8(target & 255)]
    }
    return bytes
  }

  struct Rejection: CustomTestStringConvertible, Sendable {
    var testDescription: String
    var bytes: [UInt8]
    var offset = 12
    var flaw: ParseError.Flaw
  }

  static let rejections = [
    Rejection(testDescription: "nothing", bytes: message([]), flaw: .lengthField),
    Rejection(testDescription: "a negative place", bytes: message([0]), offset: -1, flaw: .lengthField),
    Rejection(testDescription: "no end", bytes: message([1, 97]), flaw: .lengthField),
    Rejection(testDescription: "a label past the end", bytes: message([9, 97, 0]), flaw: .lengthField),
    Rejection(
      testDescription: "a label of 64", bytes: message([64] + [UInt8](repeating: 97, count: 65)), flaw: .lengthField),
    Rejection(testDescription: "label type 10", bytes: message([0x80, 0]), flaw: .lengthField),
    Rejection(testDescription: "256 bytes", bytes: message(long(256)), flaw: .lengthField),
    Rejection(testDescription: "a pointer to itself", bytes: message([0xC0, 12]), flaw: .nameCompression),
    Rejection(testDescription: "a pointer forwards", bytes: message([0xC0, 14, 0]), flaw: .nameCompression),
    Rejection(testDescription: "a pointer past the end", bytes: message([0xFF, 0xFF]), flaw: .nameCompression),
    Rejection(testDescription: "half a pointer", bytes: message([0xC0]), flaw: .lengthField),
    Rejection(testDescription: "a pointer into the header", bytes: message([0xC0, 11]), flaw: .nameCompression),
    Rejection(
      testDescription: "a loop of two", bytes: message([0xC0, 14, 0xC0, 12]), offset: 14, flaw: .nameCompression),
    Rejection(
      testDescription: "a pointer to its own labels", bytes: message([1, 97, 0xC0, 12]), flaw: .nameCompression),
    Rejection(testDescription: "too many pointers", bytes: chain(129), offset: 13 + 2 * 128, flaw: .nameCompression),
  ]

  @Test("rejects", arguments: rejections)
  func rejects(_ input: Rejection) {
    do throws(ParseError) {
      let name = try DNSName.read(input.bytes.rawSpan, at: input.offset)
      Issue.record("read as \(name.text)")
    } catch {
      guard case .malformed(input.flaw, _) = error else {
        Issue.record("\(error)")
        return
      }
    }
  }

  @Test("reads a name of 255 bytes, and one that 127 pointers lead through")
  func readsLongest() throws {
    #expect(try DNSName.read(Self.message(Self.long(255)).rawSpan, at: 12).text.utf8.count == 253)
    var bytes = Self.message([0])
    var last = 12
    for _ in 0..<127 {
      bytes += [1, 97, 0xC0 | UInt8(last >> 8), UInt8(last & 255)]
      last = bytes.count - 4
    }
    #expect(try DNSName.read(bytes.rawSpan, at: last).text.utf8.count == 253)
  }
}
