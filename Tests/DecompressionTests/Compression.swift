import CZlib
import CZstd
import Decompression

/// Compresses with the libraries' own encoders, so that the tests read what others write.
enum Compression {
  static func gzip(_ bytes: [UInt8], level: CInt = 6) -> [UInt8] {
    zlib(bytes, windowBits: MAX_WBITS + 16, level: level)
  }
  static func wrapped(_ bytes: [UInt8], level: CInt = 6) -> [UInt8] { zlib(bytes, windowBits: MAX_WBITS, level: level) }
  static func raw(_ bytes: [UInt8], level: CInt = 6) -> [UInt8] { zlib(bytes, windowBits: -MAX_WBITS, level: level) }

  static func zstd(_ bytes: [UInt8], level: CInt = 3) -> [UInt8] {
    var output = [UInt8](repeating: 0, count: ZSTD_compressBound(bytes.count))
    let size = unsafe ZSTD_compress(&output, output.count, bytes, bytes.count, level)
    return Array(output.prefix(size))
  }

  /// A zstd frame that announces a window of 2^`windowBits` bytes.
  static func zstd(_ bytes: [UInt8], windowBits: CInt) -> [UInt8] {
    let context = unsafe ZSTD_createCCtx()
    defer { _ = unsafe ZSTD_freeCCtx(context) }
    _ = unsafe ZSTD_CCtx_setParameter(context, ZSTD_c_windowLog, windowBits)
    // Without the content size the frame cannot shrink its window to it.
    var output = [UInt8](repeating: 0, count: ZSTD_compressBound(bytes.count) + 64)
    let size = unsafe output.withUnsafeMutableBytes { target in
      unsafe bytes.withUnsafeBytes { source in
        var from = unsafe ZSTD_inBuffer(src: source.baseAddress, size: source.count, pos: 0)
        var to = unsafe ZSTD_outBuffer(dst: target.baseAddress, size: target.count, pos: 0)
        _ = unsafe ZSTD_compressStream2(context, &to, &from, ZSTD_e_continue)
        _ = unsafe ZSTD_compressStream2(context, &to, &from, ZSTD_e_end)
        return unsafe to.pos
      }
    }
    return Array(output.prefix(size))
  }

  /// RFC 7932 section 9: uncompressed meta-blocks of one byte at least, then the empty last one.
  static func brotli(_ bytes: [UInt8]) -> [UInt8] {
    var bits = BitWriter()
    bits.write(0, count: 1)  // WBITS: 16
    for start in stride(from: 0, to: bytes.count, by: 65_536) {
      let piece = bytes[start..<min(bytes.count, start + 65_536)]
      bits.write(0, count: 1)  // ISLAST
      bits.write(0, count: 2)  // MNIBBLES: 4
      bits.write(piece.count - 1, count: 16)  // MLEN - 1
      bits.write(1, count: 1)  // ISUNCOMPRESSED
      bits.append(piece)
    }
    bits.write(3, count: 2)  // ISLAST, ISLASTEMPTY
    return bits.bytes
  }

  static func encode(_ bytes: [UInt8], as coding: Coding) -> [UInt8] {
    switch coding {
    case .gzip: gzip(bytes)
    case .deflate: wrapped(bytes)
    case .br: brotli(bytes)
    case .zstd: zstd(bytes)
    }
  }

  private static func zlib(_ bytes: [UInt8], windowBits: CInt, level: CInt) -> [UInt8] {
    var stream = unsafe z_stream()
    let size = CInt(unsafe MemoryLayout<z_stream>.size)
    unsafe deflateInit2_(&stream, level, Z_DEFLATED, windowBits, 8, Z_DEFAULT_STRATEGY, zlibVersion(), size)
    defer { unsafe deflateEnd(&stream) }
    var (input, output) = (bytes, [UInt8](repeating: 0, count: bytes.count + bytes.count / 100 + 1_024))
    let count = unsafe input.withUnsafeMutableBufferPointer { source in
      unsafe output.withUnsafeMutableBufferPointer { target in
        unsafe stream.next_in = source.baseAddress
        unsafe stream.avail_in = UInt32(source.count)
        unsafe stream.next_out = target.baseAddress
        unsafe stream.avail_out = UInt32(target.count)
        _ = unsafe deflate(&stream, Z_FINISH)
        return unsafe target.count - Int(stream.avail_out)
      }
    }
    return Array(output.prefix(count))
  }
}

/// Bits packed from the least significant on, as deflate and brotli have them.
private struct BitWriter {
  private(set) var bytes: [UInt8] = []
  private var free = 0

  mutating func write(_ value: Int, count: Int) {
    for bit in 0..<count {
      if free == 0 { (free, bytes) = (8, bytes + [0]) }
      if value >> bit & 1 == 1 { bytes[bytes.count - 1] |= 1 << (8 - free) }
      free -= 1
    }
  }

  /// Aligns to a byte, then appends.
  mutating func append(_ piece: ArraySlice<UInt8>) { (bytes, free) = (bytes + piece, 0) }
}
