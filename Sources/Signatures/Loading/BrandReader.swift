import Yams

extension MappingReader {
  private static let brandKeys = ["name", "distinctness", "domains", "other-words"]

  /// The names of one file.
  static func brands(_ root: Node, _ log: ProblemLog) -> [Marked<Brand>] {
    guard let reader = MappingReader(root, as: "a list of brands", keys: ["brands"], log) else { return [] }
    return reader.nodes("brands").compactMap { brand($0, log) }
  }

  private static func brand(_ node: Node, _ log: ProblemLog) -> Marked<Brand>? {
    guard let reader = MappingReader(node, as: "a brand", keys: brandKeys, log) else { return nil }
    let before = log.problems.count
    let name = reader.text("name").flatMap(reader.checkedLabel)
    var distinctness = Brand.Distinctness.unique
    if let item = reader.optionalText("distinctness") {
      if let choice = Brand.Distinctness(rawValue: item.text) {
        distinctness = choice
      } else {
        log.note("`\(item.text)` is neither `unique` nor `ordinary`", at: item.mark)
      }
    }
    let domains = reader.hosts("domains").compactMap { pattern -> String? in
      guard !pattern.isSuffix, !pattern.hasWildcard else {
        log.note("`\(pattern.text)` must be a plain domain: all below it is meant", at: reader.mark)
        return nil
      }
      return pattern.text
    }
    if !reader.has("domains") { reader.note("a brand needs the key `domains`") }
    let otherWords = reader.texts("other-words").compactMap { reader.checkedLabel($0)?.text }
    guard let name, log.problems.count == before else { return nil }
    let brand = Brand(name: name.text, distinctness: distinctness, domains: domains, otherWords: otherWords)
    return Marked(value: brand, place: log.place(name.mark))
  }

  /// A label as it crosses the wire, without hyphens: these are what imitations add.
  private func checkedLabel(_ item: MarkedText) -> MarkedText? {
    let isLabel = item.text.utf8.allSatisfy { (0x30...0x39).contains($0) || (0x61...0x7A).contains($0) }
    guard isLabel, (3...40).contains(item.text.utf8.count) else {
      log.note("`\(item.text)` is no name: 3 to 40 lower-case letters and digits", at: item.mark)
      return nil
    }
    return item
  }
}
