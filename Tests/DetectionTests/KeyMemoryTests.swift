import Alerts
import Observations
import Signatures
import Testing
import Wire

@testable import Detection

@Suite("Keys without a form of their own")
struct KeyMemoryTests {
  /// A token in `field` of a request to `host`.
  static func bearer(
    to host: String?, field: String = "authorization", transport: TransportSecurity = .tlsDecrypted, mark: String = "t",
    location: CredentialLocation = .requestHeader
  ) -> Fact {
    .bearer(
      CredentialSighting(
        credential: credential(mark), location: location, direction: .toServer, transport: transport,
        request: Scene.request(host), evidence: "\(field): …\(mark)"),
      field: field)
  }

  private static func credential(_ name: String) -> MaskedCredential {
    MaskedCredential(
      signature: "bearer", issuers: [], redacted: "…\(name)", fingerprint: "sha256:\(name)", length: 40, encodings: [],
      mark: ValueMark(Array(name.utf8).span))
  }

  private static func alerts(_ facts: [Fact], gateway: String? = nil) -> [Alert] {
    var detection = Scene.detection { settings in
      settings.gateways = gateway.flatMap { HostPattern($0) }.map { [Gateway(host: $0, providers: [])] } ?? []
    }
    return facts.flatMap { detection.observe(Scene.observation($0, on: Scene.flow())) }
  }

  @Test("are nobody's until they go to a provider")
  func ignoresStrangers() {
    #expect(Self.alerts([Self.bearer(to: "tokens.example"), Self.bearer(to: "other.example")]).isEmpty)
  }

  @Test("are normal use at the provider, inside TLS")
  func allowsUse() { #expect(Self.alerts([Self.bearer(to: "api.openai.com")]).isEmpty) }

  @Test("must not cross to the provider in clear")
  func tellsPlaintext() throws {
    let alert = try #require(Self.alerts([Self.bearer(to: "api.openai.com", transport: .plain)]).first)
    #expect((alert.detector, alert.severity, alert.provider) == (.plaintextKey, .high, "openai"))
  }

  @Test("are the provider's wherever they go afterwards")
  func tellsExfiltration() throws {
    let alerts = Self.alerts([
      Self.bearer(to: "collector.example"), Self.bearer(to: "api.openai.com"), Self.bearer(to: "collector.example"),
    ])
    let alert = try #require(alerts.first)
    #expect(alerts.count == 1)
    #expect((alert.detector, alert.provider) == (.keyExfiltration, "openai"))
    #expect(alert.destination.host == "collector.example")
    #expect(alert.destination.expected == ["api.openai.com"])
  }

  @Test("are known in a body, which teaches nothing")
  func tellsBodies() throws {
    let body = { (host: String) in Self.bearer(to: host, location: .requestBody) }
    #expect(Self.alerts([body("api.openai.com"), body("collector.example")]).isEmpty)
    let alerts = Self.alerts([Self.bearer(to: "api.openai.com"), body("collector.example")])
    #expect(alerts.map(\.detector) == [.keyExfiltration])
    #expect(alerts.first?.credential?.location == .requestBody)
  }

  @Test("are known without a name, in a body, a head or a name that is asked for")
  func tellsUnnamed() throws {
    func values(_ location: CredentialLocation, _ names: [String]) -> [UnnamedValue] {
      names.map {
        UnnamedValue(
          mark: ValueMark(Array($0.utf8).span), encodings: [.hex], location: location, transport: .tlsDecrypted)
      }
    }
    let request = HTTPRequest(
      method: "GET", target: "/", version: "HTTP/1.1", host: "collector.example", port: nil,
      values: values(.requestLine, ["u", "t"]))
    let facts: [Fact] = [
      .request(request),
      .values(UnnamedValues(values(.requestBody, ["u", "t"]), request: Scene.request("collector.example"))),
    ]
    for fact in facts {
      #expect(Self.alerts([fact]).isEmpty)
      let alerts = Self.alerts([Self.bearer(to: "api.openai.com"), fact])
      #expect(alerts.map(\.detector) == [.keyExfiltration])
      #expect(alerts.first?.credential?.masked.encodings == [.hex])
      #expect(alerts.first?.credential?.masked.fingerprint == "sha256:t")
      #expect(alerts.first?.provider == "openai")
    }
  }

  @Test("are judged by their form where they were seen in it, whatever names them elsewhere")
  func prefersForms() throws {
    let own = Scene.sighting(
      issuers: ["openai"], to: Scene.request("api.openai.com"), transport: .tlsDecrypted)
    guard case .credential(let seen) = own else { return }
    let named = CredentialSighting(
      credential: MaskedCredential(
        signature: "bearer", issuers: [], redacted: "…", fingerprint: seen.credential.fingerprint, length: 40,
        encodings: [.gzip]),
      location: .requestBody, direction: .toServer, transport: .plain, request: Scene.request("collector.example"),
      evidence: "token: …")
    let alert = try #require(Self.alerts([own, .bearer(named, field: "token")]).first)
    #expect(alert.credential?.masked.signature == seen.credential.signature)
    #expect(alert.credential?.masked.encodings == [.gzip])
    #expect(Self.alerts([.bearer(named, field: "token")]).isEmpty)
  }

  @Test("stay their first provider's when they are replayed at another")
  func keepsOwner() throws {
    let alert = try #require(
      Self.alerts([Self.bearer(to: "api.openai.com"), Self.bearer(to: "api.anthropic.com")]).first)
    #expect((alert.detector, alert.provider) == (.keyExfiltration, "openai"))
  }

