import Alerts
import Observations
import Testing
import Wire

@testable import Detection

@Suite("names of addresses")
struct NameMemoryTests {
  static let server = "198.51.100.9"
  static let second: Int64 = 1_000_000_000

  /// A response to `name` whose chain of aliases ends at `address`.
  static func response(
    _ name: String, aliases: [String] = [], address: String = server, timeToLive: UInt32 = 60, flags: UInt16 = 0x8180
  ) -> DNSMessage {
    var answers: [DNSRecord] = []
    var owner = name
    for alias in aliases {
      answers.append(DNSRecord(name: owner, type: .cname, timeToLive: timeToLive, data: .name(alias)))
      owner = alias
    }
    let data = DNSRecordData.address(IPAddress(address) ?? IPAddress(ipv4: 0))
    answers.append(DNSRecord(name: owner, type: .a, timeToLive: timeToLive, data: data))
    return DNSMessage(
      id: 1, flags: DNSFlags(rawValue: flags), queries: [DNSQuestion(name: name, type: .a)], answers: answers)
  }

  static func address(_ text: String) -> IPAddress { IPAddress(text) ?? IPAddress(ipv4: 0) }
  static let client = address(Scene.client)
  static let other = address("192.168.1.99")

  static func memory(_ messages: (DNSMessage, IPAddress, Int64)...) -> NameMemory {
    var memory = NameMemory()
    for (message, client, time) in messages { memory.learn(message, client: client, at: time) }
    return memory
  }

  @Test("are those that were asked for, with the aliases on the way, in lower case")
  func followsAliases() {
    let aliases = ["Edge.Example", "pop7.cdn.example"]
    let memory = Self.memory((Self.response("API.openai.com", aliases: aliases), Self.client, 0))
    let name = memory.name(of: Self.address(Self.server), for: Self.client, at: 1)
    #expect(name == NameMemory.Name(name: "api.openai.com", aliases: ["edge.example", "pop7.cdn.example"]))
  }

  @Test("do not depend on the order of records, and aliases that go round end")
  func survivesOddChains() {
    var message = Self.response("a.test", aliases: ["b.test", "c.test"])
    message.answers.reverse()
    let address = Self.address(Self.server)
    #expect(Self.memory((message, Self.client, 0)).name(of: address, for: Self.client, at: 0)?.name == "a.test")
    var loop = Self.response("a.test", aliases: ["b.test", "a.test"])
    #expect(Self.memory((loop, Self.client, 0)).name(of: address, for: Self.client, at: 0)?.name == "a.test")
    loop.queries = []
    #expect(Self.memory((loop, Self.client, 0)).name(of: address, for: Self.client, at: 0)?.name == "a.test")
  }

  @Test("are the client's own where it asked, and the newest of anyone where it did not")
  func prefersClient() {
    let memory = Self.memory(
      (Self.response("mine.test"), Self.client, 0), (Self.response("theirs.test"), Self.other, 1))
    let address = Self.address(Self.server)
    #expect(memory.name(of: address, for: Self.client, at: 2)?.name == "mine.test")
    #expect(memory.name(of: address, for: Self.other, at: 2)?.name == "theirs.test")
    #expect(memory.name(of: address, for: Self.address("10.0.0.1"), at: 2)?.name == "theirs.test")
    #expect(memory.name(of: Self.address("10.0.0.1"), for: Self.client, at: 2) == nil)
  }

  @Test(
    "last as long as their record and five minutes, a day at most",
    arguments: [(0, 300), (60, 360), (3_600, 3_900), (604_800, 86_400), (0x8000_0000, 300)])
  func expires(_ timeToLive: UInt32, _ seconds: Int64) {
    let memory = Self.memory((Self.response("a.test", timeToLive: timeToLive), Self.client, 0))
    let address = Self.address(Self.server)
    #expect(memory.name(of: address, for: Self.client, at: seconds * Self.second) != nil)
    #expect(memory.name(of: address, for: Self.client, at: seconds * Self.second + 1) == nil)
  }

  @Test("are not learnt from questions, failures, or for this machine")
  func learnsAnswersOnly() {
    let address = Self.address(Self.server)
    for flags in [0x0100, 0x8183, 0xA800] as [UInt16] {
      let memory = Self.memory((Self.response("a.test", flags: flags), Self.client, 0))
      #expect(memory.name(of: address, for: Self.client, at: 0) == nil)
    }
    let memory = Self.memory((Self.response("a.test", address: "127.0.0.1"), Self.client, 0))
    #expect(memory.addressCount == 0)
  }

  @Test("are learnt from the hints of service bindings")
  func learnsHints() {
    var message = Self.response("a.test")
    let binding = DNSServiceBinding(priority: 1, target: ".", parameters: [], hints: [Self.address("192.0.2.5")])
    message.answers = [DNSRecord(name: "a.test", type: .https, timeToLive: 60, data: .binding(binding))]
    let memory = Self.memory((message, Self.client, 0))
    #expect(memory.name(of: Self.address("192.0.2.5"), for: Self.client, at: 0)?.name == "a.test")
  }

