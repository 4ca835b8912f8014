import Alerts
import Observations
import Signatures
import Wire

/// Knows where traffic went, and who may receive what there.
struct DestinationJudge: Sendable {
  let catalogue: Catalogue
  let gateways: [Gateway]

  /// The destination of a flow, by the best name there is: the request's host, then SNI, then the address.
  func destination(of flow: FlowContext, request: HTTPRequest?, serverName: String?) -> Destination {
    if let host = request?.host {
      return Destination(host: host, source: IPAddress(host) == nil ? .httpHost : .ip)
    }
    if let serverName { return Destination(host: serverName, source: .sni) }
    return Destination(host: flow.server.address.description, source: .ip)
  }

  /// Whether a key stays on this machine: the name, or where there is none the address, is loopback's.
  ///
  /// A flow over loopback to a host of another name is judged by that name: it is a proxy's first hop.
  func isLoopback(_ destination: Destination, _ flow: FlowContext) -> Bool {
    if let address = IPAddress(destination.host) { return address.isLoopback }
    if destination.host == "localhost" || destination.host.hasSuffix(".localhost") { return true }
    return false
  }

  /// The issuer that `host` belongs to, where it is one of `issuers`.
  func owner(of host: String, among issuers: [String]) -> Provider? {
    catalogue.providers(forHost: host).first { issuers.contains($0.id) }
  }

  func isGateway(_ host: String, for issuers: [String]) -> Bool {
    gateways.contains { gateway in
      gateway.host.matches(host)
        && (gateway.providers.isEmpty || issuers.contains { gateway.providers.contains($0) })
    }
  }

  /// Hosts that keys of `issuers` are for, as patterns.
  func expectedHosts(_ issuers: [String]) -> [String] {
    var hosts: [String] = []
    for issuer in issuers {
      for host in catalogue.provider(issuer)?.hosts ?? [] where !hosts.contains(host.text) { hosts.append(host.text) }
    }
    return hosts
  }

  /// The provider's name where there is one issuer; otherwise what is known.
  func describe(_ issuers: [String]) -> String {
    switch issuers.count {
    case 0: "unattributed"
    case 1: catalogue.provider(issuers[0])?.name ?? issuers[0]
    default: "AI"
    }
  }
}
