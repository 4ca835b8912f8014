import Decompression
import TestSupport
import Testing

@Suite("Content codings, RFC 9110 section 8.4.1")
struct DecompressorTests {
  /// Half text that compresses, half noise that does not.
  static let body: [UInt8] = {
    var random = SeededGenerator(seed: 1)
    let text = (0..<2_000).map { "line \($0 * $0 % 977) of a body that compresses\n" }.joined()
    return Array(text.utf8) + random.bytes(40_000)
  }()

  @Test(
    "gives back what was compressed, however the input is cut", arguments: Coding.allCases, [1, 2, 3, 7, 1_000, .max])
  func roundTrip(_ coding: Coding, pieceSize: Int) {
    let decoded = Decoded(Compression.encode(Self.body, as: coding), as: coding, pieceSize: pieceSize)
    #expect(decoded.output == Self.body)
    #expect(decoded.isFinished)
    #expect(decoded.error == nil)
    #expect(!decoded.hasTrailingBytes)
  }

  @Test("hands out no piece longer than the window", arguments: Coding.allCases, [1, 100, 4_096])
  func windowBound(_ coding: Coding, window: Int) {
    let body = Array(Self.body.prefix(30_000))
    let decoded = Decoded(Compression.encode(body, as: coding), as: coding, window: window)
    #expect(decoded.output == body)
    #expect(decoded.longestPiece <= window)
  }

  @Test("delivers a prefix of the body from every prefix of the input, and never traps", arguments: Coding.allCases)
  func everyPrefix(_ coding: Coding) {
    let body = Array(Self.body.prefix(700))
    let encoded = Compression.encode(body, as: coding)
    for count in 0..<encoded.count {
      let decoded = Decoded(Array(encoded.prefix(count)), as: coding, pieceSize: 13)
      #expect(body.starts(with: decoded.output), "cut at \(count)")
      #expect(decoded.error == nil, "cut at \(count)")
      #expect(!decoded.isFinished, "cut at \(count)")
    }
  }

  @Test("survives noise and flipped bytes", arguments: Coding.allCases, 0..<40 as Range<UInt64>)
  func noise(_ coding: Coding, seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    _ = Decoded(random.bytes(2_000), as: coding, pieceSize: 100)
    var encoded = Compression.encode(Array(Self.body.prefix(8_000)), as: coding)
    for _ in 0..<3 {
      encoded[Int(random.next() % UInt64(encoded.count))] ^= UInt8(truncatingIfNeeded: random.next() | 1)
    }
    let decoded = Decoded(encoded, as: coding, pieceSize: 500)
    #expect(decoded.output.count < 4 << 20, "seed \(seed)")
  }

  @Test("reports corruption after the output before it, and again when fed on", arguments: Coding.allCases)
  func corruption(_ coding: Coding) throws {
    // Twice, because zstd decodes blocks of 128 KiB as a whole.
    var encoded = Compression.encode(Self.body + Self.body, as: coding)
    if coding == .br {
      // The last meta-block announces metadata with its reserved bit set: RFC 7932 section 9.2.
      encoded[encoded.count - 1] = 0b0001_1110
    } else {
      encoded[encoded.count - 2] ^= 0xFF
    }
    let decoded = Decoded(encoded, as: coding, pieceSize: 1_000)
    #expect(decoded.error == .corrupt(coding))
    #expect(decoded.output.count > 100_000)
    #expect((Self.body + Self.body).starts(with: decoded.output.dropLast(20)))

    var decompressor = try Decompressor(coding)
    var window = DecompressionWindow()
    for _ in 0..<2 {
      #expect(throws: DecompressionError.corrupt(coding)) {
        try decompressor.decompress(RawSpan(_elements: encoded.span), into: &window) { _ in true }
      }
    }
  }

  @Test("stops when the body says so, and ignores what is fed later", arguments: Coding.allCases)
  func stops(_ coding: Coding) throws {
    let encoded = Compression.encode(Self.body, as: coding)
    var decompressor = try Decompressor(coding)
    var window = DecompressionWindow(byteCount: 1_000)
    var pieces = 0
    for _ in 0..<3 {
      try decompressor.decompress(RawSpan(_elements: encoded.span), into: &window) { _ in
        pieces += 1
        return pieces < 2
      }
    }
    #expect(pieces == 2)
    let isFinished = decompressor.isFinished
    #expect(!isFinished)
  }

  @Test("expands a bomb piece by piece, as far as the caller wants")
  func bomb() throws {
    let bomb = Compression.gzip([UInt8](repeating: 0x41, count: 32 << 20), level: 9)
    #expect(bomb.count < 40_000)
    var decompressor = try Decompressor(.gzip)
    var window = DecompressionWindow()
    var total = 0
    try decompressor.decompress(RawSpan(_elements: bomb.span), into: &window) { piece in
      total += piece.byteCount
      return total < 1 << 20
    }
    #expect(total == 1 << 20)
  }
}

