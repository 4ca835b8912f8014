/// An integer that may be read from the wire: unsigned, and valid for every bit pattern.
package protocol WireInteger: FixedWidthInteger, UnsignedInteger, BitwiseCopyable {}
extension UInt8: WireInteger {}
extension UInt16: WireInteger {}
extension UInt32: WireInteger {}
extension UInt64: WireInteger {}

extension RawSpan {
  /// The big-endian integer at `offset`, counted in bytes from the start of this span.
  ///
  /// - Precondition: `offset + MemoryLayout<T>.size <= byteCount`; the standard library checks it and traps.
  @inline(__always)
  package func bigEndian<T: WireInteger>(at offset: Int, as type: T.Type = T.self) -> T {
    // SAFETY: the callee checks bounds and needs no alignment; WireInteger admits every bit pattern.
    // Becomes the safe load of SE-0525 when the minimum toolchain has it.
    unsafe T(bigEndian: unsafeLoadUnaligned(fromByteOffset: offset, as: T.self))
  }
}

extension RawSpan {
  /// Checks that a fixed part of `count` bytes can be read.
  @inline(__always)
  func require(_ count: Int) throws(ParseError) {
    guard byteCount >= count else { throw .incomplete(needed: count &- byteCount) }
  }
}

extension RawSpan {
  /// The same bytes as elements, for text protocols.
  package var octets: Span<UInt8> {
    @_lifetime(copy self)
    // SAFETY: UInt8 has no alignment and no invalid bit pattern.
    get { unsafe _unsafeView(as: UInt8.self) }
  }
}

extension [UInt8] {
  /// These bytes as the span that every parser takes.
  package var rawSpan: RawSpan {
    @_lifetime(borrow self)
    borrowing get { RawSpan(_elements: span) }
  }
}

extension RawSpan {
  /// The text in `range`; bytes that are no UTF-8 become U+FFFD.
  package func text(in range: Range<Int>) -> String {
    // SAFETY: the buffer is that of the part extracted, which checks its bounds, and is not kept.
    unsafe extracting(range.clamped(to: 0..<byteCount)).withUnsafeBytes { unsafe String(decoding: $0, as: UTF8.self) }
  }
}

extension [UInt8] {
  /// Appends a copy of `bytes`.
  package mutating func append(_ bytes: RawSpan) {
    // SAFETY: the buffer is that of the span and is not kept.
    unsafe bytes.withUnsafeBytes { unsafe append(contentsOf: $0) }
  }
}

extension String {
  /// Where `byte`, which is ASCII, first stands: by characters, a search takes twenty times as long.
  package func firstIndex(ofByte byte: UInt8) -> Index? {
    // SAFETY: the span does not leave the closure, in which the buffer is valid.
    let offset = unsafe utf8.withContiguousStorageIfAvailable { buffer in
      unsafe RawSpan(_unsafeElements: buffer).firstOffset(of: byte)
    }
    guard let offset else { return utf8.firstIndex(of: byte) }
    return offset.map { utf8.index(startIndex, offsetBy: $0) }
  }
}
