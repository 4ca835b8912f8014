import Matching
import Observations
import Protocols
import Streams
import Wire

/// The shards of one worker and what they share: its matcher and buffers. Lives on one thread.
final class ShardGroup {
  /// By shard number; `nil` where another worker has the shard.
  private let shards: [Shard?]
  private var context: AnalysisContext

  /// - Parameter worker: this worker's number, below `workers`.
  init(worker: Int, of workers: Int, patterns: SecretPatterns, settings: SensorSettings) throws(MatchingError) {
    let limits = settings.streams.divided(by: Shard.count)
    shards = (0..<Shard.count).map { $0 % workers == worker ? Shard(limits: limits) : nil }
    context = try AnalysisContext(patterns: patterns, settings: settings.protocols)
  }

  func accept(
    _ packet: Packet, in bytes: RawSpan, shard: Int, at place: PacketPlace, _ observe: (Observation) -> Void
  ) {
    shards[shard]?.accept(packet, in: bytes, at: place, &context, observe)
  }

  /// Tells the last observations of one shard, if it is here.
  func finish(shard: Int, at place: PacketPlace, _ observe: (Observation) -> Void) {
    shards[shard]?.finish(at: place, &context, observe)
  }

  var counters: SensorCounters {
    var sum = SensorCounters()
    sum.protocols = context.counters
    for case let shard? in shards {
      sum.streams += shard.counters
      sum.activeFlows += shard.activeFlowCount
    }
    return sum
  }
}
