package import Alerts
package import Observations
import Policies
package import Signatures
import Wire

/// The detection half: observations in packet order in, alerts out. One thread; owns all memory of what was seen.
///
/// What each fact means to the detectors stands in `Detection+Facts.swift`.
package struct Detection: ~Copyable {
  var judge: DestinationJudge
  var keys: KeyDetector
  var indicators: IndicatorDetector
  var bursts: RequestBurstDetector
  var destinations: DestinationDetectors
  var repeats: Repeats
  var notes = FlowNotes()
  var hops: ProxyHops
  var names = NameMemory()
  var tally = CoverageTally()
  let knownKeys: KeyMemory
  var bundles = BundleDetector()
  var unexpected: UnexpectedDestinationDetector?
  var suppressor: Suppressor
  /// Header fields and parameters in which some provider takes keys, in lower case.
  private(set) var credentialFields: Set<String>
  private let explains: Bool
  private var explanations: [Explanation] = []

  /// - Parameter memory: of keys; empty unless it is shared.
  package init(catalogue: Catalogue, settings: DetectionSettings, memory: KeyMemory = KeyMemory()) {
    knownKeys = memory
    let index = IndicatorIndex(catalogue.indicators)
    judge = DestinationJudge(
      catalogue: catalogue, indicators: index, gateways: settings.allGateways, homeNetworks: settings.homeNetworks)
    keys = KeyDetector(judge: judge, homeNetworks: settings.homeNetworks, watched: settings.watched)
    indicators = IndicatorDetector(index: index, judge: judge)
    bursts = RequestBurstDetector(settings: settings.requestBurst, judge: judge)
    destinations = DestinationDetectors(settings: settings.destinations, judge: judge)
    hops = ProxyHops(homeNetworks: settings.homeNetworks)
    repeats = Repeats(window: settings.repeatWindow, limit: settings.rememberedAlertLimit)
    unexpected = UnexpectedDestinationDetector(settings)
    suppressor = Suppressor(settings.policy?.suppressions ?? [])
    let fields = catalogue.providers.flatMap { $0.headers + $0.parameters } + ["authorization"]
    credentialFields = Set(fields.map { $0.lowercased() })
    explains = settings.explains
  }

  /// Judges by other signatures and settings from here on. Counted repeats are kept; bursts and contacts are counted anew.
  package mutating func replace(catalogue: Catalogue, settings: DetectionSettings) {
    let successor = Detection(catalogue: catalogue, settings: settings)
    (judge, keys) = (successor.judge, successor.keys)
    (indicators, bursts, hops) = (successor.indicators, successor.bursts, successor.hops)
    var inHand = successor.destinations
    inHand.carryOn(destinations)
    destinations = inHand
    (unexpected, suppressor) = (successor.unexpected, successor.suppressor)
    credentialFields = successor.credentialFields
  }

  /// - Returns: the alerts that this observation gives, in order.
  package mutating func observe(_ observation: Observation) -> [Alert] {
    var alerts = repeats.expire(at: observation.place.timestamp)
    let (place, flow) = (observation.place, observation.flow)
    admit(destinations.expire(at: place.timestamp), to: &alerts)
    // One switch for all detectors: looking at a fact copies it, and there are several for each flow.
    switch observation.fact {
    case .flowOpened: admit(indicators.flowOpened(flow, at: place), to: &alerts)
    case .recognised(.unknown): unknownProtocol(on: flow, at: place, &alerts)
    case .request(let request): self.request(request, on: flow, at: place, &alerts)
    case .transaction(let transaction):
      notes.transaction(transaction, on: flow)
      admit(destinations.transactionEnded(transaction.request, on: flow), to: &alerts)
    case .tlsHello(let hello):
      hops.hello(hello, on: flow, at: place.timestamp)
      self.hello(hello, .tls, on: flow, at: place, &alerts)
    case .quicHello(let hello): self.hello(hello.hello, .quic, on: flow, at: place, &alerts)
    case .encryption(let summary): encryption(summary, on: flow, at: place)
    case .dns(let message): self.message(message, on: flow, at: place, &alerts)
    case .credential(let sighting): credential(sighting, in: nil, on: flow, at: place, &alerts)
    case .bearer(let sighting, let field): bearer(sighting, in: field, on: flow, at: place, &alerts)
    case .values(let values): self.values(values, on: flow, at: place, &alerts)
    case .tunnelOpened(let origin): tunnel(origin, on: flow, at: place, &alerts)
    case .dropped(let dropped): explain(Explanation(dropped, at: place, on: flow))
    case .gap: tally.gap(on: flow)
    case .flowClosed(let summary): closed(summary, on: flow, at: place, &alerts)
    case .recognised, .tlsHandshake: break
    }
    if unexpected != nil { observeDestination(observation, &alerts) }
    return alerts
  }

  /// Why sightings gave no alert, since this was last asked; empty unless the settings want it explained.
  package mutating func takeExplanations() -> [Explanation] {
    guard !explanations.isEmpty else { return [] }
    defer { explanations.removeAll(keepingCapacity: true) }
    return explanations
  }

  mutating func explain(_ explanation: @autoclosure () -> Explanation) {
    if explains { explanations.append(explanation()) }
  }

  /// How much of the traffic could be read, so far.
  package var coverage: Coverage { tally.coverage }

  /// Addresses whose names are remembered, and how many were forgotten to make room.
  package var nameCounts: (addresses: Int, evictions: UInt64) { (names.addressCount, names.evictionCount) }

  /// What the policy in force has done so far; `nil` without one that says anything.
  package var policyCounts: PolicyCounts? {
    guard unexpected != nil || !suppressor.isEmpty else { return nil }
    return PolicyCounts(
      contacts: unexpected?.contactCount ?? 0, unexpected: unexpected?.unexpectedCount ?? 0,
      allowed: unexpected?.useCounts ?? [], suppressed: suppressor.counts)
  }

  /// Packet time has come to `now`, with or without observations: tells what waited for that.
  package mutating func advance(to now: Int64) -> [Alert] {
    var alerts = repeats.expire(at: now)
    admit(destinations.expire(at: now), to: &alerts)
    admit(bursts.flush(), to: &alerts)
    return alerts
  }

  /// The run is over: what was held back is told.
  package mutating func finish() -> [Alert] {
    var alerts: [Alert] = []
    admit(destinations.finish(), to: &alerts)
    admit(bursts.flush(), to: &alerts)
    return alerts + repeats.finish()
  }

  private mutating func observeDestination(_ observation: Observation, _ alerts: inout [Alert]) {
    for alert in unexpected?.observe(observation, names: names) ?? [] { admit(alert, to: &alerts) }
  }

  /// - Returns: the rule that kept `alert` back.
  @discardableResult
  mutating func admit(_ alert: Alert?, to alerts: inout [Alert]) -> Silence? {
    guard let alert else { return nil }
    if unexpected?.settles(alert) == true { return .allowedDestination }
    if suppressor.silences(alert) { return .suppressed }
    guard let first = repeats.admit(alert) else { return .repeated }
    alerts.append(first)
    return nil
  }

  mutating func admit(_ several: [Alert], to alerts: inout [Alert]) {
    for alert in several { admit(alert, to: &alerts) }
  }

  /// Entries that the detectors of destinations forgot to make room, by the name of the table.
  package var destinationEvictions: [(name: String, count: UInt64)] {
    destinations.evictionCounts + [("bundles", bundles.evictionCount)]
  }
}
