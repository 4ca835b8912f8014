import CBrotli

/// Owns one `BrotliDecoderState`. Windows above 16 MiB ("large window brotli", no part of RFC 7932) stay refused.
@safe
struct BrotliDecoder: ~Copyable {
  private let state: OpaquePointer

  init() throws(DecompressionError) {
    guard let state = unsafe BrotliDecoderCreateInstance(nil, nil, nil) else { throw .outOfMemory }
    unsafe self.state = state
  }

  // SAFETY: `state` was made in `init`, and this value is its only owner.
  deinit { unsafe BrotliDecoderDestroyInstance(state) }

  borrowing func step(_ input: RawSpan, onto output: inout [UInt8], from offset: Int) -> CodecStep {
    // SAFETY: both pointers are used only inside the two closures, with the counts of their buffers.
    unsafe input.withUnsafeBytes { source in
      unsafe output.withUnsafeMutableBytes { target in
        let free = unsafe UnsafeMutableRawBufferPointer(rebasing: target[offset...])
        var (available, room) = (source.count, free.count)
        var next = unsafe source.baseAddress?.assumingMemoryBound(to: UInt8.self)
        var place = unsafe free.baseAddress?.assumingMemoryBound(to: UInt8.self)
        let result = unsafe BrotliDecoderDecompressStream(state, &available, &next, &room, &place, nil)
        return CodecStep(
          consumed: source.count - available, produced: free.count - room, outcome: outcome(result))
      }
    }
  }

  private borrowing func outcome(_ result: BrotliDecoderResult) -> CodecStep.Outcome {
    switch result {
    case BROTLI_DECODER_RESULT_SUCCESS: return .ended
    case BROTLI_DECODER_RESULT_ERROR:
      let code = unsafe BrotliDecoderGetErrorCode(state).rawValue
      let allocation =
        BROTLI_DECODER_ERROR_ALLOC_BLOCK_TYPE_TREES.rawValue...BROTLI_DECODER_ERROR_ALLOC_CONTEXT_MODES.rawValue
      return allocation.contains(code) ? .outOfMemory : .corrupt
    default: return .underway
    }
  }
}
