/// A place in a signature file.
package struct SourcePlace: Sendable, Hashable, CustomStringConvertible {
  package var file: String
  /// Both count from 1; 0 where the file or directory itself is meant.
  package var line: Int
  package var column: Int

  package init(file: String, line: Int = 0, column: Int = 0) {
    (self.file, self.line, self.column) = (file, line, column)
  }

  package var description: String { line > 0 ? "\(file):\(line):\(column)" : file }
}

/// One thing that is wrong with a signature file, for the person who wrote it.
package struct SignatureProblem: Sendable, Hashable, CustomStringConvertible {
  package var place: SourcePlace
  /// One line: what is wrong and, where it can be guessed, what was meant.
  package var reason: String

  package init(place: SourcePlace, reason: String) { (self.place, self.reason) = (place, reason) }

  package var file: String { place.file }
  package var line: Int { place.line }
  package var column: Int { place.column }
  package var description: String { "\(place): \(reason)" }
}

/// Why a catalogue was refused: all problems found, at least one, in the order of files and lines.
package struct SignatureError: Error, Equatable, CustomStringConvertible {
  package var problems: [SignatureProblem]

  package init(problems: [SignatureProblem]) { self.problems = problems }

  /// A line a problem.
  package var description: String { problems.map(\.description).joined(separator: "\n") }
}