  @Test("may go to a declared gateway")
  func allowsGateways() {
    let facts = [Self.bearer(to: "api.openai.com"), Self.bearer(to: "gw.example")]
    #expect(Self.alerts(facts, gateway: "gw.example").isEmpty)
    #expect(Self.alerts(facts).count == 1)
  }

  @Test("are no keys in a field that the provider does not take them in")
  func asksForTheField() {
    #expect(Self.alerts([Self.bearer(to: "api.openai.com", field: "x-session", transport: .plain)]).isEmpty)
  }

  @Test("are not learnt where a provider has no models")
  func asksForModels() throws {
    let host = try #require(HostPattern("pull.maker.example"))
    let model = try #require(HostPattern("api.maker.example"))
    let provider = Provider(
      id: "maker", name: "Maker", hosts: [host, model], headers: ["authorization"], modelHosts: [model])
    let catalogue = Catalogue(providers: [provider], credentials: [], indicators: [])
    func alerts(_ hosts: [String]) -> [Alert] {
      var detection = Detection(catalogue: catalogue, settings: DetectionSettings())
      return hosts.flatMap {
        detection.observe(Scene.observation(Self.bearer(to: $0, transport: .plain), on: Scene.flow()))
      }
    }
    #expect(alerts(["pull.maker.example", "elsewhere.example"]).isEmpty)
    #expect(alerts(["api.maker.example", "elsewhere.example"]).map(\.detector) == [.plaintextKey, .keyExfiltration])
  }

  @Test("tell which of several issuers a form is from")
  func narrowsIssuers() throws {
    let request = Scene.request("api.openai.com")
    let own = Scene.sighting(issuers: ["openai", "moonshot"], to: request, transport: .tlsDecrypted)
    let stranger = Scene.sighting(issuers: ["openai", "moonshot"], to: Scene.request("drop.test"))
    let alert = try #require(Self.alerts([own, stranger]).first)
    #expect((alert.detector, alert.provider) == (.keyExfiltration, "openai"))
    #expect(Self.alerts([stranger]).first?.provider == nil)
  }

  @Test("are forgotten oldest first")
  func isBounded() {
    let memory = KeyMemory(limit: 2)
    for key in ["a", "b", "a", "c"] { memory.learn(Self.credential(key), owner: "o") }
    #expect(memory.count == 2)
    #expect(["a", "b", "c"].map { memory.owner(of: "sha256:\($0)") } == [nil, "o", "o"])
    #expect(["a", "b", "c"].map { memory.redacted(ValueMark(Array($0.utf8).span)) } == [nil, "…b", "…c"])
    #expect(memory.evictionCount == 1)
  }
}
