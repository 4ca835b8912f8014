import Alerts
import Observations
import Policies
import Signatures
import TestSupport
import Testing
import Wire

@testable import Detection

@Suite("Unexpected destinations")
struct UnexpectedDestinationTests {
  /// A policy whose destinations are `rules`, each in the file's own form.
  static func policy(_ rules: [String], _ rest: String = "") throws -> Policy {
    let list = rules.isEmpty ? "destinations: []" : "destinations:\n" + rules.map { "  - \($0)\n" }.joined()
    return try PolicyReader.read(text: "version: 1\n\(list)\n\(rest)", file: "policy.yaml")
  }

  /// Feeds one fact after the other, each on its flow.
  static func alerts(_ policy: Policy?, _ facts: [(Fact, FlowContext)], seconds: Int64 = 0) -> [Alert] {
    var detection = Scene.detection { $0.policy = policy }
    var alerts: [Alert] = []
    for (index, (fact, flow)) in facts.enumerated() {
      alerts += detection.observe(Scene.observation(fact, on: flow, at: seconds, packet: UInt64(index + 1)))
    }
    return alerts + detection.finish()
  }

  static func unexpected(_ rules: [String], _ facts: (Fact, FlowContext)...) throws -> [String] {
    alerts(try policy(rules), facts).filter { $0.detector == .unexpectedDestination }.map(\.evidence)
  }

  static func flow(
    _ id: UInt64 = 1, to server: String = "198.51.100.9", port: UInt16 = 443, from client: String = Scene.client,
    _ transport: IPProtocol = .tcp, speaking appProtocol: AppProtocol = .undetermined
  ) -> FlowContext {
    var flow = Scene.flow(to: server, port: port, from: client)
    (flow.id, flow.transport, flow.appProtocol) = (id, transport, appProtocol)
    return flow
  }

  static func hello(_ name: String?) -> Fact { .tlsHello(TLSHello(serverName: name, alpn: [])) }
  static func get(_ host: String?, target: String = "/") -> Fact {
    .request(HTTPRequest(method: "GET", target: target, version: "HTTP/1.1", host: host, port: nil))
  }
  static func closed(_ wasEstablished: Bool = true) -> Fact {
    var summary = FlowSummary()
    summary.wasEstablished = wasEstablished
    return .flowClosed(summary)
  }

  // MARK: What is told

  @Test("are told with all that a person needs")
  func tells() throws {
    let policy = try Self.policy(["{ host: api.openai.com }"])
    let alert = try #require(Self.alerts(policy, [(Self.hello("new.example"), Self.flow())]).only)
    #expect(alert.detector == .unexpectedDestination && alert.detector.signatureID == 9_320_015)
    #expect(alert.severity == .medium && alert.severity.eveSeverity == 2)
    #expect(alert.message == "192.168.1.20 contacted new.example:443, which the policy does not list")
    #expect(alert.destination == Destination(host: "new.example", source: .sni))
    #expect(alert.evidence == "TLS to new.example:443")
    #expect(alert.transport == .tls && alert.tls?.serverName == "new.example")
    #expect(alert.advice.contains("- host: new.example"))
  }

  @Test("are none without a policy, or one that is silent about destinations")
  func isSilentWithoutPolicy() throws {
    let facts = [(Self.hello("new.example"), Self.flow()), (Self.closed(), Self.flow())]
    #expect(Self.alerts(nil, facts).isEmpty)
    #expect(Self.alerts(Policy(), facts).isEmpty)
    #expect(Self.alerts(try Self.policy([]), facts).count == 1)
  }

  struct Told: Sendable, CustomTestStringConvertible {
    var testDescription: String
    var facts: [(Fact, FlowContext)]
    var evidence: [String]

    init(_ name: String, _ facts: [(Fact, FlowContext)], _ evidence: String...) {
      (testDescription, self.facts, self.evidence) = (name, facts, evidence)
    }
  }

  private static let web = flow(port: 80, speaking: .http)
  private static let proxied = flow(to: "10.0.0.5", port: 3128, speaking: .http)
  private static let local = flow(to: "127.0.0.1", port: 3128, from: "127.0.0.1", speaking: .http)
  private static func tunnel(_ kind: TunnelOrigin.Kind, _ host: String, _ port: UInt16 = 443) -> Fact {
    .tunnelOpened(TunnelOrigin(kind: kind, host: host, port: port))
  }
  private static func resolved(_ name: String, _ address: String) -> (Fact, FlowContext) {
    (
      .dns(NameMemoryTests.response(name, address: address)),
      flow(99, to: "192.168.1.1", port: 53, .udp, speaking: .dns)
    )
  }

