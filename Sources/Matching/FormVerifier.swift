import Wire

/// Bytes with nothing written around them any more, in which a secret may start at a known place.
struct Candidate: ~Escapable {
  let bytes: Span<UInt8>
  /// Where the anchor starts in `bytes`.
  let start: Int
  /// Nothing more of the secret can follow `bytes`; otherwise more of the stream may.
  let isComplete: Bool
  let leftEdge: LeftEdge
  /// Whether what follows a secret may continue it.
  let isUnbounded: Bool

  @_lifetime(copy bytes)
  init(_ bytes: Span<UInt8>, start: Int, isComplete: Bool, leftEdge: LeftEdge, isUnbounded: Bool) {
    (self.bytes, self.start, self.isComplete, self.leftEdge) = (bytes, start, isComplete, leftEdge)
    self.isUnbounded = isUnbounded
  }
}

/// Which secret starts at a candidate's anchor, as far as its bytes tell.
enum FormVerdict: Equatable {
  /// None, whatever follows.
  case none
  /// It takes more bytes to tell.
  case undecided
  /// The secret of form number `form` of the group, in `range` of the candidate's bytes.
  case secret(form: Int, range: Range<Int>)
}

extension AnchorGroup {
  /// More bytes never change an answer other than `undecided`: that is what makes cuts in a stream invisible.
  func verdict(on candidate: borrowing Candidate, notes: inout VerdictNotes) -> FormVerdict {
    isOfNames ? namedVerdict(on: candidate, notes: &notes) : prefixVerdict(on: candidate, notes: &notes)
  }

  /// The most specific form that fits: most literal characters, then the longest, then the order of the catalogue.
  private func prefixVerdict(on candidate: borrowing Candidate, notes: inout VerdictNotes) -> FormVerdict {
    var best: (form: Int, range: Range<Int>)?
    var next = nextForm(from: 0, at: candidate)
    while let index = next {
      let form = forms[index]
      if let best, forms[best.form].literalCount > form.literalCount { break }
      next = nextForm(from: index + 1, at: candidate)
      guard form.allows(candidate.leftEdge) else { continue }
      var walk = FormWalk(form, over: candidate)
      let outcome = walk.run(from: candidate.start)
      notes.metEscape = notes.metEscape || walk.metEscape
      switch outcome {
      case .failed: continue
      case .ranOut: return .undecided
      case .matched(let range):
        guard form.allows(candidate.leftEdge, length: range.upperBound - candidate.start) else { continue }
        if let drop = form.drop(range, of: candidate.bytes) {
          notes.drop(drop, form: index, range: range)
          continue
        }
        if best.map({ range.upperBound > $0.range.upperBound }) ?? true { best = (index, range) }
      }
    }
    return best.map { .secret(form: $0.form, range: $0.range) } ?? .none
  }

  /// What the longest name before the candidate names.
  private func namedVerdict(on candidate: borrowing Candidate, notes: inout VerdictNotes) -> FormVerdict {
    let end = candidate.start + anchor.count
    guard end <= candidate.bytes.count else { return candidate.isComplete ? .none : .undecided }
    var next = names.next(after: nil, before: candidate.start, in: candidate.bytes)
    guard next != nil else { return .none }
    var separator = ContextSeparator(after: end, in: candidate.bytes, isComplete: candidate.isComplete)
    switch separator.walk() {
    case .failed:
      notes.metEscape = separator.metEscape
      return .none
    case .ranOut: return .undecided
    case .matched(let start):
      while let name = next {
        switch verdict(of: names.form(of: name), from: start, on: candidate, notes: &notes) {
        case .none: next = names.next(after: name, before: candidate.start, in: candidate.bytes)
        case let decided: return decided
        }
      }
      return .none
    }
  }

  private func verdict(
    of number: Int, from start: Int, on candidate: borrowing Candidate, notes: inout VerdictNotes
  ) -> FormVerdict {
    let form = forms[number]
    var walk = FormWalk(form, over: candidate)
    let outcome = walk.run(from: start)
    notes.metEscape = notes.metEscape || walk.metEscape
    switch outcome {
    case .failed: return .none
    case .ranOut: return .undecided
    case .matched(let range):
      guard let drop = form.drop(range, of: candidate.bytes) else { return .secret(form: number, range: range) }
      notes.drop(drop, form: number, range: range)
      return .none
    }
  }
}

/// What was noticed on the way to a verdict.
struct VerdictNotes {
  /// A value of the form number `form` of the group, in `range` of the candidate's bytes, that is no secret.
  struct Drop {
    var reason: DropReason
    var form: Int
    var range: Range<Int>
  }

  /// How many values of the right form are no secrets.
  private(set) var drops = DropCounts()
  /// Which these are, where that is to be explained.
  private(set) var explained: [Drop] = []
  private let explains: Bool
  /// A form stopped at a `%`: read with percent-encoding taken off, the secret may go on.
  var metEscape = false

  init(explains: Bool = false) { self.explains = explains }

  mutating func drop(_ reason: DropReason, form: Int, range: Range<Int>) {
    drops[reason] &+= 1
    // A web token is tried as everybody's: that it is not theirs is said once.
    let isSaid = reason == .claims && explained.contains { $0.reason == .claims && $0.range == range }
    if explains, !isSaid { explained.append(Drop(reason: reason, form: form, range: range)) }
  }
}

/// One attempt to lay a form over bytes: runs are greedy and give back what a later part needs.
struct FormWalk: ~Copyable, ~Escapable {
  enum Outcome {
    case failed, ranOut
    /// The secret, without what stands around it.
    case matched(Range<Int>)
  }

  /// A form with several ranged runs could be tried in very many ways; a real secret takes a handful.
  static let longestSearch = 2048

  private let form: CompiledForm
  private let bytes: Span<UInt8>
  private let isComplete: Bool
  private let isBounded: Bool
  private var attempts = 0
  /// Where the secret's parts start and end on the way that is being tried.
  private var secretStart = 0
  private var secretEnd = 0
  /// A byte that stopped an attempt was `%`.
  private(set) var metEscape = false

  @_lifetime(copy candidate)
  init(_ form: CompiledForm, over candidate: borrowing Candidate) {
    (self.form, bytes, isComplete) = (form, candidate.bytes, candidate.isComplete)
    isBounded = form.isBounded && !candidate.isUnbounded
  }

  @_lifetime(self: copy self)
  mutating func run(from start: Int) -> Outcome { match(part: 0, at: start) }

  /// Tries the parts from number `part` on; the first way that fits, or that runs out of bytes, is the answer.
  @_lifetime(self: copy self)
  private mutating func match(part: Int, at place: Int) -> Outcome {
    attempts += 1
    guard attempts <= Self.longestSearch else { return .failed }
    if part == form.secretParts.lowerBound { secretStart = place }
    if part == form.secretParts.upperBound { secretEnd = place }
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
    let found = Outcome.matched(secretStart..<max(secretStart, secretEnd))
    guard isBounded else { return found }
    guard place < bytes.count else { return isComplete ? found : .ranOut }
    return form.continuing.contains(bytes[place]) ? .failed : found
  }
}
