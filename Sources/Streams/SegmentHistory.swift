import Wire

/// The last eight pieces of one direction's stream, by fingerprint: enough to tell a retransmission of the same data
/// from one that puts other data in the same place.
///
/// A retransmission that is not found here is delivered again as alternate data, which costs one more scan and nothing
/// else; so few entries and 32-bit fingerprints do. Of 2^32 differing retransmissions one is taken for the same data.
struct SegmentHistory: BitwiseCopyable {
  enum Comparison { case same, different, unknown }

  // The newest entry stands first. A length of 0 marks an unused entry.
  private var sequences = SIMD8<UInt32>()
  private var fingerprints = SIMD8<UInt32>()
  private var lengths = SIMD8<UInt16>()

  /// Notes bytes that were delivered at `sequence`. Longer ones than an IP datagram can carry are not noted.
  mutating func note(_ bytes: RawSpan, at sequence: UInt32) {
    guard let length = UInt16(exactly: bytes.byteCount), length > 0 else { return }
    (sequences, fingerprints, lengths) = (
      sequences.pushing(sequence), fingerprints.pushing(Self.fingerprint(bytes)), lengths.pushing(length)
    )
  }

  /// Whether `bytes`, sent again at `sequence`, are what was delivered there; they may cover several entries.
  func compare(_ bytes: RawSpan, at sequence: UInt32) -> Comparison {
    var offset = 0
    while offset < bytes.byteCount {
      guard let entry = entry(at: sequence.advanced(byteCount: offset)) else { return .unknown }
      let end = offset + Int(lengths[entry])
      guard end <= bytes.byteCount else { return .unknown }
      guard Self.fingerprint(bytes.extracting(offset..<end)) == fingerprints[entry] else { return .different }
      offset = end
    }
    return .same
  }

  private func entry(at sequence: UInt32) -> Int? {
    for index in 0..<8 where sequences[index] == sequence && lengths[index] > 0 { return index }
    return nil
  }

  private static func fingerprint(_ bytes: RawSpan) -> UInt32 {
    UInt32(truncatingIfNeeded: ContentHash.of(bytes) >> 32)
  }
}

extension SIMD8 {
  /// `element` first, then the others; the last one falls out.
  fileprivate func pushing(_ element: Scalar) -> Self {
    Self(element, self[0], self[1], self[2], self[3], self[4], self[5], self[6])
  }
}
