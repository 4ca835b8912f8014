import Matching
import Observations
import Wire

/// HTTP/2 on one flow, both directions: RFC 9113.
///
/// Requests and responses become the same observations as those of HTTP/1. Bodies are scanned as their frames arrive.
/// Liberal, and never lost for good: where a direction does not make sense its bytes are scanned as they are until
/// frames follow one another again.
final class HTTP2Connection {
  var client = HTTP2Side()
  var server = HTTP2Side()
  /// Streams under way.
  var streams: [UInt32: HTTP2Stream] = [:]
  var requestCount: UInt64 = 0
  /// Streams that carry something else than HTTP, all told that were looked into at a time.
  var innerCount = 0
  /// The request of an outer tunnel that these messages travel in.
  let outer: HTTPRequest?
  /// Tunnels around these bytes, of any kind.
  let depth: UInt8
  /// How many of those are streams of HTTP/2.
  let nesting: UInt8
  /// Whether it is settled which side is the client: by the preface or by a header block.
  var knowsRoles = false
  /// The side that was taken for the client turned out to be the server.
  private var hasSwapped = false
  private var mustTellSwap = false

  /// Streams under way at a time; the oldest is completed beyond it. Servers usually allow 100 to 250. A tunnel inside
  /// a tunnel gets less, so that all together stay bounded.
  private static let streamLimit = 256
  private static let nestedStreamLimit = 16
  /// CONNECT streams looked into at a time: each may hold first bytes of its own. Beyond, they are scanned as bodies.
  private static let innerLimit = 16
  /// SETTINGS kept, in bytes: those that exist, several times over.
  private static let settingsByteLimit = 192
  /// Payloads of control frames up to this length hold nothing to scan, in bytes.
  private static let controlLength = 64

  /// - Parameters:
  ///   - tunnel: the request that opened the tunnel these bytes came through.
  ///   - depth: layers around it, of any kind.
  ///   - nesting: how many of those are streams of HTTP/2.
  init(tunnel: HTTPRequest?, depth: UInt8 = 0, nesting: UInt8 = 0) {
    (outer, self.depth, self.nesting) = (tunnel, depth, nesting)
  }

  /// After an HTTP/1.1 Upgrade to `h2c` the request that asked for it is stream 1, already sent (RFC 7540 section 3.2).
  convenience init(upgradedFrom request: HTTPRequest, depth: UInt8 = 0, nesting: UInt8 = 0) {
    self.init(tunnel: request, depth: depth, nesting: nesting)
    let stream = HTTP2Stream(id: 1)
    stream.request = request.onStream(1)
    stream.isUpgraded = true
    (stream.toServer.hasHead, stream.toServer.isOver) = (true, true)
    (streams[1], requestCount, knowsRoles) = (stream, 1, true)
  }

  /// Says once that the directions were the wrong way round; the caller then turns them from the next call on.
  func takeRoleSwap() -> Bool {
    defer { mustTellSwap = false }
    return mustTellSwap
  }

  var streamLimit: Int { nesting == 0 ? Self.streamLimit : nesting == 1 ? Self.nestedStreamLimit : 1 }
  var innerLimit: Int { nesting == 0 ? Self.innerLimit : nesting == 1 ? 1 : 0 }

  subscript(direction: Direction) -> HTTP2Side { direction == .toServer ? client : server }

  // MARK: Events

  func data(_ bytes: RawSpan, _ direction: Direction, _ context: inout AnalysisContext) {
    var (position, direction) = (0, direction)
    while position < bytes.byteCount {
      let rest = bytes.extracting(position...)
      let wasSwapped = hasSwapped
      let side = self[direction]
      switch side.state {
      case .payload where side.isInData: position += takeData(rest, side, direction, &context)
      case .opening: position += takeOpening(rest, direction, &context)
      case .header: position += takeFrameHeader(rest, direction, &context)
      case .payload: position += takePayload(rest, direction, &context)
      case .lost: position += takeLost(rest, direction, &context)
      }
      if wasSwapped != hasSwapped { direction = direction.opposite }
    }
  }

