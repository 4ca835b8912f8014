import Wire

/// A 64-bit fingerprint of payload bytes, cheap enough to be taken of every one of them.
///
/// The scheme is wyhash's: sixteen bytes become the folded 128-bit product of two words, each mixed with a constant or
/// with what came before, in three independent lanes. Different bytes collide by accident with a chance of about 2^-64.
/// It is not keyed, so that replays are deterministic: who can choose both versions of a segment can make them
/// collide, and could as well have encrypted them.
enum ContentHash {
  /// The fingerprint of `bytes`; their length is part of it.
  static func of(_ bytes: RawSpan) -> UInt64 {
    let octets = bytes.octets
    var first = Mixing.constants.0
    var (second, third) = (first, first)
    var offset = 0
    // A block's length is known to the compiler, so that its bounds are checked once and not with every byte.
    while octets.count &- offset >= 48 {
      let block = octets.extracting(offset..<offset &+ 48)
      first = lane(block, at: 0, Mixing.constants.1, first)
      second = lane(block, at: 16, Mixing.constants.2, second)
      third = lane(block, at: 32, Mixing.constants.3, third)
      offset &+= 48
    }
    first ^= second ^ third
    while octets.count &- offset >= 16 {
      let block = octets.extracting(offset..<offset &+ 16)
      first = lane(block, at: 0, Mixing.constants.1, first)
      offset &+= 16
    }
    var last: (UInt64, UInt64) = (0, 0)
    if octets.count &- offset >= 8 {
      last.0 = word(octets.extracting(offset..<offset &+ 8), at: 0)
      offset &+= 8
    }
    while offset < octets.count {
      last.1 = last.1 << 8 | UInt64(octets[offset])
      offset &+= 1
    }
    return Mixing.fold(
      Mixing.constants.1 ^ UInt64(truncatingIfNeeded: octets.count),
      Mixing.fold(last.0 ^ Mixing.constants.1, last.1 ^ first))
  }

  @inline(__always)
  private static func lane(_ octets: Span<UInt8>, at offset: Int, _ constant: UInt64, _ state: UInt64) -> UInt64 {
    Mixing.fold(word(octets, at: offset) ^ constant, word(octets, at: offset &+ 8) ^ state)
  }

  /// Eight bytes as a little-endian word; the compiler makes one load of it.
  @inline(__always)
  private static func word(_ octets: Span<UInt8>, at offset: Int) -> UInt64 {
    var word = UInt64(octets[offset])
    word |= UInt64(octets[offset &+ 1]) << 8
    word |= UInt64(octets[offset &+ 2]) << 16
    word |= UInt64(octets[offset &+ 3]) << 24
    word |= UInt64(octets[offset &+ 4]) << 32
    word |= UInt64(octets[offset &+ 5]) << 40
    word |= UInt64(octets[offset &+ 6]) << 48
    word |= UInt64(octets[offset &+ 7]) << 56
    return word
  }
}
