import Observations
import Signatures
import TestSupport
import Testing
import Wire

@testable import Matching

@Suite("Boundaries of secrets on the wire")
struct BoundaryTests {
  /// 51 characters, as half the industry issues them.
  static let key: String = {
    var generator = SeededGenerator(seed: 21)
    return "sk-" + generator.text(48, of: Alphabets.alphanumeric)
  }()

  static let anthropic: String = {
    var generator = SeededGenerator(seed: 22)
    return "sk-ant-" + "api03-" + generator.text(93, of: Alphabets.base64url) + "AA"
  }()

  @Test(
    "a secret starts behind",
    arguments: [
      "", " ", "=", ":", "\"", "'", "`", "(", ",", "/", "+", "%3D", "%3d", "%22", "%20", "%0A", "%253D", "\\n",
      "\\r\\n",
      "\\t", "\\\"", "\\u0022", "\\u003d", "\\x22", "&quot;", "&#34;", "&amp;", "3=3D", "\u{1b}[32m",
      "\u{1b}[1;38;5;196m",
      "\u{0}", "\u{0}\u{4}leak", "\u{30}r\u{0}\u{a}ci/secrets", "é", "key\u{a0}", "\r\n", "Basic dXNlcg==", "a%7C", ";",
    ])
  func starts(_ before: String) throws {
    var matcher = try FormCase.matcher()
    #expect(matcher.sightings(in: before + Self.key + "\n").map(\.credential.fingerprint) == [sha256(Self.key)])
  }

  @Test(
    "a secret does not start behind",
    arguments: [
      "a", "Z", "0", "ta", "task-", "de_", "-", "_", "%41", "\\u0041", "\\x41", "2%5", "f3D", "am", "[am", "x[0k",
      "\u{0}\u{5}leak", "\u{1}\u{4}leak",
    ])
  func continues(_ before: String) throws {
    var matcher = try FormCase.matcher()
    #expect(matcher.sightings(in: before + Self.key + "\n").isEmpty)
  }

  @Test("a long anchor may follow a hyphen or an underscore", arguments: ["key-", "KEY_", "--"])
  func tellingAnchors(_ before: String) throws {
    var matcher = try FormCase.matcher()
    #expect(matcher.sightings(in: before + Self.anthropic).map(\.credential.fingerprint) == [sha256(Self.anthropic)])
    #expect(matcher.sightings(in: "a" + Self.anthropic).isEmpty)
  }

  @Test(
    "what is masked is masked whatever it is glued to", arguments: ["a", "_", "task-", "0"], ["", "b", "_old", "-x"])
  func ignoresEdges(_ before: String, _ after: String) throws {
    var matcher = try FormCase.matcher()
    matcher.ignoresEdges = true
    for key in [Self.key, Self.anthropic] {
      let text = Array((before + key + after + "\n").utf8)
      let masked = Redaction.masked(text.rawSpan, matcher.sightings(in: text.rawSpan))
      #expect(!String(decoding: masked, as: UTF8.self).contains(key.dropFirst(20).prefix(20)))
    }
  }

  @Test(
    "a secret ends before",
    arguments: [
      "", " ", "\"", "'", "&alt=sse", "%0A", "%26", "%", "%%", ",", "}", ")", "<", "|", "\\n", "\\", "\r\n", "\u{0}",
      ".", ":", "é",
      "-x", "_x", "/", "+", "=",
    ])
  func ends(_ after: String) throws {
    var matcher = try FormCase.matcher()
    #expect(matcher.sightings(in: " " + Self.key + after).map(\.credential.fingerprint) == [sha256(Self.key)])
  }