  func gap(_ byteCount: Int, _ direction: Direction, _ context: inout AnalysisContext) {
    let side = self[direction]
    guard case .payload = side.state, side.prefixByteCount == 0,
      byteCount <= side.contentRemaining + side.paddingRemaining
    else {
      lose(direction, &context)
      return
    }
    // The gap lies inside the frame: the place of the next one is still known.
    let missing = min(byteCount, side.contentRemaining)
    side.takeContent(missing)
    side.takePadding(byteCount - missing)
    if side.frame.type == .data {
      if let stream = side.stream { gap(missing, stream, direction, &context) }
    } else if side.frame.type.carriesFieldBlock {
      abandonBlock(direction, &context)
    }
    if side.isPayloadOver { endFrame(direction, &context) }
  }

  /// One side sends no more.
  func halfClosed(_ direction: Direction, _ context: inout AnalysisContext) {
    for stream in streamsInOrder where !stream[direction].isOver { endMessage(stream, direction, &context) }
  }

  func closed(_ context: inout AnalysisContext) {
    for direction in [Direction.toServer, .toClient] {
      let side = self[direction]
      abandonBlock(direction, &context)
      let held = side.held
      side.held = []
      scanStray(held.rawSpan, direction, &context)
      finishStray(direction, &context)
    }
    for stream in streamsInOrder { end(stream, &context) }
  }

  private var streamsInOrder: [HTTP2Stream] { streams.values.sorted { $0.id < $1.id } }

  func swapRoles() {
    swap(&client, &server)
    for stream in streams.values { swap(&stream.toServer, &stream.toClient) }
    (hasSwapped, mustTellSwap) = (true, true)
  }

  // MARK: Frames

  private func takeOpening(_ rest: RawSpan, _ direction: Direction, _ context: inout AnalysisContext) -> Int {
    let side = self[direction]
    let before = side.held.count
    let taken = side.hold(rest, upTo: HTTP2Recognition.preface.byteCount)
    let held = side.held
    switch HTTP2Recognition.client(held.rawSpan) {
    case .possible: return taken
    case .certain:
      if !knowsRoles, direction == .toClient { swapRoles() }
      knowsRoles = true
      side.isTrusted = true
    case .no:
      side.held = []
      side.state = .header
      // The bytes of this call are given back, those of earlier ones can only be read here.
      if before > 0 { data(Array(held[..<before]).rawSpan, direction, &context) }
      return 0
    }
    side.held = []
    side.state = .header
    return taken
  }

  private func takeFrameHeader(_ rest: RawSpan, _ direction: Direction, _ context: inout AnalysisContext) -> Int {
    let side = self[direction]
    if side.held.isEmpty, let header = try? HTTP2FrameHeader(rest) {
      begin(header, direction, &context)
      if case .lost = side.state { return 0 }
      return HTTP2FrameHeader.byteCount
    }
    let taken = side.hold(rest, upTo: HTTP2FrameHeader.byteCount)
    let held = side.held
    if let header = try? HTTP2FrameHeader(held.rawSpan) { begin(header, direction, &context) }
    return taken
  }

  private func begin(_ header: HTTP2FrameHeader, _ direction: Direction, _ context: inout AnalysisContext) {
    let side = self[direction]
    if !side.isTrusted {
      guard header.isPlausible else {
        lose(direction, &context)
        return
      }
      // Both sides begin with SETTINGS: RFC 9113 section 3.4.
      side.isTrusted = header.type == .settings && !header.flags.contains(.ack)
    }
    if let block = side.block, header.type != .continuation || header.streamID != block.streamID {
      abandonBlock(direction, &context)
    }
    side.begin(header)
    switch header.type {
    case .data: side.stream = stream(header.streamID, &context)
    case .headers, .pushPromise: side.block = HTTP2FieldBlock(header)
    case .settings: side.settings.removeAll(keepingCapacity: true)
    case .continuation where side.block == nil: side.hpack.forget()
    default: break
    }
    if header.length == 0 { endFrame(direction, &context) }
  }

  /// The content of DATA is most of what there is: few references are counted on its way.
  private func takeData(
    _ rest: RawSpan, _ side: HTTP2Side, _ direction: Direction, _ context: inout AnalysisContext
  ) -> Int {
    let count = min(side.contentRemaining, rest.byteCount)
    side.takeContent(count)
    if let stream = side.stream { read(rest.extracting(..<count), stream, direction, &context) }
    if side.isPayloadOver { endFrame(direction, &context) }
    return count
  }

