package import Signatures
import Wire

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
  let shortestLiteral: Int
  /// Whether whatever these patterns find begins with as much text as is never passed over.
  let findsOnlyText: Bool
  /// Bytes that stand side by side in some literal: a cut between any others goes through no literal.
  let neighbours: PairSet
  let database: VectorscanDatabase
  let reversedOpenings: ReversedOpenings
  let nearbyProviders: NearbyProviders
  /// By literal number: bytes that a secret can hold just behind the literal; all bytes where that is not worth asking.
  private let openings: [ByteSet]
  /// By literal number: the group of names that a plain literal ends; `nil` for any other literal.
  private let names: [(group: Int, glance: AnchorGroup.NameGlance)?]

  /// How many bytes behind a short literal are looked at before anything else is.
  private static let openingLength = 8
  /// Literals up to this length are common in text (`task-list`): most of their hits must cost next to nothing.
  private static let shortLiteral = 5

  /// - Parameters:
  ///   - watched: values to look for beside the catalogue's forms.
  ///   - seeksEncoded: whether the scan itself looks for base64, hexadecimal and percent-encoding of the catalogue's
  ///     forms. Where wrapped content is opened that is done twice, and half again as many literals slow every scan.
  /// - Throws: `MatchingError` when a form does not start with a literal or describes secrets that are too long.
  package init(catalogue: Catalogue, watched: [WatchedSecret] = [], seeksEncoded: Bool = true) throws(MatchingError) {
    credentials = catalogue.credentials + watched.map(\.signature)
    groups = try AnchorGroup.groups(of: catalogue, watched: watched)
    reversedOpenings = ReversedOpenings(groups)
    nearbyProviders = NearbyProviders(catalogue)
    var literals: [AnchorLiteral] = []
    var targets: [[Target]] = []
    var numbers: [AnchorLiteral.Sought: Int] = [:]
    for (group, anchor) in groups.enumerated() {
      for literal in AnchorLiteral.all(for: anchor, seeksEncoded: seeksEncoded) {
        let target = Target(group: group, layer: literal.layer)
        // Two anchors may be written alike in different layers.
        if let known = numbers[literal.sought] {
          if !targets[known].contains(target) { targets[known].append(target) }
        } else {
          numbers[literal.sought] = literals.count
          literals.append(literal)
          targets.append([target])
        }
      }
    }
    self.targets = targets.flatMap(\.self)
    targetEnds = targets.reduce(into: []) { $0.append(($0.last ?? 0) + $1.count) }
    openings = zip(literals, targets).map { [groups] in Self.opening(of: $0, $1, groups) }
    names = targets.map { [groups] targets in
      guard targets.count == 1, targets[0].layer == .plain, groups[targets[0].group].isOfNames else { return nil }
      return (targets[0].group, groups[targets[0].group].nameGlance)
    }
    lengths = literals.map(\.text.count)
    longestLiteral = lengths.max() ?? 0
    shortestLiteral = lengths.min() ?? 0
    findsOnlyText = groups.allSatisfy(\.beginsWithText) && longestLiteral <= TextStretches.shortest
    neighbours = PairSet(literals)
    database = try VectorscanDatabase(literals.map { ($0.text, $0.ignoresCase) })
  }

  private static func opening(of literal: AnchorLiteral, _ targets: [Target], _ groups: [AnchorGroup]) -> ByteSet {
    guard literal.text.count <= shortLiteral, targets.allSatisfy({ $0.layer == .plain }) else { return .any }
    // A secret that begins plainly may go on percent-encoded.
    var bytes = ByteSet("%")
    for target in targets {
      let group = groups[target.group]
      guard !group.isOfNames, group.reach.lowerBound >= literal.text.count + openingLength else { return .any }
      bytes.formUnion(group.bytes)
    }
    return bytes
  }

  /// A quick look around a literal found at `place`: false where no secret can stand there.
  func mayStart(_ literal: UInt32, _ bytes: Span<UInt8>, at place: Int) -> Bool {
    if let name = names[Int(literal)] {
      return name.glance.mayLead(at: place, in: bytes) && groups[name.group].mayEndName(at: place, in: bytes)
    }
    let opening = openings[Int(literal)]
    let start = place + lengths[Int(literal)]
    for index in start..<max(start, min(bytes.count, start + Self.openingLength)) {
      guard opening.contains(bytes[index]) else { return false }
    }
    return true
  }

  /// Version and build of the library that scans.
  package static var engineVersion: String { VectorscanDatabase.libraryVersion }

  /// The places in `targets` of what literal number `literal` may be the start of.
  func targets(of literal: Int) -> Range<Int> { (literal == 0 ? 0 : targetEnds[literal - 1])..<targetEnds[literal] }

  /// How many literals the scan looks for.
  package var literalCount: Int { lengths.count }
}
