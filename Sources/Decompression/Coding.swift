/// A content coding of RFC 9110 section 8.4.1, or the compression of a capture file.
package enum Coding: String, Sendable, CaseIterable {
  /// RFC 1952; further members follow one another in one stream.
  case gzip
  /// RFC 9110 section 8.4.1.2: zlib-wrapped (RFC 1950), or raw deflate (RFC 1951) as some servers send it.
  case deflate
  /// RFC 7932.
  case br
  /// RFC 8878; further frames follow one another in one stream.
  case zstd

  /// The most memory that one stream of this coding can make its decoder hold, in bytes, when `windowBits` is left
  /// at its default. Pages are touched only as far as output has been produced.
  package var memoryBound: Int {
    switch self {
    case .gzip, .deflate: 48 << 10
    // The window is at most 16 MiB (RFC 7932 section 9.1); the rest are prefix codes.
    case .br: 17 << 20
    // Window, one block of input, one of output, entropy tables.
    case .zstd: (1 << Decompressor.defaultWindowBits) + (1 << 20)
    }
  }
}

/// Why compressed bytes could not be read on. What came out before the flaw has been delivered.
package enum DecompressionError: Error, Equatable {
  /// No later byte can repair the stream: a bad header, code, distance or checksum, or a window above the limit.
  case corrupt(Coding)
  case outOfMemory
}
