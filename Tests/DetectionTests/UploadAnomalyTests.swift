import Alerts
import Detection
import Observations
import Signatures
import Testing
import Wire

@Suite("Uploads to hosts not seen before")
struct UploadAnomalyTests {
  struct Case: CustomTestStringConvertible, Sendable {
    var testDescription: String
    var host: String? = "drop-here.test"
    var server = "198.51.100.9"
    var client = Scene.client
    var sent: UInt64 = 2_000_000
    var received: UInt64 = 30_000
    var isTold = true
  }

  static let flows = [
    Case(testDescription: "much up, little down"),
    Case(testDescription: "exactly the threshold", sent: 1_048_576, received: 262_144),
    Case(testDescription: "an address without a name", host: nil),
    Case(testDescription: "just less", sent: 1_048_575, isTold: false),
    Case(testDescription: "too much down", received: 500_001, isTold: false),
    Case(testDescription: "an AI provider", host: "api.openai.com", isTold: false),
    Case(testDescription: "a package registry", host: "upload.pypi.org", isTold: false),
    Case(testDescription: "a code host", host: "uploads.github.com", isTold: false),
    Case(testDescription: "a container registry", host: "registry-1.docker.io", isTold: false),
    Case(testDescription: "a store", host: "storage.googleapis.com", isTold: false),
    Case(testDescription: "a server of ours", host: "nas.test", server: "10.0.0.9", isTold: false),
    Case(testDescription: "a stranger's upload to us", client: "93.184.215.14", isTold: false),
    Case(testDescription: "a declared gateway", host: "gw.corp.test", isTold: false),
  ]

  static func watch(_ change: (inout DetectionSettings) -> Void = { _ in }) -> Detection {
    Scene.watch { settings in
      settings.destinations.uploadAnomaly.byteCount = 1_048_576
      settings.gateways = HostPattern("gw.corp.test").map { [Gateway(host: $0)] } ?? []
      change(&settings)
    }
  }

  static func flow(
    _ input: Case, _ flow: FlowContext, at time: Int64, in detection: inout Detection
  ) -> [Alert] {
    var alerts: [Alert] = []
    if let host = input.host {
      let hello = Fact.tlsHello(TLSHello(serverName: host, alpn: []))
      alerts += detection.observe(Scene.observation(hello, on: flow, at: time))
    }
    let summary = Scene.summary(sent: input.sent, received: input.received, start: time, end: time + 20)
    return alerts + detection.observe(Scene.observation(.flowClosed(summary), on: flow, at: time + 20))
  }

  @Test("judges", arguments: flows)
  func judges(_ input: Case) throws {
    var detection = Self.watch()
    let alerts =
      Self.flow(input, Scene.flow(1, to: input.server, from: input.client), at: 0, in: &detection) + detection.finish()
    guard input.isTold else {
      #expect(alerts.isEmpty)
      return
    }
    let alert = try #require(alerts.only)
    #expect(alert.detector == .uploadAnomaly && alert.severity == .medium)
    #expect(alert.destination.host == input.host ?? input.server)
    #expect(alert.evidence.contains("\(input.sent) bytes sent"))
  }

  @Test("spares a host that has been contacted for longer")
  func familiar() {
    var detection = Self.watch()
    let download = Case(testDescription: "", sent: 2_000, received: 40_000)
    #expect(Self.flow(download, Scene.flow(1), at: 0, in: &detection).isEmpty)
    #expect(Self.flow(Case(testDescription: ""), Scene.flow(2), at: 3_700, in: &detection).isEmpty)
    #expect(detection.finish().isEmpty)
  }

  @Test("only learns at first, where that is asked for")
  func learning() {
    var detection = Self.watch { $0.destinations.uploadAnomaly.learningPeriod = 86_400 * Scene.second }
    #expect(Self.flow(Case(testDescription: ""), Scene.flow(1), at: 0, in: &detection).isEmpty)
    let other = Case(testDescription: "", host: "other-drop.test")
    #expect(Self.flow(other, Scene.flow(2), at: 90_000, in: &detection).map(\.detector) == [.uploadAnomaly])
  }

  @Test("names the host of a request with a large body in clear")
  func inClear() throws {
    var detection = Self.watch()
    let flow = Scene.flow(1)
    let request = Scene.get("drop-here.test", method: "POST")
    let transaction = HTTPTransaction(
      request: request, response: nil, requestBodyByteCount: 1_900_000, responseBodyByteCount: 0)
    var alerts: [Alert] = []
    let closed = Fact.flowClosed(Scene.summary(sent: 2_000_000, received: 30_000))
    for fact in [Fact.request(request), .transaction(transaction), closed] {
      alerts += detection.observe(Scene.observation(fact, on: flow))
    }
    #expect(try #require(alerts.only).destination.host == "drop-here.test")
  }

  @Test("is silent when it is off")
  func off() {
    var detection = Self.watch { $0.destinations.uploadAnomaly.isEnabled = false }
    #expect(Self.flow(Case(testDescription: ""), Scene.flow(1), at: 0, in: &detection).isEmpty)
  }
}
