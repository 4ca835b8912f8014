import Alerts
import Observations
import Signatures
import Wire

/// The detectors that look at where traffic goes, and the rule between them: one contact gives one alert, that of the
/// most severe that applies.
///
/// Known-bad destinations come before all of these and are judged elsewhere; then come imitations, drop boxes and bare
/// addresses. What a request gives is held until the request is over, for a key in it says more: `PendingContacts`.
struct DestinationDetectors {
  private let judge: DestinationJudge
  private let lookalikes: LookalikeDetector
  private let sinks: ExfilSinkDetector
  private var directIPs: DirectIPDetector
  private var metadata: CloudMetadataDetector
  private var uploads: UploadAnomalyDetector
  private var beacons: BeaconDetector
  private var tunnels: DNSExfiltrationDetector
  private var pending = PendingContacts()
  /// The host that an alert told of, by the flow that contacted it.
  private var told = RecencyTable<UInt64, String>(limit: 4_096)
  /// Questions that an alert told of, until they are answered.
  private var asked = RecencyTable<UInt64, UInt16>(limit: 1_024)

  init(settings: DestinationSettings, judge: DestinationJudge) {
    self.judge = judge
    lookalikes = LookalikeDetector(settings: settings.lookalike)
    sinks = ExfilSinkDetector(settings: settings.exfilSink)
    directIPs = DirectIPDetector(settings: settings.directIP, judge: judge)
    metadata = CloudMetadataDetector(settings: settings.cloudMetadata)
    uploads = UploadAnomalyDetector(settings: settings.uploadAnomaly, judge: judge)
    beacons = BeaconDetector(settings: settings.beacon, judge: judge)
    tunnels = DNSExfiltrationDetector(settings: settings.dnsExfiltration)
  }

  /// Entries forgotten to make room, by the name of the table.
  var evictionCounts: [(name: String, count: UInt64)] {
    [
      ("direct_ip", directIPs.evictionCount), ("cloud_metadata", metadata.evictionCount),
      ("upload_anomaly", uploads.evictionCount), ("beacon", beacons.evictionCount),
      ("dns_exfiltration", tunnels.evictionCount),
    ]
  }

  // MARK: Contacts

  /// - Parameters:
  ///   - known: what is known of the request's host.
  ///   - notes: what flows said of themselves.
  ///   - isTold: whether an indicator told of this contact.
  ///   - isNamed: whether the client found the address that the request goes to by a name.
  mutating func request(
    _ request: HTTPRequest, to known: HostMemory.Entry?, notes: FlowNotes, on flow: FlowContext,
    at place: PacketPlace, isTold: Bool, isNamed: Bool
  ) -> [Alert] {
    let isMetadata = metadata.concerns(flow, isNamed: known?.isMetadata == true)
    var (isContact, address) = (false, nil as IPAddress?)
    if !isMetadata {
      if let known, let host = request.host {
        uploads.contact(host, known, at: place.timestamp)
        isContact = beacons.concerns(known, flow, at: place.timestamp)
      }
      if !isNamed { address = directIPs.address(of: request, on: flow) }
      // The usual request goes to a host that is nothing of these.
      guard isContact || address != nil || known?.isRemarkable == true else { return [] }
    }
    let note = notes[flow]
    let contact = Contact(
      place: place, flow: flow, destination: judge.destination(of: flow, request: request, note: note), known: known,
      transport: note.serverName == nil ? .plain : .tlsDecrypted, request: request)
    if isMetadata { return metadata.contact(contact).map { [$0] } ?? [] }
    var alerts: [Alert] = []
    if isContact, let beacon = beacons.contact(contact) { alerts.append(beacon) }
    if isTold { return alerts }
    // Without a host, the name of the hello or of the tunnel before it is the request's.
    if request.host == nil, contact.destination.source != .ip { address = nil }
    return alerts + judged(contact, address)
  }

  /// What the host of a request is: the most severe that applies.
  private mutating func judged(_ contact: Contact, _ address: IPAddress?) -> [Alert] {
    let alert =
      lookalikes.contact(contact) ?? sinks.contact(contact) ?? address.flatMap { directIPs.contact(contact, $0) }
    return alert.map { tell($0, contact) } ?? []
  }

  /// A connection that names its host: by TLS, QUIC or SOCKS, or whose address was found by that name.
  mutating func connection(
    to destination: Destination, hello: TLSHello? = nil, _ transport: TransportSecurity, on flow: FlowContext,
    at place: PacketPlace, isTold: Bool
  ) -> [Alert] {
    let known = judge.knowledge(of: destination.host)
    uploads.contact(destination.host, known, at: place.timestamp)
    let contact = Contact(
      place: place, flow: flow, destination: destination, known: known, transport: transport, hello: hello)
    var alerts: [Alert] = []
    if beacons.concerns(known, flow, at: place.timestamp), let beacon = beacons.contact(contact) {
      alerts.append(beacon)
    }
    guard !isTold, known.indicator == nil, let alert = lookalikes.contact(contact) ?? sinks.contact(contact) else {
      return alerts
    }
    return alerts + tell(alert, contact)
  }

