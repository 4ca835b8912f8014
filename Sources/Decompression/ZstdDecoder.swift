import CZstd

/// Owns one `ZSTD_DStream`. A frame whose window is above the limit is refused before anything is allocated for it.
@safe
struct ZstdDecoder: ~Copyable {
  private let stream: OpaquePointer

  init(windowBits: Int) throws(DecompressionError) {
    guard let stream = unsafe ZSTD_createDStream() else { throw .outOfMemory }
    unsafe self.stream = stream
    // Bits outside what zstd supports are refused by it; its own default, 27, then stands.
    _ = unsafe ZSTD_DCtx_setParameter(stream, ZSTD_d_windowLogMax, CInt(clamping: windowBits))
  }

  // SAFETY: `stream` was made in `init`, and this value is its only owner.
  deinit { unsafe ZSTD_freeDStream(stream) }

  borrowing func step(_ input: RawSpan, onto output: inout [UInt8], from offset: Int) -> CodecStep {
    // SAFETY: both buffers are used only inside the two closures, with their own counts.
    unsafe input.withUnsafeBytes { source in
      unsafe output.withUnsafeMutableBytes { target in
        let free = unsafe UnsafeMutableRawBufferPointer(rebasing: target[offset...])
        var from = unsafe ZSTD_inBuffer(src: source.baseAddress, size: source.count, pos: 0)
        var to = unsafe ZSTD_outBuffer(dst: free.baseAddress, size: free.count, pos: 0)
        let result = unsafe ZSTD_decompressStream(stream, &to, &from)
        return unsafe CodecStep(consumed: from.pos, produced: to.pos, outcome: Self.outcome(result))
      }
    }
  }

  /// Zero is the end of a frame, any other value a hint of how much more to feed, unless it is an error code.
  private static func outcome(_ result: Int) -> CodecStep.Outcome {
    if ZSTD_isError(result) != 0 {
      // ZSTD_error_memory_allocation of zstd_errors.h, stable since 1.3.1; codes are returned negated.
      return 0 &- result == 64 ? .outOfMemory : .corrupt
    }
    return result == 0 ? .ended : .underway
  }
}
