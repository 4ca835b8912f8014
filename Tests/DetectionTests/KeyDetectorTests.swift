import Alerts
import Detection
import Observations
import Signatures
import Testing
import Wire

@Suite("Keys: does the issuer match the host, and may the key travel like this?")
struct KeyDetectorTests {
  struct Case: CustomTestStringConvertible, Sendable {
    var testDescription: String
    var issuers = ["anthropic"]
    var host: String?
    var server = "198.51.100.9"
    var client = Scene.client
    var direction = Direction.toServer
    var transport = TransportSecurity.plain
    var expected: DetectorID?
    var severity = Severity.critical
    var provider: String? = "anthropic"
  }

  static let cases = [
    Case(testDescription: "own host in clear", host: "api.anthropic.com", expected: .plaintextKey, severity: .high),
    Case(testDescription: "own host inside TLS", host: "api.anthropic.com", transport: .tlsDecrypted, expected: nil),
    Case(testDescription: "a stranger", host: "collector.example", expected: .keyExfiltration),
    Case(
      testDescription: "a stranger inside TLS", host: "collector.example", transport: .tlsDecrypted,
      expected: .keyExfiltration),
    Case(testDescription: "no name at all", host: nil, expected: .keyExfiltration),
    Case(testDescription: "another provider", host: "api.openai.com", expected: .keyExfiltration),
    Case(
      testDescription: "a name that only ends like the provider's", host: "evilapi.anthropic.com.example",
      expected: .keyExfiltration),
    Case(
      testDescription: "one of several issuers", issuers: ["openai", "moonshot"], host: "eu.moonshot.cn",
      expected: .plaintextKey, severity: .high, provider: "moonshot"),
    Case(
      testDescription: "none of several issuers", issuers: ["openai", "moonshot"], host: "drop.example",
      expected: .keyExfiltration, provider: nil),
    Case(testDescription: "a declared gateway", host: "gw.corp.example", expected: .plaintextKey, severity: .high),
    Case(
      testDescription: "a gateway of other providers", issuers: ["openai"], host: "gw.corp.example",
      expected: .keyExfiltration, provider: "openai"),
    Case(
      testDescription: "loopback by address", host: "127.0.0.1", server: "127.0.0.1", expected: .plaintextKey,
      severity: .info),
    Case(
      testDescription: "loopback by name", host: "localhost", server: "::1", expected: .plaintextKey, severity: .info),
    Case(
      testDescription: "loopback without a name", host: nil, server: "127.0.0.1", expected: .plaintextKey,
      severity: .info),
    Case(
      testDescription: "the provider's name over loopback", host: "api.anthropic.com", server: "127.0.0.1",
      expected: .plaintextKey, severity: .info),
    Case(
      testDescription: "a stranger's name over loopback", host: "collector.example", server: "127.0.0.1",
      expected: .keyExfiltration),
    Case(
      testDescription: "a server of ours hands one out", host: "10.0.0.5", server: "10.0.0.5", direction: .toClient,
      expected: .keyExposure, severity: .high),
    Case(
      testDescription: "a cloud's metadata service hands one out", host: "169.254.169.254", server: "169.254.169.254",
      direction: .toClient, expected: nil),
    Case(
      testDescription: "a cloud's metadata service by name", host: "metadata.google.internal",
      server: "169.254.169.254", direction: .toClient, expected: nil),
    Case(
      testDescription: "a program on this machine hands one to another", host: "127.0.0.1", server: "127.0.0.1",
      client: "127.0.0.1", direction: .toClient, expected: .keyExposure, severity: .info),
    Case(testDescription: "a stranger's page contains one", host: "docs.example", direction: .toClient, expected: nil),
    Case(
      testDescription: "the provider answers with one in clear", host: "api.anthropic.com", direction: .toClient,
      expected: .plaintextKey, severity: .high),
  ]

  @Test("judges", arguments: cases)
  func judges(_ input: Case) throws {
    var detection = Scene.detection { settings in
      guard let host = HostPattern("gw.corp.example") else { return }
      settings.gateways = [Gateway(host: host, providers: ["anthropic"])]
    }
    let fact = Scene.sighting(
      issuers: input.issuers, to: input.host.map { Scene.request($0) }, direction: input.direction,
      transport: input.transport)
    let alerts = detection.observe(Scene.observation(fact, on: Scene.flow(to: input.server, from: input.client)))
    guard let expected = input.expected else {
      #expect(alerts.isEmpty)
      return
    }
    let alert = try #require(alerts.only)
    #expect(alert.detector == expected)
    #expect(alert.severity == input.severity)
    #expect(alert.provider == input.provider)
    #expect(alert.credential?.masked.redacted == "test-…a")
    #expect(!alert.message.isEmpty && !alert.advice.isEmpty)
  }

