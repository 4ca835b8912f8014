import Alerts
import Detection
import Observations
import Testing
import Wire

@Suite("Known attacks: hosts, addresses, paths and headers")
struct IndicatorDetectorTests {
  struct Case: CustomTestStringConvertible, Sendable {
    var testDescription: String
    var host: String?
    var server = "198.51.100.9"
    var target = "/"
    var noted: [HTTPField] = []
    var isKnown = true
  }

  static let cases = [
    Case(testDescription: "host", host: "drop.example"),
    Case(testDescription: "host in capitals, with a dot", host: "DROP.example."),
    Case(testDescription: "address behind another name", host: "harmless.example", server: "203.0.113.7"),
    Case(testDescription: "path", host: "198.51.100.9", target: "/api/software/key?x=1"),
    Case(testDescription: "header", host: "a.example", noted: [HTTPField(name: "x-filename", value: "loot.tar.gz")]),
    Case(testDescription: "nothing known", host: "a.example", target: "/api/software", isKnown: false),
  ]

  @Test("knows a request by its", arguments: cases)
  func knowsRequests(_ input: Case) throws {
    var detection = Scene.detection()
    let request = Scene.request(input.host, target: input.target, noted: input.noted)
    let alerts = detection.observe(Scene.observation(.request(request), on: Scene.flow(to: input.server)))
    guard input.isKnown else {
      #expect(alerts.isEmpty)
      return
    }
    let alert = try #require(alerts.only)
    #expect(alert.detector == .knownBadDestination)
    #expect(alert.severity == .critical)
    #expect(alert.http === request)
  }

  @Test("knows a TLS connection by its name")
  func knowsHellos() throws {
    var detection = Scene.detection()
    let hello = TLSHello(serverName: "drop.example", alpn: ["h2"])
    let alert = try #require(detection.observe(Scene.observation(.tlsHello(hello), on: Scene.flow(port: 443))).only)
    #expect(alert.destination.host == "drop.example")
    #expect(alert.destination.source == .sni)
    #expect(alert.transport == .tls)
  }

  @Test("waits for a flow's first words, and tells a silent contact when it ends")
  func waitsForWords() throws {
    var detection = Scene.detection()
    let flow = Scene.flow(to: "203.0.113.7")
    #expect(detection.observe(Scene.observation(.flowOpened, on: flow)).isEmpty)
    let closing = Scene.observation(.flowClosed(FlowSummary()), on: flow, at: 5)
    let alert = try #require(detection.observe(closing).only)
    #expect(alert.destination.host == "203.0.113.7")
    #expect(alert.http == nil)
  }

  @Test("one contact gives one alert, whatever follows on the flow")
  func tellsOnce() {
    var detection = Scene.detection()
    let flow = Scene.flow(to: "203.0.113.7")
    let facts: [Fact] = [
      .flowOpened, .recognised(.http), .request(Scene.request("203.0.113.7")), .flowClosed(FlowSummary()),
    ]
    let alerts = facts.flatMap { detection.observe(Scene.observation($0, on: flow)) } + detection.finish()
    #expect(alerts.count == 1)
  }
}
