import Matching
import Signatures

/// The words of a rule that tells a secret by a name before it:
/// `[\w.-]{0,50}?(?:adafruit)(?:[ \t\w.-]{0,20})[\s'"]{0,3}(?:=|>|:)['"\s=]{0,5}(…)`, or in an older shape:
/// `(?:adafruit)(?:[0-9a-z\-_\t .]{0,20})(?:[\s|']|[\s|"]){0,3}(?:=|>|:=|\|\|:|<=|=>|:)(?:'|"|\s|=|\x60){0,5}(…)`.
struct NamedSecret {
  /// Lower case, words joined by `_`.
  let keywords: [String]

  private static let joints = ByteSet("_.- \t\n\r\u{0B}\u{0C}")
  private static let separators = ByteSet("=:<>|?,")
  private static let quotes = ByteSet("'\"` \t\n\r\u{0B}\u{0C}")
  private static let mostTexts = 32

  /// - Parameter parts: all that stands before the secret, flattened.
  /// - Returns: `nil` where this is another kind of rule.
  init?(before parts: [Pattern]) {
    var rest = parts.flatMap(Self.laidOpen).filter { $0 != .edge }[...]
    rest = rest.drop { Self.isFiller($0) || Self.isJoint($0) }
    let chunk = rest.prefix { !Self.isFiller($0) && !Self.isSeparator($0) }
    rest = rest.dropFirst(chunk.count)
    rest = rest.drop { Self.isFiller($0) || Self.isJoint($0) }
    guard !chunk.isEmpty, let separator = rest.first, Self.isSeparator(separator) else { return nil }
    guard rest.allSatisfy({ Self.isFiller($0) || Self.isJoint($0) || Self.isSeparator($0) }) else { return nil }
    guard let texts = Self.texts(of: .sequence(Array(chunk))) else { return nil }
    keywords = Self.names(texts)
  }

  /// Without the captures around it: only what the secret's own says matters.
  private static func laidOpen(_ pattern: Pattern) -> [Pattern] {
    guard case .capture(_, let inner) = pattern else { return [pattern] }
    return inner.flattened.flatMap(laidOpen)
  }

  /// Anything of a class that may be missing, or a quote: what stands between the word and the secret.
  private static func isFiller(_ pattern: Pattern) -> Bool {
    switch pattern {
    case .repeated(let inner, atLeast: 0, _): characters(of: inner).map { !$0.isSubset(of: joints) } ?? false
    case .set(let set): set.isSubset(of: quotes) && !set.isSubset(of: joints)
    default: false
    }
  }

  /// What stands between two words of a name, as in `new[_-]?relic`.
  private static func isJoint(_ pattern: Pattern) -> Bool {
    guard case .repeated(let inner, atLeast: 0, _) = pattern else { return false }
    return characters(of: inner)?.isSubset(of: joints) ?? false
  }

  /// The characters that `pattern` is one of; `nil` for what is no single character of a few kinds.
  private static func characters(of pattern: Pattern) -> ByteSet? {
    switch pattern {
    case .set(let set): set
    case .alternatives(let branches):
      branches.reduce(ByteSet()) { all, branch in
        if case .literal(let byte, _) = branch { return all?.union(ByteSet([byte])) }
        return characters(of: branch).flatMap { all?.union($0) }
      }
    default: nil
    }
  }

  /// `(?:=|>|:{1,3}=|\|\||:|=>|\?=|,)`
  private static func isSeparator(_ pattern: Pattern) -> Bool {
    switch pattern {
    case .literal(let byte, _): separators.contains(byte)
    case .set(let set): set.isSubset(of: separators)
    case .sequence(let parts): !parts.isEmpty && parts.allSatisfy(isSeparator)
    case .alternatives(let branches): branches.allSatisfy(isSeparator)
    case .repeated(let inner, _, _): isSeparator(inner)
    case .anyCharacter, .capture, .edge: false
    }
  }

  /// Every text of `pattern`, joints as `_`; `nil` where there are too many, or what is no word.
  private static func texts(of pattern: Pattern) -> [String]? {
    switch pattern {
    case .edge: return [""]
    case .anyCharacter: return ["_"]
    case .literal(let byte, _): return [character(byte)]
    case .set(let set):
      if set.isSubset(of: joints) { return ["_"] }
      let letters = Set(set.elements.map(character)).sorted()
      return letters.count <= 4 ? letters : nil
    case .capture(_, let inner): return texts(of: inner)
    case .sequence(let parts):
      return parts.reduce([""]) { all, part in
        guard let all, let more = texts(of: part), all.count * more.count <= mostTexts else { return nil }
        return all.flatMap { start in more.map { start + $0 } }
      }
    case .alternatives(let branches):
      return branches.reduce([]) { all, branch in
        guard let all, let more = texts(of: branch), all.count + more.count <= mostTexts else { return nil }
        return all + more
      }
    case .repeated(.set(let set), _, _) where set.isSubset(of: joints): return ["_"]
    case .repeated(let inner, atLeast: 0, atMost: 1): return texts(of: inner).map { [""] + $0 }
    case .repeated: return nil
    }
  }

  private static func character(_ byte: UInt8) -> String {
    joints.contains(byte) ? "_" : String(decoding: [byte], as: UTF8.self).lowercased()
  }

  /// Without repetitions: `new_relic` also stands for `newrelic`. What is no word falls away.
  private static func names(_ texts: [String]) -> [String] {
    var names: [String] = []
    for text in texts {
      let name = text.split(separator: "_").joined(separator: "_")
      guard !name.isEmpty, name.utf8.allSatisfy(ByteSet.alphanumeric.union(ByteSet("_")).contains) else { continue }
      if let same = names.firstIndex(where: { $0.filter { $0 != "_" } == name.filter { $0 != "_" } }) {
        if name.utf8.count > names[same].utf8.count { names[same] = name }
      } else {
        names.append(name)
      }
    }
    return names
  }
}

extension ByteSet {
  func isSubset(of other: ByteSet) -> Bool { union(other) == other }
}
