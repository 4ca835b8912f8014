import Wire

/// Bytes with nothing written around them any more, in which a secret may start at a known place.
struct Candidate: ~Escapable {
  let bytes: Span<UInt8>
  /// Where the anchor starts in `bytes`.
  let start: Int
  /// Nothing more of the secret can follow `bytes`; otherwise more of the stream may.
  let isComplete: Bool
  let leftEdge: LeftEdge

  @_lifetime(copy bytes)
  init(_ bytes: Span<UInt8>, start: Int, isComplete: Bool, leftEdge: LeftEdge) {
    (self.bytes, self.start, self.isComplete, self.leftEdge) = (bytes, start, isComplete, leftEdge)
  }
}

/// Which secret starts at a candidate's anchor, as far as its bytes tell.
enum FormVerdict: Equatable {
  /// None, whatever follows.
  case none
  /// It takes more bytes to tell.
  case undecided
  /// The secret of form number `form` of the group, ending before `end`.
  case secret(form: Int, end: Int)
}

extension AnchorGroup {
  /// The most specific form that fits: most literal characters, then the longest, then the order of the catalogue.
  ///
  /// More bytes never change an answer other than `undecided`: that is what makes cuts in a stream invisible.
  func verdict(on candidate: borrowing Candidate, notes: inout VerdictNotes) -> FormVerdict {
    var best: (form: Int, end: Int)?
    var next = nextForm(from: 0, at: candidate)
    while let index = next {
      let form = forms[index]
      if let best, forms[best.form].literalCount > form.literalCount { break }
      next = nextForm(from: index + 1, at: candidate)
      guard form.allows(candidate.leftEdge) else { continue }
      var walk = FormWalk(form, over: candidate.bytes, isComplete: candidate.isComplete)
      let outcome = walk.run(from: candidate.start)
      notes.metEscape = notes.metEscape || walk.metEscape
      switch outcome {
      case .failed: continue
      case .ranOut: return .undecided
      case .matched(let end):
        guard form.allows(candidate.leftEdge, length: end - candidate.start) else { continue }
        guard form.isPlausible(candidate.bytes.extracting(candidate.start..<end)) else {
          notes.implausible &+= 1
          continue
        }
        if best.map({ end > $0.end }) ?? true { best = (index, end) }
      }
    }
    return best.map { .secret(form: $0.form, end: $0.end) } ?? .none
  }
}

/// What was noticed on the way to a verdict.
struct VerdictNotes {
  /// Values of the right form that nobody's generator made.
  var implausible = 0
  /// A form stopped at a `%`: read with percent-encoding taken off, the secret may go on.
  var metEscape = false
}

/// One attempt to lay a form over bytes: runs are greedy and give back what a later part needs.
struct FormWalk: ~Copyable, ~Escapable {
  enum Outcome {
    case failed, ranOut
    case matched(end: Int)
  }

  /// A form with several ranged runs could be tried in very many ways; a real secret takes a handful.
  static let longestSearch = 2048

  private let form: CompiledForm
  private let bytes: Span<UInt8>
  private let isComplete: Bool
  private var attempts = 0
  /// A byte that stopped an attempt was `%`.
  private(set) var metEscape = false

  @_lifetime(copy bytes)
  init(_ form: CompiledForm, over bytes: Span<UInt8>, isComplete: Bool) {
    (self.form, self.bytes, self.isComplete) = (form, bytes, isComplete)
  }

  @_lifetime(self: copy self)
  mutating func run(from start: Int) -> Outcome { match(part: 0, at: start) }

  /// Tries the parts from number `part` on; the first way that fits, or that runs out of bytes, is the answer.
  @_lifetime(self: copy self)
  private mutating func match(part: Int, at place: Int) -> Outcome {
    attempts += 1
    guard attempts <= Self.longestSearch else { return .failed }
    guard part < form.parts.count else { return end(at: place) }
    switch form.parts[part] {
    case .literal(let literal):
      for offset in literal.indices {
        guard place + offset < bytes.count else { return isComplete ? .failed : .ranOut }
        guard bytes[place + offset] == literal[offset] else { return stop(at: place + offset) }
      }
      return match(part: part + 1, at: place + literal.count)
    case .run(let alphabet, let length):
      return match(alphabet, length, part: part, at: place)
    }
  }

  @_lifetime(self: copy self)
  private mutating func match(
    _ alphabet: ByteSet, _ length: ClosedRange<Int>, part: Int, at place: Int
  ) -> Outcome {
    var count = 0
    while count < length.upperBound, place + count < bytes.count, alphabet.contains(bytes[place + count]) { count += 1 }
    if count < length.upperBound, place + count == bytes.count, !isComplete { return .ranOut }
    if place + count < bytes.count, bytes[place + count] == UInt8(ascii: "%") { metEscape = true }
    // Nothing shorter can end well where the last run could go on.
    let shortest = part == form.parts.count - 1 ? max(count, length.lowerBound) : length.lowerBound
    while count >= shortest {
      let outcome = match(part: part + 1, at: place + count)
      guard case .failed = outcome else { return outcome }
      count -= 1
    }
    return .failed
  }

  private mutating func stop(at place: Int) -> Outcome {
    if bytes[place] == UInt8(ascii: "%") { metEscape = true }
    return .failed
  }

  /// The right boundary: what follows must not continue the secret.
  private func end(at place: Int) -> Outcome {
    guard place < bytes.count else { return isComplete ? .matched(end: place) : .ranOut }
    return form.continuing.contains(bytes[place]) ? .failed : .matched(end: place)
  }
}