@Suite("gzip members, RFC 1952 section 2.2, and zstd frames, RFC 8878 section 3.1")
struct MemberTests {
  static let pieceSizes = [1, 2, 3, 5, .max]

  @Test("continues with the next member", arguments: [Coding.gzip, .zstd], pieceSizes)
  func members(_ coding: Coding, pieceSize: Int) {
    let parts = ["first ", "", "second ", "third"].map { Array($0.utf8) }
    let input = parts.flatMap { Compression.encode($0, as: coding) }
    let decoded = Decoded(input, as: coding, pieceSize: pieceSize)
    #expect(decoded.output == parts.flatMap(\.self))
    #expect(decoded.isFinished)
    #expect(!decoded.hasTrailingBytes)
  }

  @Test("is unfinished again inside a further member", arguments: [Coding.gzip, .zstd])
  func unfinished(_ coding: Coding) {
    let member = Compression.encode(Array("twice".utf8), as: coding)
    let decoded = Decoded(member + member.dropLast(3), as: coding)
    #expect(!decoded.isFinished)
    #expect(decoded.error == nil)
  }

  @Test("steps over zero padding", arguments: Coding.allCases, pieceSizes)
  func padding(_ coding: Coding, pieceSize: Int) {
    let input = Compression.encode(Array("padded".utf8), as: coding) + [UInt8](repeating: 0, count: 512)
    let decoded = Decoded(input, as: coding, pieceSize: pieceSize)
    #expect(decoded.output == Array("padded".utf8))
    #expect(decoded.isFinished)
    #expect(!decoded.hasTrailingBytes)
  }

  @Test("ignores what else follows, and says so", arguments: Coding.allCases, pieceSizes)
  func garbage(_ coding: Coding, pieceSize: Int) {
    for garbage in [[0x1F], [0x28, 0xB5, 0x2F], Array("garbage".utf8)] as [[UInt8]] {
      let input = Compression.encode(Array("followed".utf8), as: coding) + garbage
      let decoded = Decoded(input, as: coding, pieceSize: pieceSize)
      #expect(decoded.output == Array("followed".utf8))
      #expect(decoded.error == nil)
      #expect(decoded.isFinished)
      #expect(decoded.hasTrailingBytes)
    }
  }

  @Test("steps over skippable zstd frames", arguments: pieceSizes)
  func skippable(pieceSize: Int) {
    let skippable: [UInt8] = [0x5A, 0x2A, 0x4D, 0x18, 3, 0, 0, 0, 1, 2, 3]
    let frame = Compression.zstd(Array("kept".utf8))
    let decoded = Decoded(skippable + frame + skippable + frame, as: .zstd, pieceSize: pieceSize)
    #expect(decoded.output == Array("keptkept".utf8))
    #expect(decoded.isFinished)
  }

