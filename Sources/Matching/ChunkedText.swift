import Wire

/// A text that was carried in chunks, such as labels of names: what it may have been before it was cut.
///
/// Who cuts an encoded text leaves one text, once the chunks stand together; who encodes each chunk leaves characters at
/// its end that hold no whole byte.
package struct ChunkedText {
  private let chunks: [[UInt8]]

  package init(_ chunks: [[UInt8]]) { self.chunks = chunks }

  /// The chunks together, and what they hold if each was encoded by itself.
  package var readings: [[UInt8]] {
    var readings = [chunks.flatMap(\.self)]
    if chunks.contains(where: { $0.count % 8 != 0 }), let decoded = decoded(5, Base32Stream.value) {
      readings.append(decoded)
    }
    if chunks.contains(where: { $0.count % 4 != 0 }), let decoded = decoded(6, Base64Layer.value) {
      readings.append(decoded)
    }
    return readings
  }

  /// - Returns: `nil` where a character has no value.
  private func decoded(_ bitsPerCharacter: Int, _ value: (UInt8) -> UInt32?) -> [UInt8]? {
    var bytes: [UInt8] = []
    for chunk in chunks {
      var (bits, count) = (UInt32(0), 0)
      for character in chunk {
        guard let value = value(character) else { return nil }
        bits = bits << UInt32(bitsPerCharacter) | value
        count += bitsPerCharacter
        guard count >= 8 else { continue }
        count -= 8
        bytes.append(UInt8(truncatingIfNeeded: bits >> UInt32(count)))
      }
    }
    return bytes
  }
}
