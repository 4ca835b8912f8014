import Observations
import TestSupport
import Testing
import Wire

@testable import Matching

/// What is not text is not scanned: that must change nothing in what is found.
@Suite("Secrets in binary content")
struct BinaryContentTests {
  private static let longest = 700

  private static func content(_ key: String, at start: Int, _ generator: inout SeededGenerator) -> [UInt8] {
    generator.bytes(start).map { $0 | 0x80 } + Array(key.utf8) + generator.bytes(longest - start).map { $0 | 0x80 }
  }

  @Test("are found at every place", arguments: KeyCase.all)
  func everywhere(_ form: KeyCase) throws {
    var matcher = try FormCase.matcher()
    var generator = SeededGenerator(seed: 11)
    let key = form.key(seed: 21)
    for start in 256..<256 + 130 {
      let bytes = Self.content(key, at: start, &generator)
      let found = matcher.sightings(in: bytes.rawSpan)
      #expect(found.count == 1 && found.first?.credential.fingerprint == sha256(key), "\(form) at \(start)")
    }
  }

  @Test("are found whatever the cut", arguments: KeyCase.all)
  func cut(_ form: KeyCase) throws {
    var matcher = try FormCase.matcher()
    var generator = SeededGenerator(seed: 12)
    let bytes = Self.content(form.key(seed: 22), at: 290, &generator)
    let whole = matcher.sightings(in: bytes, cutAt: [])
    #expect(whole.count == 1)
    for cut in 257..<bytes.count - 257 {
      #expect(matcher.sightings(in: bytes, cutAt: [cut]) == whole, "\(form), cut at \(cut)")
    }
  }

  @Test("are looked for in text alone where all patterns are of text")
  func catalogue() throws {
    #expect(try Bundled.patterns.get().findsOnlyText && FormCase.patterns.get().findsOnlyText)
    let short = try #require(WatchedSecret(id: "short", issuers: [], value: Array("pa55word".utf8)))
    #expect(try !SecretPatterns(catalogue: Bundled.catalogue, watched: [short]).findsOnlyText)
    let binary = try #require(WatchedSecret(id: "binary", issuers: [], value: Array(0x60...0x9f)))
    let patterns = try SecretPatterns(catalogue: Bundled.catalogue, watched: [binary])
    #expect(!patterns.findsOnlyText)
    var matcher = try SecretMatcher(patterns: patterns)
    var bytes = [UInt8](repeating: 0xee, count: 1_000)
    bytes.replaceSubrange(400..<400, with: 0x60...0x9f)
    #expect(matcher.sightings(in: bytes.rawSpan).map(\.credential.signature) == ["binary"])
  }
}
