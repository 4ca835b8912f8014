import Wire

// What a TCP segment means for its connection: RFC 9293 section 3.10.7, seen from beside the road. A receiver can
// refuse a segment; a listener can only decide what to believe, and prefers to go on listening.
extension FlowTable {
  /// Whether `packet`, found on a flow's addresses and ports, begins another connection on them.
  @inline(__always)
  mutating func opensAnother(_ packet: Packet, _ slot: Int, _ side: Side) -> Bool {
    let marks = halves[index(slot, .first)].marks.union(halves[index(slot, .second)].marks)
    let isDoubtful = packet.tcp.flags.rawValue & HeaderBits.syn != 0 || marks.contains(.unexpectedSYN)
    return isDoubtful && packet.transport.rawValue == HeaderBits.tcp && isAnotherOpening(packet, slot, side)
  }

  private mutating func isAnotherOpening(_ packet: Packet, _ slot: Int, _ side: Side) -> Bool {
    let flags = packet.tcp.flags.rawValue
    guard flags & HeaderBits.rst == 0 else { return false }
    if confirmsUnexpectedSYN(packet, slot, side) { return true }
    return flags & HeaderBits.syn != 0 && contradicts(packet, slot, side)
      && mayReplace(slot, isAnswer: flags & HeaderBits.ack != 0)
  }

  /// Whether a SYN that was not believed is answered, or followed by its own data.
  private mutating func confirmsUnexpectedSYN(_ packet: Packet, _ slot: Int, _ side: Side) -> Bool {
    let (own, other) = (self[slot, side], self[slot, side.other])
    let flags = packet.tcp.flags.rawValue
    if flags & HeaderBits.syn != 0 {
      return flags & HeaderBits.ack != 0 && other.marks.contains(.unexpectedSYN)
        && packet.tcp.acknowledgement == other.unexpectedSYN &+ 1
    }
    return own.marks.contains(.unexpectedSYN) && !packet.payload.isEmpty
      && packet.tcp.sequence == own.unexpectedSYN &+ 1
  }

  /// Whether a SYN cannot be the one that began this side's stream.
  private mutating func contradicts(_ packet: Packet, _ slot: Int, _ side: Side) -> Bool {
    let half = self[slot, side]
    if half.marks.contains(.sawSYN) { return packet.tcp.sequence != half.initial }
    if half.marks.contains(.synchronised), !half.isPristine {
      // A late SYN comes after the data it should have announced.
      return packet.tcp.sequence.distance(after: half.initial) != 0
    }
    return flows[slot].phase == .closed
  }

  /// Whether a contradicting SYN is believed at once. On a connection in use it may be forged (RFC 5961 section 4).
  private mutating func mayReplace(_ slot: Int, isAnswer: Bool) -> Bool {
    flows[slot].phase == .closed || (flows[slot].phase == .new && !isAnswer)
      || clock.elapsed(since: flows[slot].lastSeen) >= StreamLimits.portReuseSilence
  }

  // MARK: One segment

  mutating func acceptSegment(
    _ packet: Packet, _ bytes: RawSpan, _ slot: Int, _ side: Side, _ deliver: StreamDelivery
  ) {
    guard !isDuplicate(packet, slot, side) else {
      counters.duplicates &+= 1
      return
    }
    count(packet, slot, side)
    let flags = packet.tcp.flags.rawValue
    let payload = bytes.extracting(packet.payload)
    if isUsual(packet, slot, side) {
      self[slot, side].noteAcknowledgement(packet.tcp.acknowledgement)
      deliverData(payload, slot, side, deliver)
      return touch(slot, phase: .established)
    }
    if hasHeldSegments(slot) { giveUpOldHoles(slot, deliver) }
    if flags & HeaderBits.rst != 0 {
      acceptReset(packet, payload, slot, side, deliver)
    } else {
      var start = packet.tcp.sequence
      var isIgnored = false
      if flags & HeaderBits.syn != 0 {
        isIgnored = !acceptSYN(packet, slot, side)
        start &+= 1
      }
      if !isIgnored {
        if flags & HeaderBits.ack != 0 { self[slot, side].noteAcknowledgement(packet.tcp.acknowledgement) }
        let missing = min(max(0, packet.missingByteCount), 1 << 20)
        if payload.byteCount + missing > 0 {
          receive(payload, missing, at: start, slot, side, deliver)
        } else if flags == HeaderBits.ack {
          noteIfKeepAlive(start, slot, side)
        }
        if flags & HeaderBits.fin != 0 {
          acceptFIN(at: start.advanced(byteCount: payload.byteCount + missing), slot, side, deliver)
        }
      }
    }
    if flows[slot].phase == .new { establish(packet, slot, side) } else { touch(slot, phase: flows[slot].phase) }
    if hasHeldSegments(slot) { giveUpAcknowledgedHoles(slot, deliver) }
    settleAcknowledgedFINs(slot, deliver)
  }