  @Test("a secret goes on with what its last run could hold", arguments: ["a", "Z", "0"])
  func goesOn(_ after: String) throws {
    var matcher = try FormCase.matcher()
    #expect(matcher.sightings(in: " " + Self.key + after).isEmpty)
    for more in [after, "-", "_"] { #expect(matcher.sightings(in: " " + Self.anthropic + more).isEmpty) }
  }

  @Test(
    "a length byte is a boundary where it tells the secret's length",
    arguments: [
      ("\u{a}", 108, true), ("\u{a}", 107, false), ("a", 108, false),
    ])
  func lengthPrefix(_ tag: String, _ length: UInt8, _ isFound: Bool) throws {
    var matcher = try FormCase.matcher()
    let message = tag + String(UnicodeScalar(length)) + Self.anthropic + "\u{12}"
    #expect(Self.anthropic.utf8.count == 108)
    #expect(matcher.sightings(in: message).count == (isFound ? 1 : 0))
  }

  @Test("boundaries hold inside encodings", arguments: Writing.allCases)
  func insideEncodings(_ writing: Writing) throws {
    var matcher = try FormCase.matcher()
    for filler in ["", "1", "12"] {
      #expect(matcher.sightings(in: writing.write(filler + "ta" + Self.key + "\n")).isEmpty)
      #expect(matcher.sightings(in: writing.write(filler + "=" + Self.key + "Q\n")).isEmpty)
      #expect(matcher.sightings(in: writing.write(filler + "\\u0022" + Self.key + "\n")).count == 1)
    }
  }

  @Test(
    "words that hold an anchor are not secrets",
    arguments: [
      "task-list disk-usage risk-free", "/* .sk-circle .sk-folding-cube */", "sk-ssh-ed25519@openssh.com",
      "sk-SK,sk;q=0.9",
      "r8_unorm", "hf_hub_download", "fw_version_1_2_3", "sk-1234", "sk-no-key-required", "pa-IN", "sk-ant-api03-...",
      "AIza", "sk-proj-xxx",
    ])
  func words(_ text: String) throws {
    var matcher = try FormCase.matcher()
    #expect(matcher.sightings(in: text).isEmpty)
  }
}

@Suite("Encodings")
struct EncodingTests {
  @Test("base64 wrapped in lines is read across the breaks", arguments: [64, 76], ["\r\n", "\n", "\\n", "\\r\\n"])
  func wrapped(_ width: Int, _ lineBreak: String) throws {
    var matcher = try FormCase.matcher()
    for filler in 0..<80 {
      let text =
        String(repeating: "line of text\n", count: 7).prefix(filler) + "\n" + BoundaryTests.anthropic + "\nmore text"
      let characters = Array(Writing.base64.write(String(text)))
      let lines = stride(from: 0, to: characters.count, by: width)
        .map { String(characters[$0..<min($0 + width, characters.count)]) }
      let body = "{\"content\":\"" + lineBreak + lines.joined(separator: lineBreak) + "\"}"
      let found = matcher.sightings(in: body)
      #expect(found.map(\.credential.fingerprint) == [sha256(BoundaryTests.anthropic)], "filler \(filler)")
      #expect(!matcher.redact(body).contains(String(lines.joined().suffix(40).prefix(20))) || filler < 0)
    }
  }

  @Test(
    "base64 may follow a path, a name or a separator of its own alphabet",
    arguments: [
      "/upload/", "/v1/x/", "name-", "ab_", "a+", "%2F", "d=", "abcdefg/",
    ])
  func pathSegments(_ before: String) throws {
    var matcher = try FormCase.matcher()
    for seed in 1...40 as ClosedRange<UInt64> {
      var generator = SeededGenerator(seed: seed)
      let key = "sk-ant-" + "api03-" + generator.text(93, of: Alphabets.base64url) + "AA"
      for writing in [Writing.base64, .base64url] {
        let text = "POST " + before + writing.write("\(key)\n\u{fe}?>>\u{ff}?") + " HTTP/1.1"
        #expect(matcher.sightings(in: text).map(\.credential.fingerprint) == [sha256(key)], "seed \(seed)")
      }
    }
  }

  @Test("the next line is not part of unwrapped base64")
  func listing() throws {
    var matcher = try FormCase.matcher()
    let text = "A=" + Writing.base64url.write(BoundaryTests.key) + "\nNEXT=value\n"
    #expect(matcher.sightings(in: text).map(\.credential.fingerprint) == [sha256(BoundaryTests.key)])
  }

  @Test("a key of base64 characters is read through the escapes of a form")
  func escapedCharacters() throws {
    var matcher = try FormCase.matcher()
    let form = try #require(KeyCase.all.first { $0.id == "bedrock-api-key" })
    let key = try #require((1...50).lazy.map { form.key(seed: $0) }.first { $0.contains("+") && $0.contains("/") })
    let text = "token=" + Writing.percentPunctuation.write(key) + "&x=1"
    let found = matcher.sightings(in: text)
    #expect(found.map(\.credential.fingerprint) == [sha256(key)])
    #expect(found.map(\.credential.encodings) == [[.percent]])
    #expect(found.map { slice(text, $0.range) } == [Writing.percentPunctuation.write(key)])
  }

  @Test("an escape in the middle of a key's prefix is read")
  func mixed() throws {
    var matcher = try FormCase.matcher()
    let key = BoundaryTests.anthropic
    let text = "k=" + key.replacing("ant-", with: "ant%2d", maxReplacements: 1)
    #expect(matcher.sightings(in: text).map(\.credential.fingerprint) == [sha256(key)])
  }

  @Test("HTTP Basic credentials show the key in the password")
  func basic() throws {
    var matcher = try FormCase.matcher()
    for user in ["api", "user1", "x"] {
      let text = "Authorization: Basic " + Writing.base64.write("\(user):\(BoundaryTests.key)") + "\r\n"
      let found = matcher.sightings(in: text)
      #expect(found.map(\.credential.fingerprint) == [sha256(BoundaryTests.key)])
      #expect(found.map(\.context) == ["\(user):"])
    }
  }

  @Test("every literal of the scan is at least three bytes long, and encoded ones at least four")
  func literals() throws {
    let groups = try AnchorGroup.groups(of: FormCase.catalogue)
    for literal in groups.flatMap({ AnchorLiteral.all(for: $0) }) {
      #expect(literal.text.count >= (literal.layer == .plain ? 3 : 4))
      #expect(literal.text.count <= AnchorLiteral.longest)
    }
    #expect(groups.contains { $0.anchor == Array("sk-".utf8) && $0.forms.count > 8 })
  }
}
