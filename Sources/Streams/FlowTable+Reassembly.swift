import Wire

// The bytes of one side of a TCP connection, put in order.
extension FlowTable {
  /// Takes in the bytes that a segment carries at sequence number `start`, and `missing` more that the capture cut off.
  mutating func receive(
    _ payload: RawSpan, _ missing: Int, at start: UInt32, _ slot: Int, _ side: Side, _ deliver: StreamDelivery
  ) {
    if !self[slot, side].marks.contains(.synchronised) { self[slot, side].synchronise(at: start) }
    let offset = start.distance(after: self[slot, side].next)
    let length = payload.byteCount + missing
    guard !isKeepAlive(offset, length, slot, side) else {
      counters.keepAlives &+= 1
      return
    }
    guard !flows[slot].isSkipping else {
      if offset + length > 0 { self[slot, side].advance(byteCount: offset + length) }
      return finishIfReached(slot, side, deliver)
    }
    guard offset >= -StreamLimits.window, offset <= StreamLimits.window else {
      return receiveStray(payload, missing, at: start, slot, side, deliver)
    }
    self[slot, side].strayCount = 0
    if offset + length <= 0 {
      receiveOld(payload, length, at: start, slot, side, deliver)
    } else if offset <= 0 {
      if offset < 0 { receiveOverlap(payload, offset: offset, at: start, slot, side, deliver) }
      receiveNext(payload.extracting(droppingFirst: -offset), min(missing, offset + length), slot, side, deliver)
    } else {
      hold(payload, missing, at: start, slot, side, deliver)
    }
  }

  /// RFC 9293 section 3.8.4: one byte just before what comes next, sent to provoke an answer; its value means nothing.
  /// After a FIN that is the place of the FIN.
  @inline(__always)
  private func isKeepAlive(_ offset: Int, _ length: Int, _ slot: Int, _ side: Side) -> Bool {
    length == 1 && offset == (halves[index(slot, side)].marks.contains(.finished) ? 0 : -1)
  }

  // MARK: In order

  /// Delivers bytes that begin at the next expected one. Held bytes came first and win their places.
  private mutating func receiveNext(
    _ payload: RawSpan, _ missing: Int, _ slot: Int, _ side: Side, _ deliver: StreamDelivery
  ) {
    let half = self[slot, side]
    if half.marks.contains(.finished) { counters.dataAfterFIN &+= 1 }
    if half.held != HeldSegments.none, let first = held.first(half.held),
      first < half.position + payload.byteCount + missing
    {
      let insertion = held.insert(payload, at: half.position, missing: missing, into: half.held)
      noteInsertion(insertion, payload, slot, side, deliver)
    } else {
      deliverData(payload, slot, side, deliver)
      if missing > 0 { deliverCutOff(missing, slot, side, deliver) }
    }
    if half.held != HeldSegments.none { drain(slot, side, deliver) } else { finishIfReached(slot, side, deliver) }
  }

  @inline(__always)
  mutating func deliverData(_ bytes: RawSpan, _ slot: Int, _ side: Side, _ deliver: StreamDelivery) {
    guard !bytes.isEmpty else { return }
    let next = self[slot, side].next
    if !flows[slot].isSkipping { emit(.data, slot, side, bytes, deliver) }
    if !flows[slot].isSkipping { traces[index(slot, side)].history.note(bytes, at: next) }
    self[slot, side].advance(byteCount: bytes.byteCount)
  }

  private mutating func deliverCutOff(_ count: Int, _ slot: Int, _ side: Side, _ deliver: StreamDelivery) {
    counters.truncatedBytes &+= UInt64(clamping: count)
    deliverGap(count, slot, side, deliver)
  }

  private mutating func deliverGap(_ count: Int, _ slot: Int, _ side: Side, _ deliver: StreamDelivery) {
    if !flows[slot].isSkipping {
      counters.gaps &+= 1
      counters.gapBytes &+= UInt64(clamping: count)
      emit(.gap(byteCount: count), slot, side, RawSpan(), deliver)
    }
    self[slot, side].advance(byteCount: count)
  }

  // MARK: Old

  /// Bytes of which all places are filled.
  private mutating func receiveOld(
    _ payload: RawSpan, _ length: Int, at start: UInt32, _ slot: Int, _ side: Side, _ deliver: StreamDelivery
  ) {
    counters.retransmissions &+= 1
    reportUnlessSame(payload, payload, at: start, slot, side, deliver)
  }

  /// Bytes of which the first `-offset` places are filled.
  private mutating func receiveOverlap(
    _ payload: RawSpan, offset: Int, at start: UInt32, _ slot: Int, _ side: Side, _ deliver: StreamDelivery
  ) {
    counters.overlaps &+= 1
    reportUnlessSame(payload.extracting(first: -offset), payload, at: start, slot, side, deliver)
  }

