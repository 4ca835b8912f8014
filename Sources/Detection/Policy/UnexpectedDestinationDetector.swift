import Alerts
import Observations
import Policies
import Signatures
import Wire

/// Raises `unexpected-destination`: a host outside the policy was contacted.
///
/// One alert for each client and host that the policy does not list; where it lists the host for other ports, or for
/// other programs, one for each port. What goes into a proxy on this machine and what comes out of it is one contact.
struct UnexpectedDestinationDetector {
  /// A contact that needs no second look.
  private struct Contact: Hashable {
    let client: IPAddress?
    let host: String
    let port: UInt16
    let address: IPAddress?
    let originator: Originator
  }

  private struct Told: Hashable {
    let client: IPAddress?
    let host: String
    /// `nil` for all ports.
    let port: UInt16?
    let originator: Originator
  }

  /// Contacts and alerts remembered, each; at the bound those met longest ago are forgotten, and told again.
  private static let rememberedLimit = 131_072

  private let index: DestinationIndex
  private var reader: VisitReader
  private var contacts = RecentSet<Contact>(limit: rememberedLimit)
  private var told = RecentSet<Told>(limit: rememberedLimit)
  private(set) var contactCount: UInt64 = 0
  private(set) var unexpectedCount: UInt64 = 0
  /// Contacts that each rule allowed, in the order of `DestinationIndex`.
  private(set) var useCounts: [UInt64]

  init(policy: Policy, homeNetworks: [Network]) {
    index = DestinationIndex(policy)
    useCounts = Array(repeating: 0, count: index.ruleCount)
    reader = VisitReader(homeNetworks: homeNetworks)
  }

  /// - Parameters:
  ///   - names: what DNS has answered so far.
  ///   - originator: who sent the traffic.
  mutating func observe(
    _ observation: Observation, names: borrowing NameMemory, originator: Originator = Originator()
  ) -> [Alert] {
    let visits = reader.visits(in: observation, names: names)
    return visits.isEmpty ? [] : visits.compactMap { judge($0, originator) }
  }

  /// Whether the policy has settled what a detector holds against a destination as such: because it allows the
  /// destination, or because an address that no name led to is outside it anyway, and told as that.
  ///
  /// Nothing settles what is said of keys, or of a destination of a known attack.
  func settles(_ alert: Alert) -> Bool {
    switch alert.detector {
    case .directIP: true
    case .lookalikeDestination, .exfilSink, .cloudMetadataAccess, .uploadAnomaly, .beacon: allows(alert)
    default: false
    }
  }

  private func allows(_ alert: Alert) -> Bool {
    let (destination, server) = (alert.destination, alert.flow.server)
    let verdict = index.verdict(
      host: destination.host, address: destination.port == nil ? server.address : nil,
      port: destination.port ?? server.port)
    if case .allowed = verdict { return true }
    return false
  }

  private mutating func judge(_ visit: Visit, _ originator: Originator) -> Alert? {
    contactCount &+= 1
    let client = visit.flow.client.address
    let contact = Contact(
      client: client, host: visit.host, port: visit.port, address: visit.address, originator: originator)
    guard contacts.insert(contact) else { return nil }
    let verdict = index.verdict(host: visit.host, address: visit.address, port: visit.port, originator: originator)
    if case .allowed(let rule) = verdict {
      useCounts[rule] &+= 1
      return nil
    }
    unexpectedCount &+= 1
    let isListed = verdict == .listedOtherwise
    let alert = Told(client: client, host: visit.host, port: isListed ? visit.port : nil, originator: originator)
    guard isNews(alert) else { return nil }
    return self.alert(visit, isListed: isListed)
  }

  private mutating func isNews(_ alert: Told) -> Bool {
    guard told.insert(alert) else { return false }
    // A proxy on this machine asks onward for what it was asked for on loopback.
    let ofThisMachine = Told(client: nil, host: alert.host, port: alert.port, originator: alert.originator)
    if alert.client?.isLoopback == true { return told.insert(ofThisMachine) }
    return !told.contains(ofThisMachine)
  }

  private func alert(_ visit: Visit, isListed: Bool) -> Alert {
    let why = isListed ? "which the policy allows, but not like this" : "which the policy does not list"
    return Alert(
      place: visit.place, flow: visit.flow, detector: .unexpectedDestination, severity: .medium,
      message: "\(visit.flow.client.address) contacted \(visit.authority), \(why)",
      destination: Destination(host: visit.host, source: visit.source), transport: visit.transport,
      evidence: "\(visit.trace) to \(visit.authority)", attack: ["T1071"],
      advice: "If it is wanted, add `- host: \(visit.host)` to the policy's destinations; else find the program.",
      http: visit.request, tls: visit.hello)
  }
}
