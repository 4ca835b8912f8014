import Wire

/// The readers of one stream, and what they share. Noncopyable: they are changed where they lie, in the level.
struct UnwrapReaders: ~Copyable {
  private unowned let workshop: UnwrapWorkshop
  private var account: UnwrapAccount?
  private var depth = 0
  private var layer: WrappedLayer?
  private var length: UInt64 = 0
  /// No reader is in the midst of anything: a part in which the sieve finds nothing need not be read.
  private var isQuiet = false
  /// Words may be long enough to be read backwards.
  private var hasWords = false
  /// What readers would know of the bytes before is to be had from `held` alone.
  private var tailsAreHeld = false
  private var held: HeldText
  private var opening: StreamOpening
  private var compressed: CompressedContent?
  private var base64: RunDriver<Base64Run>
  private var separatedHex: RunDriver<SeparatedHexRun>
  private var wide: WideText
  private var percent: EscapedText<PercentSyntax>
  private var escapes: EscapedText<BackslashSyntax>
  private var entities: EscapedText<EntitySyntax>
  private var quotedPrintable: EscapedText<QuotedPrintableSyntax>

  init(workshop: UnwrapWorkshop) {
    self.workshop = workshop
    held = HeldText(workshop: workshop)
    opening = StreamOpening(workshop: workshop)
    base64 = RunDriver(workshop: workshop)
    separatedHex = RunDriver(workshop: workshop)
    wide = WideText(workshop: workshop)
    percent = EscapedText(workshop: workshop)
    escapes = EscapedText(workshop: workshop)
    entities = EscapedText(workshop: workshop)
    quotedPrintable = EscapedText(workshop: workshop)
  }

  /// - Parameter layer: what the stream was unwrapped from.
  mutating func begin(depth: Int, account: UnwrapAccount, below layer: WrappedLayer?) {
    (self.depth, self.account, length, self.layer) = (depth, account, 0, layer)
  }

  /// The content proper begins `count` bytes into the stream, of which nothing has been scanned yet.
  mutating func beginContent(after count: Int) { opening.skip(count) }

  mutating func scan(_ bytes: RawSpan, _ matcher: inout SecretMatcher, _ found: inout [Sighting]) {
    var start = 0
    while start < bytes.byteCount {
      let end = min(bytes.byteCount, start + WrappingSieve.partLength)
      scanPart(bytes.extracting(start..<end), &matcher, &found)
      start = end
    }
  }

  private mutating func scanPart(_ part: RawSpan, _ matcher: inout SecretMatcher, _ found: inout [Sighting]) {
    guard let account, !account.isSpent else { return }
    let sieve = WrappingSieve(part, isNested: depth > 0)
    hasWords = hasWords || sieve.hasWords
    if isQuiet, sieve.isClear, !joins(part.octets) {
      tailsAreHeld = true
    } else {
      read(part, sieve, UnwrapScene(account: account, depth: depth), &matcher, &found)
    }
    held.append(part, of: account)
    length &+= UInt64(part.byteCount)
    if !tailsAreHeld { settle() }
  }

  /// Whether something may go through the cut before `part` that neither side shows.
  private func joins(_ part: Span<UInt8>) -> Bool {
    WideText.joins(held, part) || CompressedKind.mayEndMagic(part[0]) || base64.joins(held, part)
      || separatedHex.joins(held, part)
  }

  /// Goes over to the quiet state if no reader has anything that it cannot have from what is held.
  private mutating func settle() {
    let isIdle =
      opening.isOver && compressed == nil && !wide.isBusy && !percent.isBusy && !escapes.isBusy && !entities.isBusy
      && !quotedPrintable.isBusy
    isQuiet = isIdle && base64.forgetTail(held) && separatedHex.forgetTail(held)
    tailsAreHeld = isQuiet
  }

