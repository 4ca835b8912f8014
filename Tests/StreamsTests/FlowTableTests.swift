import Streams
import TestSupport
import Testing
import Wire

@Suite("The flow table: what is kept, and for how long")
struct FlowTableTests {
  private static func limits(flows: Int) -> StreamLimits {
    var limits = StreamLimits()
    limits.flows = flows
    return limits
  }

  @Test("Both directions are one flow, counted by side, IPv4 and IPv6")
  func record() throws {
    for isIPv6 in [false, true] {
      let listener = Listener()
      if isIPv6 {
        (listener.client.address, listener.server.address) = (IPAddress(high: 1, low: 2), IPAddress(high: 1, low: 3))
      }
      let start = listener.time + .millisecond
      listener.handshake()
      listener.send(.toServer, at: 0, .numbered(60))
      listener.send(.toClient, at: 0, .numbered(10))
      let record = listener.table.record(FlowIndex(slot: try #require(listener.slots.first)))
      #expect(record.client == listener.client)
      #expect(record.server == listener.server)
      #expect(record.transport == .tcp)
      #expect((record.toServer.packets, record.toServer.bytes) == (3, 180))
      #expect((record.toClient.packets, record.toClient.bytes) == (2, 90))
      #expect((record.start, record.end) == (start, start + 4 * .millisecond))
      #expect(record.sawHandshake)
      #expect(record.wasEstablished)
      #expect(record.number == 1)
    }
  }

  @Test("A port to itself, as in a LAND packet, is a flow of one side")
  func land() {
    let listener = Listener()
    listener.server = listener.client
    listener.send(.toServer, at: -1, [], .syn, acknowledging: nil)
    listener.send(.toServer, at: 0, [1])
    listener.finish()
    #expect(listener.stream(.toServer) == [1])
    #expect(listener.records.first?.toServer.packets == 2)
  }

  @Test("Packets that are neither TCP nor UDP are passed over")
  func otherTransport() {
    let listener = Listener()
    for transport in [IPProtocol.icmp, .icmpv6, .sctp] {
      listener.accept(
        Packet(
          source: Listener.client, destination: Listener.server, transport: transport, payload: 0..<0,
          datagramByteCount: 20), [])
    }
    #expect(listener.heard.isEmpty)
    #expect(listener.counters.otherTransport == 3)
  }

  // MARK: Time

  @Test(
    "A flow is over after the silence that its state allows",
    arguments: [("new", 60), ("established", 3_600), ("closed", 10), ("udp", 60)])
  func timeouts(state: String, seconds: Int64) {
    for (silence, isOver) in [(seconds * .second - 5 * .millisecond, false), (seconds * .second, true)] {
      let listener = Listener()
      switch state {
      case "new": listener.send(.toServer, at: -1, [], .syn, acknowledging: nil)
      case "established": listener.handshake()
      case "closed":
        listener.handshake()
        listener.send(.toServer, at: 0, [], .rst)
      default: listener.datagram(.toServer, [1])
      }
      listener.time += silence
      listener.client.port += 1
      listener.datagram(.toServer, [2])
      #expect(listener.closings.count == (isOver ? 1 : 0), "\(state)")
      #expect(listener.counters.timedOut == (isOver && state != "closed" ? 1 : 0), "\(state)")
    }
  }

  @Test("A packet after the silence opens another flow, even if it is the first to notice")
  func lateOnSameFlow() {
    let listener = Listener()
    listener.datagram(.toServer, [1])
    listener.time += 60 * .second
    listener.datagram(.toServer, [2])
    #expect(listener.openings.count == 2)
    #expect(listener.closings == [.timeout])
  }

  @Test("A flow that is seen again and again stays")
  func keptAlive() {
    let listener = Listener()
    for _ in 0..<10 {
      listener.time += 59 * .second
      listener.datagram(.toServer, [1])
    }
    #expect(listener.openings.count == 1)
    #expect(listener.closings.isEmpty)
  }

  @Test("A jump of ten years ends all flows, a few with each packet")
  func jumpForward() {
    let listener = Listener(limits: Self.limits(flows: 1_000))
    for port in 0..<500 as Range<UInt16> {
      listener.client.port = 10_000 + port
      listener.datagram(.toServer, [1])
    }
    listener.time += 10 * 365 * 86_400 * .second
    for expected in [32, 64, 96] {
      listener.datagram(.toServer, [2])
      #expect((expected...expected + 1).contains(listener.closings.count))
    }
    for _ in 0..<20 { listener.datagram(.toServer, [2]) }
    #expect(listener.closings.count == 500)
    #expect(listener.table.activeFlowCount == 1)
  }

  @Test("One packet from ten years ahead does not stop the clock for the others")
  func jumpThere() {
    let listener = Listener(limits: Self.limits(flows: 1_000))
    for port in 0..<100 as Range<UInt16> {
      listener.client.port = 10_000 + port
      listener.datagram(.toServer, [1])
    }
    let now = listener.time
    listener.time += 10 * 365 * 86_400 * .second
    listener.client.port = 9
    listener.datagram(.toServer, [1])
    listener.time = now
    listener.client.port = 10_099
    for _ in 0..<10 { listener.datagram(.toServer, [1]) }
    #expect(listener.closings.count <= 32)
    // All that is left times out a minute later, the one from the future when it is noticed and a minute later.
    for port in [11, 12] as [UInt16] {
      listener.time += 61 * .second
      listener.client.port = port
      for _ in 0..<20 { listener.datagram(.toServer, [1]) }
    }
    #expect(listener.table.activeFlowCount == 1)
  }

  @Test("Time may run backwards, and be anything", arguments: [Int64.min, .min + 1, -1, 0, .max - 1, .max])
  func anyTime(timestamp: Int64) {
    let listener = Listener()
    listener.handshake()
    listener.send(.toServer, at: 10, .numbered(10))
    for time in [timestamp, 1_700_000_000 * .second, timestamp, 0, timestamp] {
      // The table is asked without the step of 1 ms, which would overflow.
      var packet = Packet(
        source: Listener.client, destination: Listener.server, transport: .udp, payload: 0..<0, datagramByteCount: 28)
      packet.identification = UInt32(truncatingIfNeeded: time)
      listener.table.accept(packet, in: [UInt8]().rawSpan, at: time) { _ in .goOn }
    }
    listener.finish()
    #expect(listener.table.activeFlowCount == 0)
  }

  @Test("Interfaces that disagree by milliseconds do not disturb each other")
  func jitter() {
    let listener = Listener()
    listener.handshake()
    for index in 0..<100 {
      listener.time += index.isMultiple(of: 2) ? 8 * .millisecond : -9 * .millisecond
      listener.send(.toServer, at: index, [UInt8(index)])
    }
    #expect(listener.stream(.toServer) == (0..<100).map { UInt8($0) })
    #expect(listener.closings.isEmpty)
  }

  // MARK: Bounds

  @Test("At the brim the flow that is over goes first, then the unanswered one, then the one silent for longest")
  func eviction() {
    let listener = Listener(limits: Self.limits(flows: 4))
    func flow(_ port: UInt16) { listener.client.port = port }
    flow(1)
    listener.handshake()
    listener.time += 2 * .second
    flow(2)
    listener.datagram(.toServer, [1])
    flow(3)
    listener.send(.toServer, at: -1, [], .syn, acknowledging: nil)
    flow(4)
    listener.handshake()
    listener.send(.toClient, at: 0, [], .rst)
    listener.time += 2 * .second
    for port in 10..<14 as Range<UInt16> {
      flow(port)
      listener.handshake()
    }
    let closed = zip(listener.records.map(\.client.port), listener.closings).map { "\($0) \($1.rawValue)" }
    #expect(closed == ["4 reset", "3 evicted", "1 evicted", "2 evicted"])
    #expect(listener.counters.evicted == 3)
    #expect(listener.counters.activePeak == 4)
  }

  @Test("What an evicted flow holds is delivered first")
  func evictionDelivers() {
    let listener = Listener(limits: Self.limits(flows: 1))
    listener.handshake()
    listener.send(.toServer, at: 5, [1])
    listener.client.port += 1
    listener.send(.toServer, at: -1, [], .syn, acknowledging: nil)
    #expect(
      Array(listener.heard.dropFirst()) == [
        .gap(.toServer, 5), .data(.toServer, [1]), .closed(.evicted), .opened(client: listener.client),
      ])
  }

  @Test("Twenty thousand flows over a day take no more places than the limit")
  func manyFlows() {
    let listener = Listener(limits: Self.limits(flows: 256))
    for index in 0..<20_000 {
      listener.client.port = UInt16(truncatingIfNeeded: index)
      listener.client.address = IPAddress(ipv4: UInt32(index))
      listener.time += 4 * .second
      listener.send(.toServer, at: -1, [], .syn, acknowledging: nil)
      if index.isMultiple(of: 3) { listener.send(.toServer, at: 50, [1], acknowledging: nil) }
      listener.forget()
    }
    #expect(listener.table.activeFlowCount <= 256)
    #expect(listener.slots.count <= 256)
    #expect(listener.counters.tcpFlows == 20_000)
    #expect(listener.counters.activePeak <= 256)
    listener.finish()
    #expect(listener.records.count == 20_000)
    #expect(listener.counters.timedOut + listener.counters.evicted + listener.counters.shutDown == 20_000)
  }

  @Test("At the end all flows are closed in the order in which they were opened")
  func finish() {
    let listener = Listener()
    for port in [7, 3, 9, 1] as [UInt16] {
      listener.client.port = port
      listener.handshake()
      listener.send(.toServer, at: 5, [UInt8(port)])
    }
    listener.client.port = 7
    listener.send(.toServer, at: 20, [8])
    listener.forget()
    listener.finish()
    #expect(listener.records.map(\.client.port) == [7, 3, 9, 1])
    #expect(listener.closings == [.shutdown, .shutdown, .shutdown, .shutdown])
    #expect(listener.stream(.toServer) == [7, 8, 3, 9, 1])
    #expect(listener.table.activeFlowCount == 0)
    listener.handshake()
    #expect(listener.table.activeFlowCount == 1)
  }

  @Test("Counters of several tables add up, field by field")
  func sum() {
    var (left, right) = (StreamCounters(), StreamCounters())
    for (index, field) in StreamCounters.fields.enumerated() {
      left[keyPath: field] = UInt64(index)
      right[keyPath: field] = 1_000
    }
    left += right
    for (index, field) in StreamCounters.fields.enumerated() { #expect(left[keyPath: field] == UInt64(index) + 1_000) }
    #expect(MemoryLayout<StreamCounters>.size == StreamCounters.fields.count * 8)
  }
}

@Suite("Hostile traffic")
struct HostileTests {
  /// Anything at all on a few flows, so that everything happens to each of them.
  @Test("Noise neither traps nor breaks a bound, and every flow is opened once and closed once", arguments: 0..<8)
  func noise(seed: UInt64) {
    var generator = SeededGenerator(seed: seed)
    var limits = StreamLimits()
    (limits.flows, limits.heldBytesPerDirection, limits.heldBytes) = (5, 2_000, 5_000)
    limits.heldSegmentsPerDirection = 12
    let listener = Listener(limits: limits)
    var open = 0
    listener.answer = { event in
      switch event {
      case .opened: open += 1
      case .closed: open -= 1
      default: break
      }
      return .goOn
    }
    for step in 0..<4_000 {
      var packet = Self.packet(&generator)
      if step.isMultiple(of: 400) { packet.tcp.sequence = UInt32(truncatingIfNeeded: generator.next()) }
      let bytes = generator.bytes(packet.payload.count)
      if step.isMultiple(of: 100) { listener.time += Int64.random(in: -100...100, using: &generator) * .second }
      listener.accept(packet, bytes)
      if step.isMultiple(of: 64) { listener.forget() }
      #expect(open == listener.table.activeFlowCount, "seed \(seed), step \(step)")
    }
    #expect(listener.counters.heldPeak <= 5_000, "seed \(seed)")
    #expect(listener.counters.activePeak <= 5, "seed \(seed)")
    listener.finish()
    #expect(open == 0, "seed \(seed)")
    #expect(UInt64(listener.records.count) == listener.counters.flows, "seed \(seed)")
  }

  private static func packet(_ generator: inout SeededGenerator) -> Packet {
    func random(_ range: Range<Int>) -> Int { Int.random(in: range, using: &generator) }
    let ends = [random(0..<3), random(3..<6)].shuffled(using: &generator)
      .map { Endpoint(IPAddress(ipv4: UInt32($0)), port: 50) }
    var packet = Packet(
      source: ends[0], destination: ends[1], transport: random(0..<10) == 0 ? .udp : .tcp,
      payload: 0..<(random(0..<3) == 0 ? 0 : random(0..<80)), missingByteCount: random(0..<20) == 0 ? 30 : 0,
      datagramByteCount: random(0..<100))
    packet.tcp.sequence = UInt32.max - 300 &+ UInt32(random(0..<700))
    packet.tcp.acknowledgement = UInt32.max - 300 &+ UInt32(random(0..<700))
    packet.tcp.flags = random(0..<4) == 0 ? TCPFlags(rawValue: UInt8(random(0..<64))) : .ack
    packet.identification = UInt32(random(0..<4))
    return packet
  }

  /// The hash is fixed, so that anyone can search for addresses and ports that fall into one cell.
  @Test("Flows chosen to collide push each other out at the probe limit, and the rest are still found")
  func collisions() {
    var limits = StreamLimits()
    limits.flows = 600
    let listener = Listener(limits: limits)
    var clients: [Endpoint] = []
    var candidate: UInt32 = 0
    while clients.count < 300 {
      candidate += 1
      let client = Endpoint(IPAddress(ipv4: candidate), port: 40_000)
      let packet = Packet(
        source: client, destination: Listener.server, transport: .udp, payload: 0..<0, datagramByteCount: 0)
      if flowHash(packet) >> 32 & 2_047 == 5 { clients.append(client) }
    }
    for client in clients {
      listener.client = client
      listener.datagram(.toServer, [1])
    }
    #expect(listener.counters.probeBoundReached == 300 - 256)
    #expect(listener.counters.evicted == 300 - 256)
    #expect(listener.table.activeFlowCount == 256)
    for client in clients.suffix(256) {
      listener.client = client
      listener.datagram(.toServer, [2])
    }
    #expect(listener.counters.udpFlows == 300)
    listener.finish()
    #expect(listener.records.count == 300)
  }

  @Test("Segments that overlap in every way cost no more than the bounds")
  func manyOverlaps() {
    var limits = Listener.smallLimits
    limits.heldSegmentsPerDirection = 64
    let listener = Listener(limits: limits)
    listener.handshake()
    for start in stride(from: 4_000, to: 1, by: -3) { listener.send(.toServer, at: start, [1, 2]) }
    listener.send(.toServer, at: 1, [UInt8](repeating: 9, count: 8_000))
    listener.finish()
    #expect(listener.counters.holdBoundReached > 0)
    #expect(listener.counters.heldPeak <= 8_000 + 130 * 82)
  }
}
