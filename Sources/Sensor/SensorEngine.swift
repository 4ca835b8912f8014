package import Matching
package import Observations
import Protocols
package import Streams
package import Wire

/// The sensor half: frames in, observations in packet order out.
///
/// Frames are decoded and put together again on the caller's thread; flows are sharded over workers. Observations come
/// back, and what several flows say together is read, on the caller's thread, in the same order whatever the number of workers: with more than one they come later.
package struct SensorEngine: ~Copyable {
  package private(set) var decoder = PacketDecoder()
  private var defragmenter: Defragmenter
  private var backend: Backend
  private var queries: QueryAssembler
  private var lastPlace = PacketPlace(packet: 0, numberInSource: 0, source: 0, timestamp: 0)

  package init(patterns: SecretPatterns, settings: SensorSettings) throws(MatchingError) {
    let assembler = try QueryAssembler(patterns: patterns, limits: settings.protocols.unwrapping)
    let shards = try Backend(patterns: patterns, settings: settings)
    defragmenter = Defragmenter(limits: settings.streams)
    backend = shards
    queries = assembler
  }

  /// Takes one frame; calls `observe` with what it, or earlier frames, gave.
  package mutating func process(
    _ frame: RawSpan, linkType: LinkType, wireByteCount: Int, at place: PacketPlace, observe: (Observation) -> Void
  ) {
    if let packet = decoder.decode(frame, linkType: linkType, wireByteCount: wireByteCount) {
      if packet.fragment.isFragment {
        acceptFragment(packet, frame, place, observe)
      } else {
        Self.accept(packet, in: frame, at: place, &backend, &queries, observe)
      }
    }
    lastPlace = place
  }

  private static func accept(
    _ packet: Packet, in bytes: RawSpan, at place: PacketPlace, _ backend: inout Backend,
    _ queries: inout QueryAssembler, _ observe: (Observation) -> Void
  ) {
    backend.accept(packet, in: bytes, at: place) { queries.relay($0, observe) }
  }

  private mutating func acceptFragment(
    _ packet: Packet, _ frame: RawSpan, _ place: PacketPlace, _ observe: (Observation) -> Void
  ) {
    guard let (inner, bytes) = reassemble(packet, frame, place, observe) else { return }
    // A tunnel was cut into fragments and carried one: its datagram is put together as well, and what that carries is
    // not looked into for further fragments.
    _ = reassemble(inner, bytes.rawSpan, place, observe)
  }

  /// Takes a fragment; hands on the datagram that it completes.
  ///
  /// - Returns: a fragment that the datagram carried in a tunnel, with its bytes.
  private mutating func reassemble(
    _ fragment: Packet, _ bytes: RawSpan, _ place: PacketPlace, _ observe: (Observation) -> Void
  ) -> (Packet, [UInt8])? {
    var inner: (Packet, [UInt8])?
    defragmenter.accept(fragment, in: bytes, at: place.timestamp) { datagram, fragment in
      guard let whole = decoder.decodeReassembled(datagram, like: fragment) else { return }
      guard !whole.fragment.isFragment else {
        var copy: [UInt8] = []
        copy.append(datagram)
        inner = (whole, copy)
        return
      }
      Self.accept(whole, in: datagram, at: place, &backend, &queries, observe)
    }
    return inner
  }

  /// Waits for what is still being analysed: for live capture, when no packet came for a while.
  package mutating func drain(now: Int64, observe: (Observation) -> Void) {
    Self.drain(&backend, &queries, observe)
    queries.advance(to: now, observe)
  }

  /// The capture is over: held data is read and all flows are closed.
  package mutating func finish(observe: (Observation) -> Void) {
    var place = lastPlace
    place.packet &+= 1
    Self.finish(at: place, &backend, &queries, observe)
    queries.finish(observe)
  }

  private static func drain(
    _ backend: inout Backend, _ queries: inout QueryAssembler, _ observe: (Observation) -> Void
  ) {
    backend.drain { queries.relay($0, observe) }
  }

  private static func finish(
    at place: PacketPlace, _ backend: inout Backend, _ queries: inout QueryAssembler, _ observe: (Observation) -> Void
  ) {
    backend.finish(at: place) { queries.relay($0, observe) }
  }

  /// Sums over all shards; with several workers as of the batch that came back last.
  package var counters: SensorCounters {
    var counters = backend.counters
    counters.queryTracksEvicted = queries.evictionCount
    return counters
  }
  package var defragmenterCounters: DefragmenterCounters { defragmenter.counters }
}

/// Where shards run: all on the caller's thread, or on threads of their own. One of the two is there.
private struct Backend: ~Copyable {
  private var inline: ShardGroup?
  private let threaded: ThreadedBackend?

  init(patterns: SecretPatterns, settings: SensorSettings) throws(MatchingError) {
    let workers = min(max(1, settings.workers), Shard.count)
    if workers == 1 {
      inline = try ShardGroup(worker: 0, of: 1, patterns: patterns, settings: settings)
      threaded = nil
    } else {
      inline = nil
      threaded = try ThreadedBackend(workers: workers, patterns: patterns, settings: settings)
    }
  }

  mutating func accept(
    _ packet: Packet, in bytes: RawSpan, at place: PacketPlace, _ observe: (Observation) -> Void
  ) {
    guard packet.transport == .tcp || packet.transport == .udp else { return }
    let shard = Int(truncatingIfNeeded: flowHash(packet) % UInt64(Shard.count))
    inline?.accept(packet, in: bytes, shard: shard, at: place, observe)
    threaded?.accept(packet, in: bytes, shard: shard, at: place, observe)
  }

  func drain(_ observe: (Observation) -> Void) { threaded?.drain(observe) }

  mutating func finish(at place: PacketPlace, _ observe: (Observation) -> Void) {
    for shard in 0..<Shard.count { inline?.finish(shard: shard, at: place, observe) }
    threaded?.finish(at: place, observe)
  }

  var counters: SensorCounters {
    // Looked at in place: a noncopyable optional cannot be unwrapped for a look.
    switch inline {
    case .some(let group): group.counters
    case .none: threaded?.counters ?? SensorCounters()
    }
  }
}
