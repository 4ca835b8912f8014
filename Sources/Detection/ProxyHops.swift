import DequeModule
import Observations
import Signatures
import Wire

/// Joins what goes into a proxy on this host, or on one of ours, to the flow by which it leaves.
///
/// A request, CONNECT or SOCKS request to the proxy names a host: the first hop. A flow from the proxy's address (from
/// any address, where the proxy is on loopback) that names the same host within `window`, or that carries the same key
/// and names none, is its onward flow. Time is the capture's; the newest hop that fits is the one.
struct ProxyHops {
  /// What went into a proxy.
  struct Hop: Equatable {
    let flow: UInt64
    let proxy: Endpoint
    let host: String
    /// What named the host: a tunnel's kind, or `nil` for a request.
    let tunnel: TunnelOrigin.Kind?
    let time: Int64
    /// Fingerprints of keys seen on this hop.
    var fingerprints: [String] = []
  }

  /// Proxies connect onward at once, and clients wait for that; name look-ups and retries take a few seconds.
  static let window: Int64 = 5_000_000_000
  /// Hops remembered; beyond it the oldest is forgotten. A busy proxy opens some hundreds a second.
  static let hopLimit = 1_024
  /// Keys remembered for a hop; a client of a proxy uses one, a test of many keys has the first few.
  static let fingerprintLimit = 8
  /// Onward flows remembered until they close; beyond it new ones are not joined.
  static let linkLimit = 4_096

  private let homeNetworks: [Network]
  /// Oldest first.
  private var hops = Deque<Hop>()
  private var links: [UInt64: Hop] = [:]

  init(homeNetworks: [Network]) { self.homeNetworks = homeNetworks }

  /// A request head: it may be a first hop's, or name an onward flow.
  mutating func request(_ request: HTTPRequest, on flow: FlowContext, at time: Int64) {
    guard let host = request.host else { return }
    join(host, flow, time)
    guard isProxy(flow.server.address), request.isForProxy || namesAnother(host, than: flow) else { return }
    remember(host, nil, flow, time)
  }

  mutating func hello(_ hello: TLSHello, on flow: FlowContext, at time: Int64) {
    guard !hops.isEmpty, let name = hello.serverName else { return }
    join(name, flow, time)
  }

  mutating func tunnel(_ origin: TunnelOrigin, on flow: FlowContext, at time: Int64) {
    guard let host = origin.host, origin.kind != .proxyProtocol, origin.kind != .upgrade else { return }
    join(host, flow, time)
    guard isProxy(flow.server.address) else { return }
    remember(host, origin.kind, flow, time)
  }

  /// The hop before this flow, if there is one: by name, or else, where `isNamed` is false, because the same key was
  /// seen there. The key is remembered for the flow's own hop.
  mutating func credential(
    _ fingerprint: String, on flow: FlowContext, isNamed: Bool, at time: Int64
  ) -> Hop? {
    forgetOld(time)
    for index in hops.indices where hops[index].flow == flow.id {
      let known = hops[index].fingerprints
      if known.count < Self.fingerprintLimit, !known.contains(fingerprint) {
        hops[index].fingerprints.append(fingerprint)
      }
    }
    if let link = links[flow.id] { return link }
    guard !isNamed else { return nil }
    let before = hops.last { leads($0, to: flow) && $0.fingerprints.contains(fingerprint) }
    if let before { link(flow, to: before) }
    return before
  }

  mutating func closed(_ flow: FlowContext) {
    if !links.isEmpty { links[flow.id] = nil }
  }

  // MARK: Parts

  private mutating func join(_ host: String, _ flow: FlowContext, _ time: Int64) {
    guard !hops.isEmpty else { return }
    forgetOld(time)
    if let before = hops.last(where: { $0.host == host && leads($0, to: flow) }) { link(flow, to: before) }
  }

  private mutating func link(_ flow: FlowContext, to hop: Hop) {
    guard links[flow.id] != nil || links.count < Self.linkLimit else { return }
    links[flow.id] = hop
  }

  private mutating func remember(_ host: String, _ tunnel: TunnelOrigin.Kind?, _ flow: FlowContext, _ time: Int64) {
    forgetOld(time)
    // A request inside a tunnel on the same flow names the host again: keys stay with the first naming.
    if let known = hops.lastIndex(where: { $0.flow == flow.id && $0.host == host }) {
      let renewed = Hop(
        flow: flow.id, proxy: flow.server, host: host, tunnel: hops[known].tunnel ?? tunnel, time: time,
        fingerprints: hops[known].fingerprints)
      hops.remove(at: known)
      hops.append(renewed)
      return
    }
    if hops.count >= Self.hopLimit { hops.removeFirst() }
    hops.append(Hop(flow: flow.id, proxy: flow.server, host: host, tunnel: tunnel, time: time))
  }

  private mutating func forgetOld(_ now: Int64) {
    while let oldest = hops.first, now &- oldest.time > Self.window { hops.removeFirst() }
  }

  private func leads(_ hop: Hop, to flow: FlowContext) -> Bool {
    guard hop.flow != flow.id, hop.proxy != flow.server else { return false }
    return hop.proxy.address.isLoopback || hop.proxy.address == flow.client.address
  }

  private func isProxy(_ address: IPAddress) -> Bool {
    address.isLoopback || homeNetworks.contains { $0.contains(address) }
  }

  /// A local server that is asked for somebody else's host passes requests on.
  private func namesAnother(_ host: String, than flow: FlowContext) -> Bool {
    guard flow.server.address.isLoopback, host != "localhost", !host.hasSuffix(".localhost") else { return false }
    return IPAddress(host).map { !$0.isLoopback } ?? true
  }
}

extension HTTPRequest {
  /// Whether the target is in absolute or authority form, as only proxies get it: RFC 9112 sections 3.2.2 and 3.2.3.
  var isForProxy: Bool {
    method == "CONNECT" || target.utf8.starts(with: "http://".utf8) || target.utf8.starts(with: "https://".utf8)
  }
}
