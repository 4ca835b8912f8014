package import Yams

/// A text and where it stands.
package struct MarkedText {
  package let text: String
  package let mark: Mark?
}

/// Reads the keys of one mapping; what is wrong goes to the log, and the value is `nil` or empty.
package struct MappingReader {
  package let mark: Mark?
  package let log: ProblemLog
  /// What the mapping describes, for messages: "a provider".
  let subject: String
  private var values: [String: Node] = [:]
  private var marks: [String: Mark] = [:]

  /// - Parameter keys: all that may stand here; others are reported.
  package init?(_ node: Node, as subject: String, keys: [String], _ log: ProblemLog) {
    (mark, self.log, self.subject) = (node.mark, log, subject)
    guard case .mapping(let pairs) = node else {
      log.note("\(subject) must be a mapping with the keys \(keys.joined(separator: ", "))", at: node.mark)
      return nil
    }
    for (key, value) in pairs {
      guard case .scalar(let name) = key else {
        log.note("a key must be text", at: key.mark)
        continue
      }
      guard keys.contains(name.string) else {
        let hint = Suggestion.hint(name.string, among: keys)
        let list = hint.isEmpty ? "; \(subject) has the keys \(keys.joined(separator: ", "))" : hint
        log.note("unknown key `\(name.string)`\(list)", at: name.mark)
        continue
      }
      (values[name.string], marks[name.string]) = (value, name.mark)
    }
  }

  package func has(_ key: String) -> Bool { values[key] != nil }

  package func node(_ key: String) -> Node? { values[key] }

  package func note(_ reason: String, key: String? = nil) { log.note(reason, at: key.flatMap { marks[$0] } ?? mark) }

  /// A text that must stand here.
  package func text(_ key: String) -> MarkedText? {
    guard let node = values[key] else {
      note("\(subject) needs the key `\(key)`")
      return nil
    }
    return text(node, of: key)
  }

  package func optionalText(_ key: String) -> MarkedText? { values[key].flatMap { text($0, of: key) } }

  /// A list of texts; none where the key is missing. Refuses repetitions.
  package func texts(_ key: String) -> [MarkedText] {
    var seen: Set<String> = []
    return nodes(key).compactMap { node in
      guard let item = text(node, of: key) else { return nil }
      guard seen.insert(item.text).inserted else {
        log.note("`\(item.text)` stands in `\(key)` twice", at: item.mark)
        return nil
      }
      return item
    }
  }

  /// The items of a list; none where the key is missing.
  package func nodes(_ key: String) -> [Node] {
    guard let node = values[key] else { return [] }
    guard case .sequence(let items) = node else {
      log.note("`\(key)` must be a list", at: node.mark)
      return []
    }
    if items.isEmpty { log.note("`\(key)` is empty: leave it out", at: node.mark) }
    return Array(items)
  }

  private func text(_ node: Node, of key: String) -> MarkedText? {
    guard case .scalar(let scalar) = node else {
      log.note("`\(key)` must be text", at: node.mark)
      return nil
    }
    guard !scalar.isNull else {
      log.note("`\(key)` has no value", at: node.mark)
      return nil
    }
    return MarkedText(text: scalar.string, mark: node.mark)
  }
}

extension Node.Scalar {
  /// YAML 1.2 section 10.3.2, or nothing at all.
  fileprivate var isNull: Bool {
    string.isEmpty || style == .plain && ["~", "null", "Null", "NULL"].contains(string)
  }
}
