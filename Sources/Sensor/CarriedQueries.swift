/// What names below one domain carry, in the order in which they were asked for: labels in front of the domain.
struct CarriedQueries {
  /// Names held: more are looked at in parts.
  static let mostQueries = 64
  /// Names kept of a part, for what goes on in the next.
  private static let overlap = 8
  /// Longer numbers are data.
  private static let longestCounter = 6

  /// Labels by name, those of one name from the domain outwards.
  private(set) var queries: [[[UInt8]]] = []

  mutating func append(_ labels: [[UInt8]]) { queries.append(Array(labels.reversed())) }

  var isFull: Bool { queries.count >= Self.mostQueries }

  mutating func keepEnd() { queries.removeFirst(max(0, queries.count - Self.overlap)) }

  /// The ways to take the chunks out of the names: all labels but those that count or stay the same, the first label of
  /// each name, the longest.
  var chunkings: [[[UInt8]]] {
    let ordered = ordered
    let isConstant = (0..<(queries.map(\.count).max() ?? 0)).map(isConstant)
    let chunkings = [
      ordered.map { labels in
        labels.indices.reversed().filter { !isConstant[$0] && Self.number(labels[$0]) == nil }.flatMap { labels[$0] }
      },
      ordered.map { $0.last ?? [] },
      ordered.map { labels in labels.reversed().max { $0.count < $1.count } ?? [] },
    ]
    var distinct: [[[UInt8]]] = []
    for chunks in chunkings.map({ $0.map(Self.withoutCounter) }) where !distinct.contains(chunks) {
      distinct.append(chunks)
    }
    return distinct
  }

  /// By a number that each name has at the same place, where there is one: queries overtake each other.
  private var ordered: [[[UInt8]]] {
    let depth = queries.map(\.count).min() ?? 0
    for position in 0..<depth {
      let numbers = queries.compactMap { Self.number($0[position]) }
      guard numbers.count == queries.count, Set(numbers).count == numbers.count else { continue }
      return zip(queries, numbers).sorted { $0.1 < $1.1 }.map(\.0)
    }
    return queries
  }

  /// Names a session, or belongs to the domain.
  private func isConstant(_ position: Int) -> Bool {
    let first = queries.first { $0.count > position }?[position]
    return queries.count > 1 && queries.allSatisfy { $0.count <= position || $0[position] == first }
  }

  private static func number(_ label: [UInt8]) -> Int? {
    guard label.count <= longestCounter, label.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
    return label.reduce(0) { $0 * 10 + Int($1 - 0x30) }
  }

  /// `12-` in front of a chunk.
  private static func withoutCounter(_ chunk: [UInt8]) -> [UInt8] {
    guard let mark = chunk.prefix(longestCounter + 1).firstIndex(of: UInt8(ascii: "-")), mark > 0,
      number(Array(chunk[..<mark])) != nil
    else { return chunk }
    return Array(chunk[(mark + 1)...])
  }
}
