import Matching
import Observations
import Wire

/// What makes a flow another one: CONNECT, Upgrade, SOCKS and the PROXY protocol.
extension FlowAnalyzer {
  /// Layers inside layers that are looked into; what is in deeper ones is scanned as it is. Each costs stack.
  static let depthLimit = 8

  /// From here on the flow is looked at afresh, as a new one would be.
  ///
  /// - Parameters:
  ///   - toServer: bytes of the client that already belong to the tunnel.
  ///   - toClient: those of the server.
  mutating func openTunnel(
    _ origin: TunnelOrigin, upgrade: HTTPUpgrade? = nil, toServer clientBytes: [UInt8], toClient serverBytes: [UInt8],
    _ context: inout AnalysisContext
  ) -> Verdict {
    context.emit(.tunnelOpened(origin))
    tunnel = origin
    mode = .probing
    opaque = nil
    depth += 1
    guard depth <= Self.depthLimit else {
      become(.opaque, .unknown, &context)
      scanOpaque(clientBytes.rawSpan, .toServer, &context)
      scanOpaque(serverBytes.rawSpan, .toClient, &context)
      return .goOn
    }
    if let upgrade { startUpgraded(upgrade, origin.request, &context) }
    var verdict = Verdict.goOn
    if !clientBytes.isEmpty { verdict = data(clientBytes.rawSpan, .toServer, &context) }
    if !serverBytes.isEmpty { verdict = data(serverBytes.rawSpan, .toClient, &context) }
    return verdict
  }

  // MARK: CONNECT and Upgrade

  mutating func afterHTTP(_ connection: HTTP1Connection, _ context: inout AnalysisContext) -> Verdict {
    guard let opened = connection.takeTunnel() else { return .goOn }
    connection.closed(&context)
    return openTunnel(
      TunnelOrigin(granted: opened.request), upgrade: opened.upgrade, toServer: opened.toServer,
      toClient: opened.toClient, &context)
  }

  /// A 101 says what follows.
  private mutating func startUpgraded(
    _ upgrade: HTTPUpgrade, _ request: HTTPRequest?, _ context: inout AnalysisContext
  ) {
    switch upgrade {
    case .webSocket(let deflate):
      become(.webSocket(WebSocketConnection(tunnel: request, deflate: deflate)), .websocket, &context)
      context.counters.webSocketFlows &+= 1
    case .h2c:
      guard let request else { return }
      become(
        .http2(HTTP2Connection(upgradedFrom: request, depth: depth, nesting: nesting)), .http2, &context)
      context.counters.http2Flows &+= 1
    }
  }

  // MARK: PROXY protocol

  /// The header says whose connection this is; the connection itself begins behind it.
  mutating func passProxyHeader(
    _ header: ProxyProtocolHeader, _ bytes: RawSpan, _ context: inout AnalysisContext
  ) -> Verdict {
    scanHandshake(bytes.extracting(..<header.byteCount), .toServer, &context)
    let origin = TunnelOrigin(
      kind: .proxyProtocol, host: header.authority ?? tunnel?.host, port: header.destination?.port,
      request: tunnel?.request, client: header.source)
    var rest: [UInt8] = []
    rest.append(bytes.extracting(header.byteCount...))
    return openTunnel(origin, toServer: rest, toClient: opaque?[.toClient].held ?? [], &context)
  }

  // MARK: SOCKS

  mutating func beginSOCKS(_ bytes: RawSpan, _ context: inout AnalysisContext) -> Verdict {
    let connection = SOCKSConnection()
    mode = .socks(connection)
    connection.take(bytes, .toServer)
    return afterSOCKS(connection, &context)
  }

  mutating func afterSOCKS(_ connection: SOCKSConnection, _ context: inout AnalysisContext) -> Verdict {
    let client = connection.toServer
    let server = connection.toClient
    switch connection.state {
    case .waiting: return .goOn
    case .opened(let handshake):
      scanHandshake(client.rawSpan.extracting(..<handshake.clientByteCount), .toServer, &context)
      return openTunnel(
        TunnelOrigin(handshake), toServer: Array(client[handshake.clientByteCount...]),
        toClient: Array(server[handshake.serverByteCount...]), &context)
    case .failed:
      become(.opaque, .unknown, &context)
      context.counters.unknownFlows &+= 1
      scanOpaque(client.rawSpan, .toServer, &context)
      scanOpaque(server.rawSpan, .toClient, &context)
      return .goOn
    }
  }

  /// A gap, or the end: what is there must do.
  mutating func endSOCKS(_ connection: SOCKSConnection, _ context: inout AnalysisContext) {
    connection.end()
    _ = afterSOCKS(connection, &context)
  }

  /// User names and fields of a handshake may hold a key as anything else may.
  private func scanHandshake(_ bytes: RawSpan, _ direction: Direction, _ context: inout AnalysisContext) {
    for sighting in context.scanWhole(bytes) {
      context.emit(sighting, at: .stream, direction: direction, request: tunnel?.request)
    }
  }
}
