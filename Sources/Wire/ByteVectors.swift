// Sixteen bytes at a time.

extension RawSpan {
  @inline(__always)
  func vector(at offset: Int) -> SIMD16<UInt8> {
    // SAFETY: the callee checks bounds and needs no alignment; every bit pattern is valid.
    unsafe unsafeLoadUnaligned(fromByteOffset: offset, as: SIMD16<UInt8>.self)
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
