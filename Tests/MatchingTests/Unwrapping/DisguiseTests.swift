import Foundation
import Observations
import Signatures
import TestSupport
import Testing

@testable import Matching

/// The signatures that are built in, and a key of each.
struct BuiltIn: Sendable, CustomTestStringConvertible {
  let id: String
  let key: String

  var testDescription: String { id }

  static let patterns = Result { () throws in
    let root = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../../Signatures")
    return try SecretPatterns(catalogue: CatalogueLoader.load(directories: [root.standardized.path()]))
  }

  static func matcher() throws -> SecretMatcher { try SecretMatcher(patterns: patterns.get()) }

  /// Keys that the plain scan finds: of random ones some lack the entropy.
  static let all: [BuiltIn] = {
    guard let patterns = try? patterns.get(), var matcher = try? SecretMatcher(patterns: patterns) else { return [] }
    return patterns.credentials.compactMap { credential in
      for form in credential.forms {
        for seed in 1...20 as ClosedRange<UInt64> {
          let key = form.key(seed: seed)
          guard key.utf8.count <= 512 else { continue }
          let isFound = matcher.sightings(in: "a=\(key)\n").map(\.credential.fingerprint) == [sha256(key)]
          if isFound { return BuiltIn(id: credential.id, key: key) }
        }
      }
      return nil
    }
  }()
}

@Suite("Wrapped secrets")
struct DisguiseTests {
  static let key = KeyCase.all[0].key(seed: 5)

  /// What a thief sends: the wrapped text where a wrapped text stands, or bytes on their own.
  static func message(_ wrapped: [UInt8], isText: Bool) -> [UInt8] {
    isText ? Array("id=7&data:".utf8) + wrapped + Array("&end=1\r\n".utf8) : wrapped
  }

  static func loot(_ key: String) -> [UInt8] { Array("{\"host\":\"ci\",\"token\":\"\(key)\",\"n\":1}\n".utf8) }

  @Test("of every signature are found in every disguise", arguments: Disguise.allCases)
  func everySignature(_ disguise: Disguise) throws {
    var matcher = try BuiltIn.matcher()
    let workshop = UnwrapWorkshop()
    #expect(2 * BuiltIn.all.count * Disguise.allCases.count >= 3_000)
    // Their keys are no one word: they hold a semicolon and spaces, or a name stands before them.
    let severalWords: Set = ["github-copilot-token", "devin-session-token"]
    for entry in BuiltIn.all where disguise != .reversed || !severalWords.contains(entry.id) {
      for content in [Self.loot(entry.key), Array("API_KEY=\(entry.key)\nHOME=/root\n".utf8)] {
        let bytes = Self.message(disguise.wrap(content), isText: disguise.isText)
        let found = matcher.unwrapped(bytes, workshop: workshop).map(\.credential.fingerprint)
        #expect(found.count { $0 == sha256(entry.key) } == 1, "\(entry.id) in \(disguise)")
      }
    }
    #expect(workshop.counters.exhausted == 0 && workshop.counters.refusedStreams == 0)
  }

  @Test("that are told by the name before them are found in base64 and hexadecimal too", arguments: [0, 1, 2])
  func named(alignment: Int) throws {
    var matcher = try BuiltIn.matcher()
    let key = ["aB3xQ9kL", "m2Zt7RwP", "Hs4uVc8D", "nY6eJf5G"].joined()
    let lead = String(repeating: "#", count: alignment)
    for text in ["\(lead)mistral_api_key = \(key)\n", "\(lead){\"MISTRAL_API_KEY\": \"\(key)\"}"] {
      #expect(matcher.sightings(in: text).map(\.credential.fingerprint) == [sha256(key)])
      for disguise in [Disguise.base64, .base64url, .base64Lines76, .hex, .upperHex, .percent, .gzip] {
        let bytes = Self.message(disguise.wrap(Array(text.utf8)), isText: disguise.isText)
        #expect(matcher.unwrapped(bytes).map(\.credential.fingerprint) == [sha256(key)], "\(disguise)")
      }
    }
  }

