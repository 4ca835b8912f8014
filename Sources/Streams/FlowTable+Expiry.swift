import Wire

/// The lists of flows by phase.
struct PhaseLists {
  private var new = FlowList()
  private var established = FlowList()
  private var closed = FlowList()
  private var udp = FlowList()

  subscript(phase: Flow.Phase) -> FlowList {
    get {
      switch phase {
      case .new: new
      case .established: established
      case .closed: closed
      case .udp: udp
      }
    }
    _modify {
      switch phase {
      case .new: yield &new
      case .established: yield &established
      case .closed: yield &closed
      case .udp: yield &udp
      }
    }
  }
}

// Each phase has its list, ordered by the time at which a flow was put there. A flow is moved to the end when it is
// seen a second or more after it was put where it is, so that a busy flow costs one move a second, not one a packet.
extension FlowTable {
  /// Packet times this close are taken for the same, in nanoseconds: how far interfaces that are captured together
  /// disagree, and how exact the order of the lists is.
  private static let granularity = Int64.second
  /// Flows looked at for one packet, at most: a jump of the clock by years ends them over many packets, not at once.
  private static let sweepBudget = 32

  /// Ends what is over at `timestamp`. O(1) for nearly every packet, and over many packets on average.
  @inline(__always)
  mutating func advanceClock(to timestamp: Int64, _ deliver: StreamDelivery) {
    let isBackwards = timestamp < clock
    let previous = clock
    clock = timestamp
    if timestamp >= nextSweep || (isBackwards && timestamp.elapsed(since: previous) < -Self.granularity) {
      sweep(deliver)
    }
    if let hole = held.oldestHole { giveUpIfOld(hole, deliver) }
  }

  /// Whether the flow was silent for as long as its phase allows, whoever has looked at it since.
  @inline(__always)
  func isOver(_ slot: Int) -> Bool { clock.elapsed(since: flows[slot].lastSeen) >= timeout(flows[slot].phase) }

  @inline(__always)
  func timeout(_ phase: Flow.Phase) -> Int64 {
    switch phase {
    case .new: limits.timeouts.newFlow
    case .established: limits.timeouts.established
    case .closed: limits.timeouts.closed
    case .udp: limits.timeouts.udp
    }
  }

  private mutating func sweep(_ deliver: StreamDelivery) {
    var budget = Self.sweepBudget
    var next = Int64.max
    for phase in Flow.Phase.allCases {
      while let deadline = deadline(phase) {
        guard deadline <= clock || isAhead(phase) else {
          next = min(next, deadline)
          break
        }
        guard budget > 0 else {
          nextSweep = Int64.min
          return
        }
        budget -= 1
        settleHead(phase, deliver)
      }
    }
    nextSweep = next
  }

  /// When the first flow of the list has to be looked at.
  private mutating func deadline(_ phase: Flow.Phase) -> Int64? {
    let head = lists[phase].head
    guard head != FlowList.none else { return nil }
    let (deadline, overflow) = flows[Int(head)].placed.addingReportingOverflow(timeout(phase))
    return overflow ? .max : deadline
  }

  /// Whether the clock was set back to before the first flow of the list was put there.
  private mutating func isAhead(_ phase: Flow.Phase) -> Bool {
    clock.elapsed(since: flows[Int(lists[phase].head)].placed) < -Self.granularity
  }

  /// Closes the first flow of the list, or puts it at the end if it was seen since.
  private mutating func settleHead(_ phase: Flow.Phase, _ deliver: StreamDelivery) {
    let slot = Int(lists[phase].head)
    if isOver(slot) {
      close(slot, flows[slot].ownCloseReason ?? .timeout, deliver)
      return
    }
    // A time that lies ahead is one of a clock that was set back since: the silence counts from now.
    flows[slot].lastSeen = min(flows[slot].lastSeen, clock)
    unlink(slot)
    append(slot, at: flows[slot].lastSeen)
  }

  /// Notes that the flow was seen, or has come to another phase.
  @inline(__always)
  mutating func touch(_ slot: Int, phase: Flow.Phase) {
    flows[slot].lastSeen = clock
    if clock > flows[slot].end { flows[slot].end = clock }
    let age = clock.elapsed(since: flows[slot].placed)
    guard phase != flows[slot].phase || age >= Self.granularity || age <= -Self.granularity else { return }
    unlink(slot)
    flows[slot].phase = phase
    append(slot)
  }

  mutating func append(_ slot: Int) { append(slot, at: clock) }

  private mutating func append(_ slot: Int, at time: Int64) {
    let phase = flows[slot].phase
    let tail = lists[phase].tail
    (flows[slot].previous, flows[slot].next, flows[slot].placed) = (tail, FlowList.none, time)
    if tail == FlowList.none {
      lists[phase].head = Int32(truncatingIfNeeded: slot)
      nextSweep = min(nextSweep, deadline(phase) ?? .max)
    } else {
      flows[Int(tail)].next = Int32(truncatingIfNeeded: slot)
    }
    lists[phase].tail = Int32(truncatingIfNeeded: slot)
  }

  private mutating func unlink(_ slot: Int) {
    let (phase, previous, next) = (flows[slot].phase, flows[slot].previous, flows[slot].next)
    if previous == FlowList.none { lists[phase].head = next } else { flows[Int(previous)].next = next }
    if next == FlowList.none { lists[phase].tail = previous } else { flows[Int(next)].previous = previous }
  }

  // MARK: Eviction

  /// Closes the flow that will be missed least: one that is over anyway, else one that nobody answered, else the one
  /// that was silent for longest.
  mutating func evict(_ deliver: StreamDelivery) {
    var victim = lists[.closed].head
    if victim == FlowList.none { victim = lists[.new].head }
    if victim == FlowList.none {
      let (established, udp) = (lists[.established].head, lists[.udp].head)
      if established == FlowList.none || udp == FlowList.none {
        victim = max(established, udp)
      } else {
        victim = flows[Int(established)].lastSeen <= flows[Int(udp)].lastSeen ? established : udp
      }
    }
    guard victim != FlowList.none else { return }
    close(Int(victim), flows[Int(victim)].ownCloseReason ?? .evicted, deliver)
  }

  /// Gives the flow in `slot` the cell of the one that was silent for longest among those in its way.
  mutating func displace(near hash: UInt32, by slot: Int, _ deliver: StreamDelivery) {
    counters.probeBoundReached &+= 1
    guard let victim = cells.occupants(hash).min(by: { flows[$0].lastSeen < flows[$1].lastSeen }) else { return }
    cells.replace(victim, with: slot, near: hash)
    close(victim, .evicted, deliver)
  }

  // MARK: Closing

  /// Delivers what is held, tells that the flow is over and frees its place.
  mutating func close(_ slot: Int, _ reason: CloseReason, _ deliver: StreamDelivery) {
    let client = flows[slot].client
    for side in [client, client.other] { settleEnd(slot, side, deliver) }
    emit(.closed(reason, record(slot)), slot, flows[slot].client, RawSpan(), deliver)
    switch reason {
    case .finished: counters.finished &+= 1
    case .reset: counters.reset &+= 1
    case .timeout: counters.timedOut &+= 1
    case .evicted: counters.evicted &+= 1
    case .shutdown: counters.shutDown &+= 1
    case .replaced: counters.replaced &+= 1
    }
    cells.remove(flows[slot].hash, slot: slot)
    unlink(slot)
    flows[slot].next = free
    free = Int32(truncatingIfNeeded: slot)
    activeFlowCount -= 1
  }
}