  /// Whether a segment does nothing but continue its stream, on a connection where nothing else is going on.
  @inline(__always)
  private func isUsual(_ packet: Packet, _ slot: Int, _ side: Side) -> Bool {
    let (own, other) = (index(slot, side), index(slot, side.other))
    let unusual = HeaderBits.syn | HeaderBits.fin | HeaderBits.rst | HeaderBits.ack
    return packet.tcp.flags.rawValue & unusual == HeaderBits.ack
      && halves[own].marks.isDisjoint(with: .sawFIN) && halves[own].marks.contains(.synchronised)
      && halves[other].marks.isDisjoint(with: .sawFIN) && packet.tcp.sequence == halves[own].next
      && halves[own].held == HeldSegments.none && halves[other].held == HeldSegments.none
      && halves[own].strayCount == 0 && packet.missingByteCount == 0
      && flows[slot].phase == .established
  }

  @inline(__always)
  private func hasHeldSegments(_ slot: Int) -> Bool {
    halves[index(slot, .first)].held != HeldSegments.none || halves[index(slot, .second)].held != HeldSegments.none
  }

  /// A packet seen before is dropped only if the stream can do without it.
  private mutating func isDuplicate(_ packet: Packet, _ slot: Int, _ side: Side) -> Bool {
    let fingerprint = RecentPackets.fingerprint(segment: packet)
    guard
      traces[index(slot, side)].recent.sawBefore(
        fingerprint, hasIdentification: packet.identification != 0, at: clock)
    else { return false }
    let half = self[slot, side]
    let end = packet.tcp.sequence.advanced(byteCount: packet.payload.count)
    return packet.payload.isEmpty || half.held != HeldSegments.none || end.distance(after: half.next) <= 0
  }

  /// An established connection has an answer to more than a SYN, or data in more than one packet.
  private mutating func establish(_ packet: Packet, _ slot: Int, _ side: Side) {
    let isOpening = packet.tcp.flags.rawValue & (HeaderBits.syn | HeaderBits.rst) != 0
    let isAnswered = self[slot, side.other].sent.packets > 0
    let hasData = !packet.payload.isEmpty && self[slot, side].sent.packets > 1
    let isEstablished = !isOpening && (isAnswered || hasData)
    if isEstablished { flows[slot].marks.insert(.wasEstablished) }
    touch(slot, phase: isEstablished ? .established : .new)
  }

  private mutating func noteIfKeepAlive(_ sequence: UInt32, _ slot: Int, _ side: Side) {
    let half = self[slot, side]
    if half.marks.contains(.synchronised), sequence &+ 1 == half.next { counters.keepAlives &+= 1 }
  }

  // MARK: SYN

  /// Learns where the side's stream begins.
  ///
  /// - Returns: whether the segment is believed.
  private mutating func acceptSYN(_ packet: Packet, _ slot: Int, _ side: Side) -> Bool {
    let isAnswer = packet.tcp.flags.rawValue & HeaderBits.ack != 0
    guard !contradicts(packet, slot, side) else {
      counters.unexpectedSYNs &+= 1
      if !isAnswer {
        self[slot, side].unexpectedSYN = packet.tcp.sequence
        self[slot, side].marks.insert(.unexpectedSYN)
      }
      return false
    }
    if self[slot, side].marks.contains(.sawSYN) {
      counters.retransmissions &+= 1
    } else if self[slot, side].isPristine {
      self[slot, side].synchronise(at: packet.tcp.sequence &+ 1)
    }
    if isAnswer {
      if !self[slot, side.other].marks.contains(.synchronised) {
        self[slot, side.other].synchronise(at: packet.tcp.acknowledgement)
      }
    } else if !flows[slot].marks.contains(.sawSYN), self[slot, side.other].isPristine {
      flows[slot].client = side
    }
    self[slot, side].marks.insert(.sawSYN)
    flows[slot].marks.insert(.sawSYN)
    return true
  }

