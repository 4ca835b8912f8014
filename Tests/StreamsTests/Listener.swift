import Streams
import Wire

/// What a test hears of its flows, as values.
enum Heard: Equatable {
  case opened(client: Endpoint)
  case data(Direction, [UInt8])
  case alternate(Direction, [UInt8])
  case gap(Direction, Int)
  case halfClosed(Direction)
  case datagram(Direction, [UInt8])
  case closed(CloseReason)
}

/// A flow table and one conversation that is played to it, packet by packet, 1 ms apart unless said otherwise.
final class Listener {
  static let client = Endpoint(IPAddress(ipv4: 0x0A00_0001), port: 40_000)
  static let server = Endpoint(IPAddress(ipv4: 0x0A00_0002), port: 80)

  var table: FlowTable
  private(set) var heard: [Heard] = []
  private(set) var records: [FlowRecord] = []
  private(set) var timestamps: [Int64] = []
  private(set) var slots: Set<Int> = []
  /// Asked for the answer to each event.
  var answer: (Heard) -> StreamVerdict = { _ in .goOn }

  var client = Listener.client
  var server = Listener.server
  var initial: (client: UInt32, server: UInt32) = (1_000, 900_000)
  var time: Int64 = 1_700_000_000 * .second
  private var identification: UInt32 = 0

  init(limits: StreamLimits = Listener.smallLimits) { table = FlowTable(limits: limits) }

  /// The default limits for fewer flows: a table is quicker made so.
  static var smallLimits: StreamLimits {
    var limits = StreamLimits()
    limits.flows = 64
    return limits
  }

  var counters: StreamCounters { table.counters }

  // MARK: Playing

  /// A segment whose first byte lies at `offset` of its direction's stream; the SYN lies at -1.
  ///
  /// - Parameter acknowledging: bytes of the other direction's stream; `nil` for a segment without ACK.
  func send(
    _ direction: Direction, at offset: Int = 0, _ bytes: [UInt8] = [], _ flags: TCPFlags = [],
    acknowledging: Int? = 0, missing: Int = 0, identification: UInt32? = nil, checksum: UInt16 = 0
  ) {
    let (source, destination) = direction == .toServer ? (client, server) : (server, client)
    let (own, other) =
      direction == .toServer ? (initial.client, initial.server) : (initial.server, initial.client)
    var packet = Packet(
      source: source, destination: destination, transport: .tcp, payload: 0..<bytes.count, missingByteCount: missing,
      datagramByteCount: bytes.count + missing + 40)
    packet.tcp.sequence = own &+ 1 &+ UInt32(truncatingIfNeeded: offset)
    packet.tcp.flags = flags
    if let acknowledging {
      packet.tcp.flags.insert(.ack)
      packet.tcp.acknowledgement = other &+ 1 &+ UInt32(truncatingIfNeeded: acknowledging)
    }
    packet.tcp.checksum = checksum
    self.identification += 1
    packet.identification = identification ?? self.identification
    accept(packet, bytes)
  }

  func accept(_ packet: Packet, _ bytes: [UInt8]) {
    time += .millisecond
    table.accept(packet, in: bytes.rawSpan, at: time) { hear($0) }
  }

  func handshake() {
    send(.toServer, at: -1, [], .syn, acknowledging: nil)
    send(.toClient, at: -1, [], .syn)
    send(.toServer)
  }

  func finish() { table.finish { hear($0) } }

  private func hear(_ event: borrowing StreamEvent) -> StreamVerdict {
    let bytes = [UInt8](event.bytes)
    let heard: Heard
    switch event.kind {
    case .opened(let record):
      heard = .opened(client: record.client)
      slots.insert(event.flow.slot)
    case .data: heard = .data(event.direction, bytes)
    case .alternateData: heard = .alternate(event.direction, bytes)
    case .gap(let count): heard = .gap(event.direction, count)
    case .halfClosed: heard = .halfClosed(event.direction)
    case .datagram: heard = .datagram(event.direction, bytes)
    case .closed(let reason, let record):
      heard = .closed(reason)
      records.append(record)
    }
    self.heard.append(heard)
    timestamps.append(event.timestamp)
    return answer(heard)
  }

  // MARK: Looking

  /// The bytes of a direction in stream order, without what is missing.
  func stream(_ direction: Direction) -> [UInt8] {
    heard.flatMap { event in
      if case .data(direction, let bytes) = event { bytes } else { [UInt8]() }
    }
  }

  func alternates(_ direction: Direction) -> [[UInt8]] {
    heard.compactMap { if case .alternate(direction, let bytes) = $0 { bytes } else { nil } }
  }

  func gaps(_ direction: Direction) -> [Int] {
    heard.compactMap { if case .gap(direction, let count) = $0 { count } else { nil } }
  }

  var closings: [CloseReason] { heard.compactMap { if case .closed(let reason) = $0 { reason } else { nil } } }
  var openings: [Endpoint] { heard.compactMap { if case .opened(let client) = $0 { client } else { nil } } }
  func forget() { heard = [] }
}

extension [UInt8] {
  init(_ span: RawSpan) {
    let octets = span.octets
    self = octets.indices.map { octets[$0] }
  }

  /// `count` bytes that differ from place to place.
  static func numbered(_ count: Int, from start: Int = 0) -> [UInt8] {
    (start..<start + count).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ $0 >> 8 &* 7 &+ 1) }
  }

  func flipped() -> [UInt8] { map { ~$0 } }
}
