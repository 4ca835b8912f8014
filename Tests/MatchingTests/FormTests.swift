import Observations
import Signatures
import TestSupport
import Testing

@testable import Matching

@Suite("Credential forms")
struct FormTests {
  @Test("are found plain, with fingerprint, range, length and masked text", arguments: KeyCase.all)
  func plain(_ form: KeyCase) throws {
    var matcher = try FormCase.matcher()
    for seed in 1...20 as ClosedRange<UInt64> {
      let key = form.key(seed: seed)
      let text = "Authorization: Bearer \(key)\r\n"
      let found = matcher.sightings(in: text)
      #expect(found.count == 1, "seed \(seed)")
      let sighting = try #require(found.first)
      #expect(sighting.credential.signature == form.id)
      #expect(sighting.credential.fingerprint == sha256(key))
      #expect(sighting.credential.length == key.utf8.count)
      #expect(sighting.credential.encodings == [])
      #expect(slice(text, sighting.range) == key)
      #expect(sighting.context == "Authorization: Bearer ")
      #expect(sighting.credential.redacted == form.form.prefix + "…" + key.suffix(4))
    }
  }

  @Test("are found in every encoding at every alignment", arguments: KeyCase.all, Writing.allCases)
  func encoded(_ form: KeyCase, _ writing: Writing) throws {
    var matcher = try FormCase.matcher()
    for alignment in 0..<6 {
      let key = form.key(seed: UInt64(100 + alignment))
      let before = String("user=\t\"':\n".prefix(5 + alignment))
      let text = "{\"d\":\"" + writing.write(before + key + "\n\(before)") + "\"}"
      let found = matcher.sightings(in: text)
      #expect(found.map(\.credential.signature) == [form.id], "alignment \(alignment) of \(writing)")
      guard let sighting = found.first else { continue }
      #expect(sighting.credential.fingerprint == sha256(key))
      let written = slice(text, sighting.range)
      #expect(sighting.credential.encodings == writing.encodings(of: key, written: written))
      #expect(!matcher.redact(text).contains(written))
    }
  }

  @Test("match neither one character shorter nor one longer", arguments: KeyCase.all)
  func lengths(_ form: KeyCase) throws {
    var matcher = try FormCase.matcher()
    // A run's ends at both bounds: for a fixed length they are the same.
    for (key, neighbour) in [(form.form.key(at: \.lowerBound), -1), (form.form.key(at: \.upperBound), 1)] {
      #expect(matcher.sightings(in: "x \(key) x").map(\.credential.fingerprint) == [sha256(key)])
      let other = neighbour < 0 ? String(key.dropLast()) : key + "Q7"
      let found = matcher.sightings(in: "x \(other) x")
      #expect(found.isEmpty, "\(other.utf8.count) characters instead of \(key.utf8.count)")
    }
  }

  @Test("give one sighting each when they follow one another", arguments: Writing.allCases)
  func sequence(_ writing: Writing) throws {
    var matcher = try FormCase.matcher()
    let keys = KeyCase.all.map { $0.key(seed: 7) }
    let text = keys.map { writing.write("\($0)\n") + " " }.joined()
    #expect(matcher.sightings(in: text).map(\.credential.fingerprint) == keys.map(sha256))
    let joined = writing.write(keys.joined(separator: ","))
    #expect(matcher.sightings(in: joined).map(\.credential.fingerprint) == keys.map(sha256))
  }

  @Test("are found at the very start and the very end of a stream", arguments: KeyCase.all, Writing.allCases)
  func ends(_ form: KeyCase, _ writing: Writing) throws {
    var matcher = try FormCase.matcher()
    let key = form.key(seed: 3)
    #expect(matcher.sightings(in: writing.write(key)).map(\.credential.fingerprint) == [sha256(key)])
  }

  @Test("that share their shape name every issuer")
  func issuers() throws {
    var matcher = try FormCase.matcher()
    var generator = SeededGenerator(seed: 4)
    let found = matcher.sightings(in: "sk-" + generator.text(48, of: Alphabets.alphanumeric))
    #expect(found.map(\.credential.issuers) == [["moonshot", "siliconflow", "stability"]])
  }

