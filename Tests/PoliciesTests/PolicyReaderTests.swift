import Alerts
import Foundation
import Policies
import Signatures
import TestSupport
import Testing

@Suite("Policy file")
struct PolicyReaderTests {
  static let fingerprint = "sha256:" + String(repeating: "0f", count: 32)

  static let whole = """
    version: 1
    destinations:
      - host: api.openai.com
      - { host: .github.com, ports: [443, 8000-8099] }
      - network: 10.0.0.0/8
        scope: { process: node, user: ci, container: "builder-*" }
    gateways:
      - host: llm-gateway.corp.example
        providers: [anthropic, openai]
      - host: 10.0.0.7
    suppressions:
      - detector: plaintext-key
        host: legacy.corp.example
        fingerprint: \(fingerprint)
        reason: migration, ticket SEC-12
        expires: 2027-01-31
    """

  @Test("is read")
  func reads() throws {
    let policy = try PolicyReader.read(text: Self.whole, file: "p.yaml")
    let destinations = try #require(policy.destinations)
    #expect(destinations.map { "\($0.target)" } == ["api.openai.com", ".github.com", "10.0.0.0/8"])
    #expect(destinations.map { "\($0.ports)" } == ["", "443, 8000-8099", ""])
    #expect("\(destinations[2].scope)" == "process node, user ci, container builder-*")
    #expect(destinations.map(\.place.line) == [3, 4, 5])
    #expect(policy.gateways.map(\.host.text) == ["llm-gateway.corp.example", "10.0.0.7"])
    #expect(policy.gateways.map(\.providers) == [["anthropic", "openai"], []])
    let suppression = try #require(policy.suppressions.first)
    #expect((suppression.detector, suppression.fingerprint) == (.plaintextKey, Self.fingerprint))
    #expect(suppression.expires == CalendarDay("2027-01-31"))
  }

  @Test("may be silent about destinations, or allow none")
  func tellsSilenceFromNone() throws {
    #expect(try PolicyReader.read(text: "version: 1", file: "p").destinations == nil)
    #expect(try PolicyReader.read(text: "version: 1\ndestinations: []", file: "p").destinations == [])
  }

  struct Rejection: Sendable, CustomTestStringConvertible {
    var testDescription: String
    var text: String
    var places: [String]
    var says: String

    init(_ name: String, _ body: String, _ places: [String], _ says: String, version: String = "version: 1\n") {
      (testDescription, text, self.places, self.says) = (name, version + body, places, says)
    }
  }

