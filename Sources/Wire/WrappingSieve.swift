/// Where in a part of a stream something wrapped may stand: a bit for each block of 64 bytes.
///
/// A clear bit is certain, a set one is not: readers look closely at the blocks it tells. It stands here because loads
/// of vectors are fast only inside the module that has them.
package struct WrappingSieve {
  package static let blockLength = 64
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
  private var lastWordIsRun = false
  private var lastIsHexList = false

  /// Whether there may be words long enough to hold a secret that is written backwards.
  package var hasWords: Bool { runs | escapes != 0 }

  package var isClear: Bool { escapes | magics | runs | hexLists | wide == 0 }

  /// - Precondition: `part` is no longer than `partLength`.
  package init(_ part: RawSpan, isNested: Bool) {
    precondition(part.byteCount <= Self.partLength)
    var (block, bit) = (0, UInt64(1))
    while block + Self.blockLength < part.byteCount {
      scan(part, at: block, bit, isNested: isNested)
      block += Self.blockLength
      bit &<<= 1
    }
    if block < part.byteCount { scanEnd(part, at: block, bit, isNested: isNested) }
  }

  private typealias Vector = SIMD16<UInt8>
}

// Blocks.
extension WrappingSieve {
  @inline(__always)
  private mutating func scan(_ part: RawSpan, at start: Int, _ bit: UInt64, isNested: Bool) {
    var binary = Vector()
    for offset in stride(from: 0, to: Self.blockLength, by: 16) {
      binary |= Self.isBinary(part.vector(at: start &+ offset &+ 1))
    }
    let isASCII = binary.isZero || scanBinary(part, at: start, bit, isNested: isNested)
    if isASCII || wasASCII {
      scanText(part, at: start, bit)
    } else {
      (lastWordIsRun, lastIsHexList) = (false, false)
    }
    wasASCII = isASCII
  }

  /// Magic numbers and UTF-16: one byte of them is no text.
  ///
  /// - Returns: whether eight bytes at a multiple of eight are ASCII.
  @inline(__always)
  private mutating func scanBinary(_ part: RawSpan, at start: Int, _ bit: UInt64, isNested: Bool) -> Bool {
    var (magics, zeros, ascii) = (Vector(), Vector(), SIMD2<UInt64>())
    for offset in stride(from: 0, to: Self.blockLength, by: 16) {
      let (vector, behind) = (part.vector(at: start &+ offset), part.vector(at: start &+ offset &+ 1))
      magics |= Self.magic(vector, behind)
      if isNested { magics |= Self.rareMagic(vector, behind) }
      zeros |= vector.equal(0)
      ascii |= Self.lanes(vector.words & SIMD2(repeating: 0x8080_8080_8080_8080), equal: 0)
    }
    if !magics.isZero { self.magics |= bit }
    if !zeros.isZero {
      for offset in stride(from: 0, to: Self.blockLength, by: 16) where Self.isWide(part.vector(at: start &+ offset)) {
        wide |= bit
      }
    }
    return ascii.x | ascii.y != 0
  }

  @inline(__always)
  private mutating func scanText(_ part: RawSpan, at start: Int, _ bit: UInt64) {
    var (leads, full) = (Vector(), SIMD2<UInt64>())
    for offset in stride(from: 0, to: Self.blockLength, by: 16) {
      let vector = part.vector(at: start &+ offset)
      leads |= Self.lead(vector)
      full |= Self.lanes(Self.run(vector).words, equal: .max) | Self.lanes(Self.hexList(vector).words, equal: .max)
    }
    if !leads.isZero { scanEscapes(part, at: start, bit) }
    if full.x | full.y != 0 {
      for offset in stride(from: 0, to: Self.blockLength, by: 16) { scanRuns(part.vector(at: start &+ offset), bit) }
    } else {
      (lastWordIsRun, lastIsHexList) = (false, false)
    }
  }

