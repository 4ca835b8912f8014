import Observations
import Wire

/// What a flow is, by its first bytes.
extension FlowAnalyzer {
  private enum Decision {
    case waiting, request, response, dns, socks
    case http2(isClient: Bool)
    /// `nil` where it does not show which side speaks.
    case tls(isClient: Bool?)
    case proxied(ProxyProtocolHeader)
    case nothing
  }

  /// First bytes are held until they tell what they are; at most the recognisers' own limits of them.
  mutating func probe(_ bytes: RawSpan, _ direction: Direction, _ context: inout AnalysisContext) -> Verdict {
    if let opaque, !opaque[direction].held.isEmpty { return probeFurther(opaque, bytes, direction, &context) }
    let decision = recognise(bytes, direction)
    if case .waiting = decision { sides[direction].hold(bytes) }
    return settle(decision, bytes, direction, &context)
  }

  private mutating func probeFurther(
    _ opaque: OpaqueSides, _ bytes: RawSpan, _ direction: Direction, _ context: inout AnalysisContext
  ) -> Verdict {
    let before = opaque[direction].held
    opaque[direction].hold(bytes)
    let held = opaque[direction].held
    let decision = recognise(held.rawSpan, direction)
    if case .waiting = decision { return .goOn }
    opaque[direction].held = []
    guard case .nothing = decision else { return settle(decision, held.rawSpan, direction, &context) }
    // What was held may have been a stray byte, such as a keep-alive's, before the first message.
    _ = settle(.nothing, before.rawSpan, direction, &context)
    return data(bytes, direction, &context)
  }

  /// A cheap test: could a later segment begin with a message that is read?
  static func mayStart(_ bytes: RawSpan) -> Bool {
    HTTP1Recognition.mayStartMessage(bytes) || HTTP2Recognition.mayStartConnection(bytes)
      || TLSRecognition.mayStart(bytes)
  }

  /// A later segment that looks like a message: as it happens after a proxy's or a tunnel's own greeting.
  mutating func probeAgain(_ bytes: RawSpan, _ direction: Direction, _ context: inout AnalysisContext) -> Verdict {
    let decision = recognise(bytes, direction)
    switch decision {
    case .request, .response, .http2, .tls(isClient: true):
      finishOpaque(.toServer, &context)
      finishOpaque(.toClient, &context)
      return settle(decision, bytes, direction, &context)
    default:
      scanOpaque(bytes, direction, &context)
      return .goOn
    }
  }

  private func recognise(_ bytes: RawSpan, _ direction: Direction) -> Decision {
    if direction == .toServer {
      switch ProxyProtocolHeader.probe(bytes) {
      case .header(let header): return .proxied(header)
      case .waiting: return .waiting
      case .no: break
      }
    }
    switch TLSRecognition.probe(bytes) {
    case .client: return .tls(isClient: true)
    case .server: return .tls(isClient: false)
    case .records: return .tls(isClient: nil)
    case .waiting: return .waiting
    case .no: return recogniseText(bytes) ?? recogniseBinary(bytes, direction)
    }
  }

  private func recogniseText(_ bytes: RawSpan) -> Decision? {
    switch HTTP1Recognition.response(bytes) {
    case .certain: return .response
    case .possible where bytes.byteCount < 12: return .waiting
    default: break
    }
    switch HTTP2Recognition.client(bytes) {
    case .certain: return .http2(isClient: true)
    case .possible: return .waiting
    case .no: break
    }
    switch HTTP1Recognition.request(bytes) {
    case .certain: return .request
    case .possible: return .waiting
    case .no: return nil
    }
  }

  private func recogniseBinary(_ bytes: RawSpan, _ direction: Direction) -> Decision {
    switch HTTP2Recognition.frames(bytes) {
    case .certain: return .http2(isClient: false)
    case .possible: return .waiting
    case .no: break
    }
    // The client speaks first: where the server did, this is something else.
    let isFirst = opaque?[.toClient].held.isEmpty ?? true
    if direction == .toServer, isFirst, SOCKSConnection.mayBegin(bytes) { return .socks }
    switch DNSRecognition.stream(bytes) {
    case .certain: return .dns
    case .possible: return .waiting
    case .no: return .nothing
    }
  }

