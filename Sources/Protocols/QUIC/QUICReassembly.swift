import Wire

/// Puts the bytes of one stream into order: RFC 9000 section 2.2. Bytes in order pass at once; only those behind a hole
/// are kept.
///
/// Of bytes that come twice the first version counts.
struct QUICReassembly {
  private struct Piece {
    var start: UInt64
    var bytes: [UInt8]
    var end: UInt64 { start + UInt64(bytes.count) }
  }

  /// The offset in the stream that comes next.
  private(set) var offset: UInt64 = 0
  /// Where the stream ends, once that is known.
  private var finalOffset: UInt64?
  /// By their starts; they may overlap.
  private var held: [Piece] = []
  private(set) var heldByteCount = 0

  /// Pieces held at most, however small they are: each costs an allocation.
  private static let pieceLimit = 512

  /// Whether everything up to the end was delivered.
  var isFinished: Bool { finalOffset.map { offset >= $0 } ?? false }
  /// Whether something waits behind a hole, or the end is known and not reached.
  var hasHole: Bool { !held.isEmpty || (finalOffset.map { offset < $0 } ?? false) }
  var isFull: Bool { held.count >= Self.pieceLimit }

  /// The stream ends at `offset`: RFC 9000 section 4.5. The first word counts.
  mutating func end(at offset: UInt64) {
    if finalOffset == nil { finalOffset = offset }
  }

  /// Takes `bytes`, whose place in the stream starts at `start`, below 2^62.
  ///
  /// - Returns: whether some were kept behind a hole, rather than delivered or known.
  mutating func take(_ bytes: RawSpan, at start: UInt64, _ deliver: (RawSpan) -> Void) -> Bool {
    let end = start &+ UInt64(bytes.byteCount)
    guard end > offset else { return false }
    guard start <= offset else {
      hold(bytes, at: start)
      return true
    }
    deliver(bytes.extracting(Int(offset - start)...))
    offset = end
    drain(deliver)
    return false
  }

  /// How many bytes are missing before what comes next.
  var holeByteCount: UInt64 {
    let next = held.first?.start ?? finalOffset ?? offset
    return next - min(offset, next)
  }

  /// Gives up the next hole and delivers what waits behind it.
  mutating func skipHole(_ deliver: (RawSpan) -> Void) {
    offset += holeByteCount
    drain(deliver)
  }

  private mutating func hold(_ bytes: RawSpan, at start: UInt64) {
    var copy: [UInt8] = []
    copy.append(bytes)
    let place = held.lastIndex { $0.start <= start }.map { $0 + 1 } ?? 0
    // A retransmission of what waits already.
    if place > 0, held[place - 1].end >= start + UInt64(copy.count) { return }
    held.insert(Piece(start: start, bytes: copy), at: place)
    heldByteCount += copy.count
  }

  private mutating func drain(_ deliver: (RawSpan) -> Void) {
    var count = 0
    while count < held.count, held[count].start <= offset {
      let piece = held[count]
      count += 1
      heldByteCount -= piece.bytes.count
      guard piece.end > offset else { continue }
      deliver(piece.bytes.rawSpan.extracting(Int(offset - piece.start)...))
      offset = piece.end
    }
    if count > 0 { held.removeFirst(count) }
  }
}
