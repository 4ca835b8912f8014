/// A connection id: RFC 9000 section 5.1, at most 20 bytes. A plain value, so that a packet costs no allocation.
package struct QUICConnectionID: Hashable, Sendable, BitwiseCopyable {
  /// RFC 9000 section 17.2.
  package static let maximumByteCount = 20

  private var words: (UInt64, UInt64, UInt32) = (0, 0, 0)
  package let byteCount: Int

  /// - Returns: `nil` for more than 20 bytes.
  package init?(_ bytes: RawSpan) {
    guard bytes.byteCount <= Self.maximumByteCount else { return nil }
    byteCount = bytes.byteCount
    let octets = bytes.octets
    for index in 0..<bytes.byteCount {
      switch index {
      case 0..<8: words.0 |= UInt64(octets[index]) << (56 - 8 * UInt64(index))
      case 8..<16: words.1 |= UInt64(octets[index]) << (56 - 8 * UInt64(index - 8))
      default: words.2 |= UInt32(octets[index]) << (24 - 8 * UInt32(index - 16))
      }
    }
  }

  /// The bytes as sent.
  package var bytes: [UInt8] {
    (0..<byteCount).map { index in
      switch index {
      case 0..<8: UInt8(truncatingIfNeeded: words.0 >> (56 - 8 * UInt64(index)))
      case 8..<16: UInt8(truncatingIfNeeded: words.1 >> (56 - 8 * UInt64(index - 8)))
      default: UInt8(truncatingIfNeeded: words.2 >> (24 - 8 * UInt32(index - 16)))
      }
    }
  }

  package static func == (left: Self, right: Self) -> Bool {
    left.byteCount == right.byteCount && left.words == right.words
  }

  package func hash(into hasher: inout Hasher) {
    hasher.combine(byteCount)
    hasher.combine(words.0)
    hasher.combine(words.1)
    hasher.combine(words.2)
  }
}
