/// The stretches of some bytes that may hold text, one after the other; the rest is binary and holds none.
///
/// Text is what stands from tab to `~`, `shortest` bytes of it in a row: eight of those stand at a multiple of eight.
/// Of random bytes, one in five hundred such eights passes for text.
package struct TextStretches: ~Escapable {
  /// Text that is shorter may be passed over.
  package static let shortest = 15
  private static let blockLength = ByteBlock.byteCount
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

  /// Goes on to the next block of text.
  @_lifetime(self: copy self)
  @inline(__always)
  private mutating func skipBinary(to blockCount: Int) {
    var start = block &* Self.blockLength
    // Most binary blocks have no eight bytes that are even ASCII. The last blocks are looked at closely.
    let last = bytes.byteCount &- Self.blockLength &- Self.shortest
    while start <= last {
      let candidate = ByteBlock(bytes, at: start)
      if candidate.high.hasClearByte, Self.textFlags(candidate).fullBytes != 0 { break }
      start &+= Self.blockLength
    }
    block = start / Self.blockLength
    while block < blockCount, !isText(block) { block += 1 }
  }

  /// Looks from behind: inside text, few blocks have to be looked at.
  private func lastText(upTo last: Int, behind block: Int) -> Int? {
    var candidate = last
    while candidate > block, !beginsASCII(candidate), !isText(candidate) { candidate -= 1 }
    return candidate > block ? candidate : nil
  }

  private func isText(_ number: Int) -> Bool {
    let start = number * Self.blockLength
    let end = start + Self.blockLength
    if endsOpen, end > bytes.byteCount - Self.shortest { return true }
    guard end <= bytes.byteCount else {
      let present = UInt64.max &>> UInt64(end - bytes.byteCount)
      return (Self.textFlags(ByteBlock.padded(bytes, from: start).block) & present).fullBytes != 0
    }
    return Self.textFlags(ByteBlock(bytes, at: start)).fullBytes != 0
  }

  /// Whether the first eight bytes are ASCII, which nearly tells that they are text.
  @inline(__always)
  private func beginsASCII(_ number: Int) -> Bool {
    let start = number * Self.blockLength
    guard start <= bytes.byteCount - 8 else { return false }
    return bytes.bigEndian(at: start, as: UInt64.self) & 0x8080_8080_8080_8080 == 0
  }

  @inline(__always)
  private static func textFlags(_ block: ByteBlock) -> UInt64 { block.flags { $0.within(0x09, 0x75) } }
}