  // MARK: FIN

  private mutating func acceptFIN(at sequence: UInt32, _ slot: Int, _ side: Side, _ deliver: StreamDelivery) {
    if !self[slot, side].marks.contains(.synchronised) { self[slot, side].synchronise(at: sequence) }
    let half = self[slot, side]
    let offset = sequence.distance(after: half.next)
    // Data that went on after a FIN proved that one wrong.
    let isKnown = half.marks.contains(.sawFIN) && half.fin.distance(after: half.next) >= 0
    guard !isKnown, !half.marks.contains(.finished) else {
      if sequence == half.fin { counters.retransmissions &+= 1 }
      return
    }
    guard flows[slot].isSkipping || (offset >= 0 && offset <= StreamLimits.window) else {
      counters.outOfWindow &+= 1
      return
    }
    self[slot, side].fin = sequence
    self[slot, side].marks.insert(.sawFIN)
    if flows[slot].isSkipping { self[slot, side].next = sequence }
    finishIfReached(slot, side, deliver)
  }

  /// Tells that the side is done, once its stream has come to its FIN.
  mutating func finishIfReached(_ slot: Int, _ side: Side, _ deliver: StreamDelivery) {
    let half = self[slot, side]
    guard half.marks.contains(.sawFIN), !half.marks.contains(.finished), half.next == half.fin else { return }
    self[slot, side].marks.insert(.finished)
    emit(.halfClosed, slot, side, RawSpan(), deliver)
    if self[slot, side.other].marks.contains(.finished) { touch(slot, phase: .closed) }
  }

  /// A FIN that the receiver acknowledges, before its place was reached: the capture has missed what was before it.
  private mutating func settleAcknowledgedFINs(_ slot: Int, _ deliver: StreamDelivery) {
    for side in [Side.first, .second] {
      let (half, receiver) = (self[slot, side], self[slot, side.other])
      guard half.marks.contains(.sawFIN), !half.marks.contains(.finished), receiver.marks.contains(.sawACK),
        receiver.acknowledged.distance(after: half.fin) == 1
      else { continue }
      settleEnd(slot, side, deliver)
    }
  }

  // MARK: RST

  /// A RST ends the flow softly: it may be forged or refused, so that data which continues the stream still counts.
  private mutating func acceptReset(
    _ packet: Packet, _ payload: RawSpan, _ slot: Int, _ side: Side, _ deliver: StreamDelivery
  ) {
    guard isPlausibleReset(packet, slot, side) else {
      counters.ignoredResets &+= 1
      return
    }
    flows[slot].marks.insert(.reset)
    // Data of a RST is a message for people, if anything (RFC 9293 section 3.10.7.3), and no part of the stream.
    if !payload.isEmpty, !flows[slot].isSkipping { emit(.alternateData, slot, side, payload, deliver) }
    for side in [side, side.other] { giveUpAllHoles(slot, side, deliver) }
    touch(slot, phase: .closed)
  }

  private mutating func isPlausibleReset(_ packet: Packet, _ slot: Int, _ side: Side) -> Bool {
    let (own, other) = (self[slot, side], self[slot, side.other])
    if own.marks.contains(.synchronised) {
      return StreamLimits.resetWindow.contains(packet.tcp.sequence.distance(after: own.next))
    }
    // The answer to a SYN that nobody waited for has nothing but the acknowledgement to be known by.
    guard packet.tcp.flags.rawValue & HeaderBits.ack != 0, other.marks.contains(.synchronised) else { return true }
    return StreamLimits.resetWindow.contains(packet.tcp.acknowledgement.distance(after: other.next))
  }
}
