import Observations

/// What the stream holds at an anchor.
enum Judgement {
  case nothing
  /// It takes a stream of at least this length to tell.
  case waiting(until: UInt64)
  case found(Finding)
}

/// A secret and where it stands, counted like `ScanState.position`.
struct Finding {
  var range: Range<UInt64>
  var credential: MaskedCredential
  var context: String
}

/// Bytes of a stream around an anchor.
struct AnchorWindow: ~Escapable {
  let bytes: Span<UInt8>
  /// The place of the first byte in the stream.
  let base: UInt64
  /// Where the anchor's literal starts in `bytes`.
  let start: Int
  /// No more bytes will be looked at: the stream is over, or the window is as wide as it gets.
  let isLast: Bool

  /// - Parameter bytes: starts at `base`, reaches as far to the left of `anchor` as the stream or `Reach.left` allow.
  @_lifetime(copy bytes)
  init(_ bytes: Span<UInt8>, base: UInt64, anchor: UInt64, streamIsOver: Bool) {
    let start = Int(clamping: anchor &- base)
    let lower = max(0, start - Reach.left)
    let upper = min(bytes.count, start + Reach.right)
    self.bytes = bytes.extracting(lower..<max(lower, upper))
    self.base = base &+ UInt64(lower)
    self.start = start - lower
    isLast = streamIsOver || start + Reach.right <= bytes.count
  }

  var end: UInt64 { base &+ UInt64(bytes.count) }
}

/// Walks outward from an anchor and tells whether a secret stands there.
struct AnchorJudge {
  /// How much is decoded to the left of an anchor to see what stands before it: the longest escape is 14 bytes.
  private static let edgeLength = 16
  /// How much for the context, with one byte to see whether it cuts a word.
  private static let contextLength = Masking.contextLength + 1

  let patterns: SecretPatterns
  private(set) var drops = DropCounts()
  /// Whether what is dropped is kept in `dropped`.
  var explains = false
  /// Whether secrets count wherever they stand, inside longer words too: what is masked shall be masked whatever it is
  /// glued to.
  var ignoresEdges = false
  /// What was dropped since it was last taken, at most `mostDropped`.
  private var dropped: [DroppedSecret] = []
  private static let mostDropped = 256
  /// Reused for every candidate, erased after each.
  private var text = DecodedText()

  init(_ patterns: SecretPatterns) { self.patterns = patterns }

  /// As below, over the first `count` of `bytes`.
  mutating func judge(
    _ bytes: [UInt8], count: Int, base: UInt64, anchor: UInt64, literal: Int, reportedEnd: UInt64, streamIsOver: Bool
  ) -> Judgement {
    judge(
      bytes.span.extracting(first: count), base: base, anchor: anchor, literal: literal, reportedEnd: reportedEnd,
      streamIsOver: streamIsOver)
  }

  /// - Parameters:
  ///   - bytes: start at place `base` of the stream.
  ///   - reportedEnd: a secret that starts before it is part of one that is known already.
  mutating func judge(
    _ bytes: Span<UInt8>, base: UInt64, anchor: UInt64, literal: Int, reportedEnd: UInt64, streamIsOver: Bool
  ) -> Judgement {
    let window = AnchorWindow(bytes, base: base, anchor: anchor, streamIsOver: streamIsOver)
    for target in patterns.targets(of: literal) {
      let judgement = judge(window, patterns.groups[patterns.targets[target].group], patterns.targets[target].layer)
      switch judgement {
      case .nothing: continue
      case .waiting: return judgement
      case .found(let finding):
        guard finding.range.lowerBound >= reportedEnd else { continue }
        // A longer literal that starts before this one might still be completed.
        let settled = window.base &+ UInt64(window.start + patterns.longestLiteral)
        return window.isLast || window.end >= settled ? judgement : .waiting(until: settled)
      }
    }
    return .nothing
  }

  private mutating func judge(
    _ window: borrowing AnchorWindow, _ group: AnchorGroup, _ layer: Layer
  ) -> Judgement {
    switch layer {
    case .plain:
      return judgePlain(window, group)
    case .base64(let alignment, let lead):
      guard let place = Base64Layer.groupStart(at: window.start, lead: lead, in: window.bytes) else { return .nothing }
      return judge(window, group, at: place, alignment, as: Base64Layer.self)
    case .hex:
      return judge(window, group, at: window.start, 0, as: HexLayer.self)
    case .percent:
      return judge(window, group, at: window.start, 0, as: PercentLayer.self)
    }
  }

  private mutating func judgePlain(_ window: borrowing AnchorWindow, _ group: AnchorGroup) -> Judgement {
    let edge = ignoresEdges ? .open : LeftEdge(before: window.start, in: window.bytes)
    guard group.allows(edge) else { return .nothing }
    var notes = VerdictNotes(explains: explains)
    let candidate = Candidate(
      window.bytes, start: window.start, isComplete: window.isLast, leftEdge: edge, isUnbounded: ignoresEdges)
    let verdict = group.verdict(on: candidate, notes: &notes)
    if notes.metEscape {
      // Such as the `+` and `/` of a base64 key in a form.
      let judgement = judge(window, group, at: window.start, 0, as: PercentLayer.self)
      if case .nothing = judgement {} else { return judgement }
    }
    if verdict != .undecided { note(notes, explained(notes, of: group, window.bytes)) }
    switch verdict {
    case .none: return .nothing
    case .undecided: return .waiting(until: nextLook(window, known: window.bytes.count - window.start, group))
    case .secret(let form, let range):
      let credential = credential(form, of: group, window.bytes.extracting(range), [])
      return .found(
        Finding(
          range: window.base &+ UInt64(range.lowerBound)..<window.base &+ UInt64(range.upperBound),
          credential: credential, context: Masking.context(window.bytes.extracting(..<range.lowerBound))))
    }
  }

