import Decryption
import Matching
import Observations
import Wire

/// TLS on one flow, both directions, from SSL 3.0 to TLS 1.3: RFC 8446, RFC 5246, RFC 2246, RFC 6101.
///
/// Without secrets it reads what is said in clear and counts the rest by its record headers, touching nothing else.
/// With them it opens the records and hands what is inside to a `FlowAnalyzer` of its own.
final class TLSConnection {
  let client = TLSSide(direction: .toServer)
  let server = TLSSide(direction: .toClient)

  // MARK: The handshake

  /// The first ClientHello.
  var hello: ReadClientHello?
  /// The random of the last ClientHello: what key logs name the connection by.
  var lastRandom: [UInt8] = []
  var clientRandom: ClientRandom? {
    let bytes = lastRandom
    return ClientRandom(bytes.rawSpan)
  }
  var answer: ReadServerHello?
  /// What the next ChangeCipherSpec puts to use.
  var parameters: TLSParameters?
  var certificate: TLSCertificate?
  var serverALPN: String?
  var wasRetried = false
  /// Whether the server said that it does not read the client's early data: RFC 8446 section 4.2.10.
  var isEarlyDataRefused = false
  var isHandshakeTold = false

  // MARK: Decryption

  /// In the order in which they came, both directions.
  var held: [HeldRecord] = []
  var heldByteCount = 0
  /// `TLSSecrets.generation` as of the last look.
  var seenGeneration: UInt64?
  /// Whether a direction was unlocked for which records may be held.
  var mustOpenHeld = false
  var plaintext: [UInt8] = []

  // MARK: What is inside

  private var inner: FlowAnalyzer?
  private var isInnerSwapped = false
  private let depth: UInt8
  private let nesting: UInt8
  private let tunnel: TunnelOrigin?

  /// - Parameters:
  ///   - depth: layers around this connection.
  ///   - nesting: how many of them are streams of HTTP/2.
  ///   - tunnel: what opened the tunnel it is in.
  init(depth: UInt8, nesting: UInt8, tunnel: TunnelOrigin?) {
    (self.depth, self.nesting, self.tunnel) = (depth, nesting, tunnel)
  }

  /// Whether nothing of the records to come is of use: no secret can come, all in clear was read, and the owner does
  /// not want them counted.
  func canSkip(_ settings: ProtocolSettings) -> Bool {
    !settings.countsEncryptedRecords && settings.secrets == nil && (isHandshakeTold || hello == nil)
  }

  // MARK: Events

  func data(_ bytes: RawSpan, _ direction: Direction, _ context: inout AnalysisContext) {
    lookForSecrets(&context)
    let side = self[direction]
    var position = 0
    while position < bytes.byteCount {
      position += take(bytes.extracting(position...), side, &context)
      if mustOpenHeld { openHeld(&context) }
    }
  }

  /// - Parameter byteCount: 0 when it is not known how many are missing.
  func gap(_ byteCount: Int, _ direction: Direction, _ context: inout AnalysisContext) {
    let side = self[direction]
    side.summary.gaps &+= 1
    switch side.framing {
    case .lost: finishScan(side, &context)
    case .records where byteCount > 0 && byteCount <= side.remaining:
      side.remaining -= byteCount
      (side.isDamaged, side.fragment) = (true, [])
      if side.remaining == 0 { endRecord(side, RawSpan(), &context) }
    case .start, .ssl2Hello, .records, .searching:
      side.forgetRecord()
      side.framing = .searching
      context.counters.tlsResynchronisations &+= 1
      recordsAreMissing(side, &context)
    }
  }

  func halfClosed(_ direction: Direction, _ context: inout AnalysisContext) {
    withTransport(&context) { context in
      inner?.halfClosed(isInnerSwapped ? direction.opposite : direction, &context)
    }
  }

  func closed(_ context: inout AnalysisContext) {
    lookForSecrets(&context)
    tellHandshake(&context)
    giveUpHeld(&context)
    for side in [client, server] where side.framing == .lost { finishScan(side, &context) }
    withTransport(&context) { inner?.closed(&$0) }
    inner = nil
    if client.summary.openedRecords > 0 || server.summary.openedRecords > 0 {
      context.counters.tlsDecryptedFlows &+= 1
    }
    context.emit(.encryption(summary))
  }

  subscript(direction: Direction) -> TLSSide { direction == .toServer ? client : server }

  private var summary: EncryptionSummary {
    var summary = EncryptionSummary()
    (summary.toServer, summary.toClient) = (client.summary, server.summary)
    let protected = client.summary.protectedRecords &+ server.summary.protectedRecords
    let opened = client.summary.openedRecords &+ server.summary.openedRecords
    if opened > 0 {
      summary.visibility = opened >= protected ? .decrypted : .partly
    } else if client.failures > 0 || server.failures > 0 {
      summary.visibility = .wrongKeys
    } else if hello?.told.encryptedHello == .certain {
      summary.visibility = .hiddenName
    }
    return summary
  }

  // MARK: What is inside

  /// Hands over decrypted application data.
  func deliver(_ bytes: RawSpan, _ direction: Direction, _ context: inout AnalysisContext) {
    if inner == nil { inner = FlowAnalyzer(depth: depth + 1, nesting: nesting, tunnel: tunnel) }
    withTransport(&context) { context in
      let real = isInnerSwapped ? direction.opposite : direction
      if case .swapRoles = inner?.data(bytes, real, &context) { isInnerSwapped.toggle() }
    }
  }

  /// Application data is missing.
  ///
  /// - Parameter byteCount: 0 when it is not known how much.
  func deliverGap(_ byteCount: Int, _ direction: Direction, _ context: inout AnalysisContext) {
    withTransport(&context) { inner?.gap(byteCount, isInnerSwapped ? direction.opposite : direction, &$0) }
  }

  /// What the client said early stays unanswered. It is said again, so what follows is read afresh.
  func refuseEarlyData(_ context: inout AnalysisContext) {
    guard !isEarlyDataRefused else { return }
    isEarlyDataRefused = true
    withTransport(&context) { inner?.closed(&$0) }
    (inner, isInnerSwapped) = (nil, false)
  }

  private func withTransport(_ context: inout AnalysisContext, _ body: (inout AnalysisContext) -> Void) {
    let outer = context.transport
    context.transport = .tlsDecrypted
    body(&context)
    context.transport = outer
  }
}
