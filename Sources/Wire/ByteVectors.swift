// Sixteen bytes at a time.

extension RawSpan {
  @inline(__always)
  func vector(at offset: Int) -> SIMD16<UInt8> {
    // SAFETY: the callee checks bounds and needs no alignment; every bit pattern is valid.
    unsafe unsafeLoadUnaligned(fromByteOffset: offset, as: SIMD16<UInt8>.self)
  }

  /// Whether some eight of the `count` bytes from `start` on, at a multiple of eight from there, are ASCII.
  ///
  /// - Precondition: they are inside this span; `count` is a multiple of sixteen.
  @inline(__always)
  func hasASCIIWord(at start: Int, _ count: Int) -> Bool {
    precondition(start >= 0 && count <= byteCount && start <= byteCount - count)
    var ascii = SIMD2<UInt64>()
    for offset in stride(from: start, to: start &+ count, by: 16) {
      // SAFETY: the precondition keeps within bounds, the load needs no alignment, and every bit pattern is valid.
      let words = unsafe unsafeLoadUnaligned(fromUncheckedByteOffset: offset, as: SIMD2<UInt64>.self)
      let high = words & SIMD2(repeating: 0x8080_8080_8080_8080)
      ascii |= SIMD2().replacing(with: SIMD2(repeating: .max), where: high .== SIMD2(repeating: 0))
    }
    return ascii.x | ascii.y != 0
  }
}

extension SIMD16<UInt8> {
  @inline(__always)
  var words: SIMD2<UInt64> {
    // SAFETY: both are 16 bytes of plain bits.
    unsafe unsafeBitCast(self, to: SIMD2<UInt64>.self)
  }

  @inline(__always)
  var isZero: Bool {
    let words = words
    return words.x | words.y == 0
  }

  // Each gives all ones for a byte of which it is true. Operations of a vector and a single value are loops over its
  // bytes; those of two vectors are one instruction.

  @inline(__always)
  func equal(_ byte: UInt8) -> Self { Self.ones(self .== Self(repeating: byte)) }

  /// From `first` to `first + extent`.
  @inline(__always)
  func within(_ first: UInt8, _ extent: UInt8) -> Self {
    Self.ones((self &- Self(repeating: first)) .<= Self(repeating: extent))
  }

  @inline(__always)
  func beyond(_ first: UInt8, _ extent: UInt8) -> Self {
    Self.ones((self &- Self(repeating: first)) .> Self(repeating: extent))
  }

  @inline(__always)
  private static func ones(_ mask: SIMDMask<SIMD16<Int8>>) -> Self {
    Self().replacing(with: Self(repeating: 0xff), where: mask)
  }
}
