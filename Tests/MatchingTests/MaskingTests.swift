import Observations
import Signatures
import TestSupport
import Testing

@testable import Matching

@Suite("Masking")
struct MaskingTests {
  @Test("redacted text holds no secret in any writing", arguments: KeyCase.all, Writing.allCases)
  func redaction(_ form: KeyCase, _ writing: Writing) throws {
    var matcher = try FormCase.matcher()
    let keys = [form.key(seed: 1), form.key(seed: 2)]
    let text = "Grüße: a=" + writing.write(keys[0]) + " b=" + writing.write("\"" + keys[1] + "\"") + " end"
    let redacted = matcher.redact(text)
    #expect(!windows(of: text).isDisjoint(with: hidden(keys, form, writing)))
    #expect(windows(of: redacted).isDisjoint(with: hidden(keys, form, writing)))
    for key in keys { #expect(redacted.contains(form.form.prefix + "…" + key.suffix(4))) }
    #expect(redacted.hasPrefix("Grüße: a=") && redacted.hasSuffix(" end"))
    #expect(matcher.redact(redacted) == redacted)
  }

  @Test(
    "nothing of a sighting holds more than the prefix and four characters", arguments: KeyCase.all, Writing.allCases)
  func sightings(_ form: KeyCase, _ writing: Writing) throws {
    var matcher = try FormCase.matcher()
    let keys = (1...4).map { form.key(seed: $0) }
    let text = writing.write(keys.joined(separator: "&")) + "\n" + keys.map(writing.write).joined(separator: " ")
    let found = matcher.sightings(in: text)
    #expect(found.count == 8)
    #expect(found.map(\.credential.fingerprint) == (keys + keys).map(sha256))
    for sighting in found {
      #expect(windows(of: "\(sighting)").isDisjoint(with: hidden(keys, form, writing)), "\(sighting.context)")
    }
  }

  @Test("text without secrets is given back as it is")
  func untouched() throws {
    var matcher = try FormCase.matcher()
    for text in ["", "plain text", "sk-1234 task-list", "Grüße \u{0} \r\n"] { #expect(matcher.redact(text) == text) }
  }

  @Test("a short secret shows its prefix only")
  func short() throws {
    let forms = [CredentialForm.form("tok_", (.digits, 7...8))]
    let catalogue = Catalogue(
      providers: [], credentials: [CredentialSignature(id: "t", issuers: [], description: "", forms: forms)],
      indicators: [])
    var matcher = try SecretMatcher(patterns: SecretPatterns(catalogue: catalogue))
    #expect(matcher.redact("tok_8231490 tok_82314905") == "tok_… tok_…4905")
  }

  @Test(
    "context is masked, printable and short",
    arguments: [
      (#"{"a":"LTAIISThTBvFjxyKey":""#, "{\"a\":\"…\":\""), ("anthropicApiKey: ", "anthropicApiKey: "),
      ("Authorization: Bearer ", "Authorization: Bearer "), ("x\r\n\u{7}é=", "x     ="), ("", ""),
      ("a: 1234567890ab b: ", "a: … b: "), ("password=hunter2hunter2 ", "… "),
      ("abcdefghijklmnopqrstuvwxyz012345 key ", "… key "), ("01234567890123456789012345678901 ", "… "),
      ("OPENAI_API_KEY=", "OPENAI_API_KEY="),
    ])
  func context(_ before: String, _ expected: String) throws {
    var matcher = try FormCase.matcher()
    #expect(Masking.context(Array(before.utf8).span) == expected)
    let found = matcher.sightings(in: before + " " + BoundaryTests.key)
    #expect(found.allSatisfy { $0.context.count <= Masking.contextLength })
    #expect(found.count == 1)
  }
}

/// Every stretch of eight bytes of `text`, as a number.
private func windows(of text: String) -> Set<UInt64> {
  var (result, number) = (Set<UInt64>(), UInt64(0))
  for (index, byte) in text.utf8.enumerated() {
    number = number << 8 | UInt64(byte)
    if index >= 7 { result.insert(number) }
  }
  return result
}

/// The stretches of `keys`, plain and written, that must not be seen.
private func hidden(_ keys: [String], _ form: KeyCase, _ writing: Writing) -> Set<UInt64> {
  keys.reduce(into: []) { result, key in
    let secret = String(key.dropFirst(form.form.prefix.count))
    result.formUnion(windows(of: secret))
    // Base64 writes the same text in three ways; its first group also holds bits of what stands before.
    let isBase64 = writing == .base64 || writing == .base64url
    for filler in 0..<(isBase64 ? 3 : 1) {
      let written = writing.write(String(repeating: "=", count: filler) + secret)
      result.formUnion(windows(of: String(written.dropFirst(isBase64 ? 4 : 0))))
    }
  }
}
