import Alerts
import Observations
import Signatures
import Wire

/// Tells from observations where flows go: once for each flow and name.
///
/// A flow is known by the host of its request, by SNI, by what a tunnel or proxy was asked for; one that names nothing
/// by the name that DNS gave its address, or else by the address. A proxy is a destination as well as what it is asked
/// for.
///
/// No destinations of this host are: what stays on this machine, flows that come in from outside the home networks,
/// multicast and broadcast, name look-ups to port 53 and their kin, NTP and DHCP, and connections never answered.
struct VisitReader {
  private struct Flow {
    /// The last visit told, so that a flow tells each only once.
    var host: String?
    var port: UInt16 = 0
    /// The name that told it, as the flow had it.
    var said: String?
    /// A tunnel leads on from the server.
    var isForwarded = false
    var tunnelPort: UInt16?
    /// The flow's server was told as a proxy.
    var isProxyTold = false
  }

  /// Flows remembered until they close: more than the sensor follows at once.
  private static let flowLimit = 262_144
  /// DNS, multicast DNS (RFC 6762), LLMNR (RFC 4795).
  private static let namePorts: Set<UInt16> = [53, 5_353, 5_355]
  /// DHCP (RFC 2131), NTP (RFC 5905), DHCPv6 (RFC 8415): machines of the network itself answer there.
  private static let infrastructurePorts: Set<UInt16> = [67, 68, 123, 546, 547]

  private let homeNetworks: [Network]
  private var flows: [UInt64: Flow] = [:]

  init(homeNetworks: [Network]) { self.homeNetworks = homeNetworks }

  /// - Parameter names: what DNS has answered so far.
  mutating func visits(in observation: Observation, names: borrowing NameMemory) -> [Visit] {
    let (flow, place) = (observation.flow, observation.place)
    switch observation.fact {
    case .request(let request):
      guard leads(flow) else { return [] }
      return self.request(request, Telling(flow, place, names))
    case .tlsHello(let hello):
      guard leads(flow) else { return [] }
      return self.hello(hello, Telling(flow, place, names, "TLS", .tls))
    case .quicHello(let quic):
      guard leads(flow) else { return [] }
      return self.hello(quic.hello, Telling(flow, place, names, "QUIC", .quic))
    case .tunnelOpened(let origin):
      guard leads(flow) else { return [] }
      return tunnel(origin, Telling(flow, place, names, origin.kind.rawValue.uppercased()))
    case .recognised(.unknown), .recognised(.dns):
      guard leads(flow) else { return [] }
      return nameless(Telling(flow, place, names))
    case .flowClosed(let summary):
      defer { if !flows.isEmpty { flows[flow.id] = nil } }
      guard summary.wasEstablished, leads(flow) else { return [] }
      return closed(Telling(flow, place, names))
    case .flowOpened, .recognised, .transaction, .tlsHandshake, .encryption, .dns, .credential, .bearer, .values,
      .dropped, .gap:
      return []
    }
  }

  // MARK: Which flows

  /// Whether the flow goes from here to one other host.
  private func leads(_ flow: FlowContext) -> Bool {
    let server = flow.server.address
    guard !server.isMulticast, !server.isUnspecified, server != IPAddress(ipv4: .max) else { return false }
    let isAtHome = isHome(server)
    if flow.transport == .udp {
      if Self.infrastructurePorts.contains(flow.server.port) { return false }
      // How wide a network is nobody says: the last address of most is a broadcast (RFC 919 section 7).
      if isAtHome, server.isIPv4, server.ipv4Bits & 0xFF == 0xFF { return false }
    }
    return !isAtHome || isHome(flow.client.address)
  }

  private func isHome(_ address: IPAddress) -> Bool {
    address.isLoopback || homeNetworks.contains { $0.contains(address) }
  }

  /// Where there is no way on from the server, the flow ends on this machine.
  private func staysHere(_ flow: FlowContext) -> Bool {
    flow.server.address.isLoopback || flow.server.address == flow.client.address
  }

  // MARK: What they say

  private mutating func request(_ request: HTTPRequest, _ telling: borrowing Telling) -> [Visit] {
    let told = telling.by("HTTP \(request.method)", request)
    if request.isForProxy {
      let usual: UInt16 = request.target.utf8.starts(with: "http://".utf8) ? 80 : 443
      return proxied(request.host, request.port ?? usual, .httpHost, told)
    }
    if let state = flows[telling.flow.id], state.isForwarded {
      return forwarded(request.host, state.tunnelPort ?? request.port ?? telling.flow.server.port, .httpHost, told)
    }
    return direct(request.host, .httpHost, told)
  }

  private mutating func hello(_ hello: TLSHello, _ telling: borrowing Telling) -> [Visit] {
    let told = telling.by(hello)
    guard let state = flows[telling.flow.id], state.isForwarded else { return direct(hello.serverName, .sni, told) }
    return forwarded(hello.serverName, state.tunnelPort ?? telling.flow.server.port, .sni, told)
  }

  /// The PROXY protocol and upgrades do not change where a flow goes.
  private mutating func tunnel(_ origin: TunnelOrigin, _ telling: borrowing Telling) -> [Visit] {
    let source: Destination.HostSource
    switch origin.kind {
    case .upgrade, .proxyProtocol: return []
    case .connect: source = .httpHost
    case .socks4, .socks5: source = .dns
    }
    let visits = proxied(origin.host, origin.port ?? telling.flow.server.port, source, telling)
    remember(telling.flow) { ($0.isForwarded, $0.tunnelPort) = (true, origin.port) }
    return visits
  }

