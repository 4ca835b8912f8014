/// Where in a part of a stream something wrapped may stand: a bit for each block of 64 bytes.
///
/// A clear bit is certain, a set one is not: readers look closely at the blocks it tells. It stands here because loads
/// of vectors are fast only inside the module that has them.
package struct WrappingSieve {
  package static let blockLength = ByteBlock.byteCount
  /// As many blocks as a word has bits.
  package static let partLength = 64 * blockLength
  /// How many bytes before an escape stand below 0x80, or all there are: where fewer do, `escapes` may miss it.
  package static let neighbours = 16

  /// A lead of an escape with something behind it that can follow it: `%`, `\`, `&`, `=`; and `&;`, which ends one that
  /// is read backwards.
  package private(set) var escapes: UInt64 = 0
  /// The last two bytes of the magic numbers of gzip, zip and zstd, and headers of zlib.
  package private(set) var magics: UInt64 = 0
  /// Sixteen bytes, at a multiple of eight, all of which may be base64: they are part of any run of 23 and more.
  package private(set) var runs: UInt64 = 0
  /// Thirty-two bytes, at a multiple of sixteen, that may be hexadecimal with something between: they are part of any
  /// run of 47 and more.
  package private(set) var hexLists: UInt64 = 0
  /// Zeros in every other byte of eight: they are part of any text of 32 bytes and more in UTF-16.
  package private(set) var wide: UInt64 = 0

  private var wasASCII = true
  /// The last eight, and the last sixteen bytes of the block before may belong to a run, and to a list.
  private var lastWordIsRun = false
  private var lastPairIsHexList = false

  /// Whether there may be words long enough to hold a secret that is written backwards.
  package var hasWords: Bool { runs | escapes != 0 }

  package var isClear: Bool { escapes | magics | runs | hexLists | wide == 0 }

  /// - Precondition: `part` is no longer than `partLength`.
  package init(_ part: RawSpan, isNested: Bool) {
    precondition(part.byteCount <= Self.partLength)
    var (start, bit) = (0, UInt64(1))
    while start + Self.blockLength < part.byteCount {
      scan(ByteBlock(part, at: start), behind: ByteBlock(part, at: start &+ 1), bit, isNested: isNested)
      start += Self.blockLength
      bit &<<= 1
    }
    guard start < part.byteCount else { return }
    let (last, behind) = ByteBlock.padded(part, from: start)
    scan(last, behind: behind, bit, isNested: isNested)
    // What stands behind the last byte is not known: a lead there begins an escape.
    if Self.isLead(part.octets[part.byteCount - 1]) { escapes |= bit }
  }

  private typealias Vector = ByteBlock.Vector
}

// Blocks.
extension WrappingSieve {
  @inline(__always)
  private mutating func scan(_ block: ByteBlock, behind: ByteBlock, _ bit: UInt64, isNested: Bool) {
    let isASCII = !behind.contains(Self.isBinary) || scanBinary(block, behind: behind, bit, isNested: isNested)
    if isASCII || wasASCII {
      scanText(block, behind: behind, bit)
    } else {
      (lastWordIsRun, lastPairIsHexList) = (false, false)
    }
    wasASCII = isASCII
  }

  /// Magic numbers and UTF-16: one byte of them is no text.
  ///
  /// - Returns: whether eight bytes at a multiple of eight are ASCII.
  @inline(__always)
  private mutating func scanBinary(
    _ block: ByteBlock, behind: ByteBlock, _ bit: UInt64, isNested: Bool
  ) -> Bool {
    if block.contains(behind, Self.magic) || isNested && block.contains(behind, Self.rareMagic) { magics |= bit }
    let zeros = block.flags { $0.equal(0) }
    if zeros != 0, Self.isWide(zeros) { wide |= bit }
    return block.high.hasClearByte
  }

