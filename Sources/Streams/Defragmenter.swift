package import Wire

/// Puts IPv4 (RFC 791 section 3.2) and IPv6 (RFC 8200 section 4.5) datagrams together again.
///
/// Where fragments overlap, the first to arrive wins. Receivers differ here, and refuse many such datagrams (RFC 5722);
/// a listener does better to hear one version than none.
package struct Defragmenter: ~Copyable {
  /// The longest payload that an IP datagram can have, in bytes.
  private static let payloadLimit = 65_535

  private let limits: StreamLimits.Fragments
  package private(set) var counters = DefragmenterCounters()
  private var datagrams: [Datagram] = []
  private var free: [Int32] = []
  private var order = AgeOrder()
  private var places: [Key: Int32] = [:]
  /// Memory of all fragments, in bytes.
  private var cost = 0
  private var whole: [UInt8] = []

  /// Datagrams that lack fragments at present.
  package var pendingCount: Int { places.count }

  private struct Key: Hashable {
    let source: IPAddress
    let destination: IPAddress
    let identification: UInt32
    /// Part of the key in IPv4 only.
    let transport: UInt8

    init(_ packet: Packet) {
      (source, destination) = (packet.source.address, packet.destination.address)
      identification = packet.identification
      transport = source.isIPv4 ? packet.transport.rawValue : 0
    }
  }

  private struct Datagram {
    var key: Key
    /// Time of the fragment that arrived first.
    var since: Int64
    var pieces = PieceList()
    /// Bytes of the payload that have a fragment.
    var covered = 0
    /// Length of the payload, once the last fragment is there.
    var total: Int?
    /// The fragment with offset 0.
    var head: Packet?
    /// Bytes of all fragments on the wire, headers included.
    var wireByteCount = 0
  }

  package init(limits: StreamLimits = StreamLimits()) { self.limits = limits.fragments }

  /// Takes in one fragment, whose data lies in `bytes`; anything else is passed over.
  ///
  /// - Parameter body: is called with the whole IP payload when `packet` completes it, and with the packet that began
  ///   it, as a packet in one piece: its `payload` is the whole, its `datagramByteCount` that of all fragments. Where
  ///   the capture cut fragments off, the payload ends at the first cut, and `missingByteCount` is what follows.
  package mutating func accept(
    _ packet: Packet, in bytes: RawSpan, at timestamp: Int64, _ body: (RawSpan, Packet) -> Void
  ) {
    guard packet.fragment.isFragment else { return }
    counters.fragments &+= 1
    dropOld(at: timestamp)
    let data = bytes.extracting(packet.payload)
    let missing = min(max(0, packet.missingByteCount), Self.payloadLimit)
    guard isSound(packet, byteCount: data.byteCount + missing) else { return }
    let id = place(of: packet, at: timestamp)
    let end = packet.fragment.offset + data.byteCount + missing
    guard agrees(with: id, end: end, isLast: !packet.fragment.hasMore) else {
      counters.malformed &+= 1
      if datagrams[Int(id)].covered == 0 { drop(id) }
      return
    }
    insert(data, missing, of: packet, into: id)
    if datagrams[Int(id)].covered == datagrams[Int(id)].total {
      complete(id, body)
    } else {
      keepWithinBounds()
    }
  }

  // MARK: One fragment

  private mutating func isSound(_ packet: Packet, byteCount: Int) -> Bool {
    let offset = packet.fragment.offset
    guard offset >= 0, byteCount > 0, !packet.fragment.hasMore || byteCount.isMultiple(of: 8) else {
      counters.malformed &+= 1
      return false
    }
    guard offset <= Self.payloadLimit, offset + byteCount <= Self.payloadLimit else {
      counters.oversize &+= 1
      return false
    }
    return true
  }

  /// Whether a fragment fits to what is known of the datagram's length.
  private mutating func agrees(with id: Int32, end: Int, isLast: Bool) -> Bool {
    if let total = datagrams[Int(id)].total { return isLast ? end == total : end <= total }
    guard isLast else { return true }
    guard (datagrams[Int(id)].pieces.last?.end ?? 0) <= end else { return false }
    datagrams[Int(id)].total = end
    return true
  }

  private mutating func insert(_ data: RawSpan, _ missing: Int, of packet: Packet, into id: Int32) {
    let before = datagrams[Int(id)].pieces.cost
    let insertion = datagrams[Int(id)].pieces.insert(data, at: packet.fragment.offset, missing: missing)
    cost += datagrams[Int(id)].pieces.cost - before
    datagrams[Int(id)].covered += data.byteCount + missing - insertion.overlapped
    if insertion.addedPieces == 0 {
      counters.duplicates &+= 1
    } else {
      datagrams[Int(id)].wireByteCount += min(max(0, packet.datagramByteCount), 2 * Self.payloadLimit)
    }
    if insertion.overlapped > 0, insertion.addedPieces > 0 || insertion.differs { counters.overlaps &+= 1 }
    if insertion.differs { counters.overlapsWithDifferentData &+= 1 }
    if packet.fragment.offset == 0, datagrams[Int(id)].head == nil { datagrams[Int(id)].head = packet }
  }

  private mutating func complete(_ id: Int32, _ body: (RawSpan, Packet) -> Void) {
    guard var packet = datagrams[Int(id)].head, let total = datagrams[Int(id)].total else { return drop(id) }
    whole.removeAll(keepingCapacity: true)
    while let piece = datagrams[Int(id)].pieces.first, piece.start == whole.count {
      whole += piece.bytes
      let before = datagrams[Int(id)].pieces.cost
      _ = datagrams[Int(id)].pieces.removeFirst()
      cost += datagrams[Int(id)].pieces.cost - before
    }
    packet.payload = 0..<whole.count
    packet.missingByteCount = total - whole.count
    packet.datagramByteCount = datagrams[Int(id)].wireByteCount
    packet.fragment = FragmentFields()
    if whole.count < total { counters.truncated &+= 1 }
    counters.reassembled &+= 1
    drop(id)
    body(whole.rawSpan, packet)
  }

  // MARK: Datagrams

  private mutating func place(of packet: Packet, at timestamp: Int64) -> Int32 {
    let key = Key(packet)
    if let id = places[key] { return id }
    let datagram = Datagram(key: key, since: timestamp)
    let id: Int32
    if let reused = free.popLast() {
      id = reused
      datagrams[Int(id)] = datagram
    } else {
      id = Int32(truncatingIfNeeded: datagrams.count)
      datagrams.append(datagram)
    }
    places[key] = id
    order.append(id)
    return id
  }

  private mutating func drop(_ id: Int32) {
    cost -= datagrams[Int(id)].pieces.cost
    datagrams[Int(id)].pieces = PieceList()
    places[datagrams[Int(id)].key] = nil
    order.remove(id)
    free.append(id)
  }

  private mutating func dropOld(at timestamp: Int64) {
    while order.oldest != AgeOrder.none {
      let id = order.oldest
      let age = timestamp.elapsed(since: datagrams[Int(id)].since)
      if age > limits.timeout {
        counters.timedOut &+= 1
        drop(id)
      } else if age < -.second {
        // The clock was set back: age is counted from now.
        datagrams[Int(id)].since = timestamp
        order.remove(id)
        order.append(id)
      } else {
        return
      }
    }
  }

  private mutating func keepWithinBounds() {
    while order.oldest != AgeOrder.none, cost > limits.bytes || places.count > limits.datagrams {
      counters.evicted &+= 1
      drop(order.oldest)
    }
  }
}

