import Wire

/// What both sides of a flow have in common. With its two halves and their traces a flow takes about 500 bytes.
struct Flow: BitwiseCopyable {
  /// Decides how long the flow may be silent, and who is evicted first.
  enum Phase: UInt8, BitwiseCopyable, CaseIterable {
    /// TCP without an answer.
    case new
    case established
    /// TCP after both FINs or a RST.
    case closed
    case udp
  }

  struct Marks: OptionSet, BitwiseCopyable {
    let rawValue: UInt8
    static let sawSYN = Self(rawValue: 1)
    static let reset = Self(rawValue: 2)
    /// The consumer wants no more of the content.
    static let skipping = Self(rawValue: 4)
    static let wasEstablished = Self(rawValue: 8)
  }

  /// The sender and the receiver of the first packet.
  var firstEndpoint: Endpoint
  var secondEndpoint: Endpoint
  var transport: IPProtocol
  var phase: Phase
  var client: Side
  var marks: Marks = []
  var vlans: VLANTags
  /// The hash that the cell table knows it by.
  var hash: UInt32
  var number: UInt64
  var start: Int64
  var end: Int64
  /// Time of the latest packet, even where that is earlier than `end`.
  var lastSeen: Int64
  /// When the flow was put where it is in the list of its phase.
  var placed: Int64
  /// Neighbours in the list of its phase; of a free place, `next` is the next free one.
  var previous = FlowList.none
  var next = FlowList.none

  init(_ packet: Packet, hash: UInt32, number: UInt64, phase: Phase, client: Side, at now: Int64) {
    (firstEndpoint, secondEndpoint) = (packet.source, packet.destination)
    (transport, vlans) = (packet.transport, packet.vlans)
    (self.phase, self.client, self.hash, self.number) = (phase, client, hash, number)
    (start, end, lastSeen, placed) = (now, now, now, now)
  }

  var isSkipping: Bool { marks.contains(.skipping) }

  @inline(__always)
  func direction(of side: Side) -> Direction { side == client ? .toServer : .toClient }

  /// Which side sent `packet`, if it belongs to this flow.
  func sender(of packet: Packet) -> Side? {
    guard packet.transport.rawValue == transport.rawValue else { return nil }
    if Self.equal(packet.source, firstEndpoint), Self.equal(packet.destination, secondEndpoint) { return .first }
    if Self.equal(packet.source, secondEndpoint), Self.equal(packet.destination, firstEndpoint) { return .second }
    return nil
  }

  // Field by field: the operators of Wire's types are calls across the border of modules.
  @inline(__always)
  private static func equal(_ left: Endpoint, _ right: Endpoint) -> Bool {
    left.port == right.port && left.address.low == right.address.low && left.address.high == right.address.high
  }

  /// How it ends if nothing else happens to it.
  var ownCloseReason: CloseReason? {
    guard phase == .closed else { return nil }
    return marks.contains(.reset) ? .reset : .finished
  }

  /// What is told of the flow, whose sides sent `sent`.
  func record(_ sent: (first: FlowRecord.Side, second: FlowRecord.Side)) -> FlowRecord {
    let (toServer, toClient) = client == .first ? (sent.first, sent.second) : (sent.second, sent.first)
    return FlowRecord(
      number: number, client: client == .first ? firstEndpoint : secondEndpoint,
      server: client == .first ? secondEndpoint : firstEndpoint, transport: transport, vlans: vlans, start: start,
      end: end, toServer: toServer, toClient: toClient, sawHandshake: marks.contains(.sawSYN),
      wasEstablished: marks.contains(.wasEstablished))
  }
}

/// A doubly linked list of flows, linked through the flows themselves, in the order of their last packets.
struct FlowList: BitwiseCopyable {
  static let none: Int32 = -1
  var head = FlowList.none
  var tail = FlowList.none
}
