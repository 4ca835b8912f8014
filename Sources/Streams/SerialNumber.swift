extension UInt32 {
  /// How many bytes this sequence number lies after `other`, negative when before it.
  ///
  /// Serial number arithmetic (RFC 1982, RFC 9293 section 3.4): right as long as the two are less than 2^31 apart.
  @inline(__always)
  func distance(after other: UInt32) -> Int { Int(Int32(bitPattern: self &- other)) }

  /// This sequence number moved forward by `count` bytes, modulo 2^32.
  @inline(__always)
  func advanced(byteCount count: Int) -> UInt32 { self &+ UInt32(truncatingIfNeeded: count) }
}
