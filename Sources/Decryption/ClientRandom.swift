import Wire

/// The 32 random bytes of a ClientHello (RFC 8446 section 4.1.2): what key logs name a connection by.
package struct ClientRandom: Hashable, Sendable, BitwiseCopyable {
  package static let byteCount = 32

  private let words: (UInt64, UInt64, UInt64, UInt64)

  /// `nil` unless `bytes` are exactly 32.
  package init?(_ bytes: RawSpan) {
    guard bytes.byteCount == Self.byteCount else { return nil }
    words = (bytes.bigEndian(at: 0), bytes.bigEndian(at: 8), bytes.bigEndian(at: 16), bytes.bigEndian(at: 24))
  }

  /// At most 32 bytes, with zeros behind them.
  init(padding bytes: RawSpan) {
    var word: [UInt64] = [0, 0, 0, 0]
    let octets = bytes.octets
    for index in 0..<min(octets.count, Self.byteCount) {
      word[index / 8] |= UInt64(octets[index]) << (56 - 8 * UInt64(index % 8))
    }
    words = (word[0], word[1], word[2], word[3])
  }

  package static func == (left: Self, right: Self) -> Bool { left.words == right.words }

  package func hash(into hasher: inout Hasher) {
    hasher.combine(words.0)
    hasher.combine(words.1)
    hasher.combine(words.2)
    hasher.combine(words.3)
  }
}
