import CZstd
import Decompression
import TestSupport

// What only these tests need of it.
extension Compression {
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
