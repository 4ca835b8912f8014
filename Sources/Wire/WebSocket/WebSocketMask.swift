/// Undoes the masking of a client's payload, eight bytes at a time: RFC 6455 section 5.3.
package enum WebSocketMask {
  /// Bytes unmasked at a time, at most.
  package static let byteLimit = 32_768

  /// Writes `payload`, unmasked, to the front of `output`, which grows to `byteLimit` once. In memory the bytes of its
  /// words stand in the order of the payload.
  ///
  /// - Parameters:
  ///   - payload: at most `byteLimit` bytes; what lies beyond is left out.
  ///   - key: the masking key, first byte highest.
  ///   - phase: bytes of the frame's payload before these.
  package static func remove(from payload: RawSpan, key: UInt32, phase: Int, into output: inout [UInt64]) {
    let count = min(payload.byteCount, byteLimit)
    if output.isEmpty { output = [UInt64](repeating: 0, count: byteLimit / 8) }
    let turn = UInt32(truncatingIfNeeded: phase & 3) * 8
    let turned = key << turn | (turn == 0 ? 0 : key >> (32 - turn))
    let mask = UInt64(turned) << 32 | UInt64(turned)
    var target = output.mutableSpan
    let wordCount = count / 8
    for index in 0..<wordCount {
      target[index] = (payload.bigEndian(at: 8 * index, as: UInt64.self) ^ mask).bigEndian
    }
    guard count % 8 > 0 else { return }
    let octets = payload.octets
    var last: UInt64 = 0
    for index in 8 * wordCount..<count { last |= UInt64(octets[index]) << UInt64(56 - 8 * (index & 7)) }
    target[wordCount] = (last ^ mask).bigEndian
  }
}
