import Crypto

extension Span<UInt8> {
  /// Of a secret: the copy that hashing takes does not stay in memory.
  var sha256: SHA256Digest {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(count)
    for index in indices { bytes.append(self[index]) }
    defer { bytes.erase(0..<bytes.count) }
    return SHA256.hash(data: bytes)
  }
}
