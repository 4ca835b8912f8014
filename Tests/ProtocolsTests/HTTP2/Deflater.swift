import CZlib

/// Compresses message after message with one window, as permessage-deflate does, or whole bodies as gzip.
@safe
final class Deflater {
  private var stream = unsafe z_stream()

  init(windowBits: CInt = -MAX_WBITS) {
    _ = unsafe deflateInit2_(
      &stream, 6, Z_DEFLATED, windowBits, 8, Z_DEFAULT_STRATEGY, zlibVersion(), CInt(MemoryLayout<z_stream>.size))
  }

  deinit { _ = unsafe deflateEnd(&stream) }

  static func gzip(_ bytes: [UInt8]) -> [UInt8] { Deflater(windowBits: MAX_WBITS + 16).run(bytes, Z_FINISH) }

  /// A message without the `00 00 FF FF` at its end: RFC 7692 section 7.2.1.
  func message(_ bytes: [UInt8]) -> [UInt8] { run(bytes, Z_SYNC_FLUSH).dropLast(4) }

  private func run(_ bytes: [UInt8], _ flush: CInt) -> [UInt8] {
    var (input, output) = (bytes, [UInt8](repeating: 0, count: bytes.count * 2 + 1_000))
    let (inputCount, outputCount) = (UInt32(input.count), UInt32(output.count))
    let produced = unsafe input.withUnsafeMutableBufferPointer { source in
      unsafe output.withUnsafeMutableBufferPointer { target in
        unsafe (stream.next_in, stream.avail_in) = (source.baseAddress, inputCount)
        unsafe (stream.next_out, stream.avail_out) = (target.baseAddress, outputCount)
        _ = unsafe deflate(&stream, flush)
        return unsafe Int(outputCount - stream.avail_out)
      }
    }
    return Array(output[..<produced])
  }
}
