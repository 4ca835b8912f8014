import Signatures
import Wire

/// A credential form made ready for walking over bytes.
final class CompiledForm: Sendable {
  enum Part: Sendable {
    case literal([UInt8])
    case run(ByteSet, length: ClosedRange<Int>)

    fileprivate init(_ part: CredentialForm.Part) {
      switch part {
      case .literal(let text): self = .literal(Array(text.utf8))
      case .run(let alphabet, let length): self = .run(alphabet.bytes, length: length)
      }
    }

    fileprivate var isText: Bool {
      switch self {
      case .literal(let bytes): bytes.allSatisfy(TextStretches.isText)
      case .run(let alphabet, _): alphabet.elements.allSatisfy(TextStretches.isText)
      }
    }
  }

  /// Index of the signature in the catalogue.
  let signature: Int
  /// All that is walked over: what must stand before the secret, the secret, what must stand after it.
  let parts: [Part]
  /// Which of `parts` are the secret.
  let secretParts: Range<Int>
  /// Names before the secret; empty for a form that its first literal tells.
  let context: [ContextWord]
  /// The first literal of all parts: what the scan looks for. Empty where `context` does that.
  let prefix: [UInt8]
  /// Whether the first literal could be the middle of a word, so that what stands before it matters.
  let startsWord: Bool
  /// The secret's own first literal, which may be shown.
  let shownPrefix: [UInt8]
  /// Literal characters in all: how specific the form is.
  let literalCount: Int
  /// Length of the secret.
  let length: ClosedRange<Int>
  /// From the first part to the end of the last.
  let extent: ClosedRange<Int>
  /// What may not follow the secret: the last run's alphabet, and whatever would continue a word.
  let continuing: ByteSet
  /// Whether the right boundary is asked for.
  let isBounded: Bool
  /// The SHA-256 of the one value that has this form; empty for a form of the catalogue.
  let digest: [UInt8]
  let minimumEntropy: Double
  let checksum: Checksum
  let claims: [[UInt8]]
  /// What makes genuine values of this form.
  let nature: Nature
  /// Whether a value made of hexadecimal digits alone would be a rarity.
  let admitsMoreThanHex: Bool
  /// Whether every byte of it is text.
  let isText: Bool

  /// - Parameter signature: the index in `catalogue` of the signature whose form this is.
  init(_ form: CredentialForm, signature: Int, of catalogue: Catalogue) throws(MatchingError) {
    let id = catalogue.credentials[signature].id
    parts = (form.before + form.parts + form.after).map(Part.init)
    secretParts = form.before.count..<form.before.count + form.parts.count
    context = form.context.map(ContextWord.init)
    self.signature = signature
    digest = []
    (minimumEntropy, checksum) = (form.minimumEntropy, form.checksum)
    claims = form.claims.map { Array($0.utf8) }
    isText = parts.allSatisfy(\.isText)
    let runs = Self.runs(of: parts[secretParts])
    nature = Self.nature(runs, hasClaims: !claims.isEmpty)
    admitsMoreThanHex = runs.contains { $0.contains(UInt8(ascii: "Z")) || $0.contains(UInt8(ascii: "z")) }
    isBounded = form.after.isEmpty && !form.isOpenEnded
    prefix = Self.leadingLiteral(of: parts[...])
    startsWord = prefix.first.map(ByteSet.alphanumeric.contains) ?? true
    shownPrefix = Self.leadingLiteral(of: parts[secretParts])
    guard !context.isEmpty || prefix.count >= CredentialForm.shortestAnchor else {
      throw .unusableForm(
        signature: id, reason: "must start with a literal of \(CredentialForm.shortestAnchor) characters")
    }
    length = try Self.length(of: parts[secretParts], id: id)
    extent = try Self.length(of: parts[...], id: id)
    guard context.isEmpty || extent.upperBound <= CredentialForm.longestInContext else {
      throw .unusableForm(
        signature: id, reason: "behind a name a secret may have at most \(CredentialForm.longestInContext) characters")
    }
    literalCount = parts.reduce(0) { count, part in
      if case .literal(let bytes) = part { count + bytes.count } else { count }
    }
    continuing = parts.reduce(ByteSet.alphanumeric) { last, part in
      if case .run(let set, _) = part { set.union(.alphanumeric) } else { last }
    }
  }

