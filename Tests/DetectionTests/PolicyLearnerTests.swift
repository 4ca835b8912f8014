import Alerts
import Observations
import Policies
import TestSupport
import Testing
import Wire

@testable import Detection

@Suite("Destinations that are learnt")
struct PolicyLearnerTests {
  private typealias Contacts = UnexpectedDestinationTests

  /// Flows of every kind to hosts drawn from a few.
  private static func traffic(_ generator: inout SeededGenerator) -> [(Fact, FlowContext)] {
    (0..<60).flatMap { index -> [(Fact, FlowContext)] in
      let host = "h\(Int.random(in: 0..<12, using: &generator)).example"
      let port: UInt16 = [80, 443, 8443].randomElement(using: &generator) ?? 443
      let flow = Contacts.flow(
        UInt64(index), to: "198.51.100.\(Int.random(in: 1..<9, using: &generator))", port: port,
        from: "192.168.1.\(Int.random(in: 1..<4, using: &generator))", speaking: .http)
      let words: [Fact] = [
        Contacts.hello(host), Contacts.get(host), Contacts.get(nil), Contacts.get(host, target: "http://\(host)/"),
        .tunnelOpened(TunnelOrigin(kind: .connect, host: host, port: 443)),
        .recognised(.unknown), .dns(NameMemoryTests.response(host, address: flow.server.address.description)),
      ]
      return [.flowOpened, words.randomElement(using: &generator) ?? .flowOpened, Contacts.closed()].map { ($0, flow) }
    }
  }

  private static func learnt(_ facts: [(Fact, FlowContext)], without host: String? = nil) throws -> Policy {
    var learner = PolicyLearner(settings: DetectionSettings())
    for (fact, flow) in facts { learner.observe(Scene.observation(fact, on: flow)) }
    let kept = learner.destinations.filter { $0.host != host }
    let text = PolicyWriter.text(
      kept.map { LearntDestination(host: $0.host, ports: PortSet($0.ports.sorted()), evidence: []) }, heading: [])
    return try PolicyReader.read(text: text, file: "learnt")
  }

  @Test("are none in what was learnt, and one for each client of a host that is taken out", arguments: 1...8)
  func roundTrips(seed: UInt64) throws {
    var generator = SeededGenerator(seed: seed)
    let facts = Self.traffic(&generator)
    let whole = try Self.learnt(facts)
    #expect(Contacts.alerts(whole, facts).isEmpty)
    for rule in whole.destinations ?? [] {
      let host = "\(rule.target)"
      let alerts = Contacts.alerts(try Self.learnt(facts, without: host), facts)
      #expect(!alerts.isEmpty && alerts.allSatisfy { $0.destination.host == host && $0.count == 1 })
      #expect(Set(alerts.map(\.flow.client.address)).count == alerts.count)
    }
  }

  @Test("never become rules for families of names")
  func learnsNoPatterns() throws {
    let facts = ["*.com", ".com", "*", "a*b.example"].enumerated().map { index, host in
      (Contacts.get(host), Contacts.flow(UInt64(index), port: 80))
    }
    #expect(try Self.learnt(facts).destinations?.map { "\($0.target)" } == ["198.51.100.9"])
  }

  @Test("are learnt with their first sight, and what else was found there")
  func remembersFirstSight() throws {
    var learner = PolicyLearner(settings: DetectionSettings())
    let clients = [Scene.client, "192.168.1.21"]
    for (index, client) in clients.enumerated() {
      let flow = Contacts.flow(UInt64(index), port: UInt16(80 + index), from: client)
      learner.observe(Scene.observation(Contacts.get("a.example"), on: flow, at: 5, packet: UInt64(7 + index)))
    }
    let flow = Contacts.flow()
    for (severity, detector) in [(Severity.medium, DetectorID.requestBurst), (.critical, .knownBadDestination)] {
      learner.note(
        Alert(
          place: Scene.observation(.flowOpened, on: flow).place, flow: flow, detector: detector, severity: severity,
          message: "", destination: Destination(host: "A.example", source: .sni), transport: .tls, evidence: "",
          attack: [], advice: ""))
    }
    let sight = try #require(learner.destinations.only)
    #expect((sight.host, sight.ports, sight.contactCount) == ("a.example", [80, 81], 2))
    #expect((sight.place.packet, sight.client.description, sight.source) == (7, Scene.client, .httpHost))
    #expect(sight.alarms == [.knownBadDestination])
  }

  @Test("are learnt up to a bound")
  func isBounded() {
    var learner = PolicyLearner(settings: DetectionSettings())
    for index in 0..<PolicyLearner.limit + 5 {
      learner.observe(Scene.observation(Contacts.hello("h\(index).example"), on: Contacts.flow(UInt64(index))))
    }
    #expect((learner.destinations.count, learner.droppedCount) == (PolicyLearner.limit, 5))
  }
}
