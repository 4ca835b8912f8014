/// The stretches of some bytes that may hold text, one after the other; the rest is binary and holds none.
///
/// Text is what stands from tab to `~`, `shortest` bytes of it in a row: eight of those stand at a multiple of eight.
/// Of random bytes, one in five hundred such eights passes for text.
package struct TextStretches: ~Escapable {
  /// Text that is shorter may be passed over.
  package static let shortest = 15
  private static let blockLength = 64
  /// Stretches that are this close are one: each costs a call.
  private static let nearBlocks = 4

  private let bytes: RawSpan
  private var block = 0
  /// Text may go on behind the last byte.
  private let endsOpen: Bool

  /// - Parameter leastBeforeCut: text that a cut goes through matters only where this much of it stands before the cut.
  @_lifetime(copy bytes)
  package init(_ bytes: RawSpan, leastBeforeCut: Int) {
    self.bytes = bytes
    endsOpen = (0..<min(leastBeforeCut, bytes.byteCount)).allSatisfy { offset in
      Self.isText(bytes.octets[bytes.byteCount - 1 - offset])
    }
  }

  /// The bytes that may belong to text.
  package static func isText(_ byte: UInt8) -> Bool { (0x09...0x7e).contains(byte) }

  /// The next stretch: what begins in it and is text reaches at least `margin` bytes beyond what begins it, or as far
  /// as there are bytes. Stretches do not overlap where `margin` is at most `shortest`.
  @_lifetime(self: copy self)
  package mutating func next(margin: Int) -> Range<Int>? {
    let (count, blockCount) = (bytes.byteCount, (bytes.byteCount + Self.blockLength - 1) / Self.blockLength)
    skipBinary(to: blockCount)
    guard block < blockCount else { return nil }
    let first = block
    var last = first
    while let next = lastText(upTo: min(last + Self.nearBlocks, blockCount - 1), behind: last) { last = next }
    block = last + 1 + Self.nearBlocks
    // Of text, up to seven bytes may stand before the first eight that lie at a multiple of eight.
    return max(0, first * Self.blockLength - 7)..<min(count, (last + 1) * Self.blockLength + margin)
  }

  /// Goes on to the next block of text, two blocks at a time: most binary content is long.
  @_lifetime(self: copy self)
  @inline(__always)
  private mutating func skipBinary(to blockCount: Int) {
    let lastPair = bytes.byteCount - 2 * Self.blockLength - Self.shortest
    while block < blockCount {
      if block * Self.blockLength <= lastPair, !bytes.hasASCIIWord(at: block * Self.blockLength, 2 * Self.blockLength) {
        block += 2
      } else if isText(block) {
        return
      } else {
        block += 1
      }
    }
  }

  /// Looks from behind: inside text, few blocks have to be looked at.
  private func lastText(upTo last: Int, behind block: Int) -> Int? {
    var candidate = last
    while candidate > block, !isText(candidate) { candidate -= 1 }
    return candidate > block ? candidate : nil
  }

  private func isText(_ block: Int) -> Bool {
    let start = block * Self.blockLength
    let end = min(bytes.byteCount, start + Self.blockLength)
    if endsOpen, end > bytes.byteCount - Self.shortest { return true }
    guard start + Self.blockLength == end else { return hasText(in: start..<end) }
    return isASCII(at: start) || bytes.hasASCIIWord(at: start, Self.blockLength) && hasText(in: start..<end)
  }

  /// Whether eight bytes are ASCII, which nearly tells that they are text.
  @inline(__always)
  private func isASCII(at offset: Int) -> Bool {
    bytes.bigEndian(at: offset, as: UInt64.self) & 0x8080_8080_8080_8080 == 0
  }

  private func hasText(in range: Range<Int>) -> Bool {
    var offset = range.lowerBound
    while offset + 8 <= range.upperBound {
      if isASCII(at: offset), (offset..<offset + 8).allSatisfy({ Self.isText(bytes.octets[$0]) }) { return true }
      offset += 8
    }
    return false
  }
}
