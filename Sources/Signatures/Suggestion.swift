/// Guesses the word that was meant.
package enum Suggestion {
  /// `, did you mean …?` for the candidate nearest to `word`, or nothing where none is near.
  package static func hint(_ word: some StringProtocol, among candidates: some Sequence<String>) -> String {
    // A long word would make the table below large, and is no misspelling.
    guard word.utf8.count <= 64 else { return "" }
    let near = candidates.map { (word: $0, distance: distance(Array(word.utf8), Array($0.utf8))) }
      .filter { $0.distance <= max(1, min($0.word.utf8.count, word.utf8.count) / 3) }
    guard let best = near.min(by: { ($0.distance, $0.word) < ($1.distance, $1.word) }) else { return "" }
    return ", did you mean `\(best.word)`?"
  }

  /// The number of characters to add, drop or change (Levenshtein).
  private static func distance(_ left: [UInt8], _ right: [UInt8]) -> Int {
    var row = Array(0...right.count)
    for (index, character) in left.enumerated() {
      var diagonal = row[0]
      row[0] = index + 1
      for (column, other) in right.enumerated() {
        let change = diagonal + (character == other ? 0 : 1)
        diagonal = row[column + 1]
        row[column + 1] = min(change, row[column] + 1, diagonal + 1)
      }
    }
    return row[right.count]
  }
}