  static let rejections = [
    Rejection("nothing", "", ["0:0"], "empty", version: ""),
    Rejection("a list", "- host: a.example", ["1:1"], "must be a mapping", version: ""),
    Rejection("no version", "destinations: []", ["1:1"], "needs the key `version`", version: ""),
    Rejection("another version", "", ["1:10"], "version `2` is not known", version: "version: 2\n"),
    Rejection("an unknown key", "destination: []", ["2:1"], "did you mean `destinations`"),
    Rejection("the same key twice", "gateways: []\ngateways: []", ["2:1"], "twice"),
    Rejection("no YAML", "destinations: [", ["3:1"], "is not YAML"),
    Rejection("no list", "destinations: api.example", ["2:15"], "must be a list"),
    Rejection("a plain text", "destinations:\n  - api.example", ["3:5"], "must be a mapping"),
    Rejection("an empty rule", "destinations:\n  - {}", ["3:5"], "one of the keys `host` and `network`"),
    Rejection("both keys", "destinations:\n  - { host: a.example, network: 10.0.0.0/8 }", ["3:5"], "one of the keys"),
    Rejection("a URL", "destinations:\n  - host: https://a.example/x", ["3:11"], "is no host"),
    Rejection("two stars", "destinations:\n  - host: \"**.a.example\"", ["3:11"], "write .example.com for every name"),
    Rejection("a reason of blanks", "suppressions:\n  - { host: a.example, reason: \" \" }", ["3:32"], "says nothing"),
    Rejection("a host with a port", "destinations:\n  - host: a.example:443", ["3:11"], "is no host"),
    Rejection("a wide prefix", "destinations:\n  - network: 10.0.0.0/33", ["3:14"], "is no network"),
    Rejection("a port by name", "destinations:\n  - { host: a.example, ports: [https] }", ["3:32"], "is no port"),
    Rejection("port 0", "destinations:\n  - { host: a.example, ports: [0] }", ["3:32"], "is no port"),
    Rejection("a high port", "destinations:\n  - { host: a.example, ports: [65536] }", ["3:32"], "is no port"),
    Rejection("ports backwards", "destinations:\n  - { host: a.example, ports: [9-8] }", ["3:32"], "is no port"),
    Rejection("a lone port", "destinations:\n  - { host: a.example, ports: 443 }", ["3:31"], "must be a list"),
    Rejection("an unknown scope", "destinations:\n  - { host: a.example, scope: { pid: 1 } }", ["3:33"], "unknown key"),
    Rejection("a gateway without a host", "gateways:\n  - providers: [openai]", ["3:5"], "needs the key `host`"),
    Rejection(
      "no reason", "suppressions:\n  - { host: a.example, expires: 2027-01-31 }", ["3:5"], "needs the key `reason`"),
    Rejection("nothing selected", "suppressions:\n  - reason: quiet please", ["3:5"], "silences all"),
    Rejection(
      "an unknown detector", "suppressions:\n  - { detector: plaintext-keys, reason: r }", ["3:17"],
      "did you mean `plaintext-key`"),
    Rejection(
      "a short fingerprint", "suppressions:\n  - { fingerprint: \"sha256:0f\", reason: r }", ["3:20"], "64 digits"),
    Rejection(
      "no such day", "suppressions:\n  - { provider: openai, reason: r, expires: 2027-02-30 }", ["3:45"], "is no day"),
    Rejection(
      "two mistakes", "gateways:\n  - host: a b\nsuppressions:\n  - host: c.example", ["3:11", "5:5"], "reason"),
  ]

  @Test("is refused as a whole, with line and column", arguments: rejections)
  func refuses(_ input: Rejection) {
    let error = #expect(throws: SignatureError.self) {
      _ = try PolicyReader.read(text: input.text, file: "p.yaml")
    }
    #expect(error?.problems.map { "\($0.line):\($0.column)" } == input.places, "\(error.map(String.init) ?? "")")
    #expect(error?.description.contains(input.says) == true, "\(error.map(String.init) ?? "")")
    #expect(error?.problems.allSatisfy { $0.file == "p.yaml" } == true)
  }

  @Test("that is not there is said")
  func refusesAbsence() {
    let error = #expect(throws: SignatureError.self) { _ = try PolicyReader.read(file: "/nowhere/policy.yaml") }
    #expect(error?.description == "/nowhere/policy.yaml: there is no such file, or it cannot be read")
  }

  @Test("cut anywhere is read or refused, and never a trap", arguments: [whole])
  func survivesPrefixes(_ text: String) {
    for count in 0...text.utf8.count {
      let prefix = String(decoding: Array(text.utf8.prefix(count)), as: UTF8.self)
      do { _ = try PolicyReader.read(text: prefix, file: "p") } catch { #expect(!error.problems.isEmpty) }
    }
  }

  @Test("with bytes changed, dropped or repeated is read or refused, and never a trap", arguments: 1...4)
  func survivesNoise(seed: UInt64) {
    var generator = SeededGenerator(seed: seed)
    for _ in 0..<200 {
      var bytes = Array(Self.whole.utf8)
      for _ in 0..<Int.random(in: 1...6, using: &generator) {
        let place = Int.random(in: 0..<bytes.count, using: &generator)
        switch Int.random(in: 0..<3, using: &generator) {
        case 0: bytes[place] = UInt8.random(in: 0...255, using: &generator)
        case 1: bytes.remove(at: place)
        default: bytes.insert(contentsOf: bytes[place...].prefix(9), at: place)
        }
      }
      let text = String(decoding: bytes, as: UTF8.self)
      do { _ = try PolicyReader.read(text: text, file: "p") } catch { #expect(!error.problems.isEmpty) }
    }
  }
}