  @inline(__always)
  private mutating func scanText(_ block: ByteBlock, behind: ByteBlock, _ bit: UInt64) {
    if block.contains(Self.lead), block.contains(behind, Self.escape) { escapes |= bit }
    let words = block.flags(Self.run).fullBytes
    if words & (words &<< 8 | (lastWordIsRun ? 0x80 : 0)) != 0 { runs |= bit }
    lastWordIsRun = words >> 63 != 0
    var pairs = block.flags(Self.hexList).fullPairs
    // Digits alone are another notation: something stands between bytes at least once in sixteen characters.
    if pairs != 0 { pairs &= ~(~block.flags(Self.hexJoint)).fullPairs }
    if pairs & (pairs &<< 16 | (lastPairIsHexList ? 0x8000 : 0)) != 0 { hexLists |= bit }
    lastPairIsHexList = pairs >> 63 != 0
  }
}

// Single bytes of a block.
extension WrappingSieve {
  /// The bytes of the block at `start` that lead an escape, a bit for each, the first the lowest.
  package static func leads(in part: RawSpan, at start: Int) -> UInt64 {
    guard start + blockLength >= part.byteCount else {
      return ByteBlock(part, at: start).flags(ByteBlock(part, at: start + 1), escape)
    }
    let (block, behind) = ByteBlock.padded(part, from: start)
    let last = part.byteCount - 1
    return block.flags(behind, escape) | (isLead(part.octets[last]) ? 1 &<< UInt64(last - start) : 0)
  }

  private static func isLead(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "%"), UInt8(ascii: "\\"), UInt8(ascii: "&"), UInt8(ascii: "="): true
    default: false
    }
  }
}

// Classes of bytes. Nothing that they are named after is missing; most have a little more.
extension WrappingSieve {
  @inline(__always)
  private static func lead(_ vector: Vector) -> Vector {
    vector.within(0x25, 1) | vector.equal(0x5c) | vector.equal(0x3d)
  }

  @inline(__always)
  private static func escape(_ vector: Vector, _ behind: Vector) -> Vector {
    let backslash = vector.equal(0x5c) & (behind.within(0x2f, 4) | behind.within(0x75, 3) | behind.equal(0x5c))
    let percent = vector.equal(0x25) & behind.within(0x30, 0x45)
    let ampersand = vector.equal(0x26) & (behind.within(0x41, 0x39) | behind.equal(0x23) | behind.equal(0x3b))
    let equals = vector.equal(0x3d) & (behind.within(0x30, 9) | behind.within(0x41, 5) | behind.within(0x0a, 3))
    return backslash | percent | ampersand | equals
  }

  /// The second byte of each is no text.
  @inline(__always)
  private static func magic(_ vector: Vector, _ behind: Vector) -> Vector {
    vector.equal(0x8b) & behind.equal(0x08) | vector.equal(0x03) & behind.equal(0x04)
      | vector.equal(0x2f) & behind.equal(0xfd) | vector.equal(0x78) & behind.equal(0x9c)
  }

  @inline(__always)
  private static func rareMagic(_ vector: Vector, _ behind: Vector) -> Vector {
    vector.equal(0x78) & (behind.equal(0xda) | behind.equal(0x01))
  }

  /// Neither tab to `~` nor what stands between them.
  @inline(__always)
  private static func isBinary(_ vector: Vector) -> Vector { vector.beyond(0x09, 0x75) }

  /// `+` to `z`.
  @inline(__always)
  private static func run(_ vector: Vector) -> Vector { vector.within(0x2b, 0x4f) }

  /// What stands between hexadecimal bytes: tab to `/`, `:`, `;`, backslash.
  @inline(__always)
  private static func hexJoint(_ vector: Vector) -> Vector {
    vector.within(0x09, 0x26) | vector.within(0x3a, 1) | vector.equal(0x5c)
  }

  /// Tab to `f`, and `x`.
  @inline(__always)
  private static func hexList(_ vector: Vector) -> Vector { vector.within(0x09, 0x5d) | vector.equal(0x78) }

  /// Whether the even or the odd bytes of some eight at a multiple of eight are zeros, and others are not.
  @inline(__always)
  private static func isWide(_ zeros: UInt64) -> Bool {
    let (even, odd): (UInt64, UInt64) = (0x5555_5555_5555_5555, 0xaaaa_aaaa_aaaa_aaaa)
    return ((zeros | even).fullBytes | (zeros | odd).fullBytes) & ~zeros.fullBytes != 0
  }
}
