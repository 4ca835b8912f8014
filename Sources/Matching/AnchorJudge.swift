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
  /// How much is decoded to the left of an anchor: the context, and enough to see whether it cuts a word.
  private static let leftLength = Masking.contextLength + 1

  let patterns: SecretPatterns
  private(set) var implausible = 0
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
    for target in patterns.targets[literal] {
      let judgement = judge(window, patterns.groups[target.group], target.layer)
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
      let left = Base64Layer.leftmost(from: place, groups: Self.leftLength / 3, in: window.bytes)
      var decoder = Base64Layer(from: left, in: window.bytes)
      return judge(window, group, anchor: (place - left) / 4 * 3 + alignment, in: &decoder)
    case .hex:
      let left = HexLayer.leftmost(from: window.start, pairs: Self.leftLength, in: window.bytes)
      var decoder = HexLayer(from: left)
      return judge(window, group, anchor: (window.start - left) / 2, in: &decoder)
    case .percent:
      return judgePercent(window, group)
    }
  }

  private mutating func judgePlain(_ window: borrowing AnchorWindow, _ group: AnchorGroup) -> Judgement {
    let edge = LeftEdge(before: window.start, in: window.bytes)
    guard group.forms.contains(where: { $0.allows(edge) }) else { return .nothing }
    switch escape(in: window, group) {
    case .present:
      let judgement = judgePercent(window, group)
      if case .nothing = judgement {} else { return judgement }
    case .cut: return .waiting(until: window.end &+ 1)
    case .absent: break
    }
    let candidate = Candidate(window.bytes, start: window.start, isComplete: window.isLast, leftEdge: edge)
    switch group.verdict(on: candidate, rejected: &implausible) {
    case .none: return .nothing
    case .undecided: return .waiting(until: nextLook(window, known: window.bytes.count - window.start, group))
    case .secret(let form, let end):
      return .found(
        finding(
          form: group.forms[form], secret: window.start..<end, of: window.bytes, places: window.start..<end,
          base: window.base, encodings: []))
    }
  }

  private enum Escape { case absent, cut, present }

  /// Whether a plainly written anchor is followed by a secret's characters of which some are percent-encoded, such as
  /// the `+` and `/` of a base64 key in a form.
  private func escape(in window: borrowing AnchorWindow, _ group: AnchorGroup) -> Escape {
    let limit = min(window.bytes.count, window.start + group.length.upperBound)
    var place = window.start
    while place < limit, group.bytes.contains(window.bytes[place]) { place += 1 }
    guard place < limit else { return .absent }
    if let byte = PercentLayer.value(at: place, in: window.bytes) {
      return group.bytes.contains(byte) ? .present : .absent
    }
    return !window.isLast && PercentLayer.isCutEscape(at: place, in: window.bytes) ? .cut : .absent
  }

  private mutating func judgePercent(_ window: borrowing AnchorWindow, _ group: AnchorGroup) -> Judgement {
    let left = PercentLayer.leftmost(from: window.start, characters: Self.leftLength, in: window.bytes)
    var decoder = PercentLayer(from: left)
    var count = 0
    var place = left
    while place < window.start {
      place += PercentLayer.value(at: place, in: window.bytes) == nil ? 1 : 3
      count += 1
    }
    return judge(window, group, anchor: count, in: &decoder)
  }

  /// Takes a layer off and looks at the text below it; `anchor` is the anchor's place there.
  private mutating func judge(
    _ window: borrowing AnchorWindow, _ group: AnchorGroup, anchor: Int, in decoder: inout some LayerDecoder
  ) -> Judgement {
    defer { text.erase() }
    var progress = decoder.decode(window.bytes, until: anchor, into: &text)
    guard progress == .more else { return .nothing }
    let edge = LeftEdge(before: anchor, in: text.bytes.span)
    guard group.forms.contains(where: { $0.allows(edge) }) else { return .nothing }
    var rejected = 0
    defer { implausible &+= rejected }
    let limit = anchor + group.length.upperBound + 1
    var wanted = min(limit, anchor + 2 * AnchorGroup.longestAnchor)
    while true {
      progress = decoder.decode(window.bytes, until: wanted, into: &text)
      let isComplete = progress == .ended || (progress == .ranOut && window.isLast)
      let candidate = Candidate(text.bytes.span, start: anchor, isComplete: isComplete, leftEdge: edge)
      switch group.verdict(on: candidate, rejected: &rejected) {
      case .none: return .nothing
      case .undecided where progress == .more && wanted < limit:
        wanted = min(limit, anchor + 4 * (wanted - anchor))
      case .undecided:
        return .waiting(until: nextLook(window, known: text.count - anchor, group))
      case .secret(let form, let end):
        return .found(
          finding(
            form: group.forms[form], secret: anchor..<end, of: text.bytes.span, places: text.places(of: anchor..<end),
            base: window.base, encodings: encodings(of: text.places(of: anchor..<end), in: window, decoder)))
      }
    }
  }

  /// Every layer takes at least one byte of the stream for each byte of the secret.
  private func nextLook(_ window: borrowing AnchorWindow, known: Int, _ group: AnchorGroup) -> UInt64 {
    window.end &+ UInt64(max(1, group.length.lowerBound - known))
  }

  private func finding(
    form: CompiledForm, secret: Range<Int>, of text: Span<UInt8>, places: Range<Int>, base: UInt64,
    encodings: [Encoding]
  ) -> Finding {
    Finding(
      range: base &+ UInt64(places.lowerBound)..<base &+ UInt64(places.upperBound),
      credential: Masking.credential(
        text.extracting(secret), of: form, signature: patterns.credentials[form.signature], encodings: encodings),
      context: Masking.context(text.extracting(..<secret.lowerBound)))
  }

  private func encodings(
    of places: Range<Int>, in window: borrowing AnchorWindow, _ decoder: some LayerDecoder
  ) -> [Encoding] {
    let written = window.bytes.extracting(places)
    func has(_ characters: ByteSet) -> Bool { written.indices.contains { characters.contains(written[$0]) } }
    switch decoder {
    case is Base64Layer: return has(ByteSet("-_")) ? [.base64url] : [.base64]
    case is HexLayer: return [.hex]
    default: return has(ByteSet("%")) ? [.percent] : []
    }
  }
}
