import Alerts
import Detection
import Observations
import Signatures
import Testing
import Wire

@Suite("One contact gives one alert: the most severe that applies")
struct ContactPriorityTests {
  private func observe(_ facts: [(Fact, at: Int64)], _ flow: FlowContext = Scene.flow(port: 443)) -> [Alert] {
    var detection = Scene.watch()
    return facts.flatMap { detection.observe(Scene.observation($0.0, on: flow, at: $0.at)) } + detection.finish()
  }

  @Test("a known-bad host is not an imitation as well", arguments: ["checkmarx.zone", "npm-cache.com"])
  func knownBad(_ host: String) {
    let request = Fact.request(Scene.get(host))
    #expect(observe([(request, 0)]).map(\.detector) == [.knownBadDestination])
    let hello = TLSHello(serverName: host, alpn: [])
    #expect(observe([(.tlsHello(hello), 0)]).map(\.detector) == [.knownBadDestination])
    let quic = Fact.quicHello(QUICHello(version: "1", hello: hello, ja3: nil, ja4: nil))
    let alerts = observe([(quic, 0)])
    #expect(alerts.map(\.detector) == [.knownBadDestination] && alerts.first?.transport == .quic)
  }

  @Test("a known-bad address is not a bare one as well")
  func knownBadAddress() {
    let alerts = observe([(.request(Scene.get("39.107.60.51")), 0)], Scene.flow(to: "39.107.60.51"))
    #expect(alerts.map(\.detector) == [.knownBadDestination])
  }

  @Test("a key that goes to a drop box stands for the contact, in the head or the body")
  func keys() throws {
    for location in [CredentialLocation.requestHeader, .requestBody] {
      let request = Scene.get("webhook.site", method: "POST")
      let key = Scene.sighting(to: request, location: location)
      let alert = try #require(observe([(.request(request), 0), (key, 3)]).only)
      #expect(alert.detector == .keyExfiltration && alert.severity == .critical)
      #expect(alert.destination.category == "exfil-sink")
    }
  }

  @Test("a key that goes to an imitation, or to a bare address, stands for the contact")
  func otherKeys() throws {
    for (host, category) in [("api-openai.com", "lookalike"), ("198.51.100.9", nil)] {
      let request = Scene.get(host, method: "POST")
      let alert = try #require(observe([(.request(request), 0), (Scene.sighting(to: request), 0)]).only)
      #expect(alert.detector == .keyExfiltration && alert.destination.category == category)
    }
  }

  @Test("a key inside TLS stands for the hello before it")
  func decrypted() throws {
    let request = Scene.get("webhook.site", method: "POST")
    let hello = Fact.tlsHello(TLSHello(serverName: "webhook.site", alpn: []))
    let key = Scene.sighting(to: request, transport: .tlsDecrypted)
    #expect(observe([(hello, 0), (.request(request), 1), (key, 2)]).map(\.detector) == [.keyExfiltration])
  }

  @Test("the request says more than the hello before it, and is told in its place")
  func requestAfterHello() throws {
    let request = Scene.get("webhook.site", method: "POST")
    let hello = Fact.tlsHello(TLSHello(serverName: "webhook.site", alpn: []))
    let alert = try #require(observe([(hello, 0), (.request(request), 1)]).only)
    #expect(alert.detector == .exfilSink && alert.http === request)
  }

  @Test("the key of another request does not stand for this one")
  func otherRequest() {
    let (first, second) = (Scene.get("webhook.site"), Scene.get("webhook.site"))
    var detection = Scene.watch()
    var alerts = detection.observe(Scene.observation(.request(first), on: Scene.flow(1)))
    alerts += detection.observe(Scene.observation(Scene.sighting(to: second), on: Scene.flow(2)))
    #expect((alerts + detection.finish()).map(\.detector) == [.keyExfiltration, .exfilSink])
  }

  @Test("a contact is told when its request is over, its flow ends, or its time is up")
  func releases() {
    let request = Scene.get("webhook.site")
    let transaction = HTTPTransaction(
      request: request, response: nil, requestBodyByteCount: 0, responseBodyByteCount: 0)
    let flow = Scene.flow()
    for (fact, seconds) in [(Fact.transaction(transaction), 1), (.flowClosed(FlowSummary()), 2)] {
      var detection = Scene.watch()
      #expect(detection.observe(Scene.observation(.request(request), on: flow)).isEmpty)
      #expect(detection.observe(Scene.observation(fact, on: flow, at: Int64(seconds))).map(\.detector) == [.exfilSink])
      #expect(detection.finish().isEmpty)
    }
    var detection = Scene.watch()
    #expect(detection.observe(Scene.observation(.request(request), on: flow)).isEmpty)
    #expect(detection.advance(to: 9 * Scene.second).isEmpty)
    #expect(detection.advance(to: 10 * Scene.second).map(\.detector) == [.exfilSink])
  }

  @Test("an upload to a host that was told of is no second alert")
  func uploads() {
    let hello = Fact.tlsHello(TLSHello(serverName: "transfer.sh", alpn: []))
    let closed = Fact.flowClosed(Scene.summary(sent: 9_000_000, received: 10_000))
    #expect(observe([(hello, 0), (closed, 30)]).map(\.detector) == [.exfilSink])
  }

  @Test("the requests of one connection are one contact")
  func keepAlive() {
    let requests = (0..<5).map { (Fact.request(Scene.get("webhook.site")), at: Int64($0)) }
    #expect(observe(requests).count == 1)
  }

  @Test("what waits is bounded: the oldest is told early")
  func bounded() {
    var detection = Scene.watch()
    var alerts: [Alert] = []
    for index in 0..<1_100 {
      let request = Fact.request(Scene.get("h\(index).webhook.site"))
      alerts += detection.observe(Scene.observation(request, on: Scene.flow(UInt64(index))))
    }
    #expect(alerts.count == 76)
    #expect(detection.finish().count == 1_024)
  }
}
