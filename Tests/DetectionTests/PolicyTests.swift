import Alerts
import Observations
import Policies
import Signatures
import Testing
import Wire

@testable import Detection

@Suite("A policy and alerts about keys")
struct PolicyTests {
  private static func policy(_ text: String) throws -> Policy {
    try PolicyReader.read(text: "version: 1\n" + text, file: "policy.yaml")
  }

  /// A key in a request to `host`, at a day of packet time.
  private static func alerts(
    _ policy: Policy, to host: String, issuer: String = "anthropic", transport: TransportSecurity = .plain,
    on day: String = "2026-11-20", mark: String = "a"
  ) throws -> [Alert] {
    var detection = Scene.detection { $0.policy = policy }
    let sighting = Scene.sighting(issuers: [issuer], to: Scene.request(host), transport: transport, mark: mark)
    let seconds = Int64(try #require(CalendarDay(day)).number) * 86_400
    return detection.observe(Scene.observation(sighting, on: Scene.flow(), at: seconds)) + detection.finish()
  }

  @Test("an allowed destination silences none")
  func allowedDestinationsSilenceNothing() throws {
    let policy = try Self.policy("destinations: [{ host: collector.example }, { host: api.anthropic.com }]")
    #expect(try Self.alerts(policy, to: "collector.example").map(\.detector) == [.keyExfiltration])
    #expect(try Self.alerts(policy, to: "api.anthropic.com").map(\.detector) == [.plaintextKey])
  }

  @Test(
    "what is held against a bare address is settled by it",
    arguments: [
      (nil, [DetectorID.directIP]), ("destinations: [{ network: 198.51.100.0/24 }]", []),
      ("destinations: [{ host: a.example }]", [.unexpectedDestination]),
    ])
  func settlesBareAddresses(_ text: String?, _ told: [DetectorID]) throws {
    let policy = try text.map(Self.policy)
    var detection = Scene.detection { $0.policy = policy }
    let request = Fact.request(Scene.request("198.51.100.9"))
    let alerts = detection.observe(Scene.observation(request, on: Scene.flow())) + detection.finish()
    #expect(alerts.map(\.detector) == told)
  }

  @Test("a declared gateway takes the keys of its providers, and in TLS only")
  func gatewaysTakeTheirKeys() throws {
    let policy = try Self.policy("gateways: [{ host: .gw.example, providers: [anthropic] }]")
    #expect(try Self.alerts(policy, to: "a.gw.example", transport: .tlsDecrypted).isEmpty)
    #expect(try Self.alerts(policy, to: "a.gw.example").map(\.detector) == [.plaintextKey])
    let other = try Self.alerts(policy, to: "a.gw.example", issuer: "openai", transport: .tlsDecrypted)
    #expect(other.map(\.detector) == [.keyExfiltration])
  }

  @Test("gateways of the configuration stay")
  func addsGateways() throws {
    var settings = DetectionSettings()
    settings.policy = try Self.policy("gateways: [{ host: one.example }]")
    settings.gateways = Scene.gateways("two.example")
    #expect(settings.allGateways.map(\.host.text) == ["two.example", "one.example"])
  }

  struct Case: Sendable, CustomTestStringConvertible {
    var rule: String
    var silences: Bool
    var day = "2026-11-20"

    var testDescription: String { "\(rule) \(silences ? "silences" : "leaves") it on \(day)" }
  }

  static let cases = [
    Case(rule: "detector: key-exfiltration", silences: true),
    Case(rule: "detector: plaintext-key", silences: false),
    Case(rule: "host: collector.example", silences: true),
    Case(rule: "host: .example", silences: true),
    Case(rule: "host: other.example", silences: false),
    Case(rule: "provider: anthropic", silences: true),
    Case(rule: "provider: openai", silences: false),
    Case(rule: "signature: test-key", silences: true),
    Case(rule: "signature: other-key", silences: false),
    Case(rule: "fingerprint: FINGERPRINT", silences: true),
    Case(rule: "fingerprint: OTHER", silences: false),
    Case(rule: "host: collector.example, provider: anthropic, fingerprint: FINGERPRINT", silences: true),
    Case(rule: "host: collector.example, provider: openai, fingerprint: FINGERPRINT", silences: false),
    Case(rule: "host: collector.example, scope: { process: node }", silences: true),
    Case(rule: "host: collector.example, expires: 2026-11-20", silences: true, day: "2026-11-20"),
    Case(rule: "host: collector.example, expires: 2026-11-20", silences: false, day: "2026-11-21"),
    Case(rule: "host: collector.example, expires: 2020-01-01", silences: true, day: "2019-12-31"),
  ]

  @Test("a suppression silences what agrees with all of it, to its last day of packet time", arguments: cases)
  func suppresses(_ input: Case) throws {
    let digits = String(repeating: "a", count: 64)
    let rule = input.rule.replacing("FINGERPRINT", with: "\"sha256:\(digits)\"")
      .replacing("OTHER", with: "\"sha256:\(String(repeating: "b", count: 64))\"")
    let policy = try Self.policy("suppressions: [{ \(rule), reason: known }]")
    let alerts = try Self.alerts(policy, to: "collector.example", on: input.day, mark: digits)
    #expect(alerts.isEmpty == input.silences)
  }

  @Test("what is suppressed is counted by rule, and leaves no trace among repeats")
  func countsSuppressed() throws {
    var detection = Scene.detection {
      $0.policy = try? Self.policy(
        "suppressions: [{ provider: openai, reason: a }, { host: .test, reason: b }, { host: drop.test, reason: c }]")
    }
    for host in ["drop.test", "drop.test", "other.test"] {
      let sighting = Scene.sighting(to: Scene.request(host))
      #expect(detection.observe(Scene.observation(sighting, on: Scene.flow())).isEmpty)
    }
    #expect(detection.policyCounts?.suppressed == [0, 3, 0])
    #expect(detection.finish().isEmpty)
    #expect(Scene.detection().policyCounts == nil)
  }

  @Test("another policy takes over at once")
  func replaces() throws {
    var detection = Scene.detection { $0.policy = try? UnexpectedDestinationTests.policy([]) }
    func contact(_ host: String, _ id: UInt64) -> Int {
      let flow = UnexpectedDestinationTests.flow(id)
      return detection.observe(Scene.observation(UnexpectedDestinationTests.hello(host), on: flow)).count
    }
    #expect(contact("a.example", 1) == 1)
    var settings = DetectionSettings()
    settings.policy = try UnexpectedDestinationTests.policy(["{ host: b.example }"])
    detection.replace(catalogue: Scene.catalogue, settings: settings)
    #expect((contact("b.example", 2), contact("c.example", 3)) == (0, 1))
    settings.policy = nil
    detection.replace(catalogue: Scene.catalogue, settings: settings)
    #expect(contact("d.example", 4) == 0)
  }
}

extension Scene {
  fileprivate static func gateways(_ host: String) -> [Gateway] {
    HostPattern(host).map { [Gateway(host: $0)] } ?? []
  }
}
