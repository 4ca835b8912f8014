import Foundation
import TestSupport
import Testing

@testable import Outputs

@Suite("JSON lines, RFC 8259")
struct JSONLineWriterTests {
  struct Escape: Sendable, CustomTestStringConvertible {
    let name: String
    let text: String
    let json: String
    var testDescription: String { name }
  }

  static let escapes = [
    Escape(name: "plain text", text: "key=1/2", json: "key=1/2"),
    Escape(name: "empty text", text: "", json: ""),
    Escape(name: "quote and backslash", text: #"a"b\c"#, json: #"a\"b\\c"#),
    Escape(name: "line feed, carriage return, tab", text: "a\nb\rc\td", json: #"a\nb\rc\td"#),
    Escape(name: "CR LF, one character to Swift", text: "a\r\nb", json: #"a\r\nb"#),
    Escape(name: "NUL and escape", text: "\u{0}\u{1B}[31m", json: #"\u0000\u001b[31m"#),
    Escape(name: "DEL", text: "\u{7F}", json: #"\u007f"#),
    Escape(name: "C1 control sequence introducer", text: "\u{9B}2J", json: #"\u009b2J"#),
    Escape(name: "first character after C1", text: "\u{A0}é", json: "\u{A0}é"),
    Escape(name: "line and paragraph separator", text: "\u{2028}\u{2029}", json: #"\u2028\u2029"#),
    Escape(name: "right-to-left override", text: "a\u{202E}b\u{2066}", json: #"a\u202eb\u2066"#),
    Escape(name: "their neighbours", text: "\u{2027}…→\u{206A}", json: "\u{2027}…→\u{206A}"),
    Escape(name: "outside the basic plane", text: "🔑", json: "🔑"),
  ]

  @Test("escapes", arguments: escapes)
  func escape(_ escape: Escape) {
    var writer = JSONLineWriter()
    writer.line { $0.field("k", escape.text) }
    #expect(String(decoding: writer.bytes, as: UTF8.self) == #"{"k":"\#(escape.json)"}"#)
  }

  @Test("writes any bytes, repaired, as a line that parses to the same text", arguments: 0..<64 as Range<UInt64>)
  func surfacesNothing(seed: UInt64) throws {
    var generator = SeededGenerator(seed: seed)
    let text = String(decoding: generator.bytes(200), as: UTF8.self)
    var writer = JSONLineWriter()
    writer.line { $0.field("k", text) }
    #expect(writer.bytes.allSatisfy { $0 >= 0x20 && $0 != 0x7F }, "seed \(seed)")
    let object = try #require(try JSONSerialization.jsonObject(with: Data(writer.bytes)) as? [String: String])
    let read = try #require(object["k"])
    #expect(Array(read.unicodeScalars) == Array(text.unicodeScalars), "seed \(seed)")
  }

  @Test("cuts a string to any limit at a whole escape, with an ellipsis", arguments: 3...40)
  func cuts(limit: Int) throws {
    var writer = JSONLineWriter()
    writer.stringByteLimit = limit
    writer.line { $0.field("k", "ab\u{1B}\"é🔑\n\u{2028}cdefgh") }
    #expect(writer.bytes.count - #"{"k":""}"#.utf8.count <= limit)
    let object = try #require(try JSONSerialization.jsonObject(with: Data(writer.bytes)) as? [String: String])
    let text = try #require(object["k"])
    // 2 + 6 + 2 + 2 + 4 + 2 + 6 + 6 bytes when whole.
    #expect(text.hasSuffix("…") == (limit < 30))
  }

  @Test("separates members and elements with commas, at every depth")
  func commas() {
    var writer = JSONLineWriter()
    writer.line { line in
      line.array("empty") { _ in }
      line.object("nothing") { _ in }
      line.array("numbers") { array in
        array.element(1)
        array.element(-2)
      }
      line.field("names", ["{", "["])
      line.array("objects") { array in
        array.element { $0.field("a", "1") }
        array.element { $0.field("b", nil as String?) }
      }
      line.field("smallest", Int64.min)
      line.field("largest", UInt64.max)
    }
    #expect(
      String(decoding: writer.bytes, as: UTF8.self)
        == #"{"empty":[],"nothing":{},"numbers":[1,-2],"names":["{","["],"objects":[{"a":"1"},{}],"#
        + #""smallest":-9223372036854775808,"largest":18446744073709551615}"#)
  }

  @Test("starts each line afresh")
  func reuse() {
    var writer = JSONLineWriter()
    writer.line { $0.field("first", "a long enough text") }
    writer.line { $0.field("n", 1) }
    #expect(String(decoding: writer.bytes, as: UTF8.self) == #"{"n":1}"#)
  }
}
