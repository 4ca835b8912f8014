import Signatures
import TestSupport
import Testing

@testable import Matching

/// A signature as the catalogue would give it, and how its keys are made.
struct FormCase: Sendable, CustomTestStringConvertible {
  let id: String
  let issuers: [String]
  let forms: [CredentialForm]

  var testDescription: String { id }

  var signature: CredentialSignature {
    CredentialSignature(id: id, issuers: issuers, description: id, forms: forms)
  }

  init(_ id: String, issuers: [String]? = nil, _ forms: CredentialForm...) {
    (self.id, self.issuers, self.forms) = (id, issuers ?? [String(id.prefix { $0 != "-" })], forms)
  }

  static let all: [FormCase] = [
    FormCase("anthropic-api-key", .form("sk-ant-api03-", (.base64url, 93...93), "AA", entropy: 4)),
    FormCase("anthropic-admin-key", .form("sk-ant-admin01-", (.base64url, 93...93), "AA", entropy: 4)),
    FormCase("anthropic-oauth-token", .form("sk-ant-oat01-", (.base64url, 40...120), entropy: 4)),
    FormCase(
      "openai-project-key",
      .form("sk-proj-", (.base64url, 74...74), "T3BlbkFJ", (.base64url, 74...74), entropy: 3),
      .form("sk-proj-", (.base64url, 58...58), "T3BlbkFJ", (.base64url, 58...58), entropy: 3),
      .form("sk-svcacct-", (.base64url, 74...74), "T3BlbkFJ", (.base64url, 74...74), entropy: 3)),
    FormCase(
      "openai-legacy-key", .form("sk-", (.alphanumeric, 20...20), "T3BlbkFJ", (.alphanumeric, 20...20), entropy: 3)),
    FormCase("openrouter-key", .form("sk-or-v1-", (.lowerHex, 64...64), entropy: 3)),
    FormCase(
      "google-api-key", .form("AIza", (.base64url, 35...35), entropy: 3.5),
      .form("AQ.Ab8RN6", (.base64url, 44...44), entropy: 3.5)),
    FormCase("groq-api-key", .form("gsk_", (.alphanumeric, 52...52), entropy: 3.5)),
    FormCase("xai-api-key", .form("xai-", (.word, 80...80), entropy: 3.5)),
    FormCase("perplexity-api-key", .form("pplx-", (.alphanumeric, 48...48), entropy: 3.5)),
    FormCase(
      "huggingface-token", .form("hf_", (.letters, 34...34), entropy: 3),
      .form("api_org_", (.letters, 34...34), entropy: 3)),
    FormCase(
      "shared-sk-48", issuers: ["moonshot", "siliconflow", "stability"],
      .form("sk-", (.alphanumeric, 48...48), entropy: 3)),
    FormCase("shared-sk-32-hex", issuers: ["dashscope", "deepseek"], .form("sk-", (.lowerHex, 32...32), entropy: 2.5)),
    FormCase("github-token", .form("ghp_", (.alphanumeric, 36...36), checksum: .crc32Base62)),
    FormCase("replicate-token", .form("r8_", (.alphanumeric, 37...37), entropy: 3)),
    FormCase("nvidia-api-key", .form("nvapi-", (.base64url, 60...70), entropy: 3.5)),
    FormCase("bedrock-api-key", .form("ABSK", (.base64, 109...269), entropy: 4)),
    FormCase("elevenlabs-api-key", .form("sk_", (.lowerHex, 48...48), entropy: 2.5)),
    FormCase("pinecone-api-key", .form("pcsk_", (.word, 5...6), "_", (.alphanumeric, 63...63), entropy: 3)),
    FormCase("cerebras-api-key", .form("csk-", (.lowerAlphanumeric, 48...48), entropy: 3)),
    FormCase("aws-access-key", .form("AKIA", (.base32, 16...16), entropy: 2.5)),
  ]

  static let catalogue = Catalogue(providers: [], credentials: all.map(\.signature), indicators: [])

  /// Compiled once for the whole suite.
  static let patterns = Result { try SecretPatterns(catalogue: catalogue) }

  static func matcher() throws -> SecretMatcher { try SecretMatcher(patterns: patterns.get()) }
}

/// A key of one form, made at run time.
struct KeyCase: Sendable, CustomTestStringConvertible {
  let id: String
  let number: Int
  let form: CredentialForm

  var testDescription: String { "\(id) #\(number)" }

  static let all = FormCase.all.flatMap { entry in
    entry.forms.enumerated().map { KeyCase(id: entry.id, number: $0, form: $1) }
  }

  func key(seed: UInt64) -> String { form.key(seed: seed) }
}

extension CredentialForm {
  static func form(
    _ prefix: String, _ run: (Alphabet, ClosedRange<Int>), _ middle: String? = nil,
    _ second: (Alphabet, ClosedRange<Int>)? = nil, entropy: Double = 0, checksum: Checksum = .none
  ) -> CredentialForm {
    var parts: [Part] = [.literal(prefix), .run(run.0, length: run.1)]
    if let middle { parts.append(.literal(middle)) }
    if let second { parts.append(.run(second.0, length: second.1)) }
    return CredentialForm(parts: parts, minimumEntropy: entropy, checksum: checksum)
  }

  /// A random key of this form. Ranged runs take a length from the seed.
  func key(seed: UInt64) -> String {
    var generator = SeededGenerator(seed: seed)
    var key = parts.map { part in
      switch part {
      case .literal(let text): return text
      case .run(let alphabet, let length):
        let spread = UInt64(length.upperBound - length.lowerBound + 1)
        return generator.text(length.lowerBound + Int(generator.next() % spread), of: alphabet.characters)
      }
    }.joined()
    if checksum == .crc32Base62, case .literal(let prefix)? = parts.first {
      key.removeLast(Checksum.crc32Base62ByteCount)
      key += String(decoding: Checksum.crc32Base62(of: Array(key.utf8).dropFirst(prefix.utf8.count)), as: UTF8.self)
    }
    return key
  }
}

extension Alphabet {
  /// The characters that keys are made of: `=` ends base64, so that random keys do without it.
  var characters: String { String(decoding: bytes.elements.filter { $0 != UInt8(ascii: "=") }, as: UTF8.self) }
}
