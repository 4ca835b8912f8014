import Foundation
import Matching
import Observations
import Protocols
import Streams
import Wire

/// Shards on threads of their own.
///
/// Packets are copied into batches, one for each worker; a round of batches is handed out when it is full. Rounds come
/// back in order and are merged by packet number, so that the caller sees what one thread would have shown it.
final class ThreadedBackend {
  /// A round is handed out at either bound.
  private static let roundByteLimit = 1 << 20
  private static let roundPacketLimit = 2_048
  /// Rounds under way at once: memory is bounded by this times the round's size.
  private static let roundLimit = 4

  private let workers: [WorkerThread]
  private var batches: [PacketBatch]
  private var byteCount = 0
  private var packetCount = 0
  private var roundsUnderWay = 0
  private(set) var counters = SensorCounters()

  init(workers count: Int, patterns: SecretPatterns, settings: SensorSettings) throws(MatchingError) {
    // One group is made here and dropped, so that a database that cannot be used fails before threads exist.
    _ = try ShardGroup(worker: 0, of: count, patterns: patterns, settings: settings)
    workers = (0..<count).map { WorkerThread(number: $0, of: count, patterns: patterns, settings: settings) }
    batches = Array(repeating: PacketBatch(), count: count)
  }

  deinit {
    for worker in workers { worker.orders.put(.stop) }
  }

  func accept(
    _ packet: Packet, in bytes: RawSpan, shard: Int, at place: PacketPlace, _ observe: (Observation) -> Void
  ) {
    batches[shard % workers.count].append(packet, bytes, shard: shard, at: place)
    byteCount += packet.payload.count
    packetCount += 1
    guard byteCount >= Self.roundByteLimit || packetCount >= Self.roundPacketLimit else { return }
    handOut()
    while roundsUnderWay >= Self.roundLimit { takeBack(observe) }
  }

  func drain(_ observe: (Observation) -> Void) {
    if packetCount > 0 { handOut() }
    while roundsUnderWay > 0 { takeBack(observe) }
  }

  func finish(at place: PacketPlace, _ observe: (Observation) -> Void) {
    drain(observe)
    for worker in workers { worker.orders.put(.finish(place)) }
    let results = takeResults()
    for shard in 0..<Shard.count {
      for observation in results[shard % workers.count].observations[shard] { observe(observation) }
    }
  }

  private func handOut() {
    for (worker, batch) in zip(workers, batches) { worker.orders.put(.batch(batch)) }
    for index in batches.indices { batches[index] = PacketBatch() }
    (byteCount, packetCount) = (0, 0)
    roundsUnderWay += 1
  }

  private func takeBack(_ observe: (Observation) -> Void) {
    let lists = takeResults().map { $0.observations[0] }
    roundsUnderWay -= 1
    var positions = Array(repeating: 0, count: lists.count)
    while true {
      var next: Int?
      for (index, list) in lists.enumerated() where positions[index] < list.count {
        if let best = next, lists[best][positions[best]].place.packet <= list[positions[index]].place.packet {
          continue
        }
        next = index
      }
      guard let next else { return }
      observe(lists[next][positions[next]])
      positions[next] += 1
    }
  }

  private func takeResults() -> [WorkResult] {
    let results = workers.map { $0.results.take() }
    counters = results.reduce(SensorCounters()) { $0 + $1.counters }
    return results
  }
}

/// Packets on their way to a worker, with their bytes.
struct PacketBatch: Sendable {
  struct Entry: Sendable {
    var packet: Packet
    var shard: Int
    var place: PacketPlace
  }

  /// Payloads only, one after the other: what is above the transport's header nobody needs again.
  private(set) var bytes: [UInt8] = []
  private(set) var entries: [Entry] = []

  mutating func append(_ packet: Packet, _ frame: RawSpan, shard: Int, at place: PacketPlace) {
    var moved = packet
    let start = bytes.count
    bytes.append(frame.extracting(packet.payload))
    moved.payload = start..<bytes.count
    entries.append(Entry(packet: moved, shard: shard, place: place))
  }
}

enum WorkOrder: Sendable {
  case batch(PacketBatch)
  case finish(PacketPlace)
  case stop
}

struct WorkResult: Sendable {
  /// Of a batch: one list. Of the finish: a list for each shard.
  var observations: [[Observation]]
  var counters: SensorCounters
}

/// One worker's thread and the two mailboxes that lead to it.
final class WorkerThread: Sendable {
  let orders = Mailbox<WorkOrder>()
  let results = Mailbox<WorkResult>()

  init(number: Int, of count: Int, patterns: SecretPatterns, settings: SensorSettings) {
    let (orders, results) = (self.orders, self.results)
    let thread = Thread {
      // The group is made on the thread that owns it; that it can be made was tried before.
      guard var group = try? ShardGroup(worker: number, of: count, patterns: patterns, settings: settings) else {
        return
      }
      Self.serve(&group, orders, results)
    }
    thread.name = "leakwire-worker-\(number)"
    thread.stackSize = 4 << 20
    thread.start()
  }

  private static func serve(
    _ group: inout ShardGroup, _ orders: Mailbox<WorkOrder>, _ results: Mailbox<WorkResult>
  ) {
    while true {
      switch orders.take() {
      case .batch(let batch):
        var observations: [Observation] = []
        for entry in batch.entries {
          group.accept(entry.packet, in: batch.bytes.rawSpan, shard: entry.shard, at: entry.place) {
            observations.append($0)
          }
        }
        results.put(WorkResult(observations: [observations], counters: group.counters))
      case .finish(let place):
        let observations = (0..<Shard.count).map { shard in
          var last: [Observation] = []
          group.finish(shard: shard, at: place) { last.append($0) }
          return last
        }
        results.put(WorkResult(observations: observations, counters: group.counters))
      case .stop: return
      }
    }
  }
}

/// A queue between two threads. Its length is bounded by the rounds under way.
final class Mailbox<Letter: Sendable>: @unchecked Sendable {
  // `letters` is only touched with `condition` locked.
  private let condition = NSCondition()
  private var letters: [Letter] = []

  func put(_ letter: Letter) {
    condition.lock()
    letters.append(letter)
    condition.signal()
    condition.unlock()
  }

  /// Waits until there is a letter.
  func take() -> Letter {
    condition.lock()
    defer { condition.unlock() }
    while letters.isEmpty { condition.wait() }
    return letters.removeFirst()
  }
}