  @Test("refuses a zstd window above the limit: RFC 9659 section 3")
  func windowLimit() {
    let body = DecompressorTests.body
    let wide = Compression.zstd(body, windowBits: 24)
    #expect(Decoded(wide, as: .zstd).error == .corrupt(.zstd))
    #expect(Decoded(wide, as: .zstd, windowBits: 27).output == body)
    #expect(Decoded(Compression.zstd(body, windowBits: 23), as: .zstd).output == body)
  }
}

@Suite("deflate, RFC 9110 section 8.4.1.2")
struct DeflateTests {
  @Test("reads zlib-wrapped, raw and mislabelled gzip data", arguments: [0, 1, 6, 9] as [CInt], [1, 2, 100, .max])
  func framings(level: CInt, pieceSize: Int) {
    let body = Array(DecompressorTests.body.prefix(50_000))
    for encoded in [
      Compression.wrapped(body, level: level), Compression.raw(body, level: level),
      Compression.gzip(body, level: level),
    ] {
      let decoded = Decoded(encoded, as: .deflate, pieceSize: pieceSize)
      #expect(decoded.output == body)
      #expect(decoded.isFinished)
    }
  }

  @Test("reads streams as short as their head, into a window of one byte", arguments: [1, 2, .max])
  func short(pieceSize: Int) {
    // Fixed codes: an empty block, and one literal.
    #expect(Decoded([0x03, 0x00], as: .deflate, pieceSize: pieceSize).isFinished)
    let one = Decoded(Compression.raw([0x41]), as: .deflate, pieceSize: pieceSize, window: 1)
    #expect(one.output == [0x41])
    #expect(one.isFinished)
  }

  @Test("waits for a second byte before it decides")
  func undecided() {
    let decoded = Decoded([0x78], as: .deflate)
    #expect(decoded.error == nil)
    #expect(!decoded.isFinished)
  }

  @Test("refuses a preset dictionary, which HTTP has no way to agree on")
  func dictionary() {
    #expect(Decoded([0x78, 0xBB, 0, 0, 0, 1, 3, 0], as: .deflate).error == .corrupt(.deflate))
  }
}

@Suite("brotli, RFC 7932")
struct BrotliTests {
  /// What the reference encoder made of 200 lines, at quality 11.
  static let lines = """
    1be91a001c09368e764d7a16964a67a403bcbc6d0dd70a20656f12c46c0e237600d2f050128d2c4ac2070fd9fa334992d8eae57de7ef23f4
    1d5c3f8d8940249129541a5aba21e29c01a3c96cb1dad8d2353e83d164b6586d6ce99a9ec168325bac36b674cdcf6034992d561b5bba9667
    309acc16ab8d2d5deb33184d668bd5c696aecd33184d668bd5c696aeed33184d668bd5c696aedd33184d668bd5c6f6b7f70f1f08240a8dc1
    e2e0da453c041285c6607170ed221f02894263b038b876510f8144a131581c5cbbe88740a2d0182c0eae5dcc432051680c1607d72ef62190
    2834068b836b17e721902834068b836b17f721902834068b836b17ef21902834068b83bb7a69
    """

  @Test("reads what the reference encoder wrote", arguments: [1, 10, .max])
  func reference(pieceSize: Int) {
    let decoded = Decoded([UInt8](hex: Self.lines), as: .br, pieceSize: pieceSize)
    #expect(decoded.output == Array((0..<200).map { "line \($0) of a body that compresses\n" }.joined().utf8))
    #expect(decoded.isFinished)
  }

  @Test("expands a bomb: 13 bytes that are a mebibyte")
  func bomb() {
    let decoded = Decoded([UInt8](hex: "5fffff0f4022281e0b24f7fe01"), as: .br, window: 4_096)
    #expect(decoded.output == [UInt8](repeating: 0x41, count: 1 << 20))
  }

  @Test("refuses large-window brotli, which is no part of the RFC")
  func largeWindow() {
    #expect(Decoded([0x11, 0x1E, 0, 0, 0, 0], as: .br).error == .corrupt(.br))
  }
}
