import Wire

/// The out-of-order segments of all directions that have some, in a pool that flows refer to by number.
///
/// Directions are linked in the order in which their present hole was first seen, so that the oldest hole of all is
/// found at once.
struct HeldSegments {
  /// What a direction without held segments refers to.
  static let none: Int32 = -1

  private struct Queue {
    var pieces = PieceList()
    /// When the present hole was first seen, in packet time.
    var since: Int64 = 0
    var slot = 0
    var side = Side.first
  }

  private var queues: [Queue] = []
  private var free: [Int32] = []
  private var order = AgeOrder()
  /// Memory held by all, in bytes.
  private(set) var cost = 0

  /// The direction whose hole is the oldest.
  var oldestHole: (slot: Int, side: Side, since: Int64)? {
    guard order.oldest != AgeOrder.none else { return nil }
    let oldest = Int(order.oldest)
    return (queues[oldest].slot, queues[oldest].side, queues[oldest].since)
  }

  func first(_ id: Int32) -> Int? { queues[Int(id)].pieces.first?.start }
  func count(_ id: Int32) -> Int { queues[Int(id)].pieces.count }
  func byteCount(_ id: Int32) -> Int { queues[Int(id)].pieces.byteCount }
  func cost(_ id: Int32) -> Int { queues[Int(id)].pieces.cost }
  func since(_ id: Int32) -> Int64 { queues[Int(id)].since }

  /// Takes a queue for one direction of the flow in `slot`.
  mutating func open(slot: Int, side: Side, at now: Int64) -> Int32 {
    if free.isEmpty {
      free.append(Int32(truncatingIfNeeded: queues.count))
      queues.append(Queue())
    }
    let id = free.removeLast()
    (queues[Int(id)].slot, queues[Int(id)].side, queues[Int(id)].since) = (slot, side, now)
    order.append(id)
    return id
  }

  mutating func release(_ id: Int32) {
    cost -= queues[Int(id)].pieces.cost
    queues[Int(id)].pieces.removeAll()
    order.remove(id)
    free.append(id)
  }

  /// The hole was filled or given up, and there is another one behind it.
  mutating func restart(_ id: Int32, at now: Int64) {
    queues[Int(id)].since = now
    order.remove(id)
    order.append(id)
  }

  mutating func insert(_ bytes: RawSpan, at start: Int, missing: Int, into id: Int32) -> PieceList.Insertion {
    let before = queues[Int(id)].pieces.cost
    let insertion = queues[Int(id)].pieces.insert(bytes, at: start, missing: missing)
    cost += queues[Int(id)].pieces.cost - before
    return insertion
  }

  mutating func removeFirst(_ id: Int32) -> PieceList.Piece? {
    let before = queues[Int(id)].pieces.cost
    let piece = queues[Int(id)].pieces.removeFirst()
    cost += queues[Int(id)].pieces.cost - before
    return piece
  }
}
