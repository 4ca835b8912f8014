import Alerts
import Observations
import Signatures
import Wire

/// One contact of a client with a host, as the detectors of destinations see it.
struct Contact {
  let place: PacketPlace
  let flow: FlowContext
  /// Where it goes, by the best name there is.
  var destination: Destination
  /// What is known of that host; `nil` for an address without a name.
  let known: HostMemory.Entry?
  var transport: TransportSecurity
  var request: HTTPRequest?
  var hello: TLSHello?
  var message: DNSMessage?

  /// One line for people: what the client did.
  var trace: String {
    if let request { return "\(request.method) \(request.target)" }
    if let message { return "DNS \(message.isResponse ? "answer for" : "query") \(destination.host)" }
    return hello == nil ? "connection to \(destination.host)" : "TLS to \(destination.host)"
  }

  /// An alert about this contact.
  func alert(
    _ detector: DetectorID, _ severity: Severity, _ message: String, category: String?, evidence: String,
    attack: [String], advice: String
  ) -> Alert {
    var destination = destination
    destination.category = category
    return Alert(
      place: place, flow: flow, detector: detector, severity: severity, message: message, destination: destination,
      transport: transport, evidence: evidence, attack: attack, advice: advice, http: request, tls: hello,
      dns: self.message)
  }
}

extension IPAddress {
  /// Whether the address is one of the internet at large. Those set aside for documentation count: they stand for it,
  /// and no network uses them.
  var isForeign: Bool { isPubliclyRoutable || Network.documentation.contains { $0.contains(self) } }
}

extension Network {
  /// RFC 5737 and RFC 3849.
  fileprivate static let documentation: [Network] = [
    "192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24", "2001:db8::/32",
  ].compactMap(Network.init)
}
