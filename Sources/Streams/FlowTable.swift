package import Wire

/// The flows of one worker: packets in, ordered bytes and gaps out.
///
/// Flows are found by their addresses, ports and transport, both directions as one. Time is that of the packets; it may
/// stand still, run backwards or jump. Nothing is allocated for a packet that continues a stream, and its bytes are
/// handed on where they lie.
///
/// Where two segments put different bytes in the same place of a stream, the first one that was captured is the stream
/// and the other one is alternate data: which of the two the receiver used cannot be known, so both get scanned.
///
/// In the extensions, functions that only ask are `mutating` too, or inlined: called from a mutating function, the
/// compiler (6.3) would lend them a copy of the whole table, for every packet.
package struct FlowTable: ~Copyable {
  package let limits: StreamLimits
  package internal(set) var counters = StreamCounters()
  /// Flows open at present.
  package internal(set) var activeFlowCount = 0

  /// Free places included.
  var flows: [Flow] = []
  /// Two for each flow, by `index`.
  var halves: [StreamHalf] = []
  var traces: [Trace] = []
  var cells: CellTable
  var held = HeldSegments()
  var lists = PhaseLists()
  var free = FlowList.none
  /// Time of the packet at hand.
  var clock = Int64.min
  /// No flow's time is over before this.
  var nextSweep = Int64.max

  /// What is remembered of one side's packets and segments, two cache lines.
  struct Trace: BitwiseCopyable {
    var history = SegmentHistory()
    var recent = RecentPackets()
  }

  package init(limits: StreamLimits = StreamLimits()) {
    self.limits = limits
    let capacity = min(max(1, limits.flows), 1 << 26)
    cells = CellTable(capacity: capacity)
    // Address space only: memory is taken as places are used, and never moved.
    flows.reserveCapacity(capacity)
    halves.reserveCapacity(capacity * 2)
    traces.reserveCapacity(capacity * 2)
  }

  /// Takes one packet in, whose offsets point into `bytes`.
  ///
  /// - Parameters:
  ///   - timestamp: nanoseconds since the Unix epoch.
  ///   - deliver: receives what the packet brings about, in order; also for other flows whose time is over.
  package mutating func accept(
    _ packet: Packet, in bytes: RawSpan, at timestamp: Int64, deliver: StreamDelivery
  ) {
    let transport = packet.transport.rawValue
    guard transport == HeaderBits.tcp || transport == HeaderBits.udp else {
      counters.otherTransport &+= 1
      return
    }
    advanceClock(to: timestamp, deliver)
    let hash = UInt32(truncatingIfNeeded: flowHash(packet) >> 32)
    guard let (slot, side) = place(of: packet, hash, deliver) else { return }
    if transport == HeaderBits.tcp {
      acceptSegment(packet, bytes, slot, side, deliver)
    } else {
      acceptDatagram(packet, bytes, slot, side, deliver)
    }
  }

  /// Ends the capture: what is held is delivered with its gaps, every flow is closed, those opened first first.
  package mutating func finish(deliver: StreamDelivery) {
    var open: [(number: UInt64, slot: Int)] = []
    for phase in Flow.Phase.allCases {
      var slot = lists[phase].head
      while slot != FlowList.none {
        open.append((flows[Int(slot)].number, Int(slot)))
        slot = flows[Int(slot)].next
      }
    }
    open.sort { $0.number < $1.number }
    for (_, slot) in open { close(slot, flows[slot].ownCloseReason ?? .shutdown, deliver) }
  }

  /// What is known of an open flow; a closed one's last record comes with its `closed` event.
  package func record(_ flow: FlowIndex) -> FlowRecord { record(flow.slot) }

  /// The side taken for the client is the server. The same as answering an event with `.swapRoles`.
  package mutating func swapRoles(_ flow: FlowIndex) { flows[flow.slot].client = flows[flow.slot].client.other }

  /// Nothing of the flow needs to be read any more. The same as answering an event with `.skip`.
  package mutating func skip(_ flow: FlowIndex) { startSkipping(flow.slot) }

  // MARK: Finding and opening

  /// The place of the flow that `packet` belongs to, opened if need be; `nil` if the packet is to be passed over.
  private mutating func place(of packet: Packet, _ hash: UInt32, _ deliver: StreamDelivery) -> (Int, Side)? {
    var probe = cells.probe(hash)
    while let slot = cells.next(hash, &probe) {
      guard let side = flows[slot].sender(of: packet) else { continue }
      guard !isOver(slot) else {
        close(slot, flows[slot].ownCloseReason ?? .timeout, deliver)
        break
      }
      guard opensAnother(packet, slot, side) else { return (slot, side) }
      close(slot, .replaced, deliver)
      break
    }
    if packet.transport.rawValue == HeaderBits.tcp, packet.tcp.flags.rawValue & HeaderBits.rst != 0 {
      counters.ignoredResets &+= 1
      return nil
    }
    return (open(packet, hash, deliver), .first)
  }

  private mutating func open(_ packet: Packet, _ hash: UInt32, _ deliver: StreamDelivery) -> Int {
    if activeFlowCount >= max(1, limits.flows) { evict(deliver) }
    let isTCP = packet.transport.rawValue == HeaderBits.tcp
    if isTCP { counters.tcpFlows &+= 1 } else { counters.udpFlows &+= 1 }
    if isTCP, packet.tcp.flags.rawValue & HeaderBits.syn == 0 { counters.midstreamPickups &+= 1 }
    let flow = Flow(
      packet, hash: hash, number: counters.flows, phase: isTCP ? .new : .udp, client: Self.client(of: packet),
      at: clock)
    let slot = takePlace(flow)
    if !cells.insert(hash, slot: slot) { displace(near: hash, by: slot, deliver) }
    append(slot)
    activeFlowCount += 1
    counters.activePeak = max(counters.activePeak, UInt64(activeFlowCount))
    emit(.opened(record(slot)), slot, .first, RawSpan(), deliver)
    return slot
  }

  private mutating func takePlace(_ flow: Flow) -> Int {
    guard free != FlowList.none else {
      flows.append(flow)
      for _ in 0..<2 {
        halves.append(StreamHalf())
        traces.append(Trace())
      }
      return flows.count - 1
    }
    let slot = Int(free)
    free = flows[slot].next
    flows[slot] = flow
    for side in [Side.first, .second] {
      self[slot, side] = StreamHalf()
      traces[index(slot, side)] = Trace()
    }
    return slot
  }

  /// Who is the client, judged by the flow's first packet: who sends a SYN or receives a SYN/ACK. Otherwise the sender,
  /// unless only its port is a privileged one, or one below those that hosts choose for themselves (32768 on Linux,
  /// 49152 elsewhere).
  private static func client(of packet: Packet) -> Side {
    if packet.transport.rawValue == HeaderBits.tcp, packet.tcp.flags.rawValue & HeaderBits.syn != 0 {
      return packet.tcp.flags.rawValue & HeaderBits.ack == 0 ? .first : .second
    }
    let (source, destination) = (packet.source.port, packet.destination.port)
    let isServer = (source < 1_024 && destination >= 1_024) || (source < 32_768 && destination >= 32_768)
    return isServer ? .second : .first
  }

  // MARK: Telling

  @inline(__always)
  func index(_ slot: Int, _ side: Side) -> Int { slot &* 2 &+ Int(side.rawValue) }

  subscript(slot: Int, side: Side) -> StreamHalf {
    @inline(__always)
    get { halves[index(slot, side)] }
    @inline(__always)
    _modify { yield &halves[index(slot, side)] }
  }

  @inline(__always)
  func record(_ slot: Int) -> FlowRecord {
    flows[slot].record((self[slot, .first].sent, self[slot, .second].sent))
  }

  /// Tells the consumer, and does what it answers.
  mutating func emit(
    _ kind: StreamEvent.Kind, _ slot: Int, _ side: Side, _ bytes: RawSpan, _ deliver: StreamDelivery
  ) {
    let verdict = deliver(
      StreamEvent(
        flow: FlowIndex(slot: slot), kind: kind, direction: flows[slot].direction(of: side), bytes: bytes,
        timestamp: clock))
    switch verdict {
    case .goOn: break
    case .swapRoles: swapRoles(FlowIndex(slot: slot))
    case .skip: startSkipping(slot)
    }
  }

  private mutating func startSkipping(_ slot: Int) {
    flows[slot].marks.insert(.skipping)
    for side in [Side.first, .second] where self[slot, side].held != HeldSegments.none {
      held.release(self[slot, side].held)
      self[slot, side].held = HeldSegments.none
    }
  }
}
