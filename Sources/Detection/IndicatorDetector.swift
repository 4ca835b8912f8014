import Alerts
import Observations
import Signatures
import Wire

/// Raises `known-bad-destination`: a host, address, path or header of a known attack was contacted or sent.
///
/// An address is reported with the flow's first words, so that the alert can show the request; a flow that never
/// speaks is reported when it ends.
struct IndicatorDetector {
  private let index: IndicatorIndex
  private let judge: DestinationJudge
  /// Flows to a listed address that have not spoken yet, with the packet that opened them.
  private var silent: [UInt64: PacketPlace] = [:]
  /// Silent flows remembered; beyond it a contact is reported at once.
  private static let silentLimit = 16_384

  /// A listed name that was asked for and not answered yet.
  private struct Question: Hashable {
    let flow: UInt64
    let id: UInt16
    let name: String
  }
  private var asked: Set<Question> = []
  /// Questions remembered; at the bound all are forgotten, at worst for a repeat to be counted.
  private static let askedLimit = 4_096

  init(index: IndicatorIndex, judge: DestinationJudge) { (self.index, self.judge) = (index, judge) }

  mutating func flowOpened(_ flow: FlowContext, at place: PacketPlace) -> Alert? {
    guard let indicator = index.indicator(address: flow.server.address) else { return nil }
    guard silent.count < Self.silentLimit else {
      return alert(indicator, place, flow, "contacted \(flow.server.address)")
    }
    silent[flow.id] = place
    return nil
  }

  private mutating func noLongerSilent(_ flow: FlowContext) {
    if !silent.isEmpty { silent.removeValue(forKey: flow.id) }
  }

  /// The flow ended, or spoke what is not read: reports a contact that nothing else told of.
  mutating func silentContact(_ flow: FlowContext, at place: PacketPlace) -> Alert? {
    guard !silent.isEmpty, silent.removeValue(forKey: flow.id) != nil,
      let indicator = index.indicator(address: flow.server.address)
    else { return nil }
    return alert(indicator, place, flow, "contacted \(flow.server.address)")
  }

  /// - Parameter known: what the catalogue says of the request's host.
  mutating func request(
    _ request: HTTPRequest, to known: HostMemory.Entry?, on flow: FlowContext, at place: PacketPlace
  ) -> Alert? {
    noLongerSilent(flow)
    guard let (indicator, trace) = trace(of: request, known, flow) else { return nil }
    var alert = alert(indicator, place, flow, trace, request: request)
    alert.http = request
    return alert
  }

  /// The first listed trace of a request, from the most to the least telling.
  private func trace(
    of request: HTTPRequest, _ known: HostMemory.Entry?, _ flow: FlowContext
  ) -> (Indicator, String)? {
    // Most requests show none: text is made only where one does.
    func line() -> String { "\(request.method) \(request.target)" }
    for field in request.notedFields {
      if let indicator = index.indicator(field: field.name, value: field.value) {
        return (indicator, "\(line()), \(field.name): \(field.value)")
      }
    }
    if let host = request.host, let indicator = known?.indicator {
      return (indicator, "\(line()) to \(host)")
    }
    if let indicator = index.indicator(address: flow.server.address) {
      return (indicator, "\(line()) to \(flow.server.address)")
    }
    return index.indicator(target: request.target).map { ($0, line()) }
  }

  /// - Parameter resolvedName: by which the client found the address; of use where the hello names no server.
  mutating func hello(
    _ hello: TLSHello, resolvedName: String?, on flow: FlowContext, at place: PacketPlace
  ) -> Alert? {
    noLongerSilent(flow)
    let name = hello.serverName ?? resolvedName
    let byName = name.flatMap { name in
      judge.knowledge(of: name).indicator.map { ($0, "TLS to \(name)") }
    }
    let byAddress = index.indicator(address: flow.server.address).map { ($0, "TLS to \(flow.server.address)") }
    guard let (indicator, trace) = byName ?? byAddress else { return nil }
    var alert = alert(
      indicator, place, flow, trace, note: FlowNotes.Note(serverName: hello.serverName), resolvedName: resolvedName)
    alert.tls = hello
    alert.transport = .tls
    return alert
  }

  /// A listed host that a SOCKS client names; those of CONNECT are told with the request.
  mutating func tunnel(_ origin: TunnelOrigin, on flow: FlowContext, at place: PacketPlace) -> Alert? {
    guard origin.kind == .socks4 || origin.kind == .socks5, let host = origin.host,
      let indicator = judge.knowledge(of: host).indicator
    else { return nil }
    return alert(indicator, place, flow, "\(origin.kind.rawValue) to \(host)", note: FlowNotes.Note(tunnel: origin))
  }

  /// A listed host was asked for, is an alias, or the answer is a listed address.
  mutating func message(_ message: DNSMessage, on flow: FlowContext, at place: PacketPlace) -> [Alert] {
    var hosts: [String] = []
    for query in message.queries where isAskedAnew(query.name, message, flow) { hosts.append(query.name) }
    var found: [(Indicator, host: String, trace: String)] = []
    for record in message.answers {
      if case .name(let target) = record.data, record.type == .cname || record.type == .dname { hosts.append(target) }
      for address in record.addresses {
        guard let indicator = index.indicator(address: address) else { continue }
        found.append((indicator, message.subject ?? record.name, "\(record.name) is \(address)"))
      }
    }
    let named = hosts.compactMap { host in
      judge.knowledge(of: host.lowercased()).indicator.map {
        ($0, host: host, trace: "DNS \(message.isResponse ? "response" : "query") \(host)")
      }
    }
    return (named + found).map { alert($0.0, place, flow, message, host: $0.host.lowercased(), trace: $0.trace) }
  }

  /// A response repeats its question, which was judged when it was asked.
  private mutating func isAskedAnew(_ name: String, _ message: DNSMessage, _ flow: FlowContext) -> Bool {
    guard judge.knowledge(of: name.lowercased()).indicator != nil else { return false }
    let question = Question(flow: flow.id, id: message.id, name: name.lowercased())
    guard !message.isResponse else { return asked.remove(question) == nil }
    if asked.count >= Self.askedLimit { asked.removeAll(keepingCapacity: true) }
    asked.insert(question)
    return true
  }

  private func alert(
    _ indicator: Indicator, _ place: PacketPlace, _ flow: FlowContext, _ message: DNSMessage, host: String,
    trace: String
  ) -> Alert {
    Alert(
      place: place, flow: flow, detector: .knownBadDestination, severity: .critical,
      message: "\(host), a host of \(indicator.campaign), was resolved",
      destination: Destination(host: host, source: .dns, category: "indicator"), transport: .dns, evidence: trace,
      attack: ["T1071.004", "T1195.002"],
      advice: "Treat this machine as compromised: \(indicator.description)", dns: message)
  }

  private func alert(
    _ indicator: Indicator, _ place: PacketPlace, _ flow: FlowContext, _ trace: String, request: HTTPRequest? = nil,
    note: FlowNotes.Note = .init(), resolvedName: String? = nil
  ) -> Alert {
    var destination = judge.destination(of: flow, request: request, note: note, resolvedName: resolvedName)
    destination.category = "indicator"
    return Alert(
      place: place, flow: flow, detector: .knownBadDestination, severity: .critical,
      message: "Traffic of \(indicator.campaign) to \(destination.host)", destination: destination,
      transport: flow.transport == .udp ? .udp : .plain, evidence: trace, attack: ["T1567", "T1195.002"],
      advice: "Treat this machine as compromised: \(indicator.description)")
  }
}
