extension RawSpan {
  /// The byte at `offset`; out of bounds traps.
  func byte(at offset: Int) -> UInt8 {
    // SAFETY: the callee checks bounds; a byte has no alignment and no invalid bit pattern.
    unsafe unsafeLoad(fromByteOffset: offset, as: UInt8.self)
  }
}