  /// Tells each host once for each flow; the request says more of a contact than the hello before it. What the owner
  /// declared is no stranger.
  private mutating func tell(_ alert: Alert, _ contact: Contact) -> [Alert] {
    let host = contact.destination.host
    guard !judge.isAnyGateway(host) else { return [] }
    let isNew = told.use(contact.flow.id, else: "") { last in
      defer { last = host }
      return last != host
    }
    guard !isNew else { return pending.hold(alert, at: contact.place.timestamp) }
    if contact.request != nil { pending.replaceHello(by: alert) }
    return []
  }

  // MARK: Names

  mutating func message(_ message: DNSMessage, on flow: FlowContext, at place: PacketPlace, isTold: Bool) -> [Alert] {
    var alerts: [Alert] = []
    for query in message.queries {
      if tunnels.isEnabled, let payload = DNSExfiltrationDetector.payload(of: query.name) {
        let host = payload.domain ?? flow.server.address.description
        let contact = contact(message, host, on: flow, at: place)
        if contact.known?.spares.contains(.dns) != true, let alert = tunnels.question(contact, payload, query.type) {
          alerts.append(alert)
        }
      }
      guard !isTold, judge.knowledge(of: query.name.lowercased()).isRemarkable else { continue }
      if let alert = judged(query.name.lowercased(), message, on: flow, at: place) { alerts.append(alert) }
    }
    return alerts
  }

  private mutating func judged(
    _ name: String, _ message: DNSMessage, on flow: FlowContext, at place: PacketPlace
  ) -> Alert? {
    var contact = contact(message, name, on: flow, at: place)
    if lookalikes.isFound(message), let alert = lookalikes.contact(contact) { return alert }
    guard contact.known?.lookalike == nil, isAskedAnew(message, flow) else { return nil }
    // The labels before the domain are data, and new ones each time.
    contact.destination.host = RegisteredDomain(name)?.name ?? name
    return sinks.contact(contact)
  }

  /// A response repeats its question, which was told when it was asked.
  private mutating func isAskedAnew(_ message: DNSMessage, _ flow: FlowContext) -> Bool {
    if message.isResponse { return asked.peek(flow.id) != message.id }
    asked.use(flow.id, else: message.id) { $0 = message.id }
    return true
  }

  private func contact(
    _ message: DNSMessage, _ host: String, on flow: FlowContext, at place: PacketPlace
  ) -> Contact {
    Contact(
      place: place, flow: flow, destination: Destination(host: host, source: .dns), known: judge.knowledge(of: host),
      transport: .dns, message: message)
  }

  // MARK: Ends

  mutating func transactionEnded(_ request: HTTPRequest?, on flow: FlowContext) -> [Alert] {
    request == nil ? [] : pending.release(request, on: flow)
  }

  /// A key went out on `flow`: its alert stands for the contact.
  mutating func keyTold(_ request: HTTPRequest?, on flow: FlowContext) { pending.drop(request, on: flow) }

  /// Whether a flow that is over sent so much that it matters where to.
  func isUpload(_ summary: FlowSummary, on flow: FlowContext) -> Bool {
    sinks.concerns(summary) || uploads.concerns(flow, summary)
  }

  /// - Parameter upload: where the flow went, where it was an upload.
  mutating func closed(
    _ summary: FlowSummary, on flow: FlowContext, at place: PacketPlace, upload destination: Destination?
  ) -> [Alert] {
    var alerts = pending.release(nil, on: flow)
    let toldHost = told.isEmpty ? nil : told.remove(flow.id)
    // A host that was told of was told of by something more severe.
    guard let destination, destination.host != toldHost else { return alerts }
    let known = judge.knowledge(of: destination.host)
    let contact = Contact(
      place: place, flow: flow, destination: destination, known: known, transport: flow.appProtocol.transport)
    guard known.indicator == nil else { return alerts }
    if let alert = sinks.closed(contact, summary) {
      alerts.append(alert)
    } else if uploads.concerns(flow, summary), let alert = uploads.closed(contact, summary) {
      alerts.append(alert)
    }
    return alerts
  }

  // MARK: Time

  /// Goes on with what `predecessor` had in hand when settings changed.
  mutating func carryOn(_ predecessor: DestinationDetectors) {
    (pending, told, asked) = (predecessor.pending, predecessor.told, predecessor.asked)
  }

  mutating func expire(at now: Int64) -> [Alert] { pending.expire(at: now) }
  mutating func finish() -> [Alert] { pending.finish() }
}

extension AppProtocol {
  /// How the bytes of a flow were protected, as far as its protocol tells.
  fileprivate var transport: TransportSecurity {
    switch self {
    case .tls: .tls
    case .quic: .quic
    case .dns: .dns
    default: .plain
    }
  }
}
