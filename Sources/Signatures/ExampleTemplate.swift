import Foundation

/// Why an example could not be expanded.
package enum ExampleError: Error, Equatable, CustomStringConvertible {
  case unclosedPlaceholder
  case unknownPlaceholder(String)
  case badCount(String)
  case nothingToCheck
  case tooLong

  package var description: String {
    switch self {
    case .unclosedPlaceholder: "a `{` has no `}`: write `{{` for a brace that is meant"
    case .unknownPlaceholder(let name) where ExampleTemplate.names.contains(name):
      "`{\(name)}` needs a count, as in `{\(name):20}`"
    case .unknownPlaceholder(let name):
      "unknown placeholder `{\(name)}`"
        + Suggestion.hint(name.prefix { $0 != ":" }, among: ExampleTemplate.names)
        + "; write `{{` for a brace that is meant"
    case .badCount(let text): "`\(text)` is no count from 1 to \(ExampleTemplate.longest)"
    case .nothingToCheck: "`{crc32-base62}` needs a generated run before it"
    case .tooLong: "the example grows beyond \(ExampleTemplate.longest) characters"
    }
  }
}

/// Fills in the generated parts of an example, so that no signature file holds anything that looks like a key.
///
/// `{ALPHABET:N}` becomes N random characters of that alphabet, `{repeat:TEXT:N}` N times that text,
/// `{crc32-base62}` the checksum of the run generated last, `{jwt:TEXT}` a JSON Web Token with TEXT as its issuer, `{{` a
/// brace. The same seed and template give the same
/// text, on every machine.
/// - Throws: when a placeholder is malformed.
package func expandExample(_ template: String, seed: String) throws(ExampleError) -> String {
  var expansion = ExampleTemplate(seed: seed + "\n" + template)
  return try expansion.expand(template)
}

/// Checks an example without making it: every one is looked at whenever signatures are read.
/// - Throws: what `expandExample` does.
func checkExample(_ template: String) throws(ExampleError) {
  guard template.utf8.contains(UInt8(ascii: "{")) else { return }
  var expansion = ExampleTemplate(seed: nil)
  _ = try expansion.expand(template)
}

struct ExampleTemplate {
  /// Longest expansion and greatest count.
  static let longest = 16_384
  static let names = Alphabet.allCases.map(\.rawValue) + ["repeat", "jwt", Checksum.crc32Base62.rawValue]

  private var generator: ExampleGenerator
  private var lastRun: [UInt8] = []

  /// - Parameter seed: `nil` where only the length of what is generated matters.
  init(seed: String?) { generator = ExampleGenerator(seed: seed) }

  mutating func expand(_ template: String) throws(ExampleError) -> String {
    var (text, rest) = ("", template[...])
    // By bytes: every example is read at every start, and characters cost ten times as much.
    while let brace = rest.utf8.firstIndex(of: UInt8(ascii: "{")) {
      text += rest[..<brace]
      rest = rest[rest.utf8.index(after: brace)...]
      if rest.utf8.first == UInt8(ascii: "{") {
        text.append("{")
        rest = rest[rest.utf8.index(after: rest.startIndex)...]
        continue
      }
      guard let end = rest.utf8.firstIndex(of: UInt8(ascii: "}")) else { throw .unclosedPlaceholder }
      text += try fill(rest[..<end])
      rest = rest[rest.utf8.index(after: end)...]
      guard text.utf8.count <= Self.longest else { throw .tooLong }
    }
    return text + rest
  }

  private mutating func fill(_ placeholder: Substring) throws(ExampleError) -> String {
    if placeholder == Checksum.crc32Base62.rawValue {
      guard !lastRun.isEmpty else { throw .nothingToCheck }
      return String(decoding: Checksum.crc32Base62(of: lastRun), as: UTF8.self)
    }
    if placeholder.hasPrefix("jwt:") { return token(issuer: String(placeholder.dropFirst("jwt:".count))) }
    guard let colon = placeholder.utf8.lastIndex(of: UInt8(ascii: ":")) else {
      throw .unknownPlaceholder(String(placeholder))
    }
    let (name, count) = (placeholder[..<colon], placeholder[placeholder.utf8.index(after: colon)...])
    if name.hasPrefix("repeat:") {
      let (text, times) = (name.dropFirst("repeat:".count), try Self.count(count))
      guard text.utf8.count <= Self.longest / times else { throw .tooLong }
      return String(repeating: String(text), count: times)
    }
    guard let alphabet = Alphabet(rawValue: String(name)) else { throw .unknownPlaceholder(String(placeholder)) }
    lastRun = generator.run(of: alphabet, count: try Self.count(count))
    return String(decoding: lastRun, as: UTF8.self)
  }

  /// RFC 7519 section 3.1: header, payload and 64 bytes of signature, which nobody could verify.
  private mutating func token(issuer: String) -> String {
    func encoded(_ text: String) -> String {
      Data(text.utf8).base64EncodedString().replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
    }
    let identifier = String(decoding: generator.run(of: .lowerHex, count: 32), as: UTF8.self)
    let header = encoded("{\"alg\":\"RS256\",\"typ\":\"JWT\"}")
    let payload = encoded("{\"iss\":\"\(issuer)\",\"jti\":\"\(identifier)\"}")
    lastRun = generator.run(of: .base64url, count: 86)
    return "\(header).\(payload).\(String(decoding: lastRun, as: UTF8.self))"
  }

  private static func count(_ text: Substring) throws(ExampleError) -> Int {
    guard let count = Int(text), (1...longest).contains(count) else { throw .badCount(String(text)) }
    return count
  }
}

/// SplitMix64, seeded by the FNV-1a hash of a text: its numbers are part of no interface, only repeatable.
private struct ExampleGenerator {
  private var state: UInt64
  private let isIdle: Bool

  init(seed: String?) {
    isIdle = seed == nil
    state = seed?.utf8.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 } ?? 0
  }

  mutating func run(of alphabet: Alphabet, count: Int) -> [UInt8] {
    guard !isIdle else { return [UInt8](repeating: UInt8(ascii: "x"), count: count) }
    let characters = Array(alphabet.generated.utf8)
    return (0..<count).map { _ in characters[Int(next() % UInt64(characters.count))] }
  }

  private mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }
}

extension Alphabet {
  /// The characters that examples are made of; base64 without `=`, which stands at the end only.
  fileprivate var generated: String {
    let (digits, lower, upper) = ("0123456789", "abcdefghijklmnopqrstuvwxyz", "ABCDEFGHIJKLMNOPQRSTUVWXYZ")
    return switch self {
    case .hex: digits + "abcdefABCDEF"
    case .lowerHex: digits + "abcdef"
    case .digits: digits
    case .letters: lower + upper
    case .alphanumeric: digits + lower + upper
    case .lowerAlphanumeric: digits + lower
    case .upperAlphanumeric: digits + upper
    case .base32: upper + "234567"
    case .base64: digits + lower + upper + "+/"
    case .base64url: digits + lower + upper + "-_"
    case .word: digits + lower + upper + "_"
    case .unreserved: digits + lower + upper + "-._~"
    case .password: digits + lower + upper + "!*-.=?_~"
    case .armour: digits + lower + upper + "+/"
    }
  }
}