  @inline(__always)
  private mutating func scanEscapes(_ part: RawSpan, at start: Int, _ bit: UInt64) {
    var escapes = Vector()
    for offset in stride(from: 0, to: Self.blockLength, by: 16) {
      escapes |= Self.escape(part.vector(at: start &+ offset), part.vector(at: start &+ offset &+ 1))
    }
    if !escapes.isZero { self.escapes |= bit }
  }

  @inline(__always)
  private mutating func scanRuns(_ vector: Vector, _ bit: UInt64) {
    let run = Self.run(vector).words
    let (first, second) = (run.x == .max, run.y == .max)
    if first && (second || lastWordIsRun) { runs |= bit }
    lastWordIsRun = second
    let list = Self.hexList(vector).words
    let isHexList = list.x & list.y == .max
    if isHexList && lastIsHexList { hexLists |= bit }
    lastIsHexList = isHexList
  }

  /// The last 64 bytes or fewer. What stands behind the last byte is not known: a lead there begins an escape.
  private mutating func scanEnd(_ part: RawSpan, at start: Int, _ bit: UInt64, isNested: Bool) {
    var offset = start
    while offset + 16 < part.byteCount {
      scanAlone(part.vector(at: offset), part.vector(at: offset + 1), bit, isNested: isNested)
      offset += 16
    }
    let octets = part.octets
    var (vector, behind) = (Vector(), Vector())
    for index in offset..<octets.count {
      vector[index - offset] = octets[index]
      if index > offset { behind[index - offset - 1] = octets[index] }
    }
    scanAlone(vector, behind, bit, isNested: isNested)
    if Self.isLead(octets[octets.count - 1]) { escapes |= bit }
  }

  private mutating func scanAlone(_ vector: Vector, _ behind: Vector, _ bit: UInt64, isNested: Bool) {
    if !Self.magic(vector, behind).isZero || isNested && !Self.rareMagic(vector, behind).isZero { magics |= bit }
    if Self.isWide(vector) { wide |= bit }
    if !Self.escape(vector, behind).isZero { escapes |= bit }
    scanRuns(vector, bit)
  }
}

// Single bytes of a block.
extension WrappingSieve {
  /// The bytes of the block at `start` that lead an escape, a bit for each, the first the lowest.
  package static func leads(in part: RawSpan, at start: Int) -> UInt64 {
    var leads: UInt64 = 0
    guard start + blockLength < part.byteCount else {
      for index in start..<part.byteCount where isLead(part.octets[index]) {
        leads |= 1 << UInt64(truncatingIfNeeded: index - start)
      }
      return leads
    }
    for offset in stride(from: 0, to: blockLength, by: 16) {
      let words = escape(part.vector(at: start + offset), part.vector(at: start + offset + 1)).words
      leads |= (bits(words.x) | bits(words.y) << 8) << UInt64(truncatingIfNeeded: offset)
    }
    return leads
  }

  /// The lowest bit of each byte, all of which are zero or all ones, side by side.
  @inline(__always)
  private static func bits(_ word: UInt64) -> UInt64 { ((word & 0x8040_2010_0804_0201) &* 0x0101_0101_0101_0101) >> 56 }

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

  /// Tab to `f`, and `x`.
  @inline(__always)
  private static func hexList(_ vector: Vector) -> Vector { vector.within(0x09, 0x5d) | vector.equal(0x78) }

  @inline(__always)
  private static func isWide(_ vector: Vector) -> Bool {
    let word = vector.words.x
    return (word & 0xff00_ff00_ff00_ff00 == 0 || word & 0x00ff_00ff_00ff_00ff == 0) && word != 0
  }

  @inline(__always)
  private static func lanes(_ words: SIMD2<UInt64>, equal word: UInt64) -> SIMD2<UInt64> {
    SIMD2().replacing(with: SIMD2(repeating: .max), where: words .== SIMD2(repeating: word))
  }
}