  private mutating func read(
    _ part: RawSpan, _ sieve: WrappingSieve, _ scene: UnwrapScene, _ matcher: inout SecretMatcher,
    _ found: inout [Sighting]
  ) {
    if tailsAreHeld {
      base64.restoreTail(held)
      separatedHex.restoreTail(held)
      wide.restart(behind: held)
    }
    (isQuiet, tailsAreHeld) = (false, false)
    if !opening.isOver { opening.scan(part, base: length, scene, &matcher, &found) }
    base64.scan(part, base: length, blocks: sieve.runs, scene, &matcher, &found)
    separatedHex.scan(part, base: length, blocks: sieve.hexLists, scene, &matcher, &found)
    if sieve.wide != 0 || wide.mayGoOn(in: part.octets) {
      wide.scan(part, base: length, scene, held: held, isPossible: sieve.wide != 0, &matcher, &found)
    }
    scanSpecials(part, sieve, scene, &matcher, &found)
  }

  mutating func finish(_ matcher: inout SecretMatcher, _ found: inout [Sighting]) {
    guard let account else { return }
    let scene = UnwrapScene(account: account, depth: depth)
    opening.finish(scene, &matcher, &found)
    base64.finish(&matcher, &found)
    separatedHex.finish(&matcher, &found)
    wide.finish(&matcher, &found)
    percent.finish(length: length, &matcher, &found)
    escapes.finish(length: length, &matcher, &found)
    entities.finish(length: length, &matcher, &found)
    quotedPrintable.finish(length: length, &matcher, &found)
    compressed?.finish(&matcher, &found)
    compressed = nil
    if held.isWhole, !account.isSpent { finishWhole(scene, &matcher, &found) }
    held.reset(account)
    (length, self.account, isQuiet, tailsAreHeld, hasWords) = (0, nil, false, false, false)
  }

  /// Looks at the whole of a short stream backwards, and at its fields joined.
  private mutating func finishWhole(_ scene: UnwrapScene, _ matcher: inout SecretMatcher, _ found: inout [Sighting]) {
    var bytes: [UInt8] = []
    held.exchange(&bytes)
    Self.finishWhole(bytes, below: layer, hasWords: hasWords || depth > 0, workshop, scene, &matcher, &found)
    held.exchange(&bytes)
  }

  static func finishWhole(
    _ bytes: [UInt8], below layer: WrappedLayer?, hasWords: Bool, _ workshop: UnwrapWorkshop, _ scene: UnwrapScene,
    _ matcher: inout SecretMatcher, _ found: inout [Sighting]
  ) {
    if scene.account.kind != .head {
      NamedTokens.scan(bytes, &matcher, &found)
      LooseValues.scan(bytes, &found)
    }
    guard bytes.count <= workshop.limits.turnedPerMessage else { return }
    if layer != .reversed, hasWords || ReversedText.endsCompressed(bytes) {
      ReversedText.scan(bytes, workshop, scene, &matcher, &found)
    }
    if layer != .joined, scene.account.hasAnchors { JoinedFields.scan(bytes, workshop, scene, &matcher, &found) }
  }
}

// Escapes and compressed content, which begin at single bytes.
extension UnwrapReaders {
  private mutating func scanSpecials(
    _ part: RawSpan, _ sieve: WrappingSieve, _ scene: UnwrapScene, _ matcher: inout SecretMatcher,
    _ found: inout [Sighting]
  ) {
    let isBusy =
      compressed != nil || percent.isBusy || escapes.isBusy || entities.isBusy || quotedPrintable.isBusy
    // A magic number may end with the first byte.
    guard isBusy || sieve.escapes | sieve.magics != 0 || CompressedKind.mayEndMagic(part.octets[0]) else { return }
    let (base, octets) = (length, part.octets)
    let inCompressed = readCompressed(part, from: 0, &matcher, &found)
    var inPercent = 0
    if percent.isBusy { inPercent = percent.resume(part, base: base, scene, held: held, &matcher, &found) }
    var inEscapes = 0
    if escapes.isBusy { inEscapes = escapes.resume(part, base: base, scene, held: held, &matcher, &found) }
    var inEntities = 0
    if entities.isBusy { inEntities = entities.resume(part, base: base, scene, held: held, &matcher, &found) }
    var inQuoted = 0
    if quotedPrintable.isBusy {
      inQuoted = quotedPrintable.resume(part, base: base, scene, held: held, &matcher, &found)
    }
    var leads = EscapeLeads(in: part, sieve.escapes)
    while let place = leads.next() {
      switch octets[place] {
      case UInt8(ascii: "%"):
        if place < inPercent || pass(octets, place, &inPercent) { continue }
        inPercent = percent.consider(place, of: part, base: base, scene, held: held, &matcher, &found)
      case UInt8(ascii: "\\"):
        if place < inEscapes || pass(octets, place, &inEscapes) { continue }
        inEscapes = escapes.consider(place, of: part, base: base, scene, held: held, &matcher, &found)
      case UInt8(ascii: "&"):
        if place < inEntities || pass(octets, place, &inEntities) { continue }
        inEntities = entities.consider(place, of: part, base: base, scene, held: held, &matcher, &found)
      default:
        if place < inQuoted || pass(octets, place, &inQuoted) { continue }
        inQuoted = quotedPrintable.consider(place, of: part, base: base, scene, held: held, &matcher, &found)
      }
    }
    guard sieve.magics != 0 || CompressedKind.mayEndMagic(octets[0]) else { return }
    scanMagics(part, blocks: sieve.magics, from: inCompressed, scene, &matcher, &found)
  }

