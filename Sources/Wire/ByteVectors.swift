internal import CByteFlags

/// Sixty-four bytes of a span, as many as a word has bits: a flag for each of them, that of the first byte the lowest.
struct ByteBlock {
  static let byteCount = 64
  /// Stands where a padded block has no bytes: text, but no character of anything that is looked for.
  static let filler = UInt8(ascii: "~")

  typealias Vector = SIMD16<UInt8>

  private let first: Vector
  private let second: Vector
  private let third: Vector
  private let fourth: Vector

  /// - Precondition: the block is inside `bytes`.
  @inline(__always)
  init(_ bytes: RawSpan, at start: Int) {
    precondition(start >= 0 && start <= bytes.byteCount - Self.byteCount)
    first = bytes.vector(unchecked: start)
    second = bytes.vector(unchecked: start &+ 16)
    third = bytes.vector(unchecked: start &+ 32)
    fourth = bytes.vector(unchecked: start &+ 48)
  }

  /// What there is from `start` on, filled up, and the same one byte later.
  ///
  /// - Precondition: that is at most a block.
  static func padded(_ bytes: RawSpan, from start: Int) -> (block: ByteBlock, behind: ByteBlock) {
    precondition(start >= 0 && start <= bytes.byteCount && bytes.byteCount - start <= byteCount)
    var copy = (SIMD64<UInt8>(repeating: filler), Vector(repeating: filler))
    // SAFETY: the precondition keeps the copy inside the first of the two vectors, which are plain bytes side by side.
    unsafe withUnsafeMutableBytes(of: &copy) { target in
      unsafe bytes.extracting(start...).withUnsafeBytes { unsafe target.copyMemory(from: $0) }
    }
    // SAFETY: as above; the span does not leave the closure.
    return unsafe withUnsafeBytes(of: &copy) { copied in
      let span = unsafe copied.bytes
      return (ByteBlock(span, at: 0), ByteBlock(span, at: 1))
    }
  }

  /// The bytes for which `test` gives all ones.
  @inline(__always)
  func flags(_ test: (Vector) -> Vector) -> UInt64 {
    test(first).flags | test(second).flags << 16 | test(third).flags << 32 | test(fourth).flags << 48
  }

  /// Bytes from 0x80 on.
  @inline(__always)
  var high: UInt64 { flags { $0 } }

  /// Whether `test` gives all ones for some byte.
  @inline(__always)
  func contains(_ test: (Vector) -> Vector) -> Bool {
    (test(first) | test(second) | test(third) | test(fourth)).flags != 0
  }

  /// Whether `test` gives all ones for some byte and the one behind it.
  @inline(__always)
  func contains(_ behind: ByteBlock, _ test: (Vector, Vector) -> Vector) -> Bool {
    (test(first, behind.first) | test(second, behind.second) | test(third, behind.third)
      | test(fourth, behind.fourth)).flags != 0
  }

  @inline(__always)
  func flags(_ behind: ByteBlock, _ test: (Vector, Vector) -> Vector) -> UInt64 {
    test(first, behind.first).flags | test(second, behind.second).flags << 16
      | test(third, behind.third).flags << 32 | test(fourth, behind.fourth).flags << 48
  }
}

extension RawSpan {
  /// Sixteen bytes.
  @inline(__always)
  func vector(at offset: Int) -> ByteBlock.Vector {
    precondition(offset >= 0 && offset <= byteCount - ByteBlock.Vector.scalarCount)
    return vector(unchecked: offset)
  }

  /// Unchecked: sixteen bytes from `offset` on must be inside this span.
  @inline(__always)
  fileprivate func vector(unchecked offset: Int) -> ByteBlock.Vector {
    // SAFETY: the caller has checked bounds; the load needs no alignment, and every bit pattern is valid.
    unsafe unsafeLoadUnaligned(fromUncheckedByteOffset: offset, as: ByteBlock.Vector.self)
  }
}

// A flag for each of the 64 bytes from `start` on that belongs to a class; none for bytes that are not there.
extension RawSpan {
  /// What base64 of either alphabet is written in, hence base32 and hexadecimal digits too.
  package func base64Flags(at start: Int) -> UInt64 { flags(at: start) { $0.isBase64 } }

  /// What hexadecimal bytes with something between them are written in: digits, `x`, `:`, `,`, `;`, `-`, `\`, white
  /// space.
  package func hexListFlags(at start: Int) -> UInt64 { flags(at: start) { $0.isHexList } }

  /// `/`, `-` and `_`.
  package func jointFlags(at start: Int) -> UInt64 { flags(at: start) { $0.isJoint } }

