import Matching
import Observations
import Wire

/// WebSocket on one flow or one stream, both directions: RFC 6455 and RFC 7692.
///
/// Each message is scanned as one stream, unmasked and inflated, however frames and segments cut it; none is held.
final class WebSocketConnection {
  private let client = WebSocketSide()
  private let server = WebSocketSide()
  /// The request that opened the connection.
  private let request: HTTPRequest?
  /// What the server granted of compression.
  var deflate: WebSocketDeflate?

  /// - Parameter tunnel: the request of the handshake.
  init(tunnel: HTTPRequest?, deflate: WebSocketDeflate?) { (request, self.deflate) = (tunnel, deflate) }

  // MARK: Events

  func data(_ bytes: RawSpan, _ direction: Direction, _ context: inout AnalysisContext) {
    let side = self[direction]
    if case .lost = side.state {
      if WebSocketFrameHeader.areFrames(bytes, masked: direction == .toServer) {
        finish(side, direction, &context)
        side.state = .header
      }
    }
    var position = 0
    while position < bytes.byteCount {
      let rest = bytes.extracting(position...)
      switch side.state {
      case .header: position += takeHeader(rest, direction, &context)
      case .payload: position += takePayload(rest, direction, &context)
      case .lost:
        emit(context.scan(rest, state: &side.message), direction, isInflated: false, &context)
        return
      }
    }
  }

  /// - Parameter byteCount: `nil` where nobody knows how many are missing.
  func gap(_ byteCount: Int?, _ direction: Direction, _ context: inout AnalysisContext) {
    let side = self[direction]
    guard case .payload = side.state, let byteCount, byteCount <= side.remaining else {
      lose(side, direction, &context)
      return
    }
    if !side.isControl {
      finish(side, direction, &context)
      side.inflater?.gap()
    }
    side.advance(byteCount)
    if side.remaining == 0 { endFrame(side, direction, &context) }
  }

  func halfClosed(_ direction: Direction, _ context: inout AnalysisContext) {
    finish(self[direction], direction, &context)
  }

  func closed(_ context: inout AnalysisContext) {
    for direction in [Direction.toServer, .toClient] { finish(self[direction], direction, &context) }
  }

  private subscript(direction: Direction) -> WebSocketSide { direction == .toServer ? client : server }

  // MARK: Frames

  private func takeHeader(_ rest: RawSpan, _ direction: Direction, _ context: inout AnalysisContext) -> Int {
    let side = self[direction]
    let before = side.held.count
    let taken = before == 0 ? 0 : side.hold(rest)
    let held = side.held
    do throws(ParseError) {
      let header = try WebSocketFrameHeader(before == 0 ? rest : held.rawSpan)
      begin(header, side, direction, &context)
      // The bytes behind the header are still in `rest`: give them back.
      return header.byteCount - before
    } catch .incomplete {
      return before == 0 ? side.hold(rest) : taken
    } catch {
      lose(side, direction, &context)
      return taken
    }
  }

  private func begin(
    _ header: WebSocketFrameHeader, _ side: WebSocketSide, _ direction: Direction, _ context: inout AnalysisContext
  ) {
    side.begin(header)
    if !header.opcode.isControl, header.opcode != .continuation {
      finish(side, direction, &context)
      side.inflatesMessage = header.isCompressed && deflate != nil && openInflater(side, direction, &context)
      if side.inflatesMessage { side.inflater?.beginMessage() }
    }
    if header.length == 0 { endFrame(side, direction, &context) }
  }

  private func openInflater(
    _ side: WebSocketSide, _ direction: Direction, _ context: inout AnalysisContext
  ) -> Bool {
    if side.inflater == nil, !side.inflaterIsRefused {
      side.inflater = WebSocketInflater(
        keepsContext: deflate?.keepsContext(direction) ?? false, budget: context.decoders)
      side.inflaterIsRefused = side.inflater == nil
      if side.inflaterIsRefused { context.counters.decoderLimitReached &+= 1 }
    }
    return side.inflater != nil
  }

  private func takePayload(_ rest: RawSpan, _ direction: Direction, _ context: inout AnalysisContext) -> Int {
    let side = self[direction]
    let count = min(side.remaining, rest.byteCount, WebSocketMask.byteLimit)
    let payload = rest.extracting(..<count)
    if let key = side.frame?.maskingKey, key != 0 {
      var plain: [UInt64] = []
      swap(&plain, &context.unmasked)
      WebSocketMask.remove(from: payload, key: key, phase: side.passed, into: &plain)
      read(RawSpan(_elements: plain.span).extracting(..<count), side, direction, &context)
      swap(&plain, &context.unmasked)
    } else {
      read(payload, side, direction, &context)
    }
    side.advance(count)
    if side.remaining == 0 { endFrame(side, direction, &context) }
    return count
  }

  private func read(
    _ payload: RawSpan, _ side: WebSocketSide, _ direction: Direction, _ context: inout AnalysisContext
  ) {
    if side.isControl {
      emit(context.scan(payload, state: &side.control), direction, isInflated: false, &context)
    } else if side.inflatesMessage, let inflater = side.inflater {
      emit(inflater.content(payload, &side.message, &context), direction, isInflated: true, &context)
    } else {
      emit(context.scan(payload, state: &side.message), direction, isInflated: false, &context)
    }
  }

  private func endFrame(_ side: WebSocketSide, _ direction: Direction, _ context: inout AnalysisContext) {
    side.state = .header
    if side.isControl {
      emit(context.finishScan(&side.control), direction, isInflated: false, &context)
    } else if side.frame?.isFinal == true {
      if side.inflatesMessage, let inflater = side.inflater {
        emit(inflater.endMessage(&side.message, &context), direction, isInflated: true, &context)
      }
      finish(side, direction, &context)
      side.inflatesMessage = false
    }
  }

  // MARK: Ends

  /// The message at hand is over, or a gap follows.
  private func finish(_ side: WebSocketSide, _ direction: Direction, _ context: inout AnalysisContext) {
    emit(context.finishScan(&side.message), direction, isInflated: side.inflatesMessage, &context)
  }

  private func lose(_ side: WebSocketSide, _ direction: Direction, _ context: inout AnalysisContext) {
    context.counters.frameResynchronisations &+= 1
    finish(side, direction, &context)
    emit(context.finishScan(&side.control), direction, isInflated: false, &context)
    side.inflater?.gap()
    side.inflatesMessage = false
    let held = side.held
    side.held = []
    emit(context.scan(held.rawSpan, state: &side.message), direction, isInflated: false, &context)
    side.state = .lost
  }

  private func emit(
    _ found: [Sighting], _ direction: Direction, isInflated: Bool, _ context: inout AnalysisContext
  ) {
    for sighting in found {
      context.emit(
        sighting, at: .websocket, direction: direction, request: request, codings: isInflated ? [.deflate] : [])
    }
  }
}