  /// The form of one value, which nothing need stand around.
  ///
  /// - Parameter signature: the index of its signature behind those of the catalogue.
  init(_ secret: WatchedSecret, signature: Int) {
    let rest = secret.length - secret.prefix.count
    parts = [.literal(secret.prefix), .run(.any, length: rest...rest)]
    self.signature = signature
    (secretParts, context, prefix, shownPrefix) = (0..<2, [], secret.prefix, [])
    (startsWord, isBounded) = (false, false)
    (literalCount, length, extent) = (secret.length, secret.length...secret.length, secret.length...secret.length)
    (continuing, digest, isText) = (ByteSet(), secret.digest, secret.isText)
    (minimumEntropy, checksum, claims, nature, admitsMoreThanHex) = (0, .none, [], .generated, true)
  }

  /// What makes genuine values of a form, which decides what cannot be one.
  enum Nature {
    case generated
    /// A person, for an address.
    case addressPassword
    /// Its text is base64 in an armour.
    case privateKey
    /// Its text is JSON, in base64.
    case webToken
  }

  private static func nature(_ runs: [ByteSet], hasClaims: Bool) -> Nature {
    if hasClaims { return .webToken }
    if runs.contains(Alphabet.armour.bytes) { return .privateKey }
    return runs.contains(Alphabet.password.bytes) ? .addressPassword : .generated
  }

  /// Whether the secret's first literal is one that other things start with as well: `key_`, `pat_`, `fw_`.
  var hasCommonPrefix: Bool { context.isEmpty && prefix.count <= Self.longestCommonPrefix }

  private static let longestCommonPrefix = 4

  private static func runs(of parts: ArraySlice<Part>) -> [ByteSet] {
    parts.compactMap { if case .run(let alphabet, _) = $0 { alphabet } else { nil } }
  }

  /// Whether this is the form of one value.
  var isOfOneValue: Bool { !digest.isEmpty }

  private static func leadingLiteral(of parts: ArraySlice<Part>) -> [UInt8] {
    if case .literal(let bytes)? = parts.first { bytes } else { [] }
  }

  private static func length(of parts: ArraySlice<Part>, id: String) throws(MatchingError) -> ClosedRange<Int> {
    var (shortest, longest) = (0, 0)
    for part in parts {
      switch part {
      case .literal(let bytes):
        guard bytes.allSatisfy({ (0x20...0x7e).contains($0) }) else {
          throw .unusableForm(signature: id, reason: "a literal must be printable ASCII")
        }
        (shortest, longest) = (shortest + bytes.count, longest + bytes.count)
      case .run(_, let length):
        guard length.lowerBound >= 0, length.upperBound <= CredentialForm.longest else {
          throw .unusableForm(signature: id, reason: "a run may have 0 to \(CredentialForm.longest) characters")
        }
        (shortest, longest) = (shortest + length.lowerBound, longest + length.upperBound)
      }
    }
    guard longest <= CredentialForm.longest else {
      throw .unusableForm(signature: id, reason: "a secret may have at most \(CredentialForm.longest) characters")
    }
    return shortest...longest
  }

  /// The bytes that can stand at `offset` of the parts, where `offset` lies inside the first literal or just after it.
  func bytes(at offset: Int) -> ByteSet {
    guard offset >= prefix.count else { return ByteSet([prefix[offset]]) }
    var set = ByteSet()
    for part in parts.dropFirst() {
      switch part {
      case .literal(let bytes):
        guard let first = bytes.first else { continue }
        set.insert(first)
        return set
      case .run(let alphabet, let length):
        set.formUnion(alphabet)
        if length.lowerBound > 0 { return set }
      }
    }
    return .any
  }

  /// Every byte that the parts can contain.
  var bytes: ByteSet {
    parts.reduce(into: ByteSet()) { set, part in
      switch part {
      case .literal(let bytes): set.formUnion(ByteSet(bytes))
      case .run(let alphabet, _): set.formUnion(alphabet)
      }
    }
  }
}
