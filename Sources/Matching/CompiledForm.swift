import Signatures

/// A credential form made ready for walking over bytes.
final class CompiledForm: Sendable {
  enum Part: Sendable {
    case literal([UInt8])
    case run(ByteSet, length: ClosedRange<Int>)
  }

  /// Index of the signature in the catalogue.
  let signature: Int
  let parts: [Part]
  /// The first literal: what every secret of this form starts with.
  let prefix: [UInt8]
  /// Literal characters in all: how specific the form is.
  let literalCount: Int
  let length: ClosedRange<Int>
  /// What may not follow the secret: the last run's alphabet, and whatever would continue a word.
  let continuing: ByteSet
  let minimumEntropy: Double
  let checksum: Checksum

  init(_ form: CredentialForm, signature: Int, id: String) throws(MatchingError) {
    parts = form.parts.map { part in
      switch part {
      case .literal(let text): .literal(Array(text.utf8))
      case .run(let alphabet, let length): .run(alphabet.bytes, length: length)
      }
    }
    self.signature = signature
    (minimumEntropy, checksum) = (form.minimumEntropy, form.checksum)
    guard case .literal(let prefix)? = parts.first, prefix.count >= CredentialForm.shortestAnchor else {
      throw .unusableForm(
        signature: id, reason: "must start with a literal of \(CredentialForm.shortestAnchor) characters")
    }
    self.prefix = prefix
    length = try Self.length(of: parts, id: id)
    literalCount = parts.reduce(0) { count, part in
      if case .literal(let bytes) = part { count + bytes.count } else { count }
    }
    continuing = parts.reduce(ByteSet.alphanumeric) { last, part in
      if case .run(let set, _) = part { set.union(.alphanumeric) } else { last }
    }
  }

  private static func length(of parts: [Part], id: String) throws(MatchingError) -> ClosedRange<Int> {
    var (shortest, longest) = (0, 0)
    for part in parts {
      switch part {
      case .literal(let bytes):
        guard bytes.allSatisfy({ (0x21...0x7e).contains($0) }) else {
          throw .unusableForm(signature: id, reason: "a literal must be printable ASCII without spaces")
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

  /// The bytes that can stand at `offset` of a secret, where `offset` lies inside the first literal or just after it.
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

  /// Every byte that a secret of this form can contain.
  var bytes: ByteSet {
    parts.reduce(into: ByteSet()) { set, part in
      switch part {
      case .literal(let bytes): set.formUnion(ByteSet(bytes))
      case .run(let alphabet, _): set.formUnion(alphabet)
      }
    }
  }
}
