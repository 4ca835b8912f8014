import Wire

/// Bytes that arrived before those in front of them: sorted by place, without overlaps. The first to arrive wins.
///
/// Serves TCP (places count bytes of the stream) and IP fragments (places count bytes of the datagram).
struct PieceList {
  struct Piece {
    var start: Int
    var bytes: [UInt8]
    /// Bytes after `bytes` that the snapshot length cut off.
    var missing: Int
    var end: Int { start + bytes.count + missing }
  }

  /// What became of bytes offered to `insert`.
  struct Insertion {
    var addedPieces = 0
    /// Bytes in a place that was filled before, and whether any of them differ from what fills it.
    var overlapped = 0
    var differs = false
  }

  /// What a piece costs beyond its bytes, in bytes: array header, allocator's rounding, entry.
  static let overhead = 80

  private var pieces: [Piece] = []
  /// Pieces before this index were removed; it saves moving the others down each time.
  private var front = 0
  /// Bytes held, without overhead.
  private(set) var byteCount = 0

  var count: Int { pieces.count - front }
  var isEmpty: Bool { front == pieces.count }
  /// Memory held, in bytes.
  var cost: Int { byteCount + count * Self.overhead }
  var first: Piece? { isEmpty ? nil : pieces[front] }
  var last: Piece? { isEmpty ? nil : pieces.last }

  /// Copies what of `bytes` at `start` has no place yet.
  ///
  /// - Parameter missing: bytes cut off behind `bytes`; they take their place all the same.
  mutating func insert(_ bytes: RawSpan, at start: Int, missing: Int = 0) -> Insertion {
    compact()
    var result = Insertion()
    let end = start + bytes.byteCount + missing
    var position = start
    var index = firstIndex(endingAfter: start)
    while position < end {
      if index < pieces.count, pieces[index].start <= position {
        let stop = min(end, pieces[index].end)
        result.overlapped += stop - position
        result.differs = result.differs || !agrees(pieces[index], with: bytes, from: start, in: position..<stop)
        position = stop
      } else {
        let stop = index < pieces.count ? min(end, pieces[index].start) : end
        let piece = Self.piece(of: bytes, from: start, in: position..<stop)
        byteCount += piece.bytes.count
        pieces.insert(piece, at: index)
        result.addedPieces += 1
        position = stop
      }
      index += 1
    }
    return result
  }

  mutating func removeFirst() -> Piece? {
    guard !isEmpty else { return nil }
    let piece = pieces[front]
    pieces[front].bytes = []
    front += 1
    byteCount -= piece.bytes.count
    if isEmpty { removeAll() }
    return piece
  }

  mutating func removeAll() {
    pieces.removeAll(keepingCapacity: pieces.capacity <= 64)
    (front, byteCount) = (0, 0)
  }

  private mutating func compact() {
    guard front > 0, front * 2 >= pieces.count else { return }
    pieces.removeSubrange(..<front)
    front = 0
  }

  /// The first piece that ends after `position`, by bisection.
  private func firstIndex(endingAfter position: Int) -> Int {
    var (low, high) = (front, pieces.count)
    while low < high {
      let middle = (low + high) / 2
      if pieces[middle].end <= position { low = middle + 1 } else { high = middle }
    }
    return low
  }

  /// Whether `piece` and `bytes`, which begin at `start`, have the same bytes in the places `range`; what either lacks
  /// is not compared.
  private func agrees(_ piece: Piece, with bytes: RawSpan, from start: Int, in range: Range<Int>) -> Bool {
    let stop = min(range.upperBound, piece.start + piece.bytes.count, start + bytes.byteCount)
    guard range.lowerBound < stop else { return true }
    let octets = bytes.octets
    for position in range.lowerBound..<stop where octets[position - start] != piece.bytes[position - piece.start] {
      return false
    }
    return true
  }

  private static func piece(of bytes: RawSpan, from start: Int, in range: Range<Int>) -> Piece {
    let available = max(range.lowerBound, min(range.upperBound, start + bytes.byteCount))
    let copied = Array(copying: bytes, in: range.lowerBound - start..<available - start)
    return Piece(start: range.lowerBound, bytes: copied, missing: range.upperBound - available)
  }
}

extension [UInt8] {
  /// The bytes of `span` in `range`, which may begin past its end when it is empty.
  init(copying span: RawSpan, in range: Range<Int>) {
    guard !range.isEmpty else {
      self = []
      return
    }
    self.init(repeating: 0, count: range.count)
    let source = span.octets.extracting(range)
    var target = mutableSpan
    for index in 0..<source.count { target[index] = source[index] }
  }
}
