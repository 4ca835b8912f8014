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
  /// By literal number.
  let targets: [[Target]]
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
    self.targets = targets
    lengths = literals.map(\.text.count)
    longestLiteral = lengths.max() ?? 0
    neighbours = PairSet(literals)
    database = try VectorscanDatabase(literals.map { ($0.text, $0.ignoresCase) })
  }

  /// How many literals the scan looks for.
  package var literalCount: Int { lengths.count }
}

/// A set of pairs of bytes: 8 KiB of bits.
struct PairSet: Sendable {
  private var words = [UInt64](repeating: 0, count: 65_536 / 64)

  init(_ literals: [AnchorLiteral]) {
    for literal in literals {
      let spellings = literal.ignoresCase ? [lowered(literal.text), uppered(literal.text)] : [literal.text]
      for first in spellings {
        for second in spellings {
          for (left, right) in zip(first, second.dropFirst()) { insert(left, right) }
        }
      }
    }
  }

  @inline(__always)
  func contains(_ left: UInt8, _ right: UInt8) -> Bool { (words[Int(left) << 2 | Int(right >> 6)] >> UInt64(right & 63)) & 1 == 1 }

  private mutating func insert(_ left: UInt8, _ right: UInt8) {
    words[Int(left) << 2 | Int(right >> 6)] |= 1 << UInt64(right & 63)
  }
}

func lowered(_ text: [UInt8]) -> [UInt8] { text.map { ByteSet.upperLetters.contains($0) ? $0 | 0x20 : $0 } }

func uppered(_ text: [UInt8]) -> [UInt8] { text.map { ByteSet.lowerLetters.contains($0) ? $0 & ~0x20 : $0 } }
