import Yams

extension MappingReader {
  /// `form` or `forms`, with the entropy floor and the checksum that stand beside them and hold for all.
  func forms() -> [CredentialForm] {
    let (entropy, checksum) = (entropy(), checksum())
    switch (node("form"), node("forms")) {
    case (nil, nil): note("\(subject) needs the key `form`, or `forms` for several")
    case (.some, .some): note("\(subject) has both `form` and `forms`: keep one", key: "forms")
    case (let form?, nil): return [parts(form)].compactMap { assemble($0, entropy, checksum, form) }
    case (nil, .some): return nodes("forms").compactMap { assemble(parts($0), entropy, checksum, $0) }
    }
    return []
  }

  private func entropy() -> Double {
    guard let value = optionalText("entropy") else { return 0 }
    // 6.6 bits are those of all printable characters, equally often.
    guard let entropy = Double(value.text), (0...6.6).contains(entropy) else {
      log.note("`entropy` must be a number of bits per character from 0 to 6.6", at: value.mark)
      return 0
    }
    return entropy
  }

  private func checksum() -> Checksum {
    guard let value = optionalText("checksum") else { return .none }
    guard let checksum = Checksum(rawValue: value.text) else {
      let known = Checksum.allCases.map(\.rawValue)
      log.note(Self.unknown("checksum", value.text, among: known), at: value.mark)
      return .none
    }
    return checksum
  }

  private func parts(_ node: Node) -> [CredentialForm.Part]? {
    guard case .sequence(let items) = node else {
      log.note("a form must be a list of parts", at: node.mark)
      return nil
    }
    let parts = items.compactMap(part)
    return parts.count == items.count ? parts : nil
  }

  private func part(_ node: Node) -> CredentialForm.Part? {
    guard let reader = MappingReader(node, as: "a part", keys: ["literal", "characters", "length"], log) else {
      return nil
    }
    if reader.has("literal") {
      guard !reader.has("characters"), !reader.has("length") else {
        reader.note("a part is either `literal`, or `characters` with `length`")
        return nil
      }
      return reader.literal()
    }
    guard reader.has("characters") else {
      reader.note("a part needs `literal`, or `characters` with `length`")
      return nil
    }
    guard reader.has("length") else {
      reader.note("a part needs `length` beside `characters`: a number, or a range such as \"20-40\"")
      return nil
    }
    guard let alphabet = reader.alphabet(), let length = reader.length() else { return nil }
    return .run(alphabet, length: length)
  }

  private func literal() -> CredentialForm.Part? {
    guard let value = text("literal") else { return nil }
    guard value.text.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else {
      log.note("a literal must be printable ASCII without blanks", at: value.mark)
      return nil
    }
    return .literal(value.text)
  }

  private func alphabet() -> Alphabet? {
    guard let value = text("characters") else { return nil }
    if let alphabet = Alphabet(rawValue: value.text) { return alphabet }
    log.note(Self.unknown("alphabet", value.text, among: Alphabet.allCases.map(\.rawValue)), at: value.mark)
    return nil
  }

  /// `93`, or `20-40` with both ends included.
  private func length() -> ClosedRange<Int>? {
    guard let value = text("length") else { return nil }
    let ends = value.text.split(separator: "-", omittingEmptySubsequences: false).map(Self.count)
    guard (1...2).contains(ends.count), let first = ends[0], let last = ends[ends.count - 1] else {
      log.note("`length` must be a number, or a range such as \"20-40\"", at: value.mark)
      return nil
    }
    guard first <= last else {
      log.note("`length` is reversed, did you mean `\(last)-\(first)`?", at: value.mark)
      return nil
    }
    guard last > 0, last <= CredentialForm.longest else {
      log.note("`length` must lie between 1 and \(CredentialForm.longest)", at: value.mark)
      return nil
    }
    return first...last
  }

  private static func count(_ digits: Substring) -> Int? {
    guard (1...6).contains(digits.utf8.count), digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else {
      return nil
    }
    return Int(digits)
  }

  static func unknown(_ kind: String, _ word: String, among known: [String]) -> String {
    let hint = Suggestion.hint(word, among: known)
    return "unknown \(kind) `\(word)`" + (hint.isEmpty ? "; there are \(known.joined(separator: ", "))" : hint)
  }
}

// What a form must be as a whole.
extension MappingReader {
  /// Shortest secret: shorter ones turn up by chance, and open nothing.
  private static let shortestSecret = 16

  private func assemble(
    _ parts: [CredentialForm.Part]?, _ entropy: Double, _ checksum: Checksum, _ node: Node
  ) -> CredentialForm? {
    guard let parts else { return nil }
    let form = CredentialForm(parts: parts, minimumEntropy: entropy, checksum: checksum)
    guard let fault = Self.fault(in: form) else { return form }
    log.note(fault, at: node.mark)
    return nil
  }

  private static func fault(in form: CredentialForm) -> String? {
    guard case .literal(let anchor)? = form.parts.first else {
      return "a form must start with a literal: it is what the scan looks for"
    }
    guard anchor.utf8.count >= CredentialForm.shortestAnchor else {
      return "the first literal, `\(anchor)`, must have at least \(CredentialForm.shortestAnchor) characters"
    }
    let length = form.length
    guard length.upperBound <= CredentialForm.longest else {
      return
        "describes secrets of up to \(length.upperBound) characters; at most \(CredentialForm.longest) can be found"
    }
    guard length.lowerBound >= shortestSecret else {
      return "describes secrets of \(length.lowerBound) characters; fewer than \(shortestSecret) turn up by chance"
    }
    guard form.parts.contains(where: \.isRun) else { return "has no `characters`: every secret would be the same" }
    if form.checksum == .crc32Base62 {
      guard case .run(_, let last)? = form.parts.last, last.lowerBound > Checksum.crc32Base62ByteCount else {
        return "the checksum \(Checksum.crc32Base62.rawValue) must end a run of more than "
          + "\(Checksum.crc32Base62ByteCount) characters"
      }
    }
    return nil
  }
}

extension CredentialForm {
  /// Characters of the shortest and the longest secret of this form.
  package var length: ClosedRange<Int> {
    parts.reduce(0...0) { sum, part in
      switch part {
      case .literal(let text): sum.lowerBound + text.utf8.count...sum.upperBound + text.utf8.count
      case .run(_, let length): sum.lowerBound + length.lowerBound...sum.upperBound + length.upperBound
      }
    }
  }
}

extension CredentialForm.Part {
  fileprivate var isRun: Bool { if case .run = self { true } else { false } }
}
