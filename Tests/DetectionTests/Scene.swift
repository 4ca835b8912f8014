import Alerts
import Detection
import Observations
import Signatures
import Wire

/// A small world to judge in: two providers, one ambiguous form, one campaign; and observations made by hand.
enum Scene {
  static let catalogue = Catalogue(
    providers: [
      provider("anthropic", "Anthropic", ["api.anthropic.com"]),
      provider("openai", "OpenAI", ["api.openai.com"]),
      provider("moonshot", "Moonshot", ["api.moonshot.ai", ".moonshot.cn"]),
    ],
    credentials: [],
    indicators: [
      Indicator(
        id: "thieves", campaign: "thieves", kinds: kinds, description: "a test campaign")
    ])

  private static func provider(_ id: String, _ name: String, _ hosts: [String]) -> Provider {
    Provider(id: id, name: name, hosts: hosts.compactMap(HostPattern.init), headers: ["authorization"])
  }

  private static var kinds: [Indicator.Kind] {
    let host = HostPattern("drop.example").map { [Indicator.Kind.host($0)] } ?? []
    return host + [
      .address("203.0.113.7"), .urlPath("/api/software/key"), .header(name: "x-filename", value: "loot.tar.gz"),
    ]
  }

  static func detection(_ change: (inout DetectionSettings) -> Void = { _ in }) -> Detection {
    var settings = DetectionSettings()
    change(&settings)
    return Detection(catalogue: catalogue, settings: settings)
  }

  // MARK: Observations

  static let client = "192.168.1.20"
  static let second: Int64 = 1_000_000_000

  static func flow(to server: String = "198.51.100.9", port: UInt16 = 80, from client: String = client) -> FlowContext {
    let addresses = (IPAddress(client) ?? IPAddress(ipv4: 0), IPAddress(server) ?? IPAddress(ipv4: 0))
    return FlowContext(
      id: UInt64(addresses.1.low & 0xFFFF) + UInt64(port), client: Endpoint(addresses.0, port: 40_000),
      server: Endpoint(addresses.1, port: port), transport: .tcp)
  }

  static func observation(_ fact: Fact, on flow: FlowContext, at seconds: Int64 = 0, packet: UInt64 = 1) -> Observation
  {
    Observation(
      place: PacketPlace(packet: packet, numberInSource: packet, source: 0, timestamp: seconds * second), flow: flow,
      fact: fact)
  }

  static func request(_ host: String?, target: String = "/v1/messages", noted: [HTTPField] = []) -> HTTPRequest {
    HTTPRequest(
      method: "POST", target: target, version: "HTTP/1.1", host: host, port: nil, notedFields: noted)
  }

  static func sighting(
    issuers: [String] = ["anthropic"], to request: HTTPRequest?, direction: Direction = .toServer,
    location: CredentialLocation = .requestHeader, transport: TransportSecurity = .plain, mark: String = "a"
  ) -> Fact {
    let credential = MaskedCredential(
      signature: "test-key", issuers: issuers, redacted: "test-…\(mark)", fingerprint: "sha256:\(mark)", length: 51,
      encodings: [])
    return .credential(
      CredentialSighting(
        credential: credential, location: location, direction: direction, transport: transport, request: request,
        evidence: "x-api-key: test-…\(mark)"))
  }
}