  /// Compressed content, which begins at the last byte but one of a magic number in one of `blocks`, or at the cut.
  private mutating func scanMagics(
    _ part: RawSpan, blocks: UInt64, from first: Int, _ scene: UnwrapScene, _ matcher: inout SecretMatcher,
    _ found: inout [Sighting]
  ) {
    let octets = part.octets
    var (next, rest) = (first, blocks | 1)
    while rest != 0 {
      let start = rest.trailingZeroBitCount * WrappingSieve.blockLength
      rest &= rest &- 1
      // The pair may end in the next block.
      for place in max(start, next)..<max(start, next, min(octets.count, start + WrappingSieve.blockLength + 1)) {
        guard place >= next, CompressedKind.mayEndMagic(octets[place]) else { continue }
        let before = place > 0 ? octets[place - 1] : held.byte(before: 1)
        guard CompressedKind.mayEndMagic(behind: before) else { continue }
        next = considerMagic(endingAt: place, of: part, scene, &matcher, &found)
      }
    }
  }

  /// Whether what stands at `place` begins no escape; `index` is then from where on one may.
  @inline(__always)
  private func pass(_ bytes: Span<UInt8>, _ place: Int, _ index: inout Int) -> Bool {
    guard let next = EscapeLeads.passed(bytes, at: place) else { return false }
    index = next
    return true
  }

  /// - Returns: where compressed content ended; 0 where there is none.
  private mutating func readCompressed(
    _ part: RawSpan, from first: Int, _ matcher: inout SecretMatcher, _ found: inout [Sighting]
  ) -> Int {
    guard compressed != nil else { return first }
    guard let end = compressed?.read(part, from: first, &matcher, &found) else { return part.byteCount }
    compressed?.finish(&matcher, &found)
    compressed = nil
    return end
  }

  /// - Returns: from where on magic numbers are looked for.
  private mutating func considerMagic(
    endingAt place: Int, of part: RawSpan, _ scene: UnwrapScene, _ matcher: inout SecretMatcher,
    _ found: inout [Sighting]
  ) -> Int {
    let (kind, magic): (CompressedKind, [UInt8]) =
      switch part.octets[place] {
      case SpecialBytes.gzipEnd: (.gzip, CompressedKind.gzipMagic)
      case SpecialBytes.zipEnd: (.zip, CompressedKind.zipMagic)
      case SpecialBytes.zstdEnd: (.zstd, CompressedKind.zstdMagic)
      case let end: (.zlib, [CompressedKind.zlibStart, end])
      }
    for (offset, byte) in magic.enumerated() {
      let index = place - magic.count + 1 + offset
      guard (index >= 0 ? part.octets[index] : held.byte(before: -index)) == byte else { return place + 1 }
    }
    let start = length &+ UInt64(place + 1) &- UInt64(magic.count)
    compressed = CompressedContent(kind, at: start, workshop: workshop, scene)
    guard compressed != nil else { return place + 1 }
    _ = readCompressed(magic.rawSpan, from: 0, &matcher, &found)
    return compressed == nil ? place + 1 : readCompressed(part, from: place + 1, &matcher, &found)
  }
}
