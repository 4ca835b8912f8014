import Decompression
package import Matching
package import Observations
package import Wire

/// What all flows of one worker share while they are read: the matcher, buffers, and the facts found so far.
///
/// One per worker, never shared; a flow's own state lives in its `FlowAnalyzer`.
package struct AnalysisContext: ~Copyable {
  package let settings: ProtocolSettings
  package var counters = ProtocolCounters()
  /// Facts of the event at hand, in order; the worker takes them after each event.
  package private(set) var facts: [Fact] = []
  /// The number of the shard whose packet is at hand.
  package var shard = 0
  /// By shard.
  private let budgets: [ShardBudgets]
  /// Time of the packet at hand, in nanoseconds since the Unix epoch.
  package var now: Int64 = 0
  /// How the bytes that are being read travelled.
  var transport = TransportSecurity.plain
  private var matcher: SecretMatcher
  private let workshop: UnwrapWorkshop
  /// Whether wrapped content is opened in the bytes at hand.
  package var unwraps = true
  var head = HTTP1Head()
  /// Buffers of HTTP/2, swapped out while they are in use: a section's fields, and the head rendered from them.
  var fieldSection = FieldSection()
  var renderedHead: [UInt8] = []
  /// Where WebSocket payloads are unmasked; swapped out while it is in use.
  var unmasked: [UInt64] = []
  private let windows: [WindowBox]

  /// Content codings undone on top of each other, at most.
  static let codingDepthLimit = 3

  /// - Parameter shardCount: `shard` stays below it.
  package init(
    patterns: SecretPatterns, settings: ProtocolSettings, shardCount: Int = 1
  ) throws(MatchingError) {
    budgets = (0..<max(1, shardCount)).map { _ in ShardBudgets(settings) }
    matcher = try SecretMatcher(patterns: patterns)
    matcher.explains = settings.explains
    workshop = UnwrapWorkshop(limits: settings.unwrapping)
    self.settings = settings
    windows = (0..<Self.codingDepthLimit).map { _ in WindowBox() }
  }

  package var matchingCounters: MatchingCounters { matcher.counters }
  package var unwrapCounters: UnwrapCounters { workshop.counters }

  /// Memory for the decompressors of the shard at hand.
  var decoders: MemoryBudget { budgets[shard].decoders }
  /// Room for encrypted records of that shard that wait for their secret.
  var heldRecords: MemoryBudget { budgets[shard].heldRecords }
  /// Room for what QUIC flows of that shard hold.
  var quicMemory: MemoryBudget { budgets[shard].quic }

  package mutating func removeFacts() { facts.removeAll(keepingCapacity: true) }

  mutating func emit(_ fact: Fact) { facts.append(fact) }

  /// Scans the next piece of a stream.
  ///
  /// - Returns: the secrets that it completed; empty, and then without an allocation, nearly always.
  mutating func scan(_ bytes: RawSpan, state: inout ScanState, as kind: MessageKind = .stream) -> [Sighting] {
    var found: [Sighting] = []
    scan(bytes, state: &state, as: kind, into: &found)
    return found
  }

  /// The same, adding to `found`.
  mutating func scan(
    _ bytes: RawSpan, state: inout ScanState, as kind: MessageKind = .stream, into found: inout [Sighting]
  ) {
    counters.scannedBytes &+= UInt64(bytes.byteCount)
    if unwraps {
      matcher.scan(bytes, state: &state, unwrapping: workshop, as: kind) { found.append($0) }
    } else {
      matcher.scan(bytes, state: &state) { found.append($0) }
    }
    if settings.explains { emitDropped() }
  }

  /// Decides the secrets that a stream's end, or a gap, cut short.
  mutating func finishScan(_ state: inout ScanState) -> [Sighting] {
    var found: [Sighting] = []
    matcher.finish(&state, unwrapping: workshop) { found.append($0) }
    if settings.explains { emitDropped() }
    return found
  }

  /// Scans bytes that stand alone.
  mutating func scanWhole(_ bytes: RawSpan, as kind: MessageKind = .stream) -> [Sighting] {
    counters.scannedBytes &+= UInt64(bytes.byteCount)
    var found: [Sighting] = []
    if unwraps {
      matcher.scanWhole(bytes, unwrapping: workshop, as: kind) { found.append($0) }
      if found.count > 1 { found.sort { $0.range.lowerBound < $1.range.lowerBound } }
    } else {
      matcher.scanWhole(bytes) { found.append($0) }
    }
    if settings.explains { emitDropped() }
    return found
  }

  private mutating func emitDropped() {
    for dropped in matcher.takeDropped() { emit(.dropped(dropped)) }
  }

  mutating func emit(
    _ sighting: Sighting, at location: CredentialLocation, direction: Direction, transport: TransportSecurity? = nil,
    request: HTTPRequest?, codings: [Encoding] = [], evidence: String? = nil, dns: DNSMessage? = nil
  ) {
    // A value that only its name calls secret, or nothing, is of use where it is on its way out.
    let isUnnamed = sighting.credential.signature == LooseValues.signature
    let isNamed = sighting.credential.signature == BearerToken.signature
    guard !isNamed && !isUnnamed || direction == .toServer else { return }
    if isUnnamed { return emitUnnamed(sighting.credential, at: location, transport, request, codings) }
    if !isNamed { counters.credentialSightings &+= 1 }
    var credential = sighting.credential
    credential.encodings = codings + credential.encodings
    let context = isNamed ? "\(sighting.context): " : sighting.context
    let seen = CredentialSighting(
      credential: credential, location: location, direction: direction, transport: transport ?? self.transport,
      request: request, evidence: evidence ?? context + credential.redacted, dns: dns)
    emit(isNamed ? .bearer(seen, field: sighting.context) : .credential(seen))
  }

  private mutating func emitUnnamed(
    _ value: MaskedCredential, at location: CredentialLocation, _ transport: TransportSecurity?,
    _ request: HTTPRequest?, _ codings: [Encoding]
  ) {
    guard let mark = value.mark else { return }
    let seen = UnnamedValue(
      mark: mark, encodings: codings + value.encodings, location: location, transport: transport ?? self.transport)
    // One fact for all of a message: they come one after the other.
    if case .values(var values)? = facts.last, values.request === request, values.dns == nil {
      facts.removeLast()
      values.values.append(seen)
      return emit(.values(values))
    }
    emit(.values(UnnamedValues([seen], request: request)))
  }

  /// The output buffer for the coding at `depth`.
  func window(depth: Int) -> WindowBox { windows[min(depth, windows.count - 1)] }
}

/// Holds a decompression window apart from the context, so that its output can be scanned with the context.
final class WindowBox {
  var window = DecompressionWindow()
}

extension AnalysisContext {
  /// Scans a datagram of no known protocol; each stands alone.
  package mutating func datagram(_ bytes: RawSpan, _ direction: Direction) {
    for sighting in scanWhole(bytes) {
      emit(sighting, at: .datagram, direction: direction, transport: .udp, request: nil)
    }
  }
}
