import CZlib
import CZstd

/// Compresses with the libraries' own encoders, so that the tests read what others write.
package enum Compression {
  package static func gzip(_ bytes: [UInt8], level: CInt = 6) -> [UInt8] {
    zlib(bytes, windowBits: MAX_WBITS + 16, level: level)
  }
  package static func wrapped(_ bytes: [UInt8], level: CInt = 6) -> [UInt8] {
    zlib(bytes, windowBits: MAX_WBITS, level: level)
  }
  package static func raw(_ bytes: [UInt8], level: CInt = 6) -> [UInt8] {
    zlib(bytes, windowBits: -MAX_WBITS, level: level)
  }

  package static func zstd(_ bytes: [UInt8], level: CInt = 3) -> [UInt8] {
    var output = [UInt8](repeating: 0, count: ZSTD_compressBound(bytes.count))
    let size = unsafe ZSTD_compress(&output, output.count, bytes, bytes.count, level)
    return Array(output.prefix(size))
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
