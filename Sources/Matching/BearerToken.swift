package import Observations
import Wire

/// A token that is a credential by the place where it stands, whatever its shape.
package enum BearerToken {
  /// Shorter ones are names and numbers; in bytes.
  package static let shortest = 16
  /// In bytes: as long as the longest secret of a known form.
  package static let longest = 4_096
  /// The signature that sightings of such tokens carry.
  package static let signature = "bearer"
  /// Whether the name in `range` ends as those of secrets do: `apiKey`, `X-Auth-Token`, `DB_PASSWORD`.
  package static func isName(_ bytes: RawSpan, in range: Range<Int>) -> Bool {
    func ends(_ word: String) -> Bool {
      let start = range.upperBound - word.utf8.count
      return start >= range.lowerBound && bytes.equals(word, in: start..<range.upperBound)
    }
    guard let last = range.last else { return false }
    return switch bytes.octets[last] | 0x20 {
    case UInt8(ascii: "y"): ends("key")
    case UInt8(ascii: "n"): ends("token") || ends("authorization")
    case UInt8(ascii: "t"): ends("secret") || ends("pat") || ends("jwt")
    case UInt8(ascii: "d"): ends("password") || ends("passwd")
    case UInt8(ascii: "h"): ends("auth")
    case UInt8(ascii: "l"): ends("credential")
    case UInt8(ascii: "s"): ends("credentials")
    case UInt8(ascii: "r"): ends("bearer")
    case UInt8(ascii: "e"): ends("value")
    default: false
    }
  }

  /// RFC 6750 section 2.1: `b64token`.
  static func isCharacter(_ byte: UInt8) -> Bool { characters.contains(byte) }
  private static let characters = ByteSet.alphanumeric.union(ByteSet("-._~+/="))
  /// Bits per character, below the least of 100,000 random texts of 16 hexadecimal digits.
  private static let leastEntropy = 2.0

  /// The same of the name and the password that `Basic` carries in `range`: RFC 7617 section 2. Clients of some
  /// interfaces put their key in either.
  package static func maskedBasic(_ bytes: RawSpan, in range: Range<Int>) -> [MaskedCredential] {
    guard range.count <= longest else { return [] }
    let octets = bytes.octets
    var pair = WrappedToken.base64(octets.extracting(range), where: { _ in true }) ?? []
    defer { pair.erase(0..<pair.count) }
    guard let colon = pair.firstIndex(of: UInt8(ascii: ":")) else { return [] }
    return [0..<colon, colon + 1..<pair.count].compactMap { masked(pair.rawSpan, in: $0) }
  }

  /// What may be known of the token in `range`; `nil` where no generator made it.
  ///
  /// No part of such a token is known to be public but its last four characters.
  package static func masked(_ bytes: RawSpan, in range: Range<Int>) -> MaskedCredential? {
    guard (shortest...longest).contains(range.count) else { return nil }
    let secret = bytes.octets.extracting(range)
    var text: [UInt8] = []
    defer { text.erase(0..<text.count) }
    text.reserveCapacity(secret.count)
    for index in secret.indices {
      guard characters.contains(secret[index]) else { return nil }
      text.append(secret[index])
    }
    guard shannonEntropy(text) >= leastEntropy else { return nil }
    // Some providers' keys are UUIDs; which of those that pass are keys is decided where they go.
    guard Placeholder.reason(text).map({ $0 == .uuid }) ?? true else { return nil }
    return Masking.bearer(secret)
  }
}

/// The characters that tokens are made of, as many as the shortest has and more.
enum TokenRuns: ByteRuns {
  static let least = BearerToken.shortest
  static func members(of part: RawSpan, at start: Int) -> UInt64 { part.tokenFlags(at: start) }
}