  /// The flow speaks what names no destination.
  private mutating func nameless(_ telling: borrowing Telling) -> [Visit] {
    guard flows[telling.flow.id] == nil, !isNameLookUp(telling.flow) else { return [] }
    return direct(nil, .ip, telling)
  }

  private mutating func closed(_ telling: borrowing Telling) -> [Visit] {
    // Of TLS that was under way before the capture began, only DNS may know more than everyone's first minute shows.
    guard telling.flow.appProtocol != .tls || telling.resolvedName != nil else { return [] }
    return nameless(telling)
  }

  private func isNameLookUp(_ flow: FlowContext) -> Bool {
    flow.appProtocol == .dns && Self.namePorts.contains(flow.server.port)
  }

  // MARK: Visits

  /// The flow ends at its server. An address as a name is the client's word only: the flow's own counts.
  private mutating func direct(
    _ name: String?, _ source: Destination.HostSource, _ telling: borrowing Telling
  ) -> [Visit] {
    let flow = telling.flow
    guard !staysHere(flow), !hasSaid(name, flow.server.port, flow) else { return [] }
    let said = name.flatMap(Visit.name).flatMap { IPAddress($0) == nil ? (host: $0, source: source) : nil }
    let known = said ?? telling.bestName
    return visit(known.host, known.source, flow.server.address, flow.server.port, name, telling)
  }

  /// A proxy is asked to go on to `name`.
  private mutating func proxied(
    _ name: String?, _ port: UInt16, _ source: Destination.HostSource, _ telling: borrowing Telling
  ) -> [Visit] {
    let ahead = forwarded(name, port, source, telling)
    guard !staysHere(telling.flow), flows[telling.flow.id]?.isProxyTold != true else { return ahead }
    remember(telling.flow) { $0.isProxyTold = true }
    let proxy = telling.bestName
    return [telling.visit(proxy.host, proxy.source, telling.flow.server.address, telling.flow.server.port)] + ahead
  }

  private mutating func forwarded(
    _ name: String?, _ port: UInt16, _ source: Destination.HostSource, _ telling: borrowing Telling
  ) -> [Visit] {
    guard !hasSaid(name, port, telling.flow), let host = name.flatMap(Visit.name), host != "localhost" else {
      return []
    }
    let address = IPAddress(host)
    guard address?.isLoopback != true else { return [] }
    return visit(host, address == nil ? source : .ip, address, port, name, telling)
  }

  /// Most requests say what the one before said.
  private func hasSaid(_ name: String?, _ port: UInt16, _ flow: FlowContext) -> Bool {
    guard let name, let last = flows[flow.id] else { return false }
    return last.said == name && last.port == port
  }

  private mutating func visit(
    _ host: String, _ source: Destination.HostSource, _ address: IPAddress?, _ port: UInt16, _ said: String?,
    _ telling: borrowing Telling
  ) -> [Visit] {
    if let last = flows[telling.flow.id], last.host == host, last.port == port { return [] }
    remember(telling.flow) { ($0.host, $0.port, $0.said) = (host, port, said) }
    return [telling.visit(host, source, address, port)]
  }

  private mutating func remember(_ flow: FlowContext, _ change: (inout Flow) -> Void) {
    guard flows[flow.id] != nil || flows.count < Self.flowLimit else { return }
    change(&flows[flow.id, default: Flow()])
  }
}

/// What one observation brings along for any visit that it tells of.
private struct Telling {
  let flow: FlowContext
  let place: PacketPlace
  private let names: NameMemory
  private var trace: String
  private var transport: TransportSecurity
  private var request: HTTPRequest?
  private var hello: TLSHello?

  init(
    _ flow: FlowContext, _ place: PacketPlace, _ names: borrowing NameMemory, _ trace: String? = nil,
    _ transport: TransportSecurity = .plain
  ) {
    (self.flow, self.place, self.names) = (flow, place, copy names)
    let isDatagrams = flow.transport == .udp
    self.trace = trace ?? (isDatagrams ? "UDP" : "TCP")
    self.transport = isDatagrams && transport == .plain ? .udp : transport
  }

  /// The name by which the client found the flow's server.
  var resolvedName: String? {
    names.name(of: flow.server.address, for: flow.client.address, at: place.timestamp).flatMap { Visit.name($0.name) }
  }

  var bestName: (host: String, source: Destination.HostSource) {
    if let resolvedName { return (resolvedName, .dns) }
    return (flow.server.address.description, .ip)
  }

  func by(_ trace: String, _ request: HTTPRequest) -> Telling {
    var told = self
    (told.trace, told.request) = (trace, request)
    return told
  }

  func by(_ hello: TLSHello) -> Telling {
    var told = self
    told.hello = hello
    return told
  }

  func visit(_ host: String, _ source: Destination.HostSource, _ address: IPAddress?, _ port: UInt16) -> Visit {
    Visit(
      place: place, flow: flow, host: host, source: source, address: address, port: port, trace: trace,
      transport: transport, request: request, hello: hello)
  }
}
