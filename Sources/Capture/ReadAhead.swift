import Decompression

/// A window on a source: one buffer, reused, in which records lie in one piece and are looked at in place.
struct ReadAhead: ~Copyable {
  private var input: SavefileInput
  private var storage: [UInt8]
  private var start = 0
  private var end = 0
  /// Where `storage` begins in the source, in bytes.
  private var base: UInt64 = 0

  init(_ input: consuming SavefileInput) {
    self.input = input
    storage = [UInt8](repeating: 0, count: SavefileInput.chunkByteCount)
  }

  var bytesRead: Int { input.bytesRead }
  var totalByteCount: Int? { input.byteCount }
  /// How the source is compressed, for messages.
  var codingName: String? { input.coding?.rawValue }

  /// Bytes at hand.
  var count: Int { end - start }
  /// Where the next byte lies in the source, decompressed.
  var position: UInt64 { base &+ UInt64(start) }

  /// The bytes at hand.
  var bytes: RawSpan {
    @_lifetime(borrow self)
    @inline(__always)
    get { RawSpan(_elements: storage.span).extracting(start..<end) }
  }

  /// Makes `needed` bytes stand at hand in one piece; the caller bounds them.
  ///
  /// - Returns: false when the source ends before that.
  mutating func require(_ needed: Int) throws(InputFlaw) -> Bool {
    if end - start >= needed { return true }
    return try fill(needed)
  }

  /// Steps over bytes at hand. They stay where they are until the next `require`.
  mutating func advance(by count: Int) { start += min(count, end - start) }

  /// Steps over bytes wherever they are, without holding them.
  ///
  /// - Returns: false when the source ends before that.
  mutating func skip(_ count: Int) throws(InputFlaw) -> Bool {
    var left = count
    while left > end - start {
      left -= end - start
      start = end
      guard try fill(1) else { return false }
    }
    start += left
    return true
  }

  private mutating func fill(_ needed: Int) throws(InputFlaw) -> Bool {
    compact()
    while end < needed {
      if end == storage.count { grow(towards: needed) }
      let count = try input.read(into: &storage, at: end)
      if count == 0 { return false }
      end += count
    }
    return true
  }

  /// Doubles the buffer at most, so that a length which is claimed costs no more than the bytes that come with it.
  private mutating func grow(towards needed: Int) {
    let added = min(needed - storage.count, storage.count)
    storage.append(contentsOf: repeatElement(0, count: added))
  }

  /// Moves the bytes at hand to the front: less than a record, once a buffer.
  private mutating func compact() {
    guard start > 0 else { return }
    for offset in 0..<end - start { storage[offset] = storage[start + offset] }
    base &+= UInt64(start)
    (start, end) = (0, end - start)
  }
}
