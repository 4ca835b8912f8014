import Signatures
import Yams

/// A place in a configuration file: reads values there, or says in one line what is wrong and where.
struct SettingsNode {
  let file: String
  /// The keys that lead here, joined by dots; empty at the top.
  let path: String
  private let node: Node

  /// Largest file read, in bytes: a configuration is a page, not a data set.
  static let byteLimit = 1 << 20

  /// - Throws: a usage failure for text that is no YAML.
  init?(file: String, text: String) throws(Failure) {
    guard text.utf8.count <= Self.byteLimit else {
      throw .usage("\(file): larger than \(Self.byteLimit) bytes: not a configuration")
    }
    do {
      guard let node = try Yams.compose(yaml: text) else { return nil }
      self.init(file: file, path: "", node: node)
    } catch let error as YamlError {
      throw .usage("\(file): \(Self.oneLine(error))")
    } catch {
      throw .usage("\(file): \(error)")
    }
  }

  private init(file: String, path: String, node: Node) { (self.file, self.path, self.node) = (file, path, node) }

  private static func oneLine(_ error: YamlError) -> String {
    "\(error)".split(whereSeparator: \.isNewline).map { $0.trimmingPrefix { $0 == " " } }.joined(separator: " ")
  }

  func failure(_ reason: String) -> Failure {
    let line = node.mark.map { ":\($0.line)" } ?? ""
    return .usage("\(file)\(line): \(path.isEmpty ? "" : "\(path): ")\(reason)")
  }

  // MARK: Mappings and lists

  /// Calls `read` with each key and its value.
  ///
  /// - Throws: for a key that is not in `known`.
  func forEachKey(
    of known: [String], _ read: (String, SettingsNode) throws(Failure) -> Void
  ) throws(Failure) {
    guard let mapping = node.mapping else { throw failure("expected keys with values") }
    for (keyNode, value) in mapping {
      let key = keyNode.string ?? ""
      let child = SettingsNode(file: file, path: path.isEmpty ? key : "\(path).\(key)", node: value)
      guard known.contains(key) else { throw child.unknownKey(key, known) }
      try read(key, child)
    }
  }

  private func unknownKey(_ key: String, _ known: [String]) -> Failure {
    let hint = Suggestion.hint(key, among: known)
    return failure("unknown key\(hint.isEmpty ? "; known here: \(known.joined(separator: ", "))" : hint)")
  }

  var list: [SettingsNode] {
    get throws(Failure) {
      guard let sequence = node.sequence else { throw failure("expected a list") }
      return sequence.enumerated().map { SettingsNode(file: file, path: "\(path)[\($0)]", node: $1) }
    }
  }

  // MARK: Values

  var text: String {
    get throws(Failure) {
      guard let text = node.scalar?.string else { throw failure("expected a text") }
      return text
    }
  }

  var texts: [String] {
    get throws(Failure) {
      var texts: [String] = []
      for item in try list { texts.append(try item.text) }
      return texts
    }
  }

  var flag: Bool {
    get throws(Failure) {
      switch try text {
      case "true", "yes", "on": return true
      case "false", "no", "off": return false
      default: throw failure("expected true or false")
      }
    }
  }

  func integer(in range: ClosedRange<Int>) throws(Failure) -> Int {
    guard let value = Int(try text), range.contains(value) else {
      throw failure("expected a whole number from \(range.lowerBound) to \(range.upperBound)")
    }
    return value
  }

  /// A number of bytes: `65536`, `64 KiB`.
  func size(in range: ClosedRange<Int>) throws(Failure) -> Int {
    let units = [("KiB", 1 << 10), ("MiB", 1 << 20), ("GiB", 1 << 30), ("", 1)]
    return try quantity(in: range, of: units, "a size such as 64 KiB")
  }

  /// A time in nanoseconds: `500 ms`, `60 s`, `5 min`, `1 h`.
  func duration(in range: ClosedRange<Int>) throws(Failure) -> Int64 {
    let units = [("ms", 1_000_000), ("min", 60_000_000_000), ("h", 3_600_000_000_000), ("s", 1_000_000_000)]
    return Int64(try quantity(in: range, of: units, "a duration such as 60 s"))
  }

  private func quantity(
    in range: ClosedRange<Int>, of units: [(name: String, factor: Int)], _ expected: String
  ) throws(Failure) -> Int {
    let text = try self.text
    for unit in units where text.hasSuffix(unit.name) {
      let digits = text.dropLast(unit.name.count).filter { $0 != " " }
      guard let number = Int(digits) else { continue }
      let (value, overflow) = number.multipliedReportingOverflow(by: unit.factor)
      guard !overflow, range.contains(value) else { break }
      return value
    }
    throw failure("expected \(expected), in range")
  }
}
