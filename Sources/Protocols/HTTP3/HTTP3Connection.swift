import Matching
import Observations
import Wire

/// HTTP/3 on one QUIC connection, both directions: RFC 9114.
///
/// Requests and responses become the same observations as those of HTTP/1. Bodies are scanned as their frames arrive.
final class HTTP3Connection {
  /// Decoders of the sections that the client, and the server, sends.
  private var fromClient = QPACKDecoder()
  private var fromServer = QPACKDecoder()
  var streams: [UInt64: HTTP3Stream] = [:]
  private var unidirectional: [UInt64: HTTP3UnidirectionalStream] = [:]
  var requestCount: UInt64 = 0
  /// Sections that wait for the dynamic table, with what came behind them.
  private var blockedCount = 0
  private var pendingByteCount = 0

  /// Of all streams together; at the bounds a section is read with what is known. Browsers allow 100 sections to wait.
  private static let blockedLimit = 128
  private static let pendingByteLimit = 1 << 20
  /// Times that one direction of a stream waits: a message has three sections at most, save for interim responses.
  private static let waitLimit = 8

  static let version = "HTTP/3"

  // MARK: Events

  func data(_ bytes: RawSpan, _ id: UInt64, _ direction: Direction, _ context: inout AnalysisContext) {
    if id & 2 != 0 {
      takeUnidirectional(bytes, id, direction, &context)
    } else {
      let stream = self.stream(id)
      // Only clients open request streams: RFC 9114 section 6.1.
      if id & 1 != 0 { stream[direction].state = .lost }
      take(bytes, stream, direction, &context)
    }
  }

  func gap(_ byteCount: Int, _ id: UInt64, _ direction: Direction, _ context: inout AnalysisContext) {
    if id & 2 != 0 {
      if unidirectional[id]?.kind == .qpackEncoder {
        self[direction].breakOff()
        retryBlocked(direction, mayWait: false, &context)
      }
      unidirectional[id] = HTTP3UnidirectionalStream(kind: .other)
      return
    }
    let stream = self.stream(id)
    release(stream, direction, mayWait: false, &context)
    let half = stream[direction]
    if case .payload(.data, let remaining) = half.state, byteCount <= remaining {
      emit(half.decoder?.gap(&context) ?? [], stream, direction, &context)
      half.state = remaining == byteCount ? .frameHeader : .payload(.data, remaining: remaining - byteCount)
    } else {
      endPartialSection(stream, direction, &context)
      emit(half.decoder?.finish(&context) ?? [], stream, direction, &context)
      (half.state, half.decoder) = (.lost, nil)
    }
  }

  /// One direction of a stream is over.
  func finished(_ id: UInt64, _ direction: Direction, _ context: inout AnalysisContext) {
    guard id & 2 == 0 else {
      unidirectional[id] = nil
      return
    }
    guard let stream = streams[id] else { return }
    guard stream[direction].blocked == nil else {
      stream[direction].endsWhenReleased = true
      return
    }
    endMessage(stream, direction, &context)
  }

  func closed(_ context: inout AnalysisContext) {
    for id in streams.keys.sorted() {
      guard let stream = streams[id] else { continue }
      for direction in [Direction.toServer, .toClient] {
        release(stream, direction, mayWait: false, &context)
        endMessage(stream, direction, &context)
      }
    }
  }

  subscript(direction: Direction) -> QPACKDecoder {
    get { direction == .toServer ? fromClient : fromServer }
    _modify {
      if direction == .toServer { yield &fromClient } else { yield &fromServer }
    }
  }

  /// As many as the transport has open.
  private func stream(_ id: UInt64) -> HTTP3Stream {
    if let stream = streams[id] { return stream }
    let stream = HTTP3Stream(id: id)
    streams[id] = stream
    return stream
  }

  // MARK: Unidirectional streams, RFC 9114 section 6.2

  private func takeUnidirectional(
    _ bytes: RawSpan, _ id: UInt64, _ direction: Direction, _ context: inout AnalysisContext
  ) {
    let stream = unidirectional[id] ?? HTTP3UnidirectionalStream()
    unidirectional[id] = stream
    let rest = stream.takeKind(bytes)
    switch stream.kind {
    case .unknown, .qpackDecoder: break
    case .qpackEncoder:
      self[direction].takeInstructions(rest)
      retryBlocked(direction, mayWait: true, &context)
    case .control:
      // What one side allows the other uses.
      if let capacity = stream.takeControl(rest) { self[direction.opposite].allow(tableByteCount: capacity) }
    case .other:
      for sighting in context.scan(rest, state: &stream.scan) {
        context.emit(sighting, at: .stream, direction: direction, transport: .tlsDecrypted, request: nil)
      }
    }
  }

  // MARK: Sections that wait, RFC 9204 section 2.1.2

