import Alerts
import Detection
import Observations
import Testing
import Wire

@Suite("Proxies: the destination that a tunnel names, and the flow by which it leaves")
struct ProxyHopTests {
  static let proxy = "127.0.0.1"

  static func flow(_ id: UInt64, from client: String, to server: String, port: UInt16) -> FlowContext {
    var flow = Scene.flow(to: server, port: port, from: client)
    flow.id = id
    return flow
  }

  /// Into the proxy on this host, and out of it.
  static let inward = flow(1, from: "127.0.0.1", to: proxy, port: 1080)
  static let onward = flow(2, from: "192.168.1.20", to: "198.51.100.9", port: 80)

  static func opened(_ kind: TunnelOrigin.Kind, _ host: String?, client: Endpoint? = nil) -> Fact {
    .tunnelOpened(TunnelOrigin(kind: kind, host: host, port: 80, client: client))
  }

  static func alerts(_ facts: [(Fact, FlowContext, Int64)]) -> [Alert] {
    var detection = Scene.detection()
    var alerts: [Alert] = []
    for (index, (fact, flow, seconds)) in facts.enumerated() {
      alerts += detection.observe(Scene.observation(fact, on: flow, at: seconds, packet: UInt64(index + 1)))
    }
    return alerts + detection.finish()
  }

  static let names: [(TunnelOrigin.Kind, Destination.HostSource)] = [
    (.socks5, .dns), (.socks4, .dns), (.connect, .httpHost), (.proxyProtocol, .sni),
  ]

