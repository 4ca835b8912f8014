import Alerts
import Detection
import Observations
import Signatures
import Testing
import Wire

@Suite("Credentials of a cloud's metadata service")
struct CloudMetadataTests {
  struct Case: CustomTestStringConvertible, Sendable {
    var host: String?
    var server: String
    var target: String
    var service: String?
    var method = "GET"
    var userAgent: String?
    var testDescription: String { "\(host ?? "-") \(target)" }
  }

  static let requests = [
    Case(
      host: "169.254.169.254", server: "169.254.169.254", target: "/latest/meta-data/iam/security-credentials/",
      service: "AWS's"),
    Case(
      host: "169.254.169.254", server: "169.254.169.254", target: "//latest/meta-data//iam/security-credentials/role",
      service: "AWS's"),
    Case(
      host: "fd00:ec2::254", server: "fd00:ec2::254", target: "/latest/meta-data/iam/security-credentials/role",
      service: "AWS's"),
    Case(host: "169.254.170.2", server: "169.254.170.2", target: "/v2/credentials/an-id", service: "AWS containers's"),
    Case(
      host: "169.254.170.23", server: "169.254.170.23", target: "/v1/credentials", service: "AWS containers's"),
    Case(
      host: "metadata.google.internal", server: "169.254.169.254",
      target: "/computeMetadata/v1/instance/service-accounts/default/token", service: "Google Cloud's"),
    Case(
      host: "metadata", server: "169.254.169.254",
      target: "/computeMetadata/v1/instance/service-accounts/a@b/identity?audience=x", service: "Google Cloud's"),
    Case(
      host: "169.254.169.254", server: "169.254.169.254",
      target: "/metadata/identity/oauth2/token?api-version=2018-02-01&resource=x", service: "Azure's"),
    Case(
      host: "168.63.129.16", server: "168.63.129.16", target: "/machine/x/y?comp=certificates&type=z",
      service: "Azure's wire server's"),
    Case(
      host: "100.100.100.200", server: "100.100.100.200", target: "/latest/meta-data/ram/security-credentials/role",
      service: "Alibaba Cloud's"),
    Case(
      host: "other.example", server: "169.254.169.254", target: "/latest/meta-data/iam/security-credentials/role",
      service: "AWS's"),
    Case(host: "169.254.169.254", server: "169.254.169.254", target: "/latest/meta-data/instance-id"),
    Case(host: "169.254.169.254", server: "169.254.169.254", target: "/latest/api/token", method: "PUT"),
    Case(
      host: "metadata.google.internal", server: "169.254.169.254",
      target: "/computeMetadata/v1/instance/?recursive=true"),
    Case(
      host: "168.63.129.16", server: "168.63.129.16", target: "/machine/x/y?comp=certificates",
      userAgent: "WALinuxAgent/2.9"),
    Case(host: "168.63.129.16", server: "168.63.129.16", target: "/machine?comp=goalstate"),
    Case(host: "www.example", server: "10.0.0.9", target: "/latest/meta-data/iam/security-credentials/role"),
  ]

  @Test("judges", arguments: requests)
  func judges(_ input: Case) throws {
    var detection = Scene.watch()
    let request = Scene.get(input.host, target: input.target, method: input.method, userAgent: input.userAgent)
    let alerts =
      detection.observe(Scene.observation(.request(request), on: Scene.flow(to: input.server))) + detection.finish()
    guard let service = input.service else {
      #expect(alerts.isEmpty)
      return
    }
    let alert = try #require(alerts.only)
    #expect(alert.detector == .cloudMetadataAccess && alert.severity == .medium)
    #expect(alert.message.hasPrefix(service))
    #expect(alert.attack == ["T1552.005"])
  }

  static let credentials = "/latest/meta-data/iam/security-credentials/role"

  @Test("tells a client once, and that it opened a session first")
  func once() throws {
    var detection = Scene.watch()
    var alerts: [Alert] = []
    let requests = [("PUT", "/latest/api/token"), ("GET", Self.credentials), ("GET", Self.credentials)]
    for (index, request) in requests.enumerated() {
      let fact = Fact.request(Scene.get("169.254.169.254", target: request.1, method: request.0))
      let flow = Scene.flow(to: "169.254.169.254")
      alerts += detection.observe(Scene.observation(fact, on: flow, at: Int64(index) * 7_200))
    }
    let alert = try #require((alerts + detection.finish()).only)
    #expect(alert.evidence.contains("with a session token"))
  }

  @Test("spares clients that are allowed, and everybody when it is off")
  func allowed() {
    let request = Scene.observation(
      .request(Scene.get("169.254.169.254", target: Self.credentials)), on: Scene.flow(to: "169.254.169.254"))
    let changes: [(inout DetectionSettings) -> Void] = [
      { $0.destinations.cloudMetadata.allowed = [Network("192.168.0.0/16")].compactMap { $0 } },
      { $0.destinations.cloudMetadata.isEnabled = false },
    ]
    for change in changes {
      var detection = Scene.watch(change)
      #expect((detection.observe(request) + detection.finish()).isEmpty)
    }
  }
}
