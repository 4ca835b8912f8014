package import Matching
package import Observations
package import Streams
package import Wire

/// The sensor half: frames in, observations in packet order out.
///
/// Frames are decoded and put together again on the caller's thread; flows are sharded over workers. Observations come
/// back on the caller's thread, in the same order whatever the number of workers: with more than one they come later.
package final class SensorEngine {
  package private(set) var decoder = PacketDecoder()
  private var defragmenter: Defragmenter
  private let backend: any ShardBackend
  private var lastPlace = PacketPlace(packet: 0, numberInSource: 0, source: 0, timestamp: 0)

  package init(patterns: SecretPatterns, settings: SensorSettings) throws(MatchingError) {
    defragmenter = Defragmenter(limits: settings.streams)
    let workers = min(max(1, settings.workers), Shard.count)
    if workers == 1 {
      backend = InlineBackend(try ShardGroup(worker: 0, of: 1, patterns: patterns, settings: settings))
    } else {
      backend = try ThreadedBackend(workers: workers, patterns: patterns, settings: settings)
    }
  }

  /// Takes one frame; calls `observe` with what it, or earlier frames, gave.
  package func process(
    _ frame: RawSpan, linkType: LinkType, wireByteCount: Int, at place: PacketPlace, observe: (Observation) -> Void
  ) {
    lastPlace = place
    guard let packet = decoder.decode(frame, linkType: linkType, wireByteCount: wireByteCount) else { return }
    guard packet.fragment.isFragment else {
      dispatch(packet, frame, place, observe)
      return
    }
    defragmenter.accept(packet, in: frame, at: place.timestamp) { datagram, fragment in
      guard let whole = decoder.decodeReassembled(datagram, like: fragment) else { return }
      dispatch(whole, datagram, place, observe)
    }
  }

  private func dispatch(_ packet: Packet, _ bytes: RawSpan, _ place: PacketPlace, _ observe: (Observation) -> Void) {
    guard packet.transport == .tcp || packet.transport == .udp else { return }
    let shard = Int(truncatingIfNeeded: flowHash(packet) % UInt64(Shard.count))
    backend.accept(packet, in: bytes, shard: shard, at: place, observe)
  }

  /// Waits for what is still being analysed: for live capture, when no packet came for a while.
  package func drain(observe: (Observation) -> Void) { backend.drain(observe) }

  /// The capture is over: held data is read and all flows are closed.
  package func finish(observe: (Observation) -> Void) {
    var place = lastPlace
    place.packet &+= 1
    backend.finish(at: place, observe)
  }

  /// Sums over all shards; with several workers as of the batch that came back last.
  package var counters: SensorCounters { backend.counters }
  package var defragmenterCounters: DefragmenterCounters { defragmenter.counters }
}

/// Where shards run. Chosen once; called once a packet.
protocol ShardBackend: AnyObject {
  func accept(
    _ packet: Packet, in bytes: RawSpan, shard: Int, at place: PacketPlace, _ observe: (Observation) -> Void)
  func drain(_ observe: (Observation) -> Void)
  func finish(at place: PacketPlace, _ observe: (Observation) -> Void)
  var counters: SensorCounters { get }
}

/// All shards on the caller's thread.
final class InlineBackend: ShardBackend {
  private let group: ShardGroup

  init(_ group: ShardGroup) { self.group = group }

  func accept(
    _ packet: Packet, in bytes: RawSpan, shard: Int, at place: PacketPlace, _ observe: (Observation) -> Void
  ) {
    group.accept(packet, in: bytes, shard: shard, at: place, observe)
  }

  func drain(_ observe: (Observation) -> Void) {}

  func finish(at place: PacketPlace, _ observe: (Observation) -> Void) {
    for shard in 0..<Shard.count { group.finish(shard: shard, at: place, observe) }
  }

  var counters: SensorCounters { group.counters }
}
