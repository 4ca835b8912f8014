package import Alerts
package import Observations
import Policies
package import Signatures
import Wire

/// The detection half: observations in packet order in, alerts out. One thread; owns all memory of what was seen.
package struct Detection: ~Copyable {
  private var judge: DestinationJudge
  private var keys: KeyDetector
  private var indicators: IndicatorDetector
  private var bursts: RequestBurstDetector
  private var destinations: DestinationDetectors
  private var repeats: Repeats
  private var notes = FlowNotes()
  private var hops: ProxyHops
  private var names = NameMemory()
  private var tally = CoverageTally()
  private var knownKeys = KeyMemory()
  private var unexpected: UnexpectedDestinationDetector?
  private var suppressor: Suppressor

  package init(catalogue: Catalogue, settings: DetectionSettings) {
    let index = IndicatorIndex(catalogue.indicators)
    judge = DestinationJudge(
      catalogue: catalogue, indicators: index, gateways: settings.allGateways, homeNetworks: settings.homeNetworks)
    keys = KeyDetector(judge: judge, homeNetworks: settings.homeNetworks)
    indicators = IndicatorDetector(index: index, judge: judge)
    bursts = RequestBurstDetector(settings: settings.requestBurst, judge: judge)
    destinations = DestinationDetectors(settings: settings.destinations, judge: judge)
    hops = ProxyHops(homeNetworks: settings.homeNetworks)
    repeats = Repeats(window: settings.repeatWindow, limit: settings.rememberedAlertLimit)
    unexpected = UnexpectedDestinationDetector(settings)
    suppressor = Suppressor(settings.policy?.suppressions ?? [])
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
  }

  /// - Returns: the alerts that this observation gives, in order.
  package mutating func observe(_ observation: Observation) -> [Alert] {
    var alerts = repeats.expire(at: observation.place.timestamp)
    let (place, flow) = (observation.place, observation.flow)
    admit(destinations.expire(at: place.timestamp), to: &alerts)
    // One switch for all detectors: looking at a fact copies it, and there are several for each flow.
    switch observation.fact {
    case .flowOpened: admit(indicators.flowOpened(flow, at: place), to: &alerts)
    case .recognised(.unknown):
      let bad = indicators.silentContact(flow, at: place)
      admit(bad, to: &alerts)
      if flow.transport == .tcp, flow.server.address.isForeign {
        let destination = judge.destination(of: flow, request: nil, resolvedName: resolvedName(of: flow, at: place))
        admit(destinations.connection(to: destination, .plain, on: flow, at: place, isTold: bad != nil), to: &alerts)
      }
    case .request(let request):
      hops.request(request, on: flow, at: place.timestamp)
      let known: HostMemory.Entry? = if let host = request.host { judge.knowledge(of: host) } else { nil }
      if let provider = known?.provider {
        tally.attribute(flow, to: provider.id)
        tally.request(on: flow)
      }
      let bad = indicators.request(request, to: known, on: flow, at: place)
      admit(bad, to: &alerts)
      let told = destinations.request(
        request, to: known, notes: notes, on: flow, at: place, isTold: bad != nil,
        isNamed: isNamed(request, known, on: flow, at: place))
      admit(told, to: &alerts)
      admit(bursts.request(request, to: known, on: flow, at: place), to: &alerts)
    case .tlsHello(let hello):
      notes.hello(hello, on: flow)
      hops.hello(hello, on: flow, at: place.timestamp)
      attribute(flow, named: hello.serverName)
      admitHello(hello, .tls, on: flow, at: place, to: &alerts)
    case .dns(let message):
      names.learn(message, client: flow.client.address, at: place.timestamp)
      let bad = indicators.message(message, on: flow, at: place)
      admit(bad, to: &alerts)
      admit(destinations.message(message, on: flow, at: place, isTold: !bad.isEmpty), to: &alerts)
    case .credential(let sighting):
      admit(bursts.credential(sighting), to: &alerts)
      admitKey(alert(for: sighting, at: place, on: flow), of: sighting, on: flow, to: &alerts)
    case .bearer(let sighting, let field):
      admit(bursts.credential(sighting), to: &alerts)
      admitKey(alert(for: sighting, in: field, at: place, on: flow), of: sighting, on: flow, to: &alerts)
    case .tunnelOpened(let origin):
      notes.tunnel(origin, on: flow)
      hops.tunnel(origin, on: flow, at: place.timestamp)
      attribute(flow, named: origin.host)
      let bad = indicators.tunnel(origin, on: flow, at: place)
      admit(bad, to: &alerts)
      if let host = origin.host, origin.kind == .socks4 || origin.kind == .socks5 {
        let destination = Destination(host: host, source: .dns)
        admit(destinations.connection(to: destination, .plain, on: flow, at: place, isTold: bad != nil), to: &alerts)
      }
    case .flowClosed(let summary):
      var upload: Destination?
      if destinations.isUpload(summary, on: flow) {
        let note = notes[flow]
        let name = note.uploadHost ?? resolvedName(of: flow, at: place)
        upload = judge.destination(of: flow, request: nil, note: note, resolvedName: name)
      }
      admit(destinations.closed(summary, on: flow, at: place, upload: upload), to: &alerts)
      notes.closed(flow)
      hops.closed(flow)
      tally.closed(flow)
      admit(indicators.silentContact(flow, at: place), to: &alerts)
    case .quicHello(let hello):
      notes.hello(hello.hello, on: flow)
      attribute(flow, named: hello.hello.serverName)
      admitHello(hello.hello, .quic, on: flow, at: place, to: &alerts)
    case .encryption(let summary):
      if !tally.isFollowing(flow) { attribute(flow, named: resolvedName(of: flow, at: place)) }
      tally.encryption(summary, on: flow)
    case .gap: tally.gap(on: flow)
    case .transaction(let transaction):
      notes.transaction(transaction, on: flow)
      admit(destinations.transactionEnded(transaction.request, on: flow), to: &alerts)
    case .recognised, .tlsHandshake: break
    }
    if unexpected != nil { observeDestination(observation, &alerts) }
    return alerts
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

  private mutating func admit(_ alert: Alert?, to alerts: inout [Alert]) {
    guard let alert, unexpected?.settles(alert) != true, !suppressor.silences(alert), let first = repeats.admit(alert)
    else { return }
    alerts.append(first)
  }

  private mutating func admit(_ several: [Alert], to alerts: inout [Alert]) {
    for alert in several { admit(alert, to: &alerts) }
  }

  /// A key that went astray says more of a contact than that it was one.
  private mutating func admitKey(
    _ alert: Alert?, of sighting: CredentialSighting, on flow: FlowContext, to alerts: inout [Alert]
  ) {
    if alert?.detector == .keyExfiltration { destinations.keyTold(sighting.request, on: flow) }
    admit(alert, to: &alerts)
  }

  /// A connection under encryption, by the name that its hello gives, else by the one that the client found it by.
  private mutating func admitHello(
    _ hello: TLSHello, _ transport: TransportSecurity, on flow: FlowContext, at place: PacketPlace,
    to alerts: inout [Alert]
  ) {
    let name = hello.serverName == nil ? resolvedName(of: flow, at: place) : nil
    var bad = indicators.hello(hello, resolvedName: name, on: flow, at: place)
    bad?.transport = transport
    admit(bad, to: &alerts)
    guard flow.server.address.isForeign || hello.serverName != nil else { return }
    let destination = judge.destination(
      of: flow, request: nil, note: FlowNotes.Note(serverName: hello.serverName), resolvedName: name)
    let told = destinations.connection(
      to: destination, hello: hello, transport, on: flow, at: place, isTold: bad != nil)
    admit(told, to: &alerts)
  }

  /// Entries that the detectors of destinations forgot to make room, by the name of the table.
  package var destinationEvictions: [(name: String, count: UInt64)] { destinations.evictionCounts }

  /// Judges a credential by all that is known of its flow, and says which way it came.
  ///
  /// - Parameter field: where a token of no known form stood.
  private mutating func alert(
    for sighting: CredentialSighting, in field: String? = nil, at place: PacketPlace, on flow: FlowContext
  ) -> Alert? {
    let note = notes[flow]
    let isNamed = sighting.request?.host != nil || note.serverName != nil || note.tunnel != nil
    let hop = hops.credential(
      sighting.credential.fingerprint, on: flow, isNamed: isNamed, at: place.timestamp)
    let destination = keys.destination(
      of: sighting, on: flow, note: note, hop: hop, resolvedName: resolvedName(of: flow, at: place))
    guard let attributed = attribute(sighting, in: field, to: destination),
      var alert = keys.alert(
        for: attributed, to: destination, at: place, on: flow, isForwarded: note.tunnel != nil)
    else { return nil }
    if let hop { alert.evidence += "; onward from flow \(hop.flow) through the proxy at \(hop.proxy.address)" }
    if let client = note.client { alert.evidence += "; for the client \(client.address)" }
    return alert
  }

  /// The sighting with what memory knows of its issuer; remembers what this sighting tells.
  ///
  /// - Returns: `nil` for a token that is nobody's key as far as is known.
  private mutating func attribute(
    _ sighting: CredentialSighting, in field: String?, to destination: Destination
  ) -> CredentialSighting? {
    let fingerprint = sighting.credential.fingerprint
    if sighting.direction == .toServer, let receiver = keys.receiver(of: sighting, in: field, at: destination.host) {
      knownKeys.learn(fingerprint, owner: receiver)
    }
    var attributed = sighting
    if let owner = knownKeys.owner(of: fingerprint), field != nil || sighting.credential.issuers.contains(owner) {
      attributed.credential.issuers = [owner]
    }
    return attributed.credential.issuers.isEmpty ? nil : attributed
  }

  /// The name by which the client found the server of a flow.
  private func resolvedName(of flow: FlowContext, at place: PacketPlace) -> String? {
    names.name(of: flow.server.address, for: flow.client.address, at: place.timestamp)?.name
  }

  /// Whether a request's destination was found by a name, rather than known by its address alone.
  private func isNamed(
    _ request: HTTPRequest, _ known: HostMemory.Entry?, on flow: FlowContext, at place: PacketPlace
  ) -> Bool {
    guard let host = request.host else { return resolvedName(of: flow, at: place) != nil }
    guard known?.isAddress == true, let address = IPAddress(host) else { return true }
    return names.name(of: address, for: flow.client.address, at: place.timestamp) != nil
  }

  /// For coverage: the flow goes to the provider, if any, that `host` belongs to.
  private mutating func attribute(_ flow: FlowContext, named host: String?) {
    guard let host, let provider = judge.knowledge(of: host).provider else { return }
    tally.attribute(flow, to: provider.id)
  }
}