  @Test("that are more specific win over those that fit as well")
  func specificity() throws {
    var matcher = try FormCase.matcher()
    var generator = SeededGenerator(seed: 5)
    let half = { (generator: inout SeededGenerator) in generator.text(20, of: Alphabets.alphanumeric) }
    let legacy = "sk-" + half(&generator) + "T3Blbk" + "FJ" + half(&generator)
    #expect(matcher.sightings(in: legacy).map(\.credential.signature) == ["openai-legacy-key"])
  }

  @Test("with a run of varying length before a literal give back what the literal needs")
  func backtracking() throws {
    let form = CredentialForm.form("tok_", (.word, 4...12), "_x", (.digits, 3...6))
    let catalogue = Catalogue(
      providers: [], credentials: [CredentialSignature(id: "t", issuers: [], description: "", forms: [form])],
      indicators: [])
    var matcher = try SecretMatcher(patterns: SecretPatterns(catalogue: catalogue))
    #expect(matcher.sightings(in: "tok_ab_x_c_x8231").map(\.credential.length) == [16])
    #expect(matcher.sightings(in: "tok_ab_x_c_y8231").isEmpty)
  }

  @Test("of two lengths give the longer secret where both fit")
  func longest() throws {
    let forms = [CredentialForm.form("tok-", (.digits, 8...8)), .form("tok-", (.base64url, 4...30))]
    let catalogue = Catalogue(
      providers: [], credentials: [CredentialSignature(id: "t", issuers: [], description: "", forms: forms)],
      indicators: [])
    var matcher = try SecretMatcher(patterns: SecretPatterns(catalogue: catalogue))
    #expect(matcher.sightings(in: "tok-82314902-qp").map(\.credential.length) == [15])
    #expect(matcher.sightings(in: "tok-82314902").map(\.credential.length) == [12])
  }

  @Test("need a checksum where they have one")
  func checksum() throws {
    var matcher = try FormCase.matcher()
    let form = try #require(FormCase.all.first { $0.id == "github-token" }?.forms.first)
    let key = form.key(seed: 9)
    let broken = key.dropLast() + (key.hasSuffix("a") ? "b" : "a")
    #expect(matcher.sightings(in: key).count == 1)
    #expect(matcher.sightings(in: String(broken)).isEmpty)
  }

  @Test(
    "that the matcher cannot look for are refused",
    arguments: [
      CredentialForm(parts: []), CredentialForm(parts: [.run(.hex, length: 4...4)]),
      CredentialForm(parts: [.literal("sk")]),
      CredentialForm(parts: [.literal("key-é"), .run(.hex, length: 4...4)]),
      CredentialForm(parts: [.literal("key-"), .run(.hex, length: 4...5000)]),
      CredentialForm(parts: [.literal("key-"), .run(.hex, length: 4...3000), .run(.hex, length: 4...3000)]),
    ])
  func refused(_ form: CredentialForm) {
    let catalogue = Catalogue(
      providers: [], credentials: [CredentialSignature(id: "bad", issuers: [], description: "", forms: [form])],
      indicators: [])
    #expect { try SecretPatterns(catalogue: catalogue) } throws: { error in
      if case .unusableForm(signature: "bad", _)? = error as? MatchingError { true } else { false }
    }
  }

  @Test("may be none at all")
  func empty() throws {
    let catalogue = Catalogue(providers: [], credentials: [], indicators: [])
    var matcher = try SecretMatcher(patterns: SecretPatterns(catalogue: catalogue))
    #expect(matcher.sightings(in: "sk-anything").isEmpty)
    #expect(matcher.redact("text") == "text")
  }
}

extension CredentialForm {
  var prefix: String {
    if case .literal(let text)? = parts.first { text } else { "" }
  }

  /// A key whose ranged runs have the length at one of their bounds.
  func key(at bound: KeyPath<ClosedRange<Int>, Int>) -> String {
    var fixed = self
    fixed.parts = parts.map { part in
      if case .run(let alphabet, let length) = part {
        .run(alphabet, length: length[keyPath: bound]...length[keyPath: bound])
      } else {
        part
      }
    }
    return fixed.key(seed: 11)
  }
}
