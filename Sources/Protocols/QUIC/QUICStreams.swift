import Matching
import Observations
import Wire

/// Where the content of a STREAM frame belongs.
struct QUICStreamPiece {
  var id: UInt64
  var offset: UInt64
  var isFinal: Bool
}

/// The streams of one connection: RFC 9000 sections 2 and 3. Each direction of each is put into order and handed on.
final class QUICStreams {
  private final class Stream {
    var toServer = QUICReassembly()
    var toClient = QUICReassembly()
    /// Directions that sent all, or that carry nothing.
    var isToServerOver = false
    var isToClientOver = false

    subscript(direction: Direction) -> QUICReassembly {
      get { direction == .toServer ? toServer : toClient }
      _modify {
        if direction == .toServer { yield &toServer } else { yield &toClient }
      }
    }

    func isOver(_ direction: Direction) -> Bool { direction == .toServer ? isToServerOver : isToClientOver }

    func end(_ direction: Direction) {
      if direction == .toServer { isToServerOver = true } else { isToClientOver = true }
    }
  }

  /// Streams under way at a time: servers usually allow 100.
  private static let streamLimit = 240
  /// Streams of one direction, most of which last as long as the connection: HTTP/3 needs three for each side.
  private static let unidirectionalLimit = 16
  /// Bytes held behind holes: of one direction of a stream, and of all together.
  private static let heldByteLimit = 256 << 10
  private static let totalHeldByteLimit = 2 << 20

  private var streams: [UInt64: Stream] = [:]
  private var unidirectionalCount = 0
  private var ended = QUICEndedStreams()
  private(set) var heldByteCount = 0
  private let content: QUICStreamContent

  /// - Parameter protocolName: that of ALPN, RFC 7301.
  init(protocolName: String?) { content = QUICStreamContent(protocolName: protocolName) }

  // MARK: Events

  /// Takes the content of a STREAM frame: RFC 9000 section 19.8.
  func take(
    _ bytes: RawSpan, _ piece: QUICStreamPiece, _ direction: Direction, _ context: inout AnalysisContext
  ) {
    guard let stream = stream(piece.id, &context), !stream.isOver(direction) else { return }
    if piece.isFinal { stream[direction].end(at: piece.offset &+ UInt64(bytes.byteCount)) }
    let before = stream[direction].heldByteCount
    let isHeld = stream[direction].take(bytes, at: piece.offset) { deliver($0, piece.id, direction, &context) }
    heldByteCount += stream[direction].heldByteCount - before
    while isHeld, isOverfull(stream[direction]) {
      context.counters.quic.heldLimitReached &+= 1
      skipHole(stream, piece.id, direction, &context)
    }
    if stream[direction].isFinished { end(stream, piece.id, direction, &context) }
  }

  /// RFC 9000 section 19.4: the sender gave up. What came so far counts.
  func reset(_ id: UInt64, _ direction: Direction, _ context: inout AnalysisContext) {
    guard let stream = streams[id], !stream.isOver(direction) else { return }
    flush(stream, id, direction, &context)
    end(stream, id, direction, &context)
  }

  /// The connection is over.
  func closed(_ context: inout AnalysisContext) {
    for id in streams.keys.sorted() { giveUp(id, &context) }
    content.closed(&context)
  }

  /// Gives up all holes: there is no memory to wait for what lacks.
  func flushHoles(_ context: inout AnalysisContext) {
    for id in streams.keys.sorted() {
      for direction in [Direction.toServer, .toClient] {
        guard let stream = streams[id], !stream.isOver(direction) else { continue }
        while stream[direction].heldByteCount > 0 { skipHole(stream, id, direction, &context) }
        if stream[direction].isFinished { end(stream, id, direction, &context) }
      }
    }
  }

  // MARK: Streams

  private func stream(_ id: UInt64, _ context: inout AnalysisContext) -> Stream? {
    if let stream = streams[id] { return stream }
    guard !ended.contains(id) else { return nil }
    let isUnidirectional = id & 2 != 0
    if isUnidirectional {
      guard unidirectionalCount < Self.unidirectionalLimit else {
        context.counters.quic.streamLimitReached &+= 1
        return nil
      }
      unidirectionalCount += 1
    } else if streams.count - unidirectionalCount >= Self.streamLimit,
      let oldest = streams.keys.lazy.filter({ $0 & 2 == 0 }).min()
    {
      context.counters.quic.streamLimitReached &+= 1
      giveUp(oldest, &context)
    }
    let stream = Stream()
    // RFC 9000 section 2.1: the lowest bit says who opened it.
    if isUnidirectional { stream.end(id & 1 == 0 ? .toClient : .toServer) }
    streams[id] = stream
    context.counters.quic.streams &+= 1
    return stream
  }

  private func end(_ stream: Stream, _ id: UInt64, _ direction: Direction, _ context: inout AnalysisContext) {
    stream.end(direction)
    content.finished(id, direction, &context)
    guard stream.isToServerOver, stream.isToClientOver else { return }
    forget(id)
  }

  private func giveUp(_ id: UInt64, _ context: inout AnalysisContext) {
    guard let stream = streams[id] else { return }
    for direction in [Direction.toServer, .toClient] where !stream.isOver(direction) {
      flush(stream, id, direction, &context)
      stream.end(direction)
      content.finished(id, direction, &context)
    }
    forget(id)
  }

  private func forget(_ id: UInt64) {
    guard let stream = streams.removeValue(forKey: id) else { return }
    if id & 2 != 0 { unidirectionalCount -= 1 }
    heldByteCount -= stream.toServer.heldByteCount + stream.toClient.heldByteCount
    ended.insert(id)
  }

  // MARK: Holes

  private func isOverfull(_ half: QUICReassembly) -> Bool {
    half.heldByteCount > Self.heldByteLimit || half.isFull
      || (heldByteCount > Self.totalHeldByteLimit && half.heldByteCount > 0)
  }

  private func flush(_ stream: Stream, _ id: UInt64, _ direction: Direction, _ context: inout AnalysisContext) {
    while stream[direction].hasHole { skipHole(stream, id, direction, &context) }
  }

  private func skipHole(_ stream: Stream, _ id: UInt64, _ direction: Direction, _ context: inout AnalysisContext) {
    let missing = Int(clamping: stream[direction].holeByteCount)
    context.counters.quic.streamGaps &+= 1
    context.emit(.gap(direction, byteCount: missing))
    content.gap(missing, id, direction, &context)
    let before = stream[direction].heldByteCount
    stream[direction].skipHole { deliver($0, id, direction, &context) }
    heldByteCount += stream[direction].heldByteCount - before
  }

  private func deliver(_ bytes: RawSpan, _ id: UInt64, _ direction: Direction, _ context: inout AnalysisContext) {
    guard bytes.byteCount > 0 else { return }
    content.data(bytes, id, direction, &context)
  }
}

/// Streams that are over, so that a late retransmission does not open one again. Bounded: old ones become a floor.
struct QUICEndedStreams {
  private static let limit = 512

  private var recent: Set<UInt64> = []
  /// By the two lowest bits of the id: everything below is over.
  private var floors: [UInt64] = [0, 0, 0, 0]

  func contains(_ id: UInt64) -> Bool { id < floors[Int(id & 3)] || recent.contains(id) }

  mutating func insert(_ id: UInt64) {
    recent.insert(id)
    guard recent.count > Self.limit else { return }
    for old in recent.sorted().prefix(Self.limit / 2) {
      recent.remove(old)
      let kind = Int(old & 3)
      floors[kind] = max(floors[kind], old + 1)
    }
  }
}
