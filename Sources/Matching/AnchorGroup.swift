import Signatures
import Wire

/// The forms that one anchor leads to.
///
/// `sk-` stands for every form that starts with it, `sk-ant-api03-` as well: fewer literals scan faster, and one key
/// gives one hit. The end of a name (`api_key`) stands for the forms of every name that ends in it.
final class AnchorGroup: Sendable {
  /// Longer anchors are cut to this: Vectorscan looks at eight bytes, the verifier at all.
  static let longestAnchor = 8

  let anchor: [UInt8]
  /// The most specific first: most literal characters, then the order of the catalogue.
  let forms: [CompiledForm]
  /// The names that end in this anchor, the longest first; empty where the anchor starts the forms themselves.
  let names: NameTable
  /// What can stand just after the anchor.
  let following: ByteSet
  /// Every byte that can stand from the anchor to the end of a secret of these forms.
  let bytes: ByteSet
  /// From the start of the anchor to the end of what is looked at for a secret of these forms, in decoded bytes.
  let reach: ClosedRange<Int>
  /// The first literals of the forms, one after the other, and where each ends: most anchors lead to none of them, and
  /// that must cost little.
  private let prefixes: [UInt8]
  private let prefixEnds: [Int]
  private let longestPrefix: Int
  /// Whether the one form is that of a watched secret, which may stand inside a word.
  let isOfOneValue: Bool

  var isOfNames: Bool { names.count > 0 }

  /// Whether what this leads to is text from the anchor on, for as long as text is to be told from binary content.
  var beginsWithText: Bool {
    let isText = isOfOneValue ? forms.allSatisfy(\.isText) : bytes.elements.allSatisfy(TextStretches.isText)
    return isText && anchor.allSatisfy(TextStretches.isText) && reach.lowerBound >= TextStretches.shortest
  }

  private var startsWord: Bool { ByteSet.alphanumeric.contains(anchor[0]) }

  private init(anchor: [UInt8], forms: [CompiledForm]) {
    (self.anchor, names) = (anchor, NameTable([]))
    isOfOneValue = forms.contains(where: \.isOfOneValue)
    self.forms = Self.mostSpecificFirst(forms)
    prefixes = self.forms.flatMap(\.prefix)
    prefixEnds = self.forms.reduce(into: []) { $0.append(($0.last ?? 0) + $1.prefix.count) }
    longestPrefix = forms.reduce(0) { max($0, $1.prefix.count) }
    following = forms.reduce(into: ByteSet()) { $0.formUnion($1.bytes(at: anchor.count)) }
    bytes = forms.reduce(into: ByteSet()) { $0.formUnion($1.bytes) }
    reach = Self.extent(of: forms)
  }

  /// What leads to the forms of one end of names.
  private struct Naming {
    var anchor: [UInt8]
    var entries: [NameTable.Entry] = []
  }

  private init(_ naming: Naming, of all: [CompiledForm]) {
    anchor = naming.anchor
    isOfOneValue = false
    let used = Set(naming.entries.map(\.form)).sorted()
    forms = used.map { all[$0] }
    let numbers = Dictionary(uniqueKeysWithValues: used.enumerated().map { ($1, $0) })
    names = NameTable(
      naming.entries.map { entry in
        NameTable.Entry(remainder: entry.remainder, letterCount: entry.letterCount, form: numbers[entry.form] ?? 0)
      })
    (prefixes, prefixEnds, longestPrefix) = ([], [], 0)
    following = ContextSeparator.characters
    bytes = forms.reduce(into: ByteSet()) { $0.formUnion($1.bytes) }
    let extent = Self.extent(of: forms)
    let shortest = anchor.count + ContextSeparator.shortest + extent.lowerBound
    // A separator may be followed by one byte that is looked at in vain.
    reach = shortest...anchor.count + ContextSeparator.longest + extent.upperBound
  }

  private static func mostSpecificFirst(_ forms: [CompiledForm]) -> [CompiledForm] {
    forms.enumerated()
      .sorted { ($1.element.literalCount, $0.offset) < ($0.element.literalCount, $1.offset) }
      .map(\.element)
  }