  /// Delivers `whole` as alternate data, unless its part `old` is known to be what filled its places.
  private mutating func reportUnlessSame(
    _ old: RawSpan, _ whole: RawSpan, at start: UInt32, _ slot: Int, _ side: Side, _ deliver: StreamDelivery
  ) {
    switch traces[index(slot, side)].history.compare(old, at: start) {
    case .same: return
    case .different: counters.overlapsWithDifferentData &+= 1
    case .unknown: counters.unverifiedRetransmissions &+= 1
    }
    emit(.alternateData, slot, side, whole, deliver)
  }

  // MARK: Out of window

  /// Bytes from nowhere near. They are ignored, but for the third that continues the ones before it: then the capture
  /// has missed what was between, and the stream goes on there.
  private mutating func receiveStray(
    _ payload: RawSpan, _ missing: Int, at start: UInt32, _ slot: Int, _ side: Side, _ deliver: StreamDelivery
  ) {
    counters.outOfWindow &+= 1
    let half = self[slot, side]
    let continues = half.strayCount > 0 && start == half.straySequence
    self[slot, side].strayCount = continues ? half.strayCount + 1 : 1
    self[slot, side].straySequence = start.advanced(byteCount: payload.byteCount + missing)
    guard self[slot, side].strayCount >= StreamLimits.resynchronisingSegments else { return }
    counters.resynchronisations &+= 1
    self[slot, side].strayCount = 0
    giveUpAllHoles(slot, side, deliver)
    deliverGap(max(0, start.distance(after: self[slot, side].next)), slot, side, deliver)
    self[slot, side].next = start
    receive(payload, missing, at: start, slot, side, deliver)
  }

  // MARK: Early

  /// Keeps bytes that come after a hole, as far as the bounds allow.
  private mutating func hold(
    _ payload: RawSpan, _ missing: Int, at start: UInt32, _ slot: Int, _ side: Side, _ deliver: StreamDelivery
  ) {
    while let bound = boundReached(by: payload.byteCount, slot, side) {
      counters.holdBoundReached &+= 1
      switch bound {
      case .own: giveUpHole(slot, side, deliver)
      case .total(let oldest): giveUpHole(oldest.slot, oldest.side, deliver)
      case .tooSmall: deliverGap(start.distance(after: self[slot, side].next), slot, side, deliver)
      }
      guard !flows[slot].isSkipping else { return }
      guard start.distance(after: self[slot, side].next) > 0 else {
        return receive(payload, missing, at: start, slot, side, deliver)
      }
    }
    if self[slot, side].held == HeldSegments.none {
      self[slot, side].held = held.open(slot: slot, side: side, at: clock)
    }
    let half = self[slot, side]
    let place = half.position + start.distance(after: half.next)
    let insertion = held.insert(payload, at: place, missing: missing, into: half.held)
    counters.heldPeak = max(counters.heldPeak, UInt64(held.cost))
    noteInsertion(insertion, payload, slot, side, deliver)
  }

  private enum HoldBound {
    /// The direction holds too much: its first hole has to be given up.
    case own
    /// All flows together do: the oldest hole of all.
    case total(oldest: (slot: Int, side: Side))
    /// Not even this one segment may be held.
    case tooSmall
  }

  private mutating func boundReached(by byteCount: Int, _ slot: Int, _ side: Side) -> HoldBound? {
    let id = self[slot, side].held
    let needed = byteCount + PieceList.overhead
    if id != HeldSegments.none {
      let isFull = held.cost(id) + needed > limits.heldBytesPerDirection
      if isFull || held.count(id) >= limits.heldSegmentsPerDirection { return .own }
    } else if needed > limits.heldBytesPerDirection || limits.heldSegmentsPerDirection < 1 {
      return .tooSmall
    }
    guard held.cost + needed > limits.heldBytes else { return nil }
    return held.oldestHole.map { .total(oldest: ($0.slot, $0.side)) } ?? .tooSmall
  }

  private mutating func noteInsertion(
    _ insertion: PieceList.Insertion, _ payload: RawSpan, _ slot: Int, _ side: Side, _ deliver: StreamDelivery
  ) {
    if insertion.addedPieces == 0 {
      counters.retransmissions &+= 1
    } else if insertion.overlapped > 0 {
      counters.overlaps &+= 1
    }
    counters.heldSegments &+= UInt64(clamping: insertion.addedPieces)
    guard insertion.differs, !flows[slot].isSkipping else { return }
    counters.overlapsWithDifferentData &+= 1
    emit(.alternateData, slot, side, payload, deliver)
  }

  // MARK: Holes

