import Yams

extension MappingReader {
  private static let sinkKeys = ["id", "sink", "legitimate-use", "hosts", "domains", "paths", "references"]

  static func sink(_ root: Node, _ log: ProblemLog) -> Marked<Sink>? {
    guard let reader = MappingReader(root, as: "a drop box", keys: sinkKeys, log) else { return nil }
    let before = log.problems.count
    let (id, kind) = (reader.id(), reader.text("sink"))
    let use: Sink.Use? = reader.choice("legitimate-use")
    let hosts = reader.hosts("hosts") + reader.hostsAndBelow("domains")
    let (paths, references) = (reader.paths(shortest: 4), reader.references())
    if !reader.has("hosts"), !reader.has("domains") { reader.note("a drop box needs `hosts` or `domains`") }
    guard let id, let kind, let use, log.problems.count == before else { return nil }
    let sink = Sink(id: id.text, kind: kind.text, use: use, hosts: hosts, paths: paths, references: references)
    return Marked(value: sink, place: log.place(id.mark))
  }

  private static let familiarKeys = ["id", "familiar-to", "hosts", "domains", "addresses"]

  static func familiarHosts(_ root: Node, _ log: ProblemLog) -> Marked<FamiliarHosts>? {
    guard let reader = MappingReader(root, as: "a list of familiar hosts", keys: familiarKeys, log) else { return nil }
    let before = log.problems.count
    let id = reader.id()
    let checks = reader.texts("familiar-to").compactMap { item -> FamiliarHosts.Check? in reader.choice(item) }
    let hosts = reader.hosts("hosts") + reader.hostsAndBelow("domains") + reader.addressPatterns()
    if hosts.isEmpty { reader.note("a list of familiar hosts needs `hosts`, `domains` or `addresses`") }
    guard let id, log.problems.count == before else { return nil }
    let value = FamiliarHosts(id: id.text, checks: Set(checks), hosts: hosts)
    return Marked(value: value, place: log.place(id.mark))
  }

  private func addressPatterns() -> [HostPattern] {
    addresses().compactMap { if case .address(let text) = $0 { HostPattern(text) } else { nil } }
  }

  /// One of the words of a closed list.
  private func choice<Choice: RawRepresentable & CaseIterable>(_ key: String) -> Choice?
  where Choice.RawValue == String {
    text(key).flatMap { choice($0) }
  }

  private func choice<Choice: RawRepresentable & CaseIterable>(_ item: MarkedText) -> Choice?
  where Choice.RawValue == String {
    if let choice = Choice(rawValue: item.text) { return choice }
    let words = Choice.allCases.map(\.rawValue)
    log.note("`\(item.text)` is none of \(words.joined(separator: ", "))", at: item.mark)
    return nil
  }
}