  /// Holds `rest` where a section of the stream waits.
  ///
  /// - Returns: whether it waits on.
  func holdIfBlocked(
    _ rest: RawSpan, _ stream: HTTP3Stream, _ direction: Direction, _ context: inout AnalysisContext
  ) -> Bool {
    guard stream[direction].blocked != nil else { return false }
    guard pendingByteCount + rest.byteCount <= Self.pendingByteLimit else {
      release(stream, direction, mayWait: false, &context)
      return false
    }
    stream[direction].pending.append(rest)
    pendingByteCount += rest.byteCount
    return true
  }

  /// Keeps `block` until the table is as far as it needs.
  ///
  /// - Returns: whether there was room.
  func block(_ block: RawSpan, _ half: HTTP3Half) -> Bool {
    half.waitCount += 1
    guard half.mayWait, half.waitCount <= Self.waitLimit, blockedCount < Self.blockedLimit,
      pendingByteCount + block.byteCount <= Self.pendingByteLimit
    else { return false }
    var copy: [UInt8] = []
    copy.append(block)
    half.blocked = copy
    blockedCount += 1
    pendingByteCount += copy.count
    return true
  }

  private func retryBlocked(_ direction: Direction, mayWait: Bool, _ context: inout AnalysisContext) {
    guard blockedCount > 0 else { return }
    for id in streams.keys.sorted() {
      if let stream = streams[id] { release(stream, direction, mayWait: mayWait, &context) }
    }
  }

  /// Reads the section that waits, and what came behind it, if that can be done now or must be.
  func release(
    _ stream: HTTP3Stream, _ direction: Direction, mayWait: Bool, _ context: inout AnalysisContext
  ) {
    let half = stream[direction]
    guard let block = half.blocked else { return }
    half.blocked = nil
    blockedCount -= 1
    pendingByteCount -= block.count
    // Once it must, nothing of this stream waits again: what lies behind is then read without another round.
    if !mayWait { half.mayWait = false }
    readSection(block.rawSpan, stream, direction, &context)
    guard half.blocked == nil else { return }
    let pending = half.pending
    half.pending = []
    pendingByteCount -= pending.count
    take(pending.rawSpan, stream, direction, &context)
    if half.blocked == nil, half.endsWhenReleased { endMessage(stream, direction, &context) }
  }
}

/// A stream of one direction: what it is for, and what is kept of it.
final class HTTP3UnidirectionalStream {
  enum Kind { case unknown, control, qpackEncoder, qpackDecoder, other }

  private(set) var kind: Kind
  var scan = ScanState()
  private var held: [UInt8] = []
  private var hasSettings = false

  /// SETTINGS that are read, in bytes: those that exist, several times over.
  private static let settingsByteLimit = 1_024
  /// SETTINGS_QPACK_MAX_TABLE_CAPACITY: RFC 9204 section 5.
  private static let tableCapacity: UInt64 = 0x01

  init(kind: Kind = .unknown) { self.kind = kind }

  /// Reads the type that the stream begins with.
  ///
  /// - Returns: the bytes behind it.
  @_lifetime(copy bytes)
  func takeKind(_ bytes: RawSpan) -> RawSpan {
    var position = 0
    while kind == .unknown, position < bytes.byteCount {
      held.append(bytes.octets[position])
      position += 1
      let prefix = held
      var cursor = ByteCursor(prefix.rawSpan)
      guard let type = try? cursor.variableLengthInteger() else { continue }
      held = []
      kind =
        switch type {
        case 0x00: .control
        case 0x02: .qpackEncoder
        case 0x03: .qpackDecoder
        default: .other
        }
    }
    return bytes.extracting(position...)
  }

  /// Reads SETTINGS, which a control stream begins with: RFC 9114 section 7.2.4.
  ///
  /// - Returns: the capacity of the dynamic table, once it is known.
  func takeControl(_ bytes: RawSpan) -> Int? {
    guard !hasSettings else { return nil }
    held.append(bytes)
    let frame = held
    guard frame.count <= Self.settingsByteLimit else {
      hasSettings = true
      held = []
      return nil
    }
    var cursor = ByteCursor(frame.rawSpan)
    guard let type = try? cursor.variableLengthInteger(), let body = try? cursor.variableLengthVector() else {
      return nil
    }
    hasSettings = true
    held = []
    return type == HTTP3FrameType.settings.rawValue ? Self.capacity(in: body) : nil
  }

  /// Zero where it is not named: RFC 9204 section 5.
  private static func capacity(in body: RawSpan) -> Int {
    var cursor = ByteCursor(delimited: body)
    while !cursor.isAtEnd {
      guard let name = try? cursor.variableLengthInteger(), let value = try? cursor.variableLengthInteger() else {
        break
      }
      if name == tableCapacity { return Int(clamping: value) }
    }
    return 0
  }
}