  @Test("are found in two layers of any kind", arguments: Disguise.allCases)
  func pairs(_ outer: Disguise) throws {
    var matcher = try FormCase.matcher()
    for inner in Disguise.allCases {
      let content = inner.wrap(Self.loot(Self.key))
      guard outer.holds(inner) else { continue }
      let bytes = Self.message(outer.wrap(content), isText: outer.isText)
      let found = matcher.unwrapped(bytes)
      #expect(found.map(\.credential.fingerprint) == [sha256(Self.key)], "\(inner) in \(outer)")
    }
  }

  @Test("are found in three and four layers", arguments: [3, 4])
  func chains(depth: Int) throws {
    var matcher = try FormCase.matcher()
    var generator = SeededGenerator(seed: UInt64(depth))
    var count = 0
    while count < 100 {
      var chain: [Disguise] = []
      var bytes = Self.loot(Self.key)
      var fits = true
      for _ in 0..<depth {
        let next = Disguise.allCases[Int(generator.next() % UInt64(Disguise.allCases.count))]
        fits = fits && chain.first.map(next.holds) ?? true
        chain.insert(next, at: 0)
        bytes = next.wrap(bytes)
      }
      // One of them is two layers.
      let layers = chain.count + chain.count { $0 == .percentTwice }
      let isRead = chain[0] != .reversed || chain.allSatisfy { Disguise.reversed.holds($0) || !$0.isText }
      guard fits, isRead, layers <= 4, bytes.count < 20_000, !Self.isAmbiguous(chain) else { continue }
      count += 1
      let found = matcher.unwrapped(Self.message(bytes, isText: chain[0].isText))
      #expect(found.map(\.credential.fingerprint) == [sha256(Self.key)], "\(chain)")
    }
  }

  /// Backwards twice is forwards; and digits of UTF-16 in quoted-printable begin before the first escape does.
  private static func isAmbiguous(_ chain: [Disguise]) -> Bool {
    let isHalfEscaped = zip(chain, chain.dropFirst()).contains { outer, inner in
      outer == .quotedPrintable && (inner == .utf16LE || inner == .utf16BE)
    }
    return isHalfEscaped || chain.count { $0 == .reversed } > 1
  }

  @Test("carry the names of their layers from outside in, and the place of the outermost")
  func names() throws {
    var matcher = try FormCase.matcher()
    let chains: [([Disguise], [Encoding])] = [
      ([.base64, .base64], [.base64, .base64]), ([.base64, .gzip], [.base64, .gzip]),
      ([.gzip, .base64], [.gzip, .base64]), ([.hex, .reversed], [.hex, .reversed]),
      ([.base64, .exclusiveOr], [.base64]), ([.base64url, .zstd], [.base64url, .zstd]),
      ([.percent, .base64, .zlib], [.percent, .base64, .deflate]), ([.jsonAll], [.jsonEscape]),
      ([.base64, .zipDeflated], [.base64, .zip]), ([.hex, .hex, .hex], [.hex, .hex, .hex]),
      ([.base64, .utf16LE], [.base64]), ([.gzip, .gzip, .gzip, .gzip], [.gzip, .gzip, .gzip, .gzip]),
    ]
    // Long enough to be compressed.
    let loot = Self.loot(Self.key) + Array(String(repeating: "path=/usr/bin:/bin\n", count: 40).utf8)
    for (chain, names) in chains {
      let wrapped = chain.reversed().reduce(loot) { $1.wrap($0) }
      let bytes = Self.message(wrapped, isText: chain[0].isText)
      let found = matcher.unwrapped(bytes)
      #expect(found.map(\.credential.encodings) == [names], "\(chain)")
      guard let range = found.first?.range else { continue }
      let first = UInt64(chain[0].isText ? "id=7&data:".utf8.count : 0)
      #expect(range.lowerBound >= first && range.upperBound <= first + UInt64(wrapped.count), "\(chain)")
    }
  }
}
