/// What one call of a decoder came to.
struct CodecStep {
  var consumed = 0
  var produced = 0
  var outcome = Outcome.underway

  enum Outcome: Equatable { case underway, ended, corrupt, outOfMemory }
}

/// The decoder behind a `Decompressor`: the three C libraries under one shape.
enum Codec: ~Copyable {
  case deflate(DeflateDecoder)
  case brotli(BrotliDecoder)
  case zstd(ZstdDecoder)

  /// - Precondition: `offset < output.count`.
  borrowing func step(_ input: RawSpan, onto output: inout [UInt8], from offset: Int) -> CodecStep {
    switch self {
    case .deflate(let decoder): decoder.step(input, onto: &output, from: offset)
    case .brotli(let decoder): decoder.step(input, onto: &output, from: offset)
    case .zstd(let decoder): decoder.step(input, onto: &output, from: offset)
    }
  }

  /// Bytes that must be seen before a member begins; nil where none can.
  borrowing func headByteCount(isFirst: Bool) -> Int? {
    switch self {
    case .deflate(let decoder) where decoder.isGzip: isFirst ? 0 : 2
    // Raw deflate has no head, and WebSocket goes on behind its end (RFC 7692 section 7.2.3.4).
    case .deflate(let decoder) where decoder.isRaw: 0
    case .deflate: isFirst ? 2 : nil
    case .brotli: isFirst ? 0 : nil
    case .zstd: isFirst ? 0 : 4
    }
  }

  /// Makes ready for the member that begins with `head`.
  ///
  /// - Returns: whether one does. The first member is always believed to.
  borrowing func begin(with head: [UInt8], isFirst: Bool) -> Bool {
    switch self {
    case .deflate(let decoder) where decoder.isRaw:
      decoder.reset(to: .raw)
      return true
    case .deflate(let decoder):
      if isFirst {
        if !head.isEmpty { decoder.reset(to: Framing(recognisedIn: head)) }
        return true
      }
      guard decoder.isGzip, head.starts(with: Framing.gzipMagic) else { return false }
      decoder.reset(to: .gzip)
      return true
    case .brotli: return isFirst
    // A data frame or a skippable one: RFC 8878 section 3.1. The decoder itself is ready for it.
    case .zstd: return isFirst || head == [0x28, 0xB5, 0x2F, 0xFD] || isSkippableFrame(head)
    }
  }
}

private func isSkippableFrame(_ head: [UInt8]) -> Bool {
  head.count == 4 && head[0] & 0xF0 == 0x50 && head[1...] == [0x2A, 0x4D, 0x18]
}