  private func takePayload(_ rest: RawSpan, _ direction: Direction, _ context: inout AnalysisContext) -> Int {
    let side = self[direction]
    if side.prefixByteCount > 0 {
      let taken = side.takePrefix(rest)
      if side.isPayloadOver { endFrame(direction, &context) }
      return taken
    }
    var direction = direction
    let count: Int
    if side.contentRemaining > 0 {
      count = min(side.contentRemaining, rest.byteCount)
      take(rest.extracting(..<count), direction, &context)
      // A header block may have shown that the roles are the other way.
      direction = side === client ? .toServer : .toClient
    } else {
      count = min(side.paddingRemaining, rest.byteCount)
      side.takePadding(count)
    }
    if side.isPayloadOver { endFrame(direction, &context) }
    return count
  }

  private func take(_ content: RawSpan, _ direction: Direction, _ context: inout AnalysisContext) {
    let side = self[direction]
    let isWhole = content.byteCount == side.contentRemaining
    side.takeContent(content.byteCount)
    switch side.frame.type {
    case .data: break
    case .headers, .pushPromise, .continuation:
      takeBlock(content, isWhole: isWhole, direction, &context)
    case .settings:
      let room = max(0, Self.settingsByteLimit - side.settings.count)
      side.settings.append(content.extracting(..<min(room, content.byteCount)))
    case .priority, .rstStream, .ping, .windowUpdate:
      if side.frame.length > Self.controlLength { scanStray(content, direction, &context) }
    default: scanStray(content, direction, &context)
    }
  }

  private func endFrame(_ direction: Direction, _ context: inout AnalysisContext) {
    let side = self[direction]
    side.state = .header
    switch side.frame.type {
    case .data:
      if let stream = side.stream, side.frame.flags.contains(.endStream) { endMessage(stream, direction, &context) }
      side.stream = nil
    case .headers, .pushPromise, .continuation:
      finishStray(direction, &context)
      guard side.frame.flags.contains(.endHeaders), let block = side.block else { break }
      side.block = nil
      readBlock(block, block.bytes.rawSpan, direction, &context)
      if block.isCut { side.hpack.forget() }
    case .settings: settle(side.settings.rawSpan, of: direction)
    case .rstStream:
      if let stream = streams[side.frame.streamID] { end(stream, &context) }
    default: finishStray(direction, &context)
    }
  }

  /// What one side says of its table binds the encoder of the other.
  private func settle(_ settings: RawSpan, of direction: Direction) {
    guard let size = HTTP2Settings.headerTableSize(settings) else { return }
    self[direction.opposite].hpack.allow(tableByteCount: size)
  }

  // MARK: Lost and found

  private func lose(_ direction: Direction, _ context: inout AnalysisContext) {
    let side = self[direction]
    context.counters.frameResynchronisations &+= 1
    abandonBlock(direction, &context)
    let held = side.held
    side.held = []
    scanStray(held.rawSpan, direction, &context)
    finishStray(direction, &context)
    for stream in streamsInOrder { gap(nil, stream, direction, &context) }
    side.hpack.forget()
    (side.stream, side.state, side.isTrusted) = (nil, .lost, false)
  }

  /// Scans bytes that have no place in a frame, up to where frames follow one another again.
  private func takeLost(_ rest: RawSpan, _ direction: Direction, _ context: inout AnalysisContext) -> Int {
    let start = HTTP2Recognition.resynchronise(rest) { streams[$0] != nil }
    scanStray(rest.extracting(..<(start ?? rest.byteCount)), direction, &context)
    guard let start else { return rest.byteCount }
    finishStray(direction, &context)
    self[direction].state = .header
    return start
  }

  func scanStray(_ bytes: RawSpan, _ direction: Direction, _ context: inout AnalysisContext) {
    guard !bytes.isEmpty else { return }
    self[direction].hasStray = true
    for sighting in context.scan(bytes, state: &self[direction].scan) {
      context.emit(sighting, at: .stream, direction: direction, request: outer)
    }
  }

  private func finishStray(_ direction: Direction, _ context: inout AnalysisContext) {
    let side = self[direction]
    guard side.hasStray else { return }
    side.hasStray = false
    for sighting in context.finishScan(&side.scan) {
      context.emit(sighting, at: .stream, direction: direction, request: outer)
    }
  }
}
