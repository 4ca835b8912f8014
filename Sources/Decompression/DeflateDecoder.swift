import CZlib

/// What is wrapped around deflate data.
enum Framing {
  case gzip, zlib, raw

  static let gzipMagic: [UInt8] = [0x1F, 0x8B]

  /// Decides by the first two bytes what "deflate" means here.
  ///
  /// A zlib header has method 8, a window of at most 32 KiB and a check (RFC 1950 section 2.2). Raw deflate that
  /// looks so would begin with a stored block whose padding bits are not zero, which no encoder writes; one that
  /// begins like gzip would have the reserved block type.
  init(recognisedIn head: [UInt8]) {
    guard head.count >= 2 else {
      self = .zlib
      return
    }
    let check = Int(head[0]) << 8 | Int(head[1])
    if head.starts(with: Self.gzipMagic) {
      self = .gzip
    } else if head[0] & 0x0F == 8, head[0] >> 4 <= 7, check % 31 == 0 {
      self = .zlib
    } else {
      self = .raw
    }
  }

  /// What zlib calls `windowBits`: 15 for 32 KiB, +16 for gzip, negative for raw.
  fileprivate var windowBits: CInt {
    switch self {
    case .gzip: MAX_WBITS + 16
    case .zlib: MAX_WBITS
    case .raw: -MAX_WBITS
    }
  }
}

/// Owns one `z_stream`. It lives on the heap, because zlib keeps its address.
@safe
struct DeflateDecoder: ~Copyable {
  private let stream: UnsafeMutablePointer<z_stream>
  /// What the stream was said to be.
  private let framing: Framing

  init(_ framing: Framing, verifiesChecksums: Bool) throws(DecompressionError) {
    self.framing = framing
    unsafe stream = .allocate(capacity: 1)
    unsafe stream.initialize(to: z_stream())
    let code = unsafe inflateInit2_(stream, framing.windowBits, zlibVersion(), CInt(MemoryLayout<z_stream>.size))
    guard code == Z_OK else {
      // SAFETY: a stream that could not be set up owns nothing; `deinit` does not run for a value that never was.
      unsafe stream.deallocate()
      throw .outOfMemory
    }
    if !verifiesChecksums { _ = unsafe inflateValidate(stream, 0) }
  }

  // SAFETY: `stream` was set up in `init`, and this value is its only owner.
  deinit {
    unsafe inflateEnd(stream)
    unsafe stream.deallocate()
  }

  var isGzip: Bool { framing == .gzip }
  var isRaw: Bool { framing == .raw }

  borrowing func reset(to framing: Framing) { _ = unsafe inflateReset2(stream, framing.windowBits) }

  borrowing func step(_ input: RawSpan, onto output: inout [UInt8], from offset: Int) -> CodecStep {
    // SAFETY: both pointers are used only inside the two closures, with the counts of their buffers.
    unsafe input.withUnsafeBytes { source in
      unsafe output.withUnsafeMutableBytes { target in
        let free = unsafe UnsafeMutableRawBufferPointer(rebasing: target[offset...])
        let (available, room) = (UInt32(clamping: source.count), UInt32(clamping: free.count))
        unsafe stream.pointee.next_in = UnsafeMutablePointer(
          mutating: source.baseAddress?.assumingMemoryBound(to: Bytef.self))
        unsafe stream.pointee.avail_in = available
        unsafe stream.pointee.next_out = free.baseAddress?.assumingMemoryBound(to: Bytef.self)
        unsafe stream.pointee.avail_out = room
        let code = unsafe inflate(stream, Z_NO_FLUSH)
        let consumed = unsafe Int(available - stream.pointee.avail_in)
        let produced = unsafe Int(room - stream.pointee.avail_out)
        return CodecStep(consumed: consumed, produced: produced, outcome: Self.outcome(code))
      }
    }
  }

  private static func outcome(_ code: CInt) -> CodecStep.Outcome {
    switch code {
    // Z_BUF_ERROR says only that nothing could be done without more input.
    case Z_OK, Z_BUF_ERROR: .underway
    case Z_STREAM_END: .ended
    case Z_MEM_ERROR: .outOfMemory
    default: .corrupt
    }
  }
}
