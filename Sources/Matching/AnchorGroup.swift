import Signatures

/// The forms that one anchor leads to.
///
/// `sk-` stands for every form that starts with it, `sk-ant-api03-` as well: fewer literals scan faster, and one key
/// gives one hit.
final class AnchorGroup: Sendable {
  /// Longer anchors are cut to this: Vectorscan looks at eight bytes, the verifier at all.
  static let longestAnchor = 8

  let anchor: [UInt8]
  /// The most specific first: most literal characters, then the order of the catalogue.
  let forms: [CompiledForm]
  /// What can stand just after the anchor.
  let following: ByteSet
  /// Every byte that a secret of these forms can contain.
  let bytes: ByteSet
  /// Length of the secrets, in decoded bytes.
  let length: ClosedRange<Int>
  /// The first literals of the forms, one after the other, and where each ends: most anchors lead to none of them, and
  /// that must cost little.
  private let prefixes: [UInt8]
  private let prefixEnds: [Int]
  private let longestPrefix: Int

  private init(anchor: [UInt8], forms: [CompiledForm]) {
    self.anchor = anchor
    self.forms = forms.enumerated()
      .sorted { ($1.element.literalCount, $0.offset) < ($0.element.literalCount, $1.offset) }
      .map(\.element)
    prefixes = self.forms.flatMap(\.prefix)
    prefixEnds = self.forms.reduce(into: []) { $0.append(($0.last ?? 0) + $1.prefix.count) }
    longestPrefix = forms.reduce(0) { max($0, $1.prefix.count) }
    following = forms.reduce(into: ByteSet()) { $0.formUnion($1.bytes(at: anchor.count)) }
    bytes = forms.reduce(into: ByteSet()) { $0.formUnion($1.bytes) }
    length =
      forms.reduce(Int.max) { min($0, $1.length.lowerBound) }...forms.reduce(0) { max($0, $1.length.upperBound) }
  }

  /// Gathers the forms of `credentials` under the shortest anchors that lead to them all.
  static func groups(of credentials: [CredentialSignature]) throws(MatchingError) -> [AnchorGroup] {
    var forms: [CompiledForm] = []
    for (index, credential) in credentials.enumerated() {
      for form in credential.forms { forms.append(try CompiledForm(form, signature: index, id: credential.id)) }
    }
    let anchors = forms.map { Array($0.prefix.prefix(longestAnchor)) }.sorted { $0.count < $1.count }
    let shortest = anchors.reduce(into: [[UInt8]]()) { chosen, anchor in
      if !chosen.contains(where: anchor.starts(with:)) { chosen.append(anchor) }
    }
    return shortest.map { anchor in
      AnchorGroup(anchor: anchor, forms: forms.filter { $0.prefix.starts(with: anchor) })
    }
  }

  /// Whether some secret of these forms may start behind `edge`.
  func allows(_ edge: LeftEdge) -> Bool {
    edge.isBoundary(forAnchorOf: longestPrefix) || edge.lengthByte.map { length.contains(Int($0)) } ?? false
  }

  /// The first form from number `index` on whose first literal stands at the candidate's anchor, as far as there are
  /// bytes to tell.
  func nextForm(from index: Int, at candidate: borrowing Candidate) -> Int? {
    var start = index == 0 ? 0 : prefixEnds[index - 1]
    for form in index..<prefixEnds.count {
      let end = prefixEnds[form]
      // The anchor itself is known to be there.
      var offset = anchor.count
      while start + offset < end {
        let place = candidate.start + offset
        guard place < candidate.bytes.count, candidate.bytes[place] == prefixes[start + offset] else { break }
        offset += 1
      }
      if start + offset == end || candidate.start + offset >= candidate.bytes.count { return form }
      start = end
    }
    return nil
  }
}
