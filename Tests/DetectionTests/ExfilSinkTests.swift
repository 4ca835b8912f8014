import Alerts
import Detection
import Observations
import Testing
import Wire

@Suite("Drop boxes: what is unusual by the use that people make of them")
struct ExfilSinkTests {
  struct Case: CustomTestStringConvertible, Sendable {
    var testDescription: String
    var fact: Fact
    var isTold = true
  }

  static func hello(_ name: String) -> Fact { .tlsHello(TLSHello(serverName: name, alpn: [])) }

  static let contacts = [
    Case(testDescription: "a request catcher over TLS", fact: hello("webhook.site")),
    Case(testDescription: "a request catcher's sub-host", fact: hello("abc.m.pipedream.net")),
    Case(testDescription: "a request catcher in clear", fact: .request(Scene.get("webhook.site", target: "/token"))),
    Case(testDescription: "a tunnel", fact: hello("some-words.trycloudflare.com")),
    Case(testDescription: "a paste", fact: hello("rentry.co")),
    Case(testDescription: "a file drop", fact: hello("transfer.sh")),
    Case(testDescription: "a callback catcher", fact: hello("abc.oast.fun")),
    Case(testDescription: "a messenger's file server", fact: hello("filev2.getsession.org")),
    Case(
      testDescription: "a chat webhook that is written to",
      fact: .request(Scene.get("discord.com", target: "/api/webhooks/1/x?wait=true", method: "POST"))),
    Case(
      testDescription: "a bot that sends a document",
      fact: .request(Scene.get("api.telegram.org", target: "/bot1:x/sendDocument", method: "POST"))),
    Case(
      testDescription: "a bot that sends a message by its query",
      fact: .request(Scene.get("api.telegram.org", target: "/bot1:x/sendMessage?text=a"))),
    Case(testDescription: "a chat over TLS", fact: hello("discord.com"), isTold: false),
    Case(
      testDescription: "a chat's other requests",
      fact: .request(Scene.get("discord.com", target: "/api/v9/gateway", method: "POST")), isTold: false),
    Case(
      testDescription: "a webhook that is only read",
      fact: .request(Scene.get("discord.com", target: "/api/webhooks/1/x")), isTold: false),
    Case(testDescription: "a store of everyday", fact: hello("mega.nz"), isTold: false),
    Case(testDescription: "an unknown host", fact: hello("www.example"), isTold: false),
    Case(testDescription: "a name that ends alike", fact: hello("mywebhook.site"), isTold: false),
  ]

  @Test("judges contacts with", arguments: contacts)
  func contact(_ input: Case) throws {
    var detection = Scene.watch()
    let alerts = detection.observe(Scene.observation(input.fact, on: Scene.flow(port: 443))) + detection.finish()
    guard input.isTold else {
      #expect(alerts.isEmpty)
      return
    }
    let alert = try #require(alerts.only)
    #expect(alert.detector == .exfilSink && alert.severity == .medium)
    #expect(alert.destination.category == "exfil-sink")
  }

  @Test("tells a look-up of a callback catcher by its domain, for the labels before it are data")
  func lookups() throws {
    var detection = Scene.watch()
    var alerts: [Alert] = []
    for name in ["aaa.oast.fun", "bbb.oast.fun", "ccc.OAST.fun"] {
      let question = Scene.question(name)
      alerts += detection.observe(Scene.observation(.dns(question), on: Scene.resolver))
      let answer = Scene.answer(to: question, address: "198.51.100.8")
      alerts += detection.observe(Scene.observation(.dns(answer), on: Scene.resolver))
    }
    let alert = try #require(alerts.only)
    #expect(alert.destination.host == "oast.fun")
    #expect(detection.finish().map(\.count) == [2])
  }

  @Test("does not tell a look-up of a request catcher")
  func quietLookups() {
    var detection = Scene.watch()
    let question = Scene.observation(.dns(Scene.question("webhook.site")), on: Scene.resolver)
    #expect((detection.observe(question) + detection.finish()).isEmpty)
  }

  @Test(
    "tells an upload to a place of daily use by its volume",
    arguments: [(300_000, 9_000, true), (200_000, 9_000, false), (300_000, 400_000, false)])
  func uploads(_ sent: UInt64, _ received: UInt64, _ isTold: Bool) {
    var detection = Scene.watch()
    let flow = Scene.flow(port: 443)
    var alerts = detection.observe(Scene.observation(Self.hello("api.telegram.org"), on: flow))
    let closed = Fact.flowClosed(Scene.summary(sent: sent, received: received))
    alerts += detection.observe(Scene.observation(closed, on: flow, at: 1)) + detection.finish()
    #expect(alerts.map(\.detector) == (isTold ? [.exfilSink] : []))
  }

  @Test("knows a place by the name that led to its address")
  func resolved() throws {
    var detection = Scene.watch()
    let answer = Scene.answer(to: Scene.question("termbin.com"), address: "198.51.100.8")
    #expect(detection.observe(Scene.observation(.dns(answer), on: Scene.resolver)).isEmpty)
    let flow = Scene.flow(to: "198.51.100.8", port: 9999)
    let alerts = detection.observe(Scene.observation(.recognised(.unknown), on: flow)) + detection.finish()
    #expect(try #require(alerts.only).destination.host == "termbin.com")
  }

  @Test("is silent when it is off")
  func off() {
    var detection = Scene.watch { $0.destinations.exfilSink.isEnabled = false }
    let contact = Scene.observation(Self.hello("webhook.site"), on: Scene.flow(port: 443))
    #expect((detection.observe(contact) + detection.finish()).isEmpty)
  }
}