  @Test("bytes of no known protocol are judged by the name of their tunnel", arguments: names.indices)
  func namesDestination(index: Int) throws {
    let (kind, source) = Self.names[index]
    let alert = try #require(
      Self.alerts([
        (Self.opened(kind, "collector.example"), Self.inward, 0),
        (Scene.sighting(to: nil, location: .stream), Self.inward, 0),
      ]).only)
    #expect(alert.detector == .keyExfiltration)
    #expect(alert.destination.host == "collector.example" && alert.destination.source == source)
  }

  @Test("an address named through SOCKS is an address; the provider's name makes it a plaintext key that leaves")
  func judgesNamed() throws {
    let address = try #require(
      Self.alerts([
        (Self.opened(.socks5, "203.0.113.9"), Self.inward, 0),
        (Scene.sighting(to: nil, location: .stream), Self.inward, 0),
      ]).only)
    #expect(address.destination.host == "203.0.113.9" && address.destination.source == .ip)
    let provider = try #require(
      Self.alerts([
        (Self.opened(.socks5, "api.anthropic.com"), Self.inward, 0),
        (Scene.sighting(to: nil, location: .stream), Self.inward, 0),
      ]).only)
    #expect(provider.detector == .plaintextKey && provider.severity == .high)
  }

  @Test("a request in absolute form to a proxy on this host does not stay here")
  func absoluteForm() throws {
    let request = Scene.request("api.anthropic.com", target: "http://api.anthropic.com/v1/messages")
    let alert = try #require(Self.alerts([(Scene.sighting(to: request), Self.inward, 0)]).only)
    #expect(alert.severity == .high)
  }

  @Test("a listed host named through SOCKS is a contact")
  func indicator() throws {
    let alert = try #require(Self.alerts([(Self.opened(.socks5, "drop.example"), Self.inward, 0)]).only)
    #expect(alert.detector == .knownBadDestination)
    #expect(alert.destination.host == "drop.example")
  }

  @Test("the client that the PROXY protocol tells of is named")
  func trueClient() throws {
    let client = Endpoint(IPAddress(ipv4: 0xC633_6407), port: 4_000)
    let alert = try #require(
      Self.alerts([
        (Self.opened(.proxyProtocol, nil, client: client), Self.onward, 0),
        (Scene.sighting(to: Scene.request("collector.example")), Self.onward, 0),
      ]).only)
    #expect(alert.evidence.hasSuffix("; for the client 198.51.100.7"))
  }

  /// What makes the first hop, with the key in it.
  private func firstHop(_ request: HTTPRequest) -> [(Fact, FlowContext, Int64)] {
    [(.request(request), Self.inward, 0), (Scene.sighting(to: request), Self.inward, 0)]
  }
  private let proxied = Scene.request("collector.example", target: "http://collector.example/x")

  @Test("the same key to the same host through both hops is told once")
  func toldOnce() {
    let onward = Scene.request("collector.example", target: "/x")
    let alerts = Self.alerts(
      firstHop(proxied) + [(.request(onward), Self.onward, 1), (Scene.sighting(to: onward), Self.onward, 1)])
    #expect(alerts.count == 2)
    #expect(alerts.first?.count == 1 && alerts.first?.destination.host == "collector.example")
    // The second is the summary of repeats, told when the run is over.
    #expect(alerts.last?.count == 1 && alerts.last?.message.contains("since the first alert") == true)
    #expect(alerts.last?.evidence.hasSuffix("; onward from flow 1 through the proxy at 127.0.0.1") == true)
  }

  @Test("bytes without a name are joined by the key they carry, and take the hop's name")
  func joinedByBytes() {
    let alerts = Self.alerts([
      (Self.opened(.socks5, "collector.example"), Self.inward, 0),
      (Scene.sighting(to: nil, location: .stream), Self.inward, 0),
      (Scene.sighting(to: nil, location: .stream), Self.onward, 1),
    ])
    #expect(alerts.count == 2)
    #expect(alerts.allSatisfy { $0.destination.host == "collector.example" && $0.destination.source == .dns })
    #expect(alerts.last?.evidence.contains("onward from flow 1") == true)
  }

  struct Stranger: CustomTestStringConvertible, Sendable {
    var testDescription: String
    var flow = onward
    var seconds: Int64 = 1
    var mark = "a"
    var proxy = inward
  }

  static let strangers = [
    Stranger(testDescription: "too late", seconds: 6),
    Stranger(testDescription: "another key", mark: "b"),
    Stranger(testDescription: "the same proxy again", flow: flow(3, from: "127.0.0.1", to: proxy, port: 1080)),
    Stranger(
      testDescription: "a proxy elsewhere, a flow that is not its",
      proxy: flow(4, from: "192.168.1.20", to: "192.168.1.2", port: 3128)),
    Stranger(
      testDescription: "a proxy that is none of ours", proxy: flow(5, from: "192.168.1.20", to: "203.0.113.1", port: 80)
    ),
  ]

  @Test("what does not fit is not joined", arguments: strangers)
  func notJoined(_ input: Stranger) {
    let alerts = Self.alerts([
      (Self.opened(.socks5, "collector.example"), input.proxy, 0),
      (Scene.sighting(to: nil, location: .stream), input.proxy, 0),
      (Scene.sighting(to: nil, location: .stream, mark: input.mark), input.flow, input.seconds),
    ])
    #expect(alerts.last?.destination.source == .ip)
    #expect(!alerts.contains { $0.evidence.contains("onward") })
  }

  @Test("a proxy on another host of ours is left from its own address")
  func otherHost() {
    let alerts = Self.alerts([
      (
        Self.opened(.connect, "collector.example"),
        Self.flow(6, from: "192.168.1.20", to: "192.168.1.2", port: 3128), 0
      ),
      (
        .tlsHello(TLSHello(serverName: "collector.example", alpn: [])),
        Self.flow(7, from: "192.168.1.2", to: "198.51.100.9", port: 443), 2
      ),
      (
        Scene.sighting(to: nil, location: .stream, transport: .tlsDecrypted),
        Self.flow(7, from: "192.168.1.2", to: "198.51.100.9", port: 443), 2
      ),
    ])
    #expect(alerts.only?.evidence.hasSuffix("; onward from flow 6 through the proxy at 192.168.1.2") == true)
  }

  @Test("hops are bounded: the oldest is forgotten")
  func bounded() {
    var facts: [(Fact, FlowContext, Int64)] = []
    for id in 0...1_024 as ClosedRange<UInt64> {
      let hop = Self.flow(100 + id, from: "127.0.0.1", to: Self.proxy, port: 3128)
      facts.append((Self.opened(.connect, "h\(id).example"), hop, 0))
    }
    let last = Scene.request("h1024.example")
    let first = Scene.request("h0.example")
    facts += [(.request(first), Self.onward, 1), (Scene.sighting(to: first), Self.onward, 1)]
    let other = Self.flow(3, from: "192.168.1.20", to: "198.51.100.10", port: 80)
    facts += [(.request(last), other, 1), (Scene.sighting(to: last), other, 1)]
    let alerts = Self.alerts(facts)
    #expect(alerts.map { $0.evidence.contains("onward") } == [false, true])
  }
}
