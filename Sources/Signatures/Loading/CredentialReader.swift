import Yams

extension MappingReader {
  static let credentialKeys = [
    "id", "description", "context", "before", "form", "forms", "after", "open-end", "entropy", "checksum", "claims",
    "severity", "response-severity", "references", "match", "nomatch",
  ]
  /// Fewer examples prove little: one as it travels, one at each end of what is allowed.
  package static let fewestExamples = 3

  /// - Parameter issuers: ids of those who issue what this file describes.
  static func credential(_ node: Node, issuers: [String], _ log: ProblemLog) -> Marked<CredentialSignature>? {
    guard let reader = MappingReader(node, as: "a credential", keys: credentialKeys, log) else { return nil }
    let before = log.problems.count
    let (id, description) = (reader.id(), reader.text("description"))
    let forms = reader.forms()
    let (severity, response) = (reader.severity("severity"), reader.severity("response-severity"))
    let references = reader.references()
    let (match, nomatch) = (reader.examples("match"), reader.examples("nomatch"))
    guard let id, let description, log.problems.count == before else { return nil }
    let signature = CredentialSignature(
      id: id.text, issuers: issuers, description: description.text, forms: forms, severity: severity,
      responseSeverity: response, references: references, match: match, nomatch: nomatch)
    return Marked(value: signature, place: log.place(id.mark))
  }

  private func severity(_ key: String) -> SeverityHint? {
    guard let value = optionalText(key) else { return nil }
    if let severity = SeverityHint(rawValue: value.text) { return severity }
    log.note(Self.unknown("severity", value.text, among: SeverityHint.allCases.map(\.rawValue)), at: value.mark)
    return nil
  }

  private func examples(_ key: String) -> [String] {
    guard has(key) else {
      note("\(subject) needs the key `\(key)`, at least \(Self.fewestExamples) examples")
      return []
    }
    let items = texts(key)
    if items.count < Self.fewestExamples {
      note("`\(key)` has \(items.count) of at least \(Self.fewestExamples) examples", key: key)
    }
    for item in items {
      do {
        try checkExample(item.text)
      } catch {
        log.note("\(error)", at: item.mark)
      }
    }
    return items.map(\.text)
  }

  /// Lower-case words joined by `-`: ids stand in alerts and configurations.
  func id(_ key: String = "id") -> MarkedText? {
    guard let id = text(key) else { return nil }
    return checkedID(id) ? id : nil
  }

  func checkedID(_ id: MarkedText) -> Bool {
    let bytes = Array(id.text.utf8)
    let isWord = bytes.allSatisfy { byte in
      (0x61...0x7A).contains(byte) || (0x30...0x39).contains(byte) || byte == UInt8(ascii: "-")
    }
    guard isWord, (2...64).contains(bytes.count), let first = bytes.first, (0x61...0x7A).contains(first),
      bytes.last != UInt8(ascii: "-")
    else {
      log.note("`\(id.text)` is no id: lower-case letters, digits and `-`, a letter first, 2 to 64", at: id.mark)
      return false
    }
    return true
  }

  func references() -> [String] {
    texts("references").compactMap { reference in
      guard reference.text.hasPrefix("https://") || reference.text.hasPrefix("http://") else {
        log.note("a reference must be an https:// address", at: reference.mark)
        return nil
      }
      return reference.text
    }
  }
}
