/// The names that end in one anchor, laid out for looking back from it: most anchors have no known name before them, and
/// that must cost little.
struct NameTable: Sendable {
  struct Entry: Sendable {
    /// What stands before the anchor, from right to left: lower case, `_` for a joint.
    var remainder: [UInt8]
    /// Letters of the whole name.
    var letterCount: Int
    /// The form of what it names.
    var form: Int
  }

  /// `Mistral__ApiKey`, as .NET reads it from the environment.
  private static let mostJoints = 2

  /// Looking back never takes more: the longest name the loader takes, two joints everywhere, an escape before it.
  static let reach = 80

  /// In the order of `leads`, of one lead the longest name first.
  private let forms: [Int]
  /// Where the names with each first letter to the left of the anchor start, joints skipped; those that have nothing
  /// there come first.
  private let starts: [Int]
  /// The remainders one after the other, and where each ends.
  private let letters: [UInt8]
  private let ends: [Int]
  /// The first letters of each remainder, joints skipped, and which there are: most names that begin alike differ there.
  private let glimpses: [Glimpse]

  var count: Int { forms.count }

  init(_ entries: [Entry]) {
    func lead(_ entry: Entry) -> UInt8 { entry.remainder.first { $0 != UInt8(ascii: "_") } ?? 0 }
    let sorted = entries.enumerated()
      .sorted { first, second in
        (lead(first.element), second.element.letterCount, first.offset)
          < (lead(second.element), first.element.letterCount, second.offset)
      }
      .map(\.element)
    forms = sorted.map(\.form)
    let leads = sorted.map { Int(lead($0)) }
    starts = (0...256).map { value in leads.firstIndex { $0 >= value } ?? leads.count }
    letters = sorted.flatMap(\.remainder)
    ends = sorted.reduce(into: []) { $0.append(($0.last ?? 0) + $1.remainder.count) }
    glimpses = sorted.map { entry in Glimpse(entry.remainder.lazy.filter { $0 != UInt8(ascii: "_") }) }
  }

  func form(of name: Int) -> Int { forms[name] }

  /// The longest name that stands before `anchor`, and starts as a name does; or the next longest after name number
  /// `last`. One that nothing but the anchor makes up comes last.
  func next(after last: Int?, before anchor: Int, in bytes: Span<UInt8>) -> Int? {
    let lead = Int(lead(before: anchor, in: bytes))
    let bare = starts[0]..<starts[1]
    let isPast = last.map(bare.contains) ?? false
    if lead > 0, !isPast {
      let glimpse = glimpse(before: anchor, in: bytes)
      for name in max(starts[lead], last.map { $0 + 1 } ?? 0)..<max(starts[lead + 1], starts[lead], (last ?? -1) + 1)
      where glimpses[name].fits(glimpse) && stands(name, before: anchor, in: bytes) { return name }
    }
    let first = isPast ? (last ?? 0) + 1 : bare.lowerBound
    for name in first..<max(first, bare.upperBound) where stands(name, before: anchor, in: bytes) { return name }
    return nil
  }

  private func lead(before anchor: Int, in bytes: Span<UInt8>) -> UInt8 {
    var place = anchor
    var joints = 0
    while joints < Self.mostJoints, place > 0, Self.isJoint(bytes[place - 1]) {
      (place, joints) = (place - 1, joints + 1)
    }
    return place > 0 ? Self.lowered(bytes[place - 1]) : 0
  }

  /// The letters to the left of `anchor`, joints skipped; zeros where there are none.
  private func glimpse(before anchor: Int, in bytes: Span<UInt8>) -> UInt64 {
    var (letters, count, place) = (UInt64(0), 0, anchor)
    let first = max(0, anchor - Glimpse.length * (1 + Self.mostJoints))
    while place > first, count < Glimpse.length {
      place -= 1
      if Self.isJoint(bytes[place]) { continue }
      letters |= UInt64(Self.lowered(bytes[place])) << UInt64(8 * count)
      count += 1
    }
    return letters
  }

  private func stands(_ name: Int, before anchor: Int, in bytes: Span<UInt8>) -> Bool {
    var place = anchor
    let start = name == 0 ? 0 : ends[name - 1]
    for index in start..<ends[name] {
      if letters[index] == UInt8(ascii: "_") {
        var joints = 0
        while joints < Self.mostJoints, place > 0, Self.isJoint(bytes[place - 1]) {
          (place, joints) = (place - 1, joints + 1)
        }
      } else {
        guard place > 0, Self.lowered(bytes[place - 1]) == letters[index] else { return false }
        place -= 1
      }
    }
    return Self.isStart(place, isBare: !letters[start..<ends[name]].contains(UInt8(ascii: "_")), in: bytes)
  }

  /// - Parameter isBare: nothing but the end of a name makes up this one.
  private static func isStart(_ place: Int, isBare: Bool, in bytes: Span<UInt8>) -> Bool {
    switch LeftEdge(before: place, in: bytes).kind {
    // `x-api-key` is another name than `api-key`, `spring.api-key` as well.
    case .open: !(isBare && place > 0 && bytes[place - 1] == UInt8(ascii: "."))
    case .joined: !isBare
    // As in `myMistralApiKey`.
    case .closed: !isBare && isUpper(bytes[place]) && !isUpper(bytes[place - 1])
    }
  }

  /// What may stand between the words of a name.
  private static func isJoint(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "_"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: " "): true
    default: false
    }
  }

  private static func isUpper(_ byte: UInt8) -> Bool { (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte) }

  private static func lowered(_ byte: UInt8) -> UInt8 { isUpper(byte) ? byte | 0x20 : byte }
}

/// The first letters of a name, as it is read from right to left.
private struct Glimpse: Sendable {
  static let length = 8

  private var letters: UInt64 = 0
  private var mask: UInt64 = 0

  init(_ name: some Sequence<UInt8>) {
    for (index, letter) in name.prefix(Self.length).enumerated() {
      letters |= UInt64(letter) << UInt64(8 * index)
      mask |= 0xff << UInt64(8 * index)
    }
  }

  @inline(__always)
  func fits(_ found: UInt64) -> Bool { (found ^ letters) & mask == 0 }
}