  static let contacts = [
    Told("a request", [(get("a.example"), web)], "HTTP GET to a.example:80"),
    Told("a name in capitals", [(get("A.Example."), web)], "HTTP GET to a.example:80"),
    Told("many requests", [(get("a.example"), web), (get("a.example"), web)], "HTTP GET to a.example:80"),
    Told(
      "a request after the hello", [(hello("a.example"), flow()), (get("a.example"), flow())], "TLS to a.example:443"),
    Told(
      "a front", [(hello("front.example"), flow()), (get("a.example"), flow())], "TLS to front.example:443",
      "HTTP GET to a.example:443"),
    Told(
      "QUIC",
      [
        (
          .quicHello(
            QUICHello(version: "1", hello: TLSHello(serverName: "q.example", alpn: []), ja3: nil, ja4: nil)),
          flow(.init(), to: "198.51.100.9", port: 443, .udp)
        )
      ], "QUIC to q.example:443"),
    Told("a hello without a name", [(hello(nil), flow())], "TLS to 198.51.100.9:443"),
    Told(
      "a hello without a name, to an address that DNS told",
      [resolved("a.example", "198.51.100.9"), (hello(nil), flow())],
      "TLS to a.example:443"),
    Told("a request without a name", [(get(nil), web)], "HTTP GET to 198.51.100.9:80"),
    Told("an address as a name", [(get("203.0.113.80"), web)], "HTTP GET to 198.51.100.9:80"),
    Told("IPv6", [(get(nil), flow(to: "2001:db8::9", port: 80, from: "fd00::1"))], "HTTP GET to [2001:db8::9]:80"),
    Told("what is no name", [(get("a b"), web)], "HTTP GET to 198.51.100.9:80"),
    Told("a family of names", [(get(".example"), web)], "HTTP GET to 198.51.100.9:80"),
    Told("a pattern", [(get("*.example"), web)], "HTTP GET to 198.51.100.9:80"),
    Told("a name with a masked key", [(get("sk-…abcd.evil.example"), web)], "HTTP GET to 198.51.100.9:80"),
    Told(
      "unknown bytes", [(.recognised(.unknown), flow(port: 22)), (closed(), flow(port: 22))], "TCP to 198.51.100.9:22"),
    Told("a silent flow", [(.flowOpened, flow(port: 22)), (closed(), flow(port: 22))], "TCP to 198.51.100.9:22"),
    Told(
      "a silent flow to a known name", [resolved("a.example", "198.51.100.9"), (closed(), flow(port: 22))],
      "TCP to a.example:22"),
    Told(
      "DNS to another port", [(.recognised(.dns), flow(port: 5300, .udp, speaking: .dns))], "UDP to 198.51.100.9:5300"),
    Told("no DNS on its port", [(.recognised(.unknown), flow(port: 53, .udp))], "UDP to 198.51.100.9:53"),
    Told(
      "a proxy, and what it is asked for",
      [
        (get("a.example", target: "http://a.example/"), proxied),
        (get("a.example", target: "http://a.example/2"), proxied),
      ],
      "HTTP GET to 10.0.0.5:3128", "HTTP GET to a.example:80"),
    Told(
      "a tunnel, and what goes through it", [(tunnel(.connect, "a.example"), proxied), (hello("b.example"), proxied)],
      "CONNECT to 10.0.0.5:3128", "CONNECT to a.example:443", "TLS to b.example:443"),
    Told("SOCKS on this machine", [(tunnel(.socks5, "a.example", 22), local)], "SOCKS5 to a.example:22"),
    Told(
      "a proxy on this machine, and its way out",
      [
        (get("a.example", target: "http://a.example/"), local), (get("a.example"), flow(2, port: 80, speaking: .http)),
        (closed(), local),
      ], "HTTP GET to a.example:80"),
    // No contacts.
    Told("a name look-up", [resolved("a.example", "198.51.100.9")]),
    Told(
      "DNS on its port",
      [(.recognised(.dns), flow(port: 53, .udp, speaking: .dns)), (closed(), flow(port: 53, .udp, speaking: .dns))]),
    Told("NTP", [(.recognised(.unknown), flow(port: 123, .udp)), (closed(), flow(port: 123, .udp))]),
    Told("DHCP", [(.recognised(.unknown), flow(to: "255.255.255.255", port: 67, .udp))]),
    Told("a network's broadcast", [(.recognised(.unknown), flow(to: "192.168.1.255", port: 137, .udp))]),
    Told(
      "what ends like one", [(.recognised(.unknown), flow(to: "198.51.100.255", port: 137, .udp))],
      "UDP to 198.51.100.255:137"),
    Told(
      "a proxy asked both ways",
      [
        (get("a.example", target: "http://a.example/"), proxied), (get("a.example"), proxied),
        (get("a.example"), proxied),
      ],
      "HTTP GET to 10.0.0.5:3128", "HTTP GET to a.example:80"),
    Told("multicast", [(.recognised(.unknown), flow(to: "239.255.255.250", port: 1900, .udp))]),
    Told("multicast over IPv6", [(.recognised(.unknown), flow(to: "ff02::fb", port: 5353, from: "fe80::1", .udp))]),
    Told("loopback", [(get("myapp.example"), local), (hello("myapp.example"), local), (closed(), local)]),
    Told("a host that talks to itself", [(get("a.example"), flow(to: Scene.client, port: 80))]),
    Told("localhost through a proxy on this machine", [(tunnel(.connect, "localhost"), local)]),
    Told("a client from outside", [(get("a.example"), flow(to: "10.0.0.1", port: 80, from: "203.0.113.9"))]),
    Told("an unanswered connection", [(.flowOpened, flow()), (closed(false), flow())]),
    Told("TLS that began before", [(closed(), flow(speaking: .tls))]),
  ]