  /// `/`, `.`, `+` and `~`: what stands inside some tokens, and elsewhere between words.
  package func partingFlags(at start: Int) -> UInt64 { flags(at: start) { $0.isParting } }

  /// What tokens are written in, RFC 6750 section 2.1 without the padding: letters, digits, `-`, `.`, `_`, `~`, `+`, `/`.
  package func tokenFlags(at start: Int) -> UInt64 { flags(at: start) { $0.isToken } }

  /// What keys, and base64, percent-encoding and escapes are written in: those, and `=`, `%`, `\`, `:`, `|`, `;`, `#`, `&`,
  /// `{`, `}`.
  package func writtenFlags(at start: Int) -> UInt64 { flags(at: start) { $0.isWritten } }

  package func alphanumericFlags(at start: Int) -> UInt64 { flags(at: start) { $0.isLetter | $0.within(0x30, 9) } }
  package func digitFlags(at start: Int) -> UInt64 { flags(at: start) { $0.within(0x30, 9) } }
  /// `A` to `Z`.
  package func upperFlags(at start: Int) -> UInt64 { flags(at: start) { $0.within(0x41, 25) } }

  @inline(__always)
  private func flags(at start: Int, _ test: (ByteBlock.Vector) -> ByteBlock.Vector) -> UInt64 {
    guard start > byteCount - ByteBlock.byteCount else { return ByteBlock(self, at: start).flags(test) }
    let present: UInt64 = 1 &<< UInt64(byteCount - start) &- 1
    return ByteBlock.padded(self, from: start).block.flags(test) & present
  }
}

extension SIMD16<UInt8> {
  @inline(__always)
  fileprivate var isBase64: Self {
    let other = within(0x2f, 10) | equal(0x2b)
    return isLetter | other | equal(0x2d) | equal(0x5f)
  }

  @inline(__always)
  fileprivate var isLetter: Self { lowered.within(0x61, 25) }

  @inline(__always)
  fileprivate var isToken: Self {
    let other = within(0x2d, 12) | equal(0x2b)
    return isLetter | other | equal(0x5f) | equal(0x7e)
  }

  @inline(__always)
  fileprivate var isWritten: Self {
    let first = within(0x2d, 14) | equal(0x2b) | equal(0x3d)
    let second = within(0x25, 1) | equal(0x23)
    return isLetter | first | second | equal(0x5c) | equal(0x5f) | within(0x7b, 3)
  }

  @inline(__always)
  fileprivate var isHexList: Self {
    let lowered = lowered
    let digit = within(0x30, 0x0b) | lowered.within(0x61, 5)
    let joint = within(0x2c, 1) | equal(0x5c) | lowered.equal(0x78)
    let space = equal(0x20) | within(0x09, 1)
    return digit | joint | space | equal(0x0d)
  }

  @inline(__always)
  fileprivate var isParting: Self { within(0x2e, 1) | equal(0x2b) | equal(0x7e) }

  @inline(__always)
  fileprivate var isJoint: Self { equal(0x2f) | equal(0x2d) | equal(0x5f) }
}

extension SIMD16<UInt8> {
  /// The highest bit of each byte.
  @inline(__always)
  var flags: UInt64 { UInt64(byte_flags_high(self)) }

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

  /// With letters in lower case; of other bytes, `[` to `_` and some controls become others.
  @inline(__always)
  fileprivate var lowered: Self { self | Self(repeating: 0x20) }

  @inline(__always)
  private static func ones(_ mask: SIMDMask<SIMD16<Int8>>) -> Self {
    Self().replacing(with: Self(repeating: 0xff), where: mask)
  }
}

// Flags of 64 bytes, read eight or sixteen at a time.
extension UInt64 {
  /// Whether some eight flags at a multiple of eight are all clear.
  @inline(__always)
  var hasClearByte: Bool { (self &- 0x0101_0101_0101_0101) & ~self & 0x8080_8080_8080_8080 != 0 }

  /// The highest bit of each eight flags that are all set, and of no others.
  @inline(__always)
  var fullBytes: UInt64 {
    let low: UInt64 = 0x7f7f_7f7f_7f7f_7f7f
    return self & ((self & low) &+ 0x0101_0101_0101_0101) & ~low
  }

  /// The highest bit of each sixteen flags that are all set, and of no others.
  @inline(__always)
  var fullPairs: UInt64 {
    let low: UInt64 = 0x7fff_7fff_7fff_7fff
    return self & ((self & low) &+ 0x0001_0001_0001_0001) & ~low
  }
}