/// What the defragmenter saw and what it had to give up.
package struct DefragmenterCounters: Sendable, Equatable {
  package var fragments: UInt64 = 0
  /// Datagrams completed.
  package var reassembled: UInt64 = 0
  /// Part of `reassembled`: those whose end the capture cut off.
  package var truncated: UInt64 = 0
  /// Datagrams dropped because fragments did not arrive in time.
  package var timedOut: UInt64 = 0
  /// Datagrams dropped at a bound.
  package var evicted: UInt64 = 0
  /// Fragments that brought nothing new.
  package var duplicates: UInt64 = 0
  package var overlaps: UInt64 = 0
  package var overlapsWithDifferentData: UInt64 = 0
  /// Fragments refused: empty, of an odd length, or in contradiction to the datagram's end.
  package var malformed: UInt64 = 0
  /// Fragments refused because they reach beyond 65,535 bytes.
  package var oversize: UInt64 = 0

  package init() {}

  package static func += (total: inout Self, part: Self) {
    for field in fields { total[keyPath: field] &+= part[keyPath: field] }
  }

  /// Every counter, for statistics.
  package static var fields: [WritableKeyPath<Self, UInt64>] {
    [
      \.fragments, \.reassembled, \.truncated, \.timedOut, \.evicted, \.duplicates, \.overlaps,
      \.overlapsWithDifferentData, \.malformed, \.oversize,
    ]
  }
}
