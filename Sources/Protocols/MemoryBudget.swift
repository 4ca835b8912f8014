/// Memory that the flows of one shard share for one purpose.
///
/// Kept per shard, so that what is refused does not depend on the number of workers. One thread.
final class MemoryBudget {
  private var available: Int

  init(byteCount: Int) { available = byteCount }

  /// - Returns: whether there was room for `byteCount`; what was taken must be given back.
  func take(_ byteCount: Int) -> Bool {
    guard byteCount <= available else { return false }
    available -= byteCount
    return true
  }

  func giveBack(_ byteCount: Int) { available += byteCount }
}

/// What the flows of one shard may hold, by purpose.
struct ShardBudgets {
  /// Decompressors: brotli's window alone is 16 MiB, and peers choose how many are open. In bytes: two of brotli, four
  /// of zstd or hundreds of gzip; eight shards then stay below 300 MiB.
  let decoders = MemoryBudget(byteCount: 36 << 20)
  /// Encrypted records that wait for their secret; there are some only where secrets are given.
  let heldRecords = MemoryBudget(byteCount: 4 << 20)
  /// Packets of QUIC before their keys, and bytes behind holes of its streams.
  let quic: MemoryBudget

  init(_ settings: ProtocolSettings) { quic = MemoryBudget(byteCount: settings.quicMemoryByteLimit) }
}
