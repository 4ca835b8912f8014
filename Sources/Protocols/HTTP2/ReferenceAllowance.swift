import Wire

/// What references to the dynamic table of one direction may add to its field sections, in bytes.
///
/// A section is bounded by itself; but a peer may send thousands of small ones, each of which repeats an entry of 4 KiB
/// sixteen times, and all that they stand for is rendered and scanned. So references draw on an allowance that grows
/// with the bytes that come: it is the ratio that is bounded, as for compressed bodies.
struct ReferenceAllowance {
  /// Bytes that a byte of a block earns: a request of 40 bytes may repeat 8 KiB of cookies as often as it likes.
  static let ratio = 200
  /// What is there at first, and is saved up at most: a peer must send 5 KiB to earn it.
  static let limit = 1 << 20
  /// Bytes around a block that it does not come without: a frame's header (RFC 9113 section 4.1).
  private static let overhead = 9

  private var byteCount = limit

  /// What the section in `block` may refer to.
  mutating func earn(by block: RawSpan) -> Int {
    byteCount = min(Self.limit, byteCount + (min(block.byteCount, Self.limit) + Self.overhead) * Self.ratio)
    return byteCount
  }

  /// Takes off what a section referred to.
  mutating func spend(_ count: Int) { byteCount = max(0, byteCount - count) }
}
