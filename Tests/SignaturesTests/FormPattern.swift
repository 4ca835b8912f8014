import Foundation
import Signatures

/// A second, slow reading of credential forms: what the matcher must find, told by regular expressions.
enum FormPattern {
  /// Whether `signature` has a secret in `text`.
  static func finds(_ signature: CredentialSignature, in text: String) throws -> Bool {
    try signature.forms.contains { try finds($0, in: text) }
  }

  private static func finds(_ form: CredentialForm, in text: String) throws -> Bool {
    let expression = try NSRegularExpression(pattern: "(?<![A-Za-z0-9])" + pattern(of: form))
    return expression.matches(in: text, range: NSRange(text.startIndex..., in: text)).contains { match in
      let runs = (1..<match.numberOfRanges).compactMap { Range(match.range(at: $0), in: text).map { text[$0] } }
      return entropy(of: runs.joined()) >= form.minimumEntropy && isChecked(runs, by: form.checksum)
    }
  }

  /// The runs are groups. After the last one nothing may follow that could belong to it.
  private static func pattern(of form: CredentialForm) -> String {
    var (pattern, following) = ("", "A-Za-z0-9")
    for part in form.parts {
      switch part {
      case .literal(let text): pattern += NSRegularExpression.escapedPattern(for: text)
      case .run(let alphabet, let length):
        following = "A-Za-z0-9" + set(of: alphabet)
        pattern += "([\(set(of: alphabet))]{\(length.lowerBound),\(length.upperBound)})"
      }
    }
    return pattern + "(?![\(following)])"
  }

  private static func set(of alphabet: Alphabet) -> String {
    switch alphabet {
    case .hex: "0-9a-fA-F"
    case .lowerHex: "0-9a-f"
    case .digits: "0-9"
    case .letters: "a-zA-Z"
    case .alphanumeric: "0-9a-zA-Z"
    case .lowerAlphanumeric: "0-9a-z"
    case .upperAlphanumeric: "0-9A-Z"
    case .base32: "A-Z2-7"
    case .base64: "0-9a-zA-Z+/="
    case .base64url: "0-9a-zA-Z_\\-"
    case .word: "0-9a-zA-Z_"
    }
  }

  static func characters(of alphabet: Alphabet) -> [Character] {
    let all = (0x21...0x7E).map { Character(Unicode.Scalar($0)) }
    let expression = try? NSRegularExpression(pattern: "[\(set(of: alphabet))]")
    return all.filter { character in
      expression?.firstMatch(in: String(character), range: NSRange(location: 0, length: 1)) != nil
    }
  }

  static func entropy(of text: String) -> Double {
    let counts = Dictionary(grouping: text) { $0 }.values.map { Double($0.count) / Double(text.count) }
    return -counts.reduce(0) { $0 + $1 * log2($1) }
  }

  private static func isChecked(_ runs: [Substring], by checksum: Checksum) -> Bool {
    guard checksum == .crc32Base62 else { return true }
    guard let last = runs.last else { return false }
    return Array(last.utf8.suffix(6)) == Checksum.crc32Base62(of: last.utf8.dropLast(6))
  }
}
