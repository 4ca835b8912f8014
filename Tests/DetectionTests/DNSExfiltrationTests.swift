import Alerts
import Detection
import Observations
import TestSupport
import Testing
import Wire

@Suite("Data carried in DNS names")
struct DNSExfiltrationTests {
  static let base32 = "abcdefghijklmnopqrstuvwxyz234567"
  static let hex = "0123456789abcdef"
  static let base64url = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
  static let base36 = "abcdefghijklmnopqrstuvwxyz0123456789"

  private func alerts(
    _ names: [String], _ type: DNSRecordType = .a, every seconds: Double = 1, isAnswered: Bool = false,
    _ change: (inout DetectionSettings) -> Void = { _ in }
  ) -> [Alert] {
    var detection = Scene.watch(change)
    var alerts: [Alert] = []
    for (index, name) in names.enumerated() {
      let question = Scene.question(name, type, id: UInt16(index))
      let time = Int64(Double(index) * seconds)
      alerts += detection.observe(Scene.observation(.dns(question), on: Scene.resolver, at: time))
      guard isAnswered else { continue }
      let answer = Fact.dns(Scene.answer(to: question, code: 3))
      alerts += detection.observe(Scene.observation(answer, on: Scene.resolver, at: time))
    }
    return alerts + detection.finish()
  }

  private func drawn(_ count: Int, _ alphabet: String, length: Int = 48, below domain: String) -> [String] {
    var generator = SeededGenerator(seed: 23)
    return (0..<count).map { _ in "\(generator.text(length, of: alphabet)).\(domain)" }
  }

  @Test("is told in", arguments: [base32, hex, base64url, base36, "0123456789GHJKMP"])
  func told(_ alphabet: String) throws {
    let alert = try #require(alerts(drawn(40, alphabet, below: "x1.tunnel.test"), isAnswered: true).only)
    #expect(alert.detector == .dnsExfiltration && alert.severity == .high)
    #expect(alert.destination.host == "tunnel.test" && alert.destination.source == .dns)
    #expect(alert.evidence.contains("different labels with about"))
    #expect(alert.attack.contains("T1048.003"))
  }

  @Test("is told by the resolver where names have no domain, as those of dnscat2")
  func withoutDomain() throws {
    let names = drawn(20, Self.hex, length: 60, below: "x").map { "dnscat.\($0.dropLast(2)).\($0.prefix(30))7" }
    #expect(try #require(alerts(names).only).destination.host == "192.168.1.1")
  }

  @Test("shows no more than the beginning of what it carries")
  func masked() throws {
    let names = drawn(20, Self.base32, below: "tunnel.test")
    let alert = try #require(alerts(names).only)
    for name in names { #expect(!alert.evidence.contains(name.prefix(8))) }
  }

  @Test("counts TXT and NULL twice")
  func bulk() {
    let names = drawn(6, Self.base32, length: 60, below: "tunnel.test")
    #expect(alerts(names, .a) { $0.destinations.dnsExfiltration.byteCount = 100 }.isEmpty)
    for type in [DNSRecordType.txt, DNSRecordType(rawValue: 10)] {
      #expect(alerts(names, type) { $0.destinations.dnsExfiltration.byteCount = 100 }.count == 1)
    }
  }

  @Test("needs enough names, enough bytes, and one window")
  func thresholds() {
    #expect(alerts(drawn(9, Self.base32, length: 60, below: "tunnel.test")).isEmpty)
    #expect(alerts(drawn(15, Self.hex, length: 24, below: "tunnel.test")).isEmpty)
    #expect(alerts(drawn(40, Self.base32, below: "tunnel.test"), every: 200).isEmpty)
    #expect(alerts((0..<40).map { _ in drawn(1, Self.base32, below: "tunnel.test")[0] }).isEmpty)
  }

  @Test("counts domains apart")
  func domains() { #expect(alerts((0..<30).flatMap { drawn(1, Self.base32, below: "t\($0).test") }).isEmpty) }

  @Test(
    "spares what has long names by design",
    arguments: [
      "cloudfront.net", "safeframe.googlesyndication.com", "s3.amazonaws.com", "zen.dq.spamhaus.net", "sophosxl.net",
      "avqs.mcafee.com", "in-addr.arpa", "ip6.arpa", "service.local", "akamaiedge.net", "e5.sk",
    ])
  func spared(_ domain: String) { #expect(alerts(drawn(60, Self.hex, below: domain)).isEmpty) }

  static let words = [
    "my-very-long-service-name-number-\0.default.svc", "production-frontend-loadbalancer-\0", "ec2-12-34-56-\0",
    "r3---sn-4g5e6n\0", "verylonghostnamewithoutanyhyphens\0", "internationalisationcommittee\0",
    "the-quick-brown-fox-jumps-over-\0", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\0",
  ]

  @Test("spares names made of words, numbers and padding", arguments: words)
  func ordinary(_ template: String) {
    #expect(alerts((100..<160).map { "\(template.replacing("\0", with: "\($0)")).corp.test" }).isEmpty)
  }

  @Test("never traps on noise")
  func noise() {
    var generator = SeededGenerator(seed: 4)
    let alphabet = "ab.0-_A…é\\"
    _ = alerts((0..<500).map { _ in generator.text(Int.random(in: 0...120, using: &generator), of: alphabet) })
  }

  @Test("is silent when it is off")
  func off() {
    let names = drawn(40, Self.base32, below: "tunnel.test")
    #expect(alerts(names) { $0.destinations.dnsExfiltration.isEnabled = false }.isEmpty)
  }
}
