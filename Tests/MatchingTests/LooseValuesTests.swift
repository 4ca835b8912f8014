import Observations
import TestSupport
import Testing
import Wire

@testable import Matching

@Suite("Values that nothing names")
struct LooseValuesTests {
  struct Case: Sendable, CustomTestStringConvertible {
    var text: String
    /// Those that are told, in any order.
    var values: [String]
    var testDescription: String { text }
  }

  private static let token: String = {
    var generator = SeededGenerator(seed: 33)
    return "a1" + generator.text(30, of: Alphabets.alphanumeric)
  }()

  static let cases = [
    Case(text: token, values: [token]),
    Case(text: "{\"d\":\"\(token)\"}", values: [token]),
    Case(text: "see \(token).", values: [token]),
    Case(text: "GET /collect/\(token).txt", values: [token, "collect/\(token).txt"]),
    Case(text: "\(token)==&", values: [token, "\(token)=="]),
    Case(text: "\(token)+\(token)", values: [token, token, "\(token)+\(token)"]),
    Case(text: "sid=\(token.prefix(8))-\(token.suffix(8))", values: ["\(token.prefix(8))-\(token.suffix(8))"]),
    Case(text: String(token.prefix(15)), values: []),
    Case(text: "internationalization-of-documents", values: []),
    Case(text: "12345678901234567890", values: []),
    Case(text: "python-requests/2.32.3", values: []),
    Case(text: "www.example-2.com/a/b", values: []),
    // A web token is that long.
    Case(text: token + String(repeating: "x", count: 2_000), values: [token + String(repeating: "x", count: 2_000)]),
    Case(text: token + String(repeating: "x", count: 4_096), values: []),
  ]

  @Test("are told by their marks", arguments: cases)
  func told(_ test: Case) {
    let bytes = Array("\n\(test.text)\n".utf8)
    let plain = LooseValues.all(in: bytes.rawSpan).filter { $0.encodings.isEmpty }
    let marks = test.values.map { ValueMark(Array($0.utf8).span) }
    #expect(Set(plain.map(\.mark)) == Set(marks))
    #expect(plain.count == test.values.count)
  }

  @Test("are told of what they come to", arguments: [Disguise.base64, .base64url, .hex, .upperHex])
  func wrapped(_ disguise: Disguise) {
    let bytes = disguise.wrap(Array(Self.token.utf8))
    let inner = LooseValues.all(in: bytes.rawSpan).filter { !$0.encodings.isEmpty }
    #expect(inner.map(\.mark) == [ValueMark(Array(Self.token.utf8).span)])
    let digest = Disguise.hex.wrap([UInt8](repeating: 0xf3, count: 32))
    #expect(LooseValues.all(in: digest.rawSpan).allSatisfy { $0.encodings.isEmpty })
  }

  @Test("are bounded")
  func bounds() {
    let bytes = Array((0..<5_000).map { "a\($0)b1234567890123" }.joined(separator: " ").utf8)
    #expect(LooseValues.all(in: bytes.rawSpan).count <= LooseValues.usual + 2)
    #expect(LooseValues.all(in: bytes.rawSpan, most: .max).count == 5_000)
    var matcherFound: [Sighting] = []
    LooseValues.scan(bytes, &matcherFound)
    #expect(matcherFound.count <= LooseValues.usual + 2)
    #expect(matcherFound.allSatisfy { $0.credential.fingerprint.isEmpty })
  }

  @Test("are not told where something else tells of them")
  func overlapping() {
    let bytes = Array("key=\(Self.token)".utf8)
    let credential = BearerToken.masked(bytes.rawSpan, in: 4..<bytes.count)
    var found = credential.map { [Sighting(credential: $0, range: 4..<UInt64(bytes.count), context: "key")] } ?? []
    #expect(found.count == 1)
    LooseValues.scan(bytes, &found)
    #expect(found.count == 1)
  }

  @Test("leave nothing but marks, wherever a body is cut")
  func cuts() throws {
    var matcher = try FormCase.matcher()
    let bytes = Array("{\"d\":\"\(Self.token)\"}".utf8)
    for cut in 0..<bytes.count {
      let found = matcher.unwrappedAndNamed(bytes, cutAt: [cut])
      #expect(found.map(\.credential.mark) == [ValueMark(Array(Self.token.utf8).span)], "cut at \(cut)")
      #expect(found.allSatisfy { $0.credential.redacted == "…" && $0.context.isEmpty })
    }
  }
}