  @Test("are bounded: the address not answered for longest is forgotten")
  func forgets() {
    var memory = NameMemory(limit: 3)
    func learn(_ address: String) {
      memory.learn(Self.response("a.test", address: address), client: Self.client, at: 0)
    }
    func knows(_ address: String) -> Bool {
      memory.name(of: Self.address(address), for: Self.client, at: 0) != nil
    }
    for address in ["192.0.2.1", "192.0.2.2", "192.0.2.3", "192.0.2.1", "192.0.2.4"] { learn(address) }
    #expect(memory.evictionCount == 1 && memory.addressCount == 3)
    #expect(knows("192.0.2.1") && !knows("192.0.2.2") && knows("192.0.2.3") && knows("192.0.2.4"))
    for _ in 0..<1_000 { learn("192.0.2.4") }
    learn("192.0.2.5")
    #expect(knows("192.0.2.4") && knows("192.0.2.5") && !knows("192.0.2.3"))
  }

  @Test("name the destination of a key where neither Host nor SNI does")
  func namesDestination() throws {
    var detection = Scene.detection()
    let resolver = Scene.flow(to: "192.168.1.1", port: 53)
    let message = Self.response("collector.example", aliases: ["edge.example"])
    #expect(detection.observe(Scene.observation(.dns(message), on: resolver)).isEmpty)
    let sighting = Scene.sighting(to: nil, location: .stream)
    let alert = try #require(detection.observe(Scene.observation(sighting, on: Scene.flow(), at: 1)).only)
    #expect(alert.destination == Destination(host: "collector.example", source: .dns, expected: ["api.anthropic.com"]))
    let later = try #require(detection.observe(Scene.observation(sighting, on: Scene.flow(), at: 9_000)).last)
    #expect(later.destination.source == .ip)
  }

  @Test("let a key go in clear to its own provider be told as that")
  func knowsProvider() throws {
    var detection = Scene.detection()
    let message = Self.response("api.anthropic.com", aliases: ["edge.example"])
    #expect(detection.observe(Scene.observation(.dns(message), on: Scene.flow(to: "192.168.1.1", port: 53))).isEmpty)
    let sighting = Scene.sighting(to: nil, location: .stream)
    let alert = try #require(detection.observe(Scene.observation(sighting, on: Scene.flow(), at: 1)).only)
    #expect(alert.detector == .plaintextKey && alert.destination.source == .dns)
  }
}

@Suite("indicators and keys in DNS")
struct DNSAlertTests {
  static let resolver = Scene.flow(to: "192.168.1.1", port: 53)

  static func query(_ name: String) -> DNSMessage {
    DNSMessage(id: 1, flags: DNSFlags(rawValue: 0x0100), queries: [DNSQuestion(name: name, type: .a)])
  }

  @Test("a listed name gives one alert, whether its question, its response or both are seen")
  func tellsNames() throws {
    let (question, response) = (Self.query("Drop.example"), NameMemoryTests.response("drop.example"))
    for messages in [[question], [response], [question, response]] {
      var detection = Scene.detection()
      let alerts = messages.flatMap { detection.observe(Scene.observation(.dns($0), on: Self.resolver)) }
      let alert = try #require(alerts.only)
      #expect(alert.detector == .knownBadDestination && alert.severity == .critical)
      #expect(alert.destination == Destination(host: "drop.example", source: .dns, category: "indicator"))
      #expect(alert.transport == .dns && alert.dns != nil)
      #expect(detection.finish().isEmpty)
    }
  }

  @Test("an alias to a listed name and an answer with a listed address are told")
  func tellsAnswers() throws {
    var detection = Scene.detection()
    let alias = NameMemoryTests.response("harmless.test", aliases: ["drop.example"])
    #expect(
      detection.observe(Scene.observation(.dns(alias), on: Self.resolver)).only?.destination.host == "drop.example")
    let address = NameMemoryTests.response("innocent.test", address: "203.0.113.7")
    let alert = try #require(detection.observe(Scene.observation(.dns(address), on: Self.resolver)).only)
    #expect(alert.destination.host == "innocent.test" && alert.evidence == "innocent.test is 203.0.113.7")
  }

  @Test("a key in a name goes to the name's domain, not to the resolver")
  func judgesKeys() throws {
    var detection = Scene.detection()
    guard case .credential(var sighting) = Scene.sighting(to: nil, location: .dnsName, transport: .dns) else { return }
    sighting.dns = Self.query("test-…a.Evil.test")
    let alert = try #require(detection.observe(Scene.observation(.credential(sighting), on: Self.resolver)).only)
    #expect(alert.detector == .keyExfiltration)
    #expect(alert.destination.host == "evil.test" && alert.destination.source == .dns)
    #expect(alert.dns == sighting.dns)
  }
}
