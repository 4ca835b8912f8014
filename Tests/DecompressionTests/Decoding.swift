import Decompression

/// All that one stream came to.
struct Decoded: Equatable {
  var output: [UInt8] = []
  var error: DecompressionError?
  var isFinished = false
  var hasTrailingBytes = false
  /// The longest piece that was handed out.
  var longestPiece = 0

  /// Feeds `input` in pieces of `pieceSize` bytes.
  init(_ input: [UInt8], as coding: Coding, pieceSize: Int = .max, window byteCount: Int = 65_536, windowBits: Int = 23)
  {
    do throws(DecompressionError) {
      var decompressor = try Decompressor(coding, windowBits: windowBits)
      var window = DecompressionWindow(byteCount: byteCount)
      defer {
        isFinished = decompressor.isFinished
        hasTrailingBytes = decompressor.hasTrailingBytes
      }
      var rest = input[...]
      while !rest.isEmpty {
        let piece = Array(rest.prefix(pieceSize))
        rest = rest.dropFirst(piece.count)
        try decompressor.decompress(RawSpan(_elements: piece.span), into: &window) { bytes in
          longestPiece = max(longestPiece, bytes.byteCount)
          unsafe bytes.withUnsafeBytes { unsafe output.append(contentsOf: $0) }
          return true
        }
      }
    } catch {
      self.error = error
    }
  }
}

extension [UInt8] {
  init(hex: String) {
    var digits = hex.compactMap(\.hexDigitValue)[...]
    self = []
    while let high = digits.popFirst(), let low = digits.popFirst() { append(UInt8(high << 4 | low)) }
  }
}
