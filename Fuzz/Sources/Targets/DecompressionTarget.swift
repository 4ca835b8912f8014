import Wire

@testable import Decompression

/// Each content coding, whole and in pieces: what comes out must be the same.
enum DecompressionTarget {
  /// More is not asked for: bombs are another layer's concern.
  private static let outputLimit = 1 << 20

  private struct Outcome {
    var bytes: [UInt8] = []
    var hasFailed = false
    var isFinished = false
    var hasTrailingBytes = false
  }

  static func run(_ input: RawSpan) {
    var choices = Choices(input)
    let (kind, seed) = (choices.byte(), choices.byte())
    let bytes = choices.rest
    guard let whole = outcome(kind, bytes, [0..<bytes.byteCount], windowByteCount: 65_536),
      let cut = outcome(kind, bytes, pieces(of: bytes.byteCount, seed: seed), windowByteCount: 1 + Int(seed) * 16)
    else { return }
    // A frame of zstd that is there in whole is decoded at once: then its size is checked, otherwise not always.
    let isZstd = codingNumber(kind) == Coding.allCases.firstIndex(of: .zstd)
    require(
      whole.hasFailed == cut.hasFailed || isZstd, "pieces fail \(cut.hasFailed), the whole \(whole.hasFailed)")
    // A decoder may keep back output of the call that fails.
    guard !whole.hasFailed, !cut.hasFailed else { return }
    require(whole.bytes == cut.bytes, "pieces give \(cut.bytes.count) bytes, the whole \(whole.bytes.count)")
    require(whole.isFinished == cut.isFinished, "pieces and the whole do not end alike")
    require(whole.hasTrailingBytes == cut.hasTrailingBytes, "pieces and the whole do not trail alike")
  }

  /// - Returns: `nil` where there is too much of it.
  private static func outcome(
    _ kind: UInt8, _ bytes: RawSpan, _ ranges: [Range<Int>], windowByteCount: Int
  ) -> Outcome? {
    guard var decompressor = try? decompressor(kind) else { return nil }
    var window = DecompressionWindow(byteCount: windowByteCount)
    var outcome = Outcome()
    for range in ranges {
      do throws(DecompressionError) {
        try decompressor.decompress(bytes.extracting(range), into: &window) { piece in
          require(piece.byteCount <= windowByteCount, "a piece larger than the window")
          outcome.bytes.append(piece)
          return outcome.bytes.count <= outputLimit
        }
      } catch {
        outcome.hasFailed = true
        return outcome
      }
      guard outcome.bytes.count <= outputLimit else { return nil }
    }
    (outcome.isFinished, outcome.hasTrailingBytes) = (decompressor.isFinished, decompressor.hasTrailingBytes)
    return outcome
  }

  /// Of raw deflate, which is no content coding, one beyond the last.
  private static func codingNumber(_ kind: UInt8) -> Int { Int(kind & 7) % (Coding.allCases.count + 1) }

  private static func decompressor(_ kind: UInt8) throws(DecompressionError) -> Decompressor {
    let codings = Coding.allCases
    let choice = codingNumber(kind)
    guard choice < codings.count else { return try Decompressor(rawDeflate: ()) }
    return try Decompressor(codings[choice], verifiesChecksums: kind & 8 != 0)
  }
}
