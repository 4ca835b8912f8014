import Alerts
import Observations
import Signatures
import Wire

/// Knows where traffic went, and who may receive what there.
struct DestinationJudge {
  let catalogue: Catalogue
  private let gateways: [Gateway]
  private let homeNetworks: [Network]
  private let hosts: HostMemory

  init(
    catalogue: Catalogue, indicators: IndicatorIndex, gateways: [Gateway],
    homeNetworks: [Network] = Network.privateNetworks
  ) {
    (self.catalogue, self.gateways, self.homeNetworks) = (catalogue, gateways, homeNetworks)
    hosts = HostMemory(catalogue: catalogue, indicators: indicators)
  }

  /// What the catalogue says of a host.
  func knowledge(of host: String) -> HostMemory.Entry { hosts.entry(for: host) }

  /// The destination of a flow, by the best name there is: the request's host, then SNI, then what a tunnel on this
  /// flow or on the hop before it named, then the name by which the client found the address, then the address.
  func destination(
    of flow: FlowContext, request: HTTPRequest?, note: FlowNotes.Note = .init(), hop: ProxyHops.Hop? = nil,
    resolvedName: String? = nil
  ) -> Destination {
    var destination = host(of: flow, request: request, note: note, hop: hop, resolvedName: resolvedName)
    if let request, request.isForProxy {
      destination.port = request.port ?? Self.defaultPort
    } else if let tunnel = note.tunnel, tunnel.host != nil {
      destination.port = tunnel.port
    }
    return destination
  }

  /// Of an absolute-form target, whose scheme is http: RFC 9110 section 4.2.1.
  private static let defaultPort: UInt16 = 80

  private func host(
    of flow: FlowContext, request: HTTPRequest?, note: FlowNotes.Note, hop: ProxyHops.Hop?, resolvedName: String?
  ) -> Destination {
    if let host = request?.host { return named(host, .httpHost) }
    if let serverName = note.serverName { return Destination(host: serverName, source: .sni) }
    if let tunnel = note.tunnel, let host = tunnel.host { return named(host, tunnel.kind.hostSource) }
    if let hop { return named(hop.host, hop.tunnel?.hostSource ?? .httpHost) }
    if let resolvedName { return Destination(host: resolvedName, source: .dns) }
    return Destination(host: flow.server.address.description, source: .ip)
  }

  private func named(_ host: String, _ source: Destination.HostSource) -> Destination {
    Destination(host: host, source: IPAddress(host) == nil ? source : .ip)
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

  /// Whether `host` is declared as a relay, for whatever keys.
  func isAnyGateway(_ host: String) -> Bool { gateways.contains { $0.host.matches(host) } }

  func isHome(_ address: IPAddress) -> Bool { homeNetworks.contains { $0.contains(address) } }

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

/// Remembers what the catalogue says of a host: most requests go where others went before.
final class HostMemory {
  final class Entry {
    /// The first provider whose models the host serves.
    let provider: Provider?
    /// Whether the host is any provider's, for models or else.
    let isProviders: Bool
    /// The indicator that names the host, or the address that it is.
    let indicator: Indicator?
    let lookalike: Lookalike?
    let sink: Sink?
    /// Checks that the host is too well known for.
    let spares: Set<FamiliarHosts.Check>
    /// Whether the host is a cloud's metadata service.
    let isMetadata: Bool
    let isAddress: Bool
    /// Whether a rhythm of contacts is nothing odd.
    let isPolled: Bool
    /// Whether the time of the first contact is remembered.
    var isSeen = false
    /// The newest request or connection, and who made it.
    var lastClient: IPAddress?
    var lastContact = Int64.min

    /// Whether a contact alone may be worth an alert.
    var isRemarkable: Bool { lookalike != nil || sink != nil }

    /// What an alert's destination says of the host.
    var category: String? {
      if indicator != nil { return "indicator" }
      if lookalike != nil { return "lookalike" }
      return sink == nil ? nil : "exfil-sink"
    }

    fileprivate init(_ host: String, _ catalogue: Catalogue, _ indicators: IndicatorIndex, _ names: LookalikeIndex) {
      let address = IPAddress(host)
      provider = catalogue.providers(servingModelsAt: host).first
      isProviders = provider != nil || !catalogue.providers(forHost: host).isEmpty
      indicator = indicators.indicator(host: host) ?? address.flatMap { indicators.indicator(address: $0) }
      sink = catalogue.sink(forHost: host)
      spares = catalogue.familiarChecks(forHost: host)
      isMetadata = MetadataHosts.contains(host)
      isAddress = address != nil
      isPolled = isProviders || spares.contains(.beacon)
      let isJudged = address == nil && !isProviders && indicator == nil && !spares.contains(.lookalike)
      lookalike = isJudged ? names.lookalike(host.lowercased().trimming(".")) : nil
    }
  }

  /// Hosts remembered; at the bound all are forgotten, for peers choose the names.
  private static let limit = 8_192

  private let catalogue: Catalogue
  private let indicators: IndicatorIndex
  private let names: LookalikeIndex
  private var entries: [String: Entry] = [:]

  init(catalogue: Catalogue, indicators: IndicatorIndex) {
    (self.catalogue, self.indicators) = (catalogue, indicators)
    names = LookalikeIndex(catalogue)
  }

  func entry(for host: String) -> Entry {
    if let known = entries[host] { return known }
    if entries.count >= Self.limit { entries.removeAll(keepingCapacity: true) }
    let entry = Entry(host, catalogue, indicators, names)
    entries[host] = entry
    return entry
  }
}

extension String {
  /// Without one trailing dot.
  fileprivate func trimming(_ dot: Character) -> String { last == dot ? String(dropLast()) : self }
}

extension TunnelOrigin.Kind {
  /// A SOCKS proxy looks the name up; CONNECT names an authority, and so does the PROXY protocol, where it is the SNI.
  fileprivate var hostSource: Destination.HostSource {
    switch self {
    case .socks4, .socks5: .dns
    case .connect, .upgrade: .httpHost
    case .proxyProtocol: .sni
    }
  }
}
