/// Memory for the decompressors of one shard: brotli's window alone is 16 MiB, and peers choose how many are open.
///
/// Kept per shard, so that what is refused does not depend on the number of workers. One thread.
package final class DecoderBudget {
  /// Two of brotli, four of zstd or hundreds of gzip, in bytes; eight shards then stay below 300 MiB.
  package static let limit = 36 << 20

  private var available = limit

  package init() {}

  /// - Returns: whether there was room for `byteCount`; what was taken must be given back.
  func take(_ byteCount: Int) -> Bool {
    guard byteCount <= available else { return false }
    available -= byteCount
    return true
  }

  func giveBack(_ byteCount: Int) { available += byteCount }
}
