import Alerts
import Observations
import Testing
import Wire

@testable import Detection

@Suite("coverage")
struct CoverageTests {
  /// What is observed on one flow to `server`, and the heading it must be counted under.
  struct Case: Sendable, CustomTestStringConvertible {
    var name: String
    var transport = IPProtocol.tcp
    var facts: [Fact]
    var provider: String? = "openai"
    var heading: any WritableKeyPath<Coverage.Flows, UInt64> & Sendable
    var testDescription: String { name }
  }

  static let hello = Fact.tlsHello(TLSHello(serverName: "api.openai.com", alpn: []))
  static let request = Fact.request(Scene.request("api.openai.com"))

  static func encryption(
    _ visibility: EncryptionSummary.Visibility, records: UInt64 = 9, gaps: UInt32 = 0
  ) -> Fact {
    var summary = EncryptionSummary()
    summary.visibility = visibility
    summary.toServer.protectedRecords = records
    summary.toClient.gaps = gaps
    return .encryption(summary)
  }

  static let cases = [
    Case(name: "a request in clear", facts: [request], heading: \.plain),
    Case(name: "TLS that was opened", facts: [hello, request, encryption(.decrypted)], heading: \.decrypted),
    Case(name: "TLS opened in part", facts: [hello, request, encryption(.partly)], heading: \.partly),
    Case(name: "TLS without keys", facts: [hello, encryption(.noKeys)], heading: \.withoutKeys),
    Case(name: "TLS with wrong keys", facts: [hello, encryption(.wrongKeys)], heading: \.wrongKeys),
    Case(
      name: "QUIC without keys", transport: .udp,
      facts: [
        .quicHello(
          QUICHello(version: "1", hello: TLSHello(serverName: "api.openai.com", alpn: []), ja3: nil, ja4: nil)),
        encryption(.noKeys),
      ], heading: \.hiddenByQUIC),
    Case(
      name: "TLS without keys behind a CONNECT in clear",
      facts: [
        request, .tunnelOpened(TunnelOrigin(kind: .connect, host: "api.openai.com", port: 443)), hello,
        encryption(.noKeys),
      ], heading: \.withoutKeys),
    Case(
      name: "closed TLS inside opened TLS", facts: [hello, encryption(.noKeys), encryption(.decrypted)],
      heading: \.partly),
    Case(name: "TLS to a stranger", facts: [encryption(.noKeys)], provider: nil, heading: \.withoutKeys),
    Case(
      name: "a hidden name",
      facts: [
        .tlsHello(TLSHello(serverName: nil, alpn: [], encryptedHello: .certain, publicName: "api.openai.com")),
        encryption(.hiddenName),
      ], provider: nil, heading: \.hiddenByECH),
  ]

  static func flow(_ transport: IPProtocol = .tcp, port: UInt16 = 443) -> FlowContext {
    var flow = Scene.flow(port: port)
    flow.transport = transport
    return flow
  }

  @Test("counts a flow once, under one heading, open or closed", arguments: cases)
  func counts(_ test: Case) {
    var expected = Coverage()
    var flows = Coverage.Flows()
    flows.total = 1
    flows[keyPath: test.heading] = 1
    if let provider = test.provider {
      expected.providers = [(id: provider, flows: flows)]
    } else {
      expected.elsewhere = flows
    }
    var detection = Scene.detection()
    for fact in test.facts { _ = detection.observe(Scene.observation(fact, on: Self.flow(test.transport))) }
    #expect(detection.coverage == expected)
    _ = detection.observe(Scene.observation(.flowClosed(FlowSummary()), on: Self.flow(test.transport)))
    #expect(detection.coverage == expected)
  }

  @Test("names a flow without SNI by what DNS answered")
  func usesNames() {
    var detection = Scene.detection()
    let answer = NameMemoryTests.response("api.anthropic.com")
    _ = detection.observe(Scene.observation(.dns(answer), on: Scene.flow(to: "192.0.2.53", port: 53)))
    _ = detection.observe(Scene.observation(Self.encryption(.noKeys), on: Self.flow(), at: 5))
    #expect(detection.coverage.providers.map(\.id) == ["anthropic"])
    #expect(detection.coverage.elsewhere.total == 0)
  }

  @Test("says that bytes were missing, wherever that was noticed", arguments: [true, false])
  func countsGaps(inStream: Bool) {
    var detection = Scene.detection()
    let facts =
      inStream
      ? [Self.hello, .gap(.toServer, byteCount: 9), Self.encryption(.decrypted)]
      : [
        Self.hello, Self.encryption(.partly, gaps: 1),
      ]
    for fact in facts { _ = detection.observe(Scene.observation(fact, on: Self.flow())) }
    #expect(detection.coverage.providers.map(\.flows.gapped) == [1])
  }

  @Test("gives each provider that a proxy's connection goes to a flow of its own")
  func countsProxiedRequests() {
    var detection = Scene.detection()
    for host in ["api.openai.com", "api.openai.com", "api.anthropic.com", "elsewhere.example"] {
      _ = detection.observe(Scene.observation(.request(Scene.request(host)), on: Self.flow(port: 8080)))
    }
    #expect(detection.coverage.providers.map(\.id) == ["anthropic", "openai"])
    #expect(detection.coverage.providers.map(\.flows.plain) == [1, 1])
  }

  @Test("does not count a handshake after which nothing was sent, and no plain flow to a stranger")
  func ignoresEmptyFlows() {
    var detection = Scene.detection()
    _ = detection.observe(Scene.observation(Self.encryption(.noKeys, records: 0), on: Self.flow()))
    _ = detection.observe(
      Scene.observation(.request(Scene.request("elsewhere.example")), on: Self.flow(port: 80)))
    #expect(detection.coverage == Coverage())
  }
}
