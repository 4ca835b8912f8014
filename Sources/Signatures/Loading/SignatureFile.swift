import Foundation
package import Yams

/// Where the readers of one file put what is wrong with it.
package final class ProblemLog {
  package let file: String
  package private(set) var problems: [SignatureProblem] = []

  package init(file: String) { self.file = file }

  package func note(_ reason: String, at mark: Mark? = nil) {
    problems.append(SignatureProblem(place: place(mark), reason: reason))
  }

  package func place(_ mark: Mark?) -> SourcePlace {
    SourcePlace(file: file, line: mark?.line ?? 0, column: mark?.column ?? 0)
  }
}

/// One signature or policy file as a tree of YAML nodes that is safe to walk: its size, depth and number of nodes are bounded,
/// and no node stands in it twice.
package enum SignatureFile {
  package static let byteLimit = 1 << 20
  static let nodeLimit = 50_000
  static let depthLimit = 16
  /// Words that look like a YAML anchor or alias, comments included. Yams hashes the keys of a mapping while it reads,
  /// which a key made of aliases of aliases makes exponential, before the tree can be looked at.
  static let aliasLikeWordLimit = 16

  /// - Returns: `nil` when there is nothing to read; `log` says why.
  package static func read(_ path: String, _ log: ProblemLog) -> Node? {
    guard let bytes = contents(of: path, log) else { return nil }
    guard let text = String(validating: bytes, as: UTF8.self) else {
      log.note("is not UTF-8 text")
      return nil
    }
    return parse(text, log)
  }

  private static func contents(of path: String, _ log: ProblemLog) -> Data? {
    // A pipe or device would block or never end.
    let target = URL(fileURLWithPath: path).resolvingSymlinksInPath().path
    let type = try? FileManager.default.attributesOfItem(atPath: target)[.type] as? FileAttributeType
    guard type == .typeRegular else {
      log.note("is not a regular file")
      return nil
    }
    guard let handle = FileHandle(forReadingAtPath: target) else {
      log.note("cannot be read: check its permissions")
      return nil
    }
    defer { try? handle.close() }
    do {
      let bytes = try handle.read(upToCount: byteLimit + 1) ?? Data()
      guard bytes.count <= byteLimit else {
        log.note("is longer than \(byteLimit) bytes: split it")
        return nil
      }
      return bytes
    } catch {
      log.note("cannot be read: \(error.localizedDescription)")
      return nil
    }
  }

  package static func parse(_ text: String, _ log: ProblemLog) -> Node? {
    guard aliasLikeWords(in: text) <= aliasLikeWordLimit else {
      log.note("has more than \(aliasLikeWordLimit) words that start with `&` or `*`: anchors and aliases are refused")
      return nil
    }
    do {
      // The encoding is named because Yams would otherwise take it from the environment. Values are read as what the
      // place calls for: guessing types by regular expressions would cost more than all the rest.
      let parser = try Parser(yaml: text, resolver: .basic, encoding: .utf8)
      guard let root = try parser.singleRoot() else {
        log.note("is empty")
        return nil
      }
      // A node knows its anchor only while the parser lives.
      return withExtendedLifetime(parser) {
        var count = 0
        return isPlain(root, depth: 1, count: &count, log) ? root : nil
      }
    } catch let error as YamlError {
      log.note(error)
      return nil
    } catch {
      log.note("is not YAML: \(error.localizedDescription)")
      return nil
    }
  }

  /// Walks in the order of the text, so that an anchor is met before any alias of it is followed.
  private static func isPlain(_ node: Node, depth: Int, count: inout Int, _ log: ProblemLog) -> Bool {
    count += 1
    let fault: String? =
      if node.anchor != nil {
        "anchors and aliases are refused: write the value out"
      } else if depth > depthLimit {
        "is nested more than \(depthLimit) deep"
      } else if count > nodeLimit {
        "the file has more than \(nodeLimit) values: split it"
      } else {
        nil
      }
    if let fault {
      log.note(fault, at: node.mark)
      return false
    }
    switch node {
    case .scalar, .alias: return true
    case .sequence(let items):
      return items.allSatisfy { isPlain($0, depth: depth + 1, count: &count, log) }
    case .mapping(let pairs):
      return pairs.allSatisfy { key, value in
        isPlain(key, depth: depth + 1, count: &count, log) && isPlain(value, depth: depth + 1, count: &count, log)
      }
    }
  }

  private static func aliasLikeWords(in text: String) -> Int {
    var (count, previous, candidate) = (0, UInt8(ascii: "\n"), false)
    for byte in text.utf8 {
      if candidate, byte > UInt8(ascii: " ") { count += 1 }
      candidate =
        (byte == UInt8(ascii: "&") || byte == UInt8(ascii: "*"))
        && (previous <= UInt8(ascii: " ") || "[{,:?-!".utf8.contains(previous))
      previous = byte
    }
    return count
  }
}

extension ProblemLog {
  /// What Yams says, in one line.
  fileprivate func note(_ error: YamlError) {
    switch error {
    case .scanner(let context, let problem, let mark, _), .parser(let context, let problem, let mark, _),
      .composer(let context, let problem, let mark, _):
      note("is not YAML: \(context.map { "\($0.text): " } ?? "")\(problem)", at: mark)
    case .duplicatedKeysInMapping(let keys, let context):
      note("the key \(keys.map { "`\($0)`" }.joined(separator: ", ")) stands here twice", at: context.mark)
    case .reader(let problem, let offset, let value, _):
      note("is not YAML: \(problem)\(offset.map { " at character \($0 + 1)" } ?? "") (\(value))")
    default:
      note("is not YAML")
    }
  }
}