  private mutating func settle(
    _ decision: Decision, _ bytes: RawSpan, _ direction: Direction, _ context: inout AnalysisContext
  ) -> Verdict {
    switch decision {
    case .waiting: return .goOn
    case .request: return startHTTP(bytes, direction, isRequest: true, &context)
    case .response: return startHTTP(bytes, direction, isRequest: false, &context)
    case .http2(let isClient): return startHTTP2(bytes, direction, isClient: isClient, &context)
    case .tls(let isClient): return startTLS(bytes, direction, isClient: isClient, &context)
    case .dns: return startDNS(bytes, direction, &context)
    case .proxied(let header): return passProxyHeader(header, bytes, &context)
    case .socks: return beginSOCKS(bytes, &context)
    case .nothing:
      become(.opaque, .unknown, &context)
      context.counters.unknownFlows &+= 1
      flushProbe(&context)
      scanOpaque(bytes, direction, &context)
      return .goOn
    }
  }

  // MARK: Starting

  /// The direction that bytes of `direction` have once roles are right, and what the other side said before.
  private mutating func takeHeld(
    _ direction: Direction, isSwapped: Bool
  ) -> (direction: Direction, heldByPeer: [UInt8]) {
    if isSwapped { opaque?.swapRoles() }
    let real = isSwapped ? direction.opposite : direction
    let held = opaque?[real.opposite].held ?? []
    opaque = nil
    return (real, held)
  }

  private mutating func startHTTP(
    _ bytes: RawSpan, _ direction: Direction, isRequest: Bool, _ context: inout AnalysisContext
  ) -> Verdict {
    let isSwapped = isRequest != (direction == .toServer)
    let (real, heldByPeer) = takeHeld(direction, isSwapped: isSwapped)
    let connection = HTTP1Connection(tunnel: tunnel?.request)
    become(.http(connection), .http, &context)
    context.counters.httpFlows &+= 1
    var opensTunnel = connection.data(heldByPeer.rawSpan, real.opposite, &context)
    if opensTunnel {
      connection.keepForTunnel(bytes, real)
    } else {
      opensTunnel = connection.data(bytes, real, &context)
    }
    if opensTunnel { _ = afterHTTP(connection, &context) }
    return isSwapped ? .swapRoles : .goOn
  }

  /// - Parameter isClient: whether these bytes are the preface; else it is not known yet who is who.
  private mutating func startHTTP2(
    _ bytes: RawSpan, _ direction: Direction, isClient: Bool, _ context: inout AnalysisContext
  ) -> Verdict {
    let isSwapped = isClient && direction == .toClient
    let (real, heldByPeer) = takeHeld(direction, isSwapped: isSwapped)
    let connection = HTTP2Connection(tunnel: tunnel?.request, depth: depth, nesting: nesting)
    become(.http2(connection), .http2, &context)
    context.counters.http2Flows &+= 1
    connection.data(heldByPeer.rawSpan, real.opposite, &context)
    connection.data(bytes, real, &context)
    return isSwapped != connection.takeRoleSwap() ? .swapRoles : .goOn
  }

  private mutating func startTLS(
    _ bytes: RawSpan, _ direction: Direction, isClient: Bool?, _ context: inout AnalysisContext
  ) -> Verdict {
    let isSwapped = isClient.map { $0 != (direction == .toServer) } ?? false
    let (real, heldByPeer) = takeHeld(direction, isSwapped: isSwapped)
    let connection = TLSConnection(depth: depth, nesting: nesting, tunnel: tunnel)
    become(.tls(connection), .tls, &context)
    context.counters.tlsFlows &+= 1
    connection.data(heldByPeer.rawSpan, real.opposite, &context)
    connection.data(bytes, real, &context)
    return isSwapped ? .swapRoles : .goOn
  }

  /// DNS over TCP; whether the first message is a response tells which side is the server.
  private mutating func startDNS(
    _ bytes: RawSpan, _ direction: Direction, _ context: inout AnalysisContext
  ) -> Verdict {
    let header = try? DNSHeader(bytes.extracting(DNSRecognition.lengthByteCount...))
    let isSwapped = (header?.flags.isResponse == true) != (direction == .toClient)
    let (real, heldByPeer) = takeHeld(direction, isSwapped: isSwapped)
    let connection = DNSConnection()
    become(.dns(connection), .dns, &context)
    context.counters.dnsFlows &+= 1
    connection.data(heldByPeer.rawSpan, real.opposite, &context)
    connection.data(bytes, real, &context)
    return isSwapped ? .swapRoles : .goOn
  }
}
