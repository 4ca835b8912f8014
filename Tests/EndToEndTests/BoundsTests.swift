import Alerts
import Capture
import Foundation
import Observations
import Sensor
import Streams
import TestSupport
import Testing
import Wire

@Suite("Bounds: what a peer can make grow does not")
struct BoundsTests {
  private static let flowCount = 60_000
  private static let flowLimit = 1_024
  private static let second: Int64 = 1_000_000_000
  private static let day = 86_400 * second

  /// What becomes of the flows of the day below, by turns.
  private enum Fate: Int, CaseIterable {
    /// A SYN that nobody answers.
    case unanswered
    /// A request that is never answered, on a connection that is never closed.
    case abandoned
    case reset
    /// A datagram.
    case datagram
    case finished
  }

  @Test("a day of short flows: their number stays below the limit, each is closed, the counters add up")
  func boundsFlows() throws {
    var settings = SensorSettings()
    settings.streams.flows = Self.flowLimit
    // Connections that stay open are remembered all day, unless there are too many.
    settings.streams.timeouts.established = Self.day
    var engine = try SensorEngine(patterns: InMemoryReplay.patterns.get(), settings: settings)
    var (opened, closed, requests) = (0, 0, 0)
    var reasons: [FlowSummary.Reason: UInt64] = [:]
    let observe: (Observation) -> Void = { observation in
      switch observation.fact {
      case .flowOpened: opened += 1
      case .request: requests += 1
      case .flowClosed(let summary):
        closed += 1
        reasons[summary.reason, default: 0] += 1
      default: break
      }
    }
    var number: UInt64 = 0
    for flow in 0..<Self.flowCount {
      let time = Self.day / Int64(Self.flowCount) * Int64(flow)
      for datagram in packets(of: flow) {
        number += 1
        let place = PacketPlace(packet: number, numberInSource: number, source: 0, timestamp: time)
        engine.process(datagram.rawSpan, linkType: .raw, wireByteCount: datagram.count, at: place, observe: observe)
      }
      if flow.isMultiple(of: 1_000) { try #require(engine.counters.activeFlows <= Self.flowLimit) }
    }
    engine.finish(observe: observe)
    let streams = engine.counters.streams
    #expect(engine.counters.activeFlows == 0)
    #expect(streams.activePeak <= UInt64(Self.flowLimit))
    #expect(streams.evicted > 0)
    #expect(opened == Self.flowCount)
    #expect(closed == Self.flowCount)
    #expect(streams.flows == UInt64(Self.flowCount))
    #expect(streams.udpFlows == UInt64(Self.flowCount / Fate.allCases.count))
    #expect(requests == Self.flowCount / Fate.allCases.count * 3)
    let byReason = [
      streams.finished, streams.reset, streams.timedOut, streams.replaced, streams.evicted, streams.shutDown,
    ]
    #expect(byReason.reduce(0, +) == UInt64(Self.flowCount))
    #expect(byReason == [.finished, .reset, .timeout, .replaced, .evicted, .shutdown].map { reasons[$0] ?? 0 })
    #expect(streams.heldPeak == 0)
  }

  /// The datagrams of one of the flows, each from an address and port of its own.
  private func packets(of flow: Int) -> [[UInt8]] {
    let client = Endpoint(IPAddress(ipv4: 0x0A00_0000 + UInt32(flow)), port: UInt16(1_024 + flow % 60_000))
    let server = Endpoint(IPAddress(ipv4: 0xC633_6409), port: 80)
    let fate = Fate.allCases[flow % Fate.allCases.count]
    let talk = Conversation(client: client, server: server)
    let request = Array("GET / HTTP/1.1\r\nHost: h.test\r\n\r\n".utf8)
    let end = UInt32(1 + request.count)
    return switch fate {
    case .unanswered: [talk.client(0, .syn)]
    case .datagram: [talk.datagram(Array("hello".utf8))]
    case .abandoned: [talk.client(0, .syn), talk.server(0, [.syn, .ack]), talk.client(1, .ack, request)]
    case .reset: [talk.client(0, .syn), talk.client(1, .ack, request), talk.client(end, .rst)]
    case .finished:
      [
        talk.client(0, .syn), talk.client(1, .ack, request), talk.client(end, [.fin, .ack]),
        talk.server(0, [.fin, .ack]),
      ]
    }
  }

  @Test("many flows in any order: one, two and five workers give the same alerts")
  func isDeterministic() throws {
    let seed: UInt64 = 20_260_801
    var generator = SeededGenerator(seed: seed)
    let frames = shuffledFlows(600, &generator)
    var told: [[String]] = []
    for workers in [1, 2, 5] {
      var replay = InMemoryReplay()
      replay.settings.workers = workers
      let outcome = try replay.run(named: "shuffled") { (process) throws(CaptureError) in
        for (index, frame) in frames.enumerated() {
          process(frame.rawSpan, .raw, frame.count, Int64(index) * 1_000_000)
        }
      }
      #expect(outcome.counters.streams.flows == 600)
      told.append(outcome.alerts.map { "\($0.place.packet).\($0.place.step) \($0.flow.id) \($0.essence)" })
    }
    // A key of its own for every third flow; the shared one once for each host, and once more for its repeats.
    #expect(told[0].count == 200 + 11 + 11)
    #expect(told[1] == told[0], "seed \(seed)")
    #expect(told[2] == told[0], "seed \(seed)")
  }

  /// Flows that post a key, of their own or shared, or none, in pieces: the packets of each flow in nearly their order,
  /// those of different flows in any.
  private func shuffledFlows(_ count: Int, _ generator: inout SeededGenerator) -> [[UInt8]] {
    let shared = key(&generator)
    var queues: [[[UInt8]]] = []
    for flow in 0..<count {
      let client = Endpoint(IPAddress(ipv4: 0x0A01_0000 + UInt32(flow)), port: UInt16(20_000 + flow))
      let server = Endpoint(IPAddress(ipv4: 0xC633_6400 + UInt32(flow % 7)), port: 80)
      let talk = Conversation(client: client, server: server)
      let word = [key(&generator), shared, "nothing"][flow % 3]
      let body = "{\"k\":\"\(word)\"}"
      let request = Array(
        "POST /\(flow) HTTP/1.1\r\nHost: drop\(flow % 11).test\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)"
          .utf8)
      var packets = [talk.client(0, .syn)]
      for start in stride(from: 0, to: request.count, by: 50) {
        packets.append(talk.client(UInt32(1 + start), .ack, Array(request[start..<min(start + 50, request.count)])))
      }
      if flow.isMultiple(of: 4), packets.count > 3 { packets.swapAt(2, 3) }
      packets.append(talk.client(UInt32(1 + request.count), [.fin, .ack]))
      queues.append(packets.reversed())
    }
    var frames: [[UInt8]] = []
    while !queues.isEmpty {
      let index = Int(generator.next() % UInt64(queues.count))
      if let next = queues[index].popLast() {
        frames.append(next)
      } else {
        queues.swapAt(index, queues.count - 1)
        queues.removeLast()
      }
    }
    return frames
  }

  private func key(_ generator: inout SeededGenerator) -> String { SyntheticKey.openAIProject(&generator) }
}

/// The two sides of a TCP connection, or of an exchange of datagrams, as IP datagrams; both sequences start at zero.
private struct Conversation {
  let client: Endpoint
  let server: Endpoint

  func client(_ sequence: UInt32, _ flags: TCPFlags, _ payload: [UInt8] = []) -> [UInt8] {
    segment(from: client, to: server, sequence, flags, payload)
  }

  func server(_ sequence: UInt32, _ flags: TCPFlags, _ payload: [UInt8] = []) -> [UInt8] {
    segment(from: server, to: client, sequence, flags, payload)
  }

  func datagram(_ payload: [UInt8]) -> [UInt8] {
    PacketBuilder.ip(
      from: client.address, to: server.address, .udp,
      PacketBuilder.udpDatagram(from: client, to: server, payload: payload))
  }

  private func segment(
    from source: Endpoint, to destination: Endpoint, _ sequence: UInt32, _ flags: TCPFlags, _ payload: [UInt8]
  ) -> [UInt8] {
    PacketBuilder.ip(
      from: source.address, to: destination.address, .tcp,
      PacketBuilder.tcpSegment(from: source, to: destination, sequence: sequence, flags: flags, payload: payload),
      identification: sequence)
  }
}
