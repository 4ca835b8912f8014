import Matching
package import Observations
package import Wire

/// What one flow says, from its first byte to its last: recognised by content, then read by the protocol's parser.
///
/// Bytes come in stream order for each direction. Where nothing is recognised the bytes are scanned as they are, and
/// each further segment may still show what they are.
package struct FlowAnalyzer {
  /// What the worker should do with the flow.
  package enum Verdict: Sendable {
    case goOn
    /// The side that was taken for the client is the server.
    case swapRoles
    /// Nothing that follows can be read: reassembly may stop.
    case skip
  }

  enum Mode {
    case probing
    case http(HTTP1Connection)
    case http2(HTTP2Connection)
    case webSocket(WebSocketConnection)
    case tls(TLSConnection)
    case dns(DNSConnection)
    case socks(SOCKSConnection)
    case opaque
  }

  var mode = Mode.probing
  /// Bytes that wait for recognition or were not recognised; made when there are some.
  var opaque: OpaqueSides?
  /// Where the bytes belong, when they are what followed a CONNECT, an Upgrade, or a proxy's own words.
  var tunnel: TunnelOrigin?
  /// Layers around these bytes: tunnels, and TLS.
  var depth: UInt8 = 0
  /// How many of them are streams of HTTP/2, each of which may hold many flows.
  let nesting: UInt8

  package private(set) var appProtocol = AppProtocol.undetermined

  package init() { nesting = 0 }

  /// For what another protocol carries. Beyond the limit on layers it is scanned and not read.
  ///
  /// - Parameter depth: layers around it, this one counted.
  init(depth: UInt8, nesting: UInt8, tunnel: TunnelOrigin?) {
    (self.depth, self.nesting, self.tunnel) = (depth, nesting, tunnel)
    if depth > Self.depthLimit { (mode, appProtocol) = (.opaque, .unknown) }
  }

  // MARK: Events

  package mutating func data(_ bytes: RawSpan, _ direction: Direction, _ context: inout AnalysisContext) -> Verdict {
    switch mode {
    case .probing: return probe(bytes, direction, &context)
    case .http(let connection):
      let opensTunnel = connection.data(bytes, direction, &context)
      return opensTunnel ? afterHTTP(connection, &context) : .goOn
    case .http2(let connection):
      connection.data(bytes, direction, &context)
      return connection.takeRoleSwap() ? .swapRoles : .goOn
    case .webSocket(let connection): connection.data(bytes, direction, &context)
    case .tls(let connection):
      connection.data(bytes, direction, &context)
      return connection.canSkip(context.settings) ? .skip : .goOn
    case .dns(let connection): connection.data(bytes, direction, &context)
    case .socks(let connection):
      connection.take(bytes, direction)
      return afterSOCKS(connection, &context)
    case .opaque:
      guard Self.mayStart(bytes) else {
        scanOpaque(bytes, direction, &context)
        return .goOn
      }
      return probeAgain(bytes, direction, &context)
    }
    return .goOn
  }

  /// A second version of bytes that passed already: scanned alone, since it has no place in the stream.
  package mutating func alternateData(_ bytes: RawSpan, _ direction: Direction, _ context: inout AnalysisContext) {
    if case .tls = mode { return }
    for sighting in context.scanWhole(bytes) {
      context.emit(sighting, at: .stream, direction: direction, request: tunnel?.request)
    }
  }

  package mutating func gap(_ byteCount: Int, _ direction: Direction, _ context: inout AnalysisContext) {
    if case .socks(let connection) = mode { endSOCKS(connection, &context) }
    switch mode {
    case .probing, .opaque:
      flushProbe(&context)
      finishOpaque(direction, &context)
    case .http(let connection): connection.gap(byteCount, direction, &context)
    case .http2(let connection): connection.gap(byteCount, direction, &context)
    case .webSocket(let connection): connection.gap(byteCount, direction, &context)
    case .tls(let connection): connection.gap(byteCount, direction, &context)
    case .dns(let connection): connection.gap(byteCount, direction, &context)
    case .socks: break
    }
    context.emit(.gap(direction, byteCount: byteCount))
  }

  package mutating func halfClosed(_ direction: Direction, _ context: inout AnalysisContext) {
    switch mode {
    case .http(let connection): connection.halfClosed(direction, &context)
    case .http2(let connection): connection.halfClosed(direction, &context)
    case .webSocket(let connection): connection.halfClosed(direction, &context)
    case .tls(let connection): connection.halfClosed(direction, &context)
    case .dns(let connection): connection.halfClosed(direction, &context)
    case .probing, .socks, .opaque: break
    }
  }

  package mutating func closed(_ context: inout AnalysisContext) {
    if case .socks(let connection) = mode { endSOCKS(connection, &context) }
    switch mode {
    case .http(let connection): connection.closed(&context)
    case .http2(let connection): connection.closed(&context)
    case .webSocket(let connection): connection.closed(&context)
    case .tls(let connection): connection.closed(&context)
    case .dns(let connection): connection.closed(&context)
    case .probing, .opaque:
      flushProbe(&context)
      finishOpaque(.toServer, &context)
      finishOpaque(.toClient, &context)
    case .socks: break
    }
  }

  mutating func become(_ mode: Mode, _ name: AppProtocol, _ context: inout AnalysisContext) {
    self.mode = mode
    appProtocol = name
    context.emit(.recognised(name))
  }

  // MARK: Bytes of no known protocol

  mutating func scanOpaque(_ bytes: RawSpan, _ direction: Direction, _ context: inout AnalysisContext) {
    emit(context.scan(bytes, state: &sides[direction].scan), direction, &context)
  }

  mutating func finishOpaque(_ direction: Direction, _ context: inout AnalysisContext) {
    guard let opaque else { return }
    emit(context.finishScan(&opaque[direction].scan), direction, &context)
  }

  private mutating func emit(_ found: [Sighting], _ direction: Direction, _ context: inout AnalysisContext) {
    for sighting in found { context.emit(sighting, at: .stream, direction: direction, request: tunnel?.request) }
  }

  /// Scans what was held for a decision that did not come.
  mutating func flushProbe(_ context: inout AnalysisContext) {
    guard let opaque else { return }
    for direction in [Direction.toServer, .toClient] where !opaque[direction].held.isEmpty {
      let held = opaque[direction].held
      opaque[direction].held = []
      scanOpaque(held.rawSpan, direction, &context)
    }
  }

  var sides: OpaqueSides {
    mutating get {
      if let opaque { return opaque }
      let made = OpaqueSides()
      opaque = made
      return made
    }
  }
}
