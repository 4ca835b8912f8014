package import Signatures

/// A catalogue's credentials compiled for scanning: one Vectorscan database for all anchors in all their written forms.
///
/// Immutable, hence shared by every worker. Compiling takes a few milliseconds.
package final class SecretPatterns: Sendable {
  /// What one literal of the database may be the start of.
  struct Target: Sendable, Equatable {
    var group: Int
    var layer: Layer
  }

  let credentials: [CredentialSignature]
  let groups: [AnchorGroup]
  /// Those of one literal stand together.
  let targets: [Target]
  private let targetEnds: [Int]
  /// By literal number, in bytes.
  let lengths: [Int]
  let longestLiteral: Int
  /// Bytes that stand side by side in some literal: a cut between any others goes through no literal.
  let neighbours: PairSet
  let database: VectorscanDatabase

  /// - Throws: `MatchingError` when a form does not start with a literal or describes secrets that are too long.
  package init(catalogue: Catalogue) throws(MatchingError) {
    credentials = catalogue.credentials
    groups = try AnchorGroup.groups(of: credentials)
    var literals: [AnchorLiteral] = []
    var targets: [[Target]] = []
    for (group, anchor) in groups.enumerated() {
      for literal in AnchorLiteral.all(for: anchor) {
        let target = Target(group: group, layer: literal.layer)
        // Two anchors may be written alike in different layers.
        let known = literals.firstIndex { ($0.text, $0.ignoresCase) == (literal.text, literal.ignoresCase) }
        if let known {
          if !targets[known].contains(target) { targets[known].append(target) }
        } else {
          literals.append(literal)
          targets.append([target])
        }
      }
    }
    self.targets = targets.flatMap(\.self)
    targetEnds = targets.reduce(into: []) { $0.append(($0.last ?? 0) + $1.count) }
    lengths = literals.map(\.text.count)
    longestLiteral = lengths.max() ?? 0
    neighbours = PairSet(literals)
    database = try VectorscanDatabase(literals.map { ($0.text, $0.ignoresCase) })
  }

  /// Version and build of the library that scans.
  package static var engineVersion: String { VectorscanDatabase.libraryVersion }

  /// The places in `targets` of what literal number `literal` may be the start of.
  func targets(of literal: Int) -> Range<Int> { (literal == 0 ? 0 : targetEnds[literal - 1])..<targetEnds[literal] }

  /// How many literals the scan looks for.
  package var literalCount: Int { lengths.count }
}