  /// Takes a layer off and looks at the text below it; the anchor starts `offset` bytes after the text written at
  /// `place`.
  private mutating func judge<Decoder: LayerDecoder>(
    _ window: borrowing AnchorWindow, _ group: AnchorGroup, at place: Int, _ offset: Int, as layer: Decoder.Type
  ) -> Judgement {
    defer { text.erase() }
    var (decoder, anchor) = Decoder.approach(
      place, from: group.isOfNames ? Self.contextLength : Self.edgeLength, in: window.bytes)
    anchor += offset
    guard decoder.decode(window.bytes, until: anchor, into: &text) == .more else { return .nothing }
    let startsHere = offset == 0 && Decoder.mayStart(at: place, in: window.bytes)
    let edge = startsHere || ignoresEdges ? .open : LeftEdge(before: anchor, in: text.bytes)
    guard group.allows(edge) else { return .nothing }
    let limit = anchor + group.reach.upperBound + 1
    var wanted = min(limit, anchor + 2 * AnchorGroup.longestAnchor)
    while true {
      let progress = decoder.decode(window.bytes, until: wanted, into: &text)
      let isComplete = progress == .ended || (progress == .ranOut && window.isLast)
      var notes = VerdictNotes(explains: explains)
      let verdict: FormVerdict
      do {
        let candidate = Candidate(
          text.bytes, start: anchor, isComplete: isComplete, leftEdge: edge, isUnbounded: ignoresEdges)
        verdict = group.verdict(on: candidate, notes: &notes)
      }
      if verdict != .undecided {
        let explained = explained(notes, of: group, text.bytes)
        note(notes, explained)
      }
      switch verdict {
      case .none: return .nothing
      case .undecided where progress == .more && wanted < limit:
        wanted = min(limit, anchor + 4 * (wanted - anchor))
      case .undecided:
        return .waiting(until: nextLook(window, known: text.count - anchor, group))
      case .secret(let form, let range):
        let places = text.places(of: range)
        guard !endsEncoded(group.forms[form], at: places.upperBound, in: window.bytes) else { return .nothing }
        let encodings = Self.encodings(of: window.bytes.extracting(places), in: layer)
        return .found(
          Finding(
            range: window.base &+ UInt64(places.lowerBound)..<window.base &+ UInt64(places.upperBound),
            credential: credential(form, of: group, text.bytes.extracting(range), encodings),
            context: range.lowerBound > anchor
              ? Masking.context(text.bytes.extracting(..<range.lowerBound))
              : startsHere ? "" : Self.context(of: window, at: place, offset, in: layer)))
      }
    }
  }

  /// An `@` that was encoded is one of the password's, RFC 3986 section 3.2.1.
  private func endsEncoded(_ form: CompiledForm, at place: Int, in bytes: Span<UInt8>) -> Bool {
    form.nature == .addressPassword && place < bytes.count && bytes[place] == UInt8(ascii: "%")
  }

  /// Counts what a decided anchor dropped, and keeps it where that is to be explained.
  private mutating func note(_ notes: VerdictNotes, _ explained: [DroppedSecret]) {
    drops.add(notes.drops)
    // What is looked at in several readings is told once.
    for drop in explained where dropped.count < Self.mostDropped && !dropped.contains(drop) { dropped.append(drop) }
  }

  private func explained(_ notes: VerdictNotes, of group: AnchorGroup, _ bytes: Span<UInt8>) -> [DroppedSecret] {
    var explained: [DroppedSecret] = []
    for drop in notes.explained {
      let credential = credential(drop.form, of: group, bytes.extracting(drop.range), [])
      explained.append(
        DroppedSecret(
          signature: credential.signature, redacted: credential.redacted, rule: drop.reason.rawValue,
          reason: drop.reason.explanation))
    }
    return explained
  }

  mutating func takeDropped() -> [DroppedSecret] {
    defer { dropped.removeAll(keepingCapacity: true) }
    return dropped
  }

  /// Every layer takes at least one byte of the stream for each byte of the secret; past the reach nothing is waited for.
  private func nextLook(_ window: borrowing AnchorWindow, known: Int, _ group: AnchorGroup) -> UInt64 {
    min(
      window.end &+ UInt64(max(1, group.reach.lowerBound - known)),
      window.base &+ UInt64(window.start + Reach.right))
  }

  private func credential(
    _ form: Int, of group: AnchorGroup, _ secret: Span<UInt8>, _ encodings: [Encoding]
  ) -> MaskedCredential {
    let form = group.forms[form]
    return Masking.credential(
      secret, of: form, signature: patterns.credentials[form.signature], encodings: encodings)
  }

  private static func context<Decoder: LayerDecoder>(
    of window: borrowing AnchorWindow, at place: Int, _ offset: Int, in layer: Decoder.Type
  ) -> String {
    var before = DecodedText()
    defer { before.erase() }
    var (decoder, count) = Decoder.approach(place, from: contextLength, in: window.bytes)
    _ = decoder.decode(window.bytes, until: count + offset, into: &before)
    return Masking.context(before.bytes)
  }

  private static func encodings(of written: Span<UInt8>, in layer: any LayerDecoder.Type) -> [Encoding] {
    func has(_ characters: ByteSet) -> Bool { written.indices.contains { characters.contains(written[$0]) } }
    switch layer {
    case is Base64Layer.Type: return has(ByteSet("-_")) ? [.base64url] : [.base64]
    case is HexLayer.Type: return [.hex]
    default: return has(ByteSet("%")) ? [.percent] : []
    }
  }
}
