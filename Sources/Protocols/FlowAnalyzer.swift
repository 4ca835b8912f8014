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

  private enum Mode {
    case probing
    case http(HTTP1Connection)
    case encrypted
    case opaque
  }

  private var mode = Mode.probing
  /// Bytes that wait for recognition or were not recognised; made when there are some.
  private var opaque: OpaqueSides?
  /// The request that opened this tunnel, where the bytes are what followed a CONNECT or an Upgrade.
  private var tunnel: HTTPRequest?
  private var tunnelDepth = 0
  /// Tunnels inside tunnels that are looked into; what is in deeper ones is scanned as it is. Each costs stack.
  private static let tunnelDepthLimit = 8

  package private(set) var appProtocol = AppProtocol.undetermined

  package init() {}

  // MARK: Events

  package mutating func data(_ bytes: RawSpan, _ direction: Direction, _ context: inout AnalysisContext) -> Verdict {
    switch mode {
    case .probing:
      return probe(bytes, direction, &context)
    case .http(let connection):
      let opensTunnel = connection.data(bytes, direction, &context)
      return opensTunnel ? afterHTTP(connection, &context) : .goOn
    case .encrypted:
      context.counters.encryptedBytes &+= UInt64(bytes.byteCount)
      return .skip
    case .opaque:
      if HTTP1Recognition.mayStartMessage(bytes) { return probeAgain(bytes, direction, &context) }
      scanOpaque(bytes, direction, &context)
      return .goOn
    }
  }

  /// A second version of bytes that passed already: scanned alone, since it has no place in the stream.
  package mutating func alternateData(_ bytes: RawSpan, _ direction: Direction, _ context: inout AnalysisContext) {
    if case .encrypted = mode { return }
    for sighting in context.scanWhole(bytes) {
      context.emit(sighting, at: .stream, direction: direction, request: tunnel)
    }
  }

  package mutating func gap(_ byteCount: Int, _ direction: Direction, _ context: inout AnalysisContext) {
    switch mode {
    case .probing, .opaque:
      flushProbe(&context)
      finishOpaque(direction, &context)
    case .http(let connection): connection.gap(byteCount, direction, &context)
    case .encrypted: break
    }
    context.emit(.gap(direction, byteCount: byteCount))
  }

  package mutating func halfClosed(_ direction: Direction, _ context: inout AnalysisContext) {
    if case .http(let connection) = mode { connection.halfClosed(direction, &context) }
  }

  package mutating func closed(_ context: inout AnalysisContext) {
    switch mode {
    case .http(let connection): connection.closed(&context)
    case .probing, .opaque:
      flushProbe(&context)
      finishOpaque(.toServer, &context)
      finishOpaque(.toClient, &context)
    case .encrypted: break
    }
  }

  // MARK: Recognition

  /// First bytes are held until they tell what they are; at most the recognisers' own limits of them.
  private mutating func probe(_ bytes: RawSpan, _ direction: Direction, _ context: inout AnalysisContext) -> Verdict {
    if let opaque, !opaque[direction].held.isEmpty {
      opaque[direction].hold(bytes)
      let held = opaque[direction].held
      let decision = recognise(held.rawSpan)
      if case .waiting = decision { return .goOn }
      opaque[direction].held = []
      return settle(decision, held.rawSpan, direction, &context)
    }
    let decision = recognise(bytes)
    if case .waiting = decision { sides[direction].hold(bytes) }
    return settle(decision, bytes, direction, &context)
  }

  private enum Decision {
    case waiting, request, response
    case tls(TLSHello?)
    case nothing
  }

  private func recognise(_ bytes: RawSpan) -> Decision {
    switch TLSRecognition.probe(bytes) {
    case .hello(let hello): return .tls(hello)
    case .records: return .tls(nil)
    case .waiting: return .waiting
    case .no: break
    }
    switch HTTP1Recognition.response(bytes) {
    case .certain: return .response
    case .possible where bytes.byteCount < 12: return .waiting
    default: break
    }
    switch HTTP1Recognition.request(bytes) {
    case .certain: return .request
    case .possible: return .waiting
    case .no: return .nothing
    }
  }

  private mutating func settle(
    _ decision: Decision, _ bytes: RawSpan, _ direction: Direction, _ context: inout AnalysisContext
  ) -> Verdict {
    switch decision {
    case .waiting: return .goOn
    case .tls(let hello):
      become(.encrypted, .tls, &context)
      context.counters.tlsFlows &+= 1
      context.counters.encryptedBytes &+= UInt64(bytes.byteCount)
      guard let hello else { return .skip }
      context.emit(.tlsHello(hello))
      // Only clients send a ClientHello; the flow is skipped with its next bytes.
      return direction == .toClient ? .swapRoles : .skip
    case .request: return startHTTP(bytes, direction, isRequest: true, &context)
    case .response: return startHTTP(bytes, direction, isRequest: false, &context)
    case .nothing:
      become(.opaque, .unknown, &context)
      context.counters.unknownFlows &+= 1
      flushProbe(&context)
      scanOpaque(bytes, direction, &context)
      return .goOn
    }
  }

  private mutating func startHTTP(
    _ bytes: RawSpan, _ direction: Direction, isRequest: Bool, _ context: inout AnalysisContext
  ) -> Verdict {
    let isSwapped = isRequest != (direction == .toServer)
    if isSwapped { opaque?.swapRoles() }
    let connection = HTTP1Connection(tunnel: tunnel)
    let real = isSwapped ? direction.opposite : direction
    let heldByPeer = opaque?[real.opposite].held ?? []
    opaque = nil
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

  /// A later segment that looks like a message: as it happens after a proxy's or a tunnel's own greeting.
  private mutating func probeAgain(_ bytes: RawSpan, _ direction: Direction, _ context: inout AnalysisContext) -> Verdict {
    switch recognise(bytes) {
    case .request, .response:
      finishOpaque(.toServer, &context)
      finishOpaque(.toClient, &context)
      return settle(recognise(bytes), bytes, direction, &context)
    default:
      scanOpaque(bytes, direction, &context)
      return .goOn
    }
  }

  private mutating func become(_ mode: Mode, _ name: AppProtocol, _ context: inout AnalysisContext) {
    self.mode = mode
    appProtocol = name
    context.emit(.recognised(name))
  }

  /// After CONNECT or Upgrade the flow is looked at afresh, as a new one would be.
  private mutating func afterHTTP(_ connection: HTTP1Connection, _ context: inout AnalysisContext) -> Verdict {
    guard let opened = connection.takeTunnel() else { return .goOn }
    connection.closed(&context)
    tunnel = opened.request
    mode = .probing
    opaque = nil
    tunnelDepth += 1
    guard tunnelDepth <= Self.tunnelDepthLimit else {
      become(.opaque, .unknown, &context)
      scanOpaque(opened.toServer.rawSpan, .toServer, &context)
      scanOpaque(opened.toClient.rawSpan, .toClient, &context)
      return .goOn
    }
    var verdict = Verdict.goOn
    if !opened.toServer.isEmpty { verdict = data(opened.toServer.rawSpan, .toServer, &context) }
    if !opened.toClient.isEmpty { verdict = data(opened.toClient.rawSpan, .toClient, &context) }
    return verdict
  }

  // MARK: Bytes of no known protocol

  private mutating func scanOpaque(_ bytes: RawSpan, _ direction: Direction, _ context: inout AnalysisContext) {
    emit(context.scan(bytes, state: &sides[direction].scan), direction, &context)
  }

  private mutating func finishOpaque(_ direction: Direction, _ context: inout AnalysisContext) {
    guard let opaque else { return }
    emit(context.finishScan(&opaque[direction].scan), direction, &context)
  }

  private mutating func emit(_ found: [Sighting], _ direction: Direction, _ context: inout AnalysisContext) {
    for sighting in found { context.emit(sighting, at: .stream, direction: direction, request: tunnel) }
  }

  /// Scans what was held for a decision that did not come.
  private mutating func flushProbe(_ context: inout AnalysisContext) {
    guard let opaque else { return }
    for direction in [Direction.toServer, .toClient] where !opaque[direction].held.isEmpty {
      let held = opaque[direction].held
      opaque[direction].held = []
      scanOpaque(held.rawSpan, direction, &context)
    }
  }

  private var sides: OpaqueSides {
    mutating get {
      if let opaque { return opaque }
      let made = OpaqueSides()
      opaque = made
      return made
    }
  }
}

/// Both directions of a flow whose protocol is not known, or not yet.
private final class OpaqueSides {
  private var toServer = OpaqueSide()
  private var toClient = OpaqueSide()

  func swapRoles() { swap(&toServer, &toClient) }

  subscript(direction: Direction) -> OpaqueSide {
    get { direction == .toServer ? toServer : toClient }
    _modify {
      if direction == .toServer { yield &toServer } else { yield &toClient }
    }
  }
}

/// One of them.
private struct OpaqueSide {
  /// First bytes, held until they tell what they are.
  var held: [UInt8] = []
  var scan = ScanState()

  mutating func hold(_ bytes: RawSpan) { held.append(bytes) }
}
