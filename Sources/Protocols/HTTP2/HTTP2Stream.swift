import Observations
import Wire

/// A stream under way: a request, what answers it, and how far both are (RFC 9113 section 5.1).
final class HTTP2Stream {
  let id: UInt32
  var request: HTTPRequest?
  var response: HTTPResponse?
  var toServer = HTTP2Message()
  var toClient = HTTP2Message()
  /// What a CONNECT carries instead of bodies: RFC 9113 section 8.5, RFC 8441.
  var inner: HTTP2Inner?
  var isComplete = false

  init(id: UInt32) { self.id = id }

  subscript(direction: Direction) -> HTTP2Message {
    get { direction == .toServer ? toServer : toClient }
    _modify {
      if direction == .toServer { yield &toServer } else { yield &toClient }
    }
  }

  /// Counts bytes of DATA; in place, since it is done for every segment.
  func count(_ byteCount: Int, _ direction: Direction) {
    if direction == .toServer { toServer.byteCount &+= byteCount } else { toClient.byteCount &+= byteCount }
  }

  var isOver: Bool { toServer.isOver && toClient.isOver }

  /// The request came over HTTP/1, and was told there.
  var isUpgraded = false

  var transaction: HTTPTransaction {
    HTTPTransaction(
      request: isUpgraded ? nil : request, response: response, requestBodyByteCount: toServer.byteCount,
      responseBodyByteCount: toClient.byteCount, streamID: id)
  }
}

/// One direction of a stream.
struct HTTP2Message {
  /// Made with the head, or with the first byte where the head was not seen.
  var reader: BodyReader?
  /// Bytes of DATA, without padding.
  var byteCount = 0
  var hasHead = false
  var isOver = false
}

/// What travels on a stream in both directions after a CONNECT.
enum HTTP2Inner {
  case tunnel(HTTP2Tunnel)
  case webSocket(WebSocketConnection)

  func data(_ bytes: RawSpan, _ direction: Direction, _ context: inout AnalysisContext) {
    switch self {
    case .tunnel(let tunnel): tunnel.data(bytes, direction, &context)
    case .webSocket(let connection): connection.data(bytes, direction, &context)
    }
  }

  /// More than any message inside a tunnel has left: its reader then knows that it lost its place.
  private static let unknownByteCount = 1 << 48

  /// - Parameter byteCount: `nil` where nobody knows how many.
  func gap(_ byteCount: Int?, _ direction: Direction, _ context: inout AnalysisContext) {
    switch self {
    case .tunnel(let tunnel): tunnel.gap(byteCount ?? Self.unknownByteCount, direction, &context)
    case .webSocket(let connection): connection.gap(byteCount, direction, &context)
    }
  }

  func halfClosed(_ direction: Direction, _ context: inout AnalysisContext) {
    switch self {
    case .tunnel(let tunnel): tunnel.halfClosed(direction, &context)
    case .webSocket(let connection): connection.halfClosed(direction, &context)
    }
  }

  func closed(_ context: inout AnalysisContext) {
    switch self {
    case .tunnel(let tunnel): tunnel.closed(&context)
    case .webSocket(let connection): connection.closed(&context)
    }
  }
}

/// A flow inside a stream, looked at as a flow of its own.
final class HTTP2Tunnel {
  private var analyzer: FlowAnalyzer
  private var isSwapped = false
  private var isSkipped = false

  init(request: HTTPRequest, depth: UInt8, nesting: UInt8) {
    analyzer = FlowAnalyzer(depth: depth, nesting: nesting, tunnel: TunnelOrigin(granted: request))
  }

  func data(_ bytes: RawSpan, _ direction: Direction, _ context: inout AnalysisContext) {
    guard !isSkipped else {
      context.counters.encryptedBytes &+= UInt64(bytes.byteCount)
      return
    }
    switch analyzer.data(bytes, inner(direction), &context) {
    case .goOn: break
    case .swapRoles: isSwapped.toggle()
    case .skip: isSkipped = true
    }
  }

  func gap(_ byteCount: Int, _ direction: Direction, _ context: inout AnalysisContext) {
    analyzer.gap(byteCount, inner(direction), &context)
  }

  func halfClosed(_ direction: Direction, _ context: inout AnalysisContext) {
    analyzer.halfClosed(inner(direction), &context)
  }

  func closed(_ context: inout AnalysisContext) { analyzer.closed(&context) }

  private func inner(_ direction: Direction) -> Direction { isSwapped ? direction.opposite : direction }
}