  /// Delivers the held bytes that have become the next ones.
  private mutating func drain(_ slot: Int, _ side: Side, _ deliver: StreamDelivery) {
    while self[slot, side].held != HeldSegments.none {
      let id = self[slot, side].held
      guard let first = held.first(id) else {
        held.release(id)
        self[slot, side].held = HeldSegments.none
        break
      }
      guard first <= self[slot, side].position, let piece = held.removeFirst(id) else {
        held.restart(id, at: clock)
        break
      }
      deliverData(piece.bytes.rawSpan, slot, side, deliver)
      if piece.missing > 0 { deliverCutOff(piece.missing, slot, side, deliver) }
    }
    finishIfReached(slot, side, deliver)
  }

  /// Delivers the first hole as a gap, then what was held behind it.
  private mutating func giveUpHole(_ slot: Int, _ side: Side, _ deliver: StreamDelivery) {
    let id = self[slot, side].held
    guard id != HeldSegments.none else { return }
    if let first = held.first(id), first > self[slot, side].position {
      deliverGap(first - self[slot, side].position, slot, side, deliver)
    }
    drain(slot, side, deliver)
  }

  mutating func giveUpAllHoles(_ slot: Int, _ side: Side, _ deliver: StreamDelivery) {
    while self[slot, side].held != HeldSegments.none { giveUpHole(slot, side, deliver) }
  }

  /// Holes of this flow that are too old.
  mutating func giveUpOldHoles(_ slot: Int, _ deliver: StreamDelivery) {
    for side in [Side.first, .second] {
      while case let id = self[slot, side].held, id != HeldSegments.none,
        clock.elapsed(since: held.since(id)) > StreamLimits.holeTimeout
      {
        giveUpHole(slot, side, deliver)
      }
    }
  }

  /// The oldest hole of all flows, if it is too old: its flow may have fallen silent.
  mutating func giveUpIfOld(_ hole: (slot: Int, side: Side, since: Int64), _ deliver: StreamDelivery) {
    let age = clock.elapsed(since: hole.since)
    if age > StreamLimits.holeTimeout {
      giveUpHole(hole.slot, hole.side, deliver)
    } else if age < -.second {
      // The clock was set back: the hole ages from now on.
      held.restart(self[hole.slot, hole.side].held, at: clock)
    }
  }

  /// Holes that the receiver says are none: the capture has missed the bytes.
  mutating func giveUpAcknowledgedHoles(_ slot: Int, _ deliver: StreamDelivery) {
    for side in [Side.first, .second] {
      while self[slot, side].held != HeldSegments.none, isLost(slot, side) { giveUpHole(slot, side, deliver) }
    }
  }

  private mutating func isLost(_ slot: Int, _ side: Side) -> Bool {
    let (half, receiver) = (self[slot, side], self[slot, side.other])
    guard receiver.marks.contains(.sawACK), let first = held.first(half.held) else { return false }
    let acknowledged = receiver.acknowledged.distance(after: half.next)
    guard acknowledged >= first - half.position, acknowledged <= StreamLimits.window else { return false }
    // Who has acknowledged the FIN will not be sent anything again.
    if half.marks.contains(.sawFIN), receiver.acknowledged.distance(after: half.fin) > 0 { return true }
    return held.byteCount(half.held) >= StreamLimits.acknowledgedHoleBytes
      || held.count(half.held) >= StreamLimits.acknowledgedHoleSegments
      || clock.elapsed(since: held.since(half.held)) > StreamLimits.acknowledgedHoleTimeout
  }

  /// The end of a side's stream: what is held, and how much the capture is known to lack after it.
  mutating func settleEnd(_ slot: Int, _ side: Side, _ deliver: StreamDelivery) {
    giveUpAllHoles(slot, side, deliver)
    let (half, receiver) = (self[slot, side], self[slot, side.other])
    guard half.marks.contains(.synchronised), !half.marks.contains(.finished), !flows[slot].isSkipping else { return }
    if half.marks.contains(.sawFIN) {
      let lost = half.fin.distance(after: half.next)
      if lost > 0 { deliverGap(lost, slot, side, deliver) }
      finishIfReached(slot, side, deliver)
    } else if receiver.marks.contains(.sawACK) {
      let lost = receiver.acknowledged.distance(after: half.next)
      // One more than was sent is what acknowledges a FIN, which then is all that the capture lacks.
      if lost > 1, lost <= StreamLimits.window { deliverGap(lost, slot, side, deliver) }
    }
  }
}

extension RawSpan {
  /// The first `count` bytes, or all if there are fewer.
  @_lifetime(copy self)
  @inline(__always)
  func extracting(first count: Int) -> RawSpan { extracting(0..<Swift.min(count, byteCount)) }

  /// The bytes after the first `count`, none if there are no more.
  @_lifetime(copy self)
  @inline(__always)
  func extracting(droppingFirst count: Int) -> RawSpan { extracting(Swift.min(count, byteCount)..<byteCount) }
}