  @Test("names the hosts that the key may go to")
  func namesExpectedHosts() throws {
    var detection = Scene.detection()
    let fact = Scene.sighting(issuers: ["openai", "moonshot"], to: Scene.request("drop.example"))
    let alert = try #require(detection.observe(Scene.observation(fact, on: Scene.flow())).only)
    #expect(alert.destination.expected == ["api.openai.com", "api.moonshot.ai", ".moonshot.cn"])
    #expect(alert.destination.source == .httpHost)
  }

  @Test("judges a flow without requests by the name of its TLS hello")
  func usesServerName() throws {
    var detection = Scene.detection()
    let hello = Fact.tlsHello(TLSHello(serverName: "collector.example", alpn: []))
    #expect(detection.observe(Scene.observation(hello, on: Scene.flow())).isEmpty)
    let alert = try #require(
      detection.observe(Scene.observation(Scene.sighting(to: nil, location: .stream), on: Scene.flow())).only)
    #expect(alert.destination == Destination(host: "collector.example", source: .sni, expected: ["api.anthropic.com"]))
  }
}

extension Array {
  var only: Element? { count == 1 ? self[0] : nil }
}

@Suite("Keys that the catalogue holds for less")
struct CappedSeverityTests {
  private static func severities(_ facts: [Fact]) -> [Severity] {
    let provider = Provider(
      id: "maps", name: "Maps", hosts: [".maps.example"].compactMap(HostPattern.init), headers: [],
      modelHosts: ["ai.maps.example"].compactMap(HostPattern.init))
    let key = { (id: String, severity: SeverityHint?, response: SeverityHint?) in
      CredentialSignature(
        id: id, issuers: ["maps"], description: "", forms: [], severity: severity, responseSeverity: response)
    }
    let catalogue = Catalogue(
      providers: [provider], credentials: [key("public", nil, .low), key("identifier", .info, nil)],
      indicators: HostPattern("drop.example").map {
        [Indicator(id: "thieves", campaign: "thieves", kinds: [.host($0)], description: "a test campaign")]
      } ?? [],
      sinks: HostPattern("sink.example").map {
        [Sink(id: "drops", kind: "a file drop", use: .daily, hosts: [$0])]
      } ?? [])
    var settings = DetectionSettings()
    settings.gateways = HostPattern("gw.example").map { [Gateway(host: $0)] } ?? []
    var detection = Detection(catalogue: catalogue, settings: settings)
    return facts.flatMap { detection.observe(Scene.observation($0, on: Scene.flow())) }
      .filter { $0.credential != nil }.map(\.severity)
  }

  private static func sighting(
    _ signature: String, _ host: String?, _ direction: Direction = .toServer,
    at location: CredentialLocation = .requestHeader,
    mark: String? = nil
  ) -> Fact {
    let credential = MaskedCredential(
      signature: signature, issuers: ["maps"], redacted: "…", fingerprint: "sha256:\(mark ?? host ?? "")", length: 39,
      encodings: [])
    return .credential(
      CredentialSighting(
        credential: credential, location: location, direction: direction, transport: .plain,
        request: host.map { Scene.request($0) }, evidence: ""))
  }

  @Test("are low in pages and where no model answers, and what they are to strangers and models")
  func capsPublicKeys() {
    #expect(Self.severities([Self.sighting("public", "www.maps.example", .toClient)]) == [.low])
    #expect(Self.severities([Self.sighting("public", "www.maps.example")]) == [.low])
    #expect(Self.severities([Self.sighting("public", "ai.maps.example")]) == [.high])
    #expect(Self.severities([Self.sighting("public", "stranger.example")]) == [.critical])
    #expect(Self.severities([Self.sighting("public", "gw.example")]) == [.high])
  }

  @Test(
    "are low in what is sent to a named host that nothing speaks against",
    arguments: [CredentialLocation.requestBody, .requestLine])
  func capsUploads(_ location: CredentialLocation) {
    func severities(_ host: String?) -> [Severity] { Self.severities([Self.sighting("public", host, at: location)]) }
    #expect(severities("reports.example") == [.low])
    #expect(severities("198.51.100.9") == [.critical])
    #expect(severities(nil) == [.critical])
    #expect(severities("drop.example") == [.critical])
    #expect(severities("sink.example") == [.critical])
    #expect(severities("ai.maps.example") == [.high])
  }

  @Test("are worth all in uploads once they were seen where models answer")
  func remembersUse() {
    let used = Self.sighting("public", "ai.maps.example", mark: "k")
    let browsed = Self.sighting("public", "www.maps.example", mark: "k")
    let upload = Self.sighting("public", "reports.example", at: .requestBody, mark: "k")
    #expect(Self.severities([used, upload]) == [.high, .critical])
    #expect(Self.severities([browsed, upload]) == [.low, .low])
    #expect(Self.severities([browsed, used, upload]) == [.low, .high, .critical])
  }

  @Test("give no alert where they are identifiers alone")
  func dropsIdentifiers() {
    #expect(Self.severities([Self.sighting("identifier", "stranger.example")]).isEmpty)
  }
}