  private static func extent(of forms: [CompiledForm]) -> ClosedRange<Int> {
    forms.reduce(Int.max) { min($0, $1.extent.lowerBound) }...forms.reduce(0) { max($0, $1.extent.upperBound) }
  }

  /// Gathers the forms of all credentials under the shortest anchors that lead to them all.
  ///
  /// - Parameter watched: secrets with a group of their own each, before all others: where one stands, nothing else does.
  static func groups(
    of catalogue: Catalogue, watched: [WatchedSecret] = []
  ) throws(MatchingError) -> [AnchorGroup] {
    let own = watched.enumerated().map { index, secret in
      AnchorGroup(
        anchor: Array(secret.prefix.prefix(longestAnchor)),
        forms: [CompiledForm(secret, signature: catalogue.credentials.count + index)])
    }
    var forms: [CompiledForm] = []
    for (index, credential) in catalogue.credentials.enumerated() {
      for form in credential.forms { forms.append(try CompiledForm(form, signature: index, of: catalogue)) }
    }
    let named = forms.filter { !$0.context.isEmpty }
    forms.removeAll { !$0.context.isEmpty }
    let anchors = forms.map { Array($0.prefix.prefix(longestAnchor)) }.sorted { $0.count < $1.count }
    let shortest = anchors.reduce(into: [[UInt8]]()) { chosen, anchor in
      if !chosen.contains(where: anchor.starts(with:)) { chosen.append(anchor) }
    }
    let told = shortest.map { anchor in
      AnchorGroup(anchor: anchor, forms: forms.filter { $0.prefix.starts(with: anchor) })
    }
    return own + told + groups(named: named)
  }

  /// Gathers forms under the ends of the names in their context.
  private static func groups(named unsorted: [CompiledForm]) -> [AnchorGroup] {
    let forms = mostSpecificFirst(unsorted)
    var (namings, places) = ([Naming](), [[UInt8]: Int]())
    for (number, form) in forms.enumerated() {
      for word in form.context {
        for ending in word.endings {
          let anchor = cut(ending)
          let place = places[anchor] ?? namings.count
          if place == namings.count {
            namings.append(Naming(anchor: anchor))
            places[anchor] = place
          }
          namings[place].entries.append(
            NameTable.Entry(
              remainder: word.remainder(before: anchor, of: ending), letterCount: word.letterCount, form: number))
        }
      }
    }
    return namings.map { AnchorGroup($0, of: forms) }
  }

  private static func cut(_ ending: [UInt8]) -> [UInt8] { Array(ending.suffix(longestAnchor)) }

  /// Whether the anchor at `place` may end a known name. Near the start of a piece, what stands before may be elsewhere.
  func mayEndName(at place: Int, in bytes: Span<UInt8>) -> Bool {
    place < NameTable.reach || names.next(after: nil, before: place, in: bytes) != nil
  }

  /// What a quick look behind a name needs: texts on programming are full of `api_key`, and nothing is given to them.
  struct NameGlance {
    fileprivate let anchorLength: Int
    /// What every secret of the forms is made of, and as long as.
    fileprivate let (bytes, shortest): (ByteSet, Int)

    /// Whether something may be given to the name whose anchor stands at `place`.
    func mayLead(at place: Int, in text: Span<UInt8>) -> Bool {
      ContextSeparator.mayPrecede(bytes, shortest, at: place + anchorLength, in: text)
    }
  }

  var nameGlance: NameGlance {
    NameGlance(anchorLength: anchor.count, bytes: bytes, shortest: Self.extent(of: forms).lowerBound)
  }

  /// Whether some secret of these forms may start behind `edge`.
  func allows(_ edge: LeftEdge) -> Bool {
    isOfNames || isOfOneValue || !startsWord || edge.isBoundary(forAnchorOf: longestPrefix)
      || edge.lengthByte.map { reach.contains(Int($0)) } ?? false
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