  @Test("are told once for each name", arguments: contacts)
  func tellsOnce(_ input: Told) throws {
    let alerts = Self.alerts(try Self.policy([]), input.facts)
    #expect(alerts.map(\.evidence) == input.evidence)
  }

  // MARK: How often

  @Test("are told once for a host on several ports, and by port where the policy lists the host")
  func countsPorts() throws {
    let facts: [(Fact, FlowContext)] = [80, 443, 8443, 80].enumerated().map { index, port in
      (Self.hello("a.example"), Self.flow(UInt64(index), port: port))
    }
    #expect(Self.alerts(try Self.policy([]), facts).map(\.evidence) == ["TLS to a.example:80"])
    let listed = try Self.policy(["{ host: a.example, ports: [443] }"])
    #expect(Self.alerts(listed, facts).map(\.evidence) == ["TLS to a.example:80", "TLS to a.example:8443"])
    #expect(
      Self.alerts(listed, facts).allSatisfy { $0.message.hasSuffix("which the policy allows, but not like this") })
  }

  @Test("are told for each client")
  func countsClients() throws {
    let facts = [Scene.client, "192.168.1.21", Scene.client].enumerated().map { index, client in
      (Self.hello("a.example"), Self.flow(UInt64(index), from: client))
    }
    #expect(Self.alerts(try Self.policy([]), facts).count == 2)
  }

  @Test("are told when an allowed network's name leads elsewhere")
  func followsAddresses() throws {
    let evidence = try Self.unexpected(
      ["{ network: 10.0.0.0/8 }"], (Self.hello("db.corp.example"), Self.flow(1, to: "10.1.2.3")),
      (Self.hello("db.corp.example"), Self.flow(2)))
    #expect(evidence == ["TLS to db.corp.example:443"])
  }

  @Test("do not count declared gateways")
  func allowsGateways() throws {
    let policy = try Self.policy([], "gateways: [{ host: gw.example, providers: [anthropic] }]")
    #expect(Self.alerts(policy, [(Self.hello("gw.example"), Self.flow())]).isEmpty)
  }

  @Test("by programs that are known are judged by scope")
  func looksAtScopes() throws {
    let policy = try Self.policy(["{ host: a.example, scope: { process: node } }"])
    var detector = UnexpectedDestinationDetector(policy: policy, homeNetworks: Network.privateNetworks)
    func alerts(_ id: UInt64, _ process: String?) -> Int {
      let observation = Scene.observation(Self.hello("a.example"), on: Self.flow(id))
      return detector.observe(observation, names: NameMemory(), originator: Originator(process: process)).count
    }
    #expect(
      (alerts(1, "node"), alerts(2, "curl"), alerts(3, "curl"), alerts(4, nil), alerts(5, "sh")) == (0, 1, 0, 0, 1))
    #expect(detector.useCounts == [2])
  }

  @Test("that were judged are forgotten oldest first")
  func forgets() {
    var set = RecentSet<Int>(limit: 8)
    #expect((0..<100).allSatisfy { set.insert($0) })
    #expect((97..<100).allSatisfy { !set.insert($0) })
    #expect(!set.contains(0) && set.insert(0))
  }
}
