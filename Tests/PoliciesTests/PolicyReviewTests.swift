import Policies
import Signatures
import Testing

@Suite("What is said of a policy")
struct PolicyReviewTests {
  private static func policy(_ body: String) throws -> Policy {
    try PolicyReader.read(text: "version: 1\n" + body, file: "p")
  }

  @Test(
    "a rule that another one makes superfluous",
    arguments: [
      ([".github.com", "api.github.com"], [1]), (["api.github.com", ".github.com"], [0]),
      ([".github.com", "github.com"], []), (["a.example", "a.example"], [1]), ([".a.example", ".b.a.example"], [1]),
      ([".a.example", "*.a.example"], [1]), (["*.a.example", ".a.example"], [0]),
      (["*.a.example", "x.a.example"], [1]), (["*.a.example", "x-*.a.example"], []),
      (["10.0.0.0/8", "10.1.0.0/16"], [1]), (["10.1.0.0/16", "10.0.0.0/8"], [0]), (["10.0.0.0/8", "10.1.2.3"], [1]),
      (["10.0.0.0/8", "11.1.2.3"], []), (["::/0", "10.0.0.0/8"], []), (["2001:db8::/32", "2001:db8::7"], [1]),
    ])
  func findsShadows(_ targets: [String], _ shadowed: [Int]) throws {
    let rules = targets.map { $0.contains("/") ? "  - network: \"\($0)\"" : "  - host: \"\($0)\"" }
    let policy = try Self.policy("destinations:\n" + rules.joined(separator: "\n"))
    #expect(policy.shadowedRules.map { $0.rule.place.line - 3 } == shadowed)
  }

  @Test("ports and scopes keep a rule from being superfluous")
  func looksAtPortsAndScopes() throws {
    let narrow = """
      destinations:
        - { host: .a.example, ports: [443] }
        - { host: x.a.example, ports: [443, 80] }
        - { host: y.a.example, ports: [443] }
        - { host: .b.example, scope: { user: ci } }
        - { host: x.b.example }
        - { host: y.b.example, scope: { user: ci, process: node } }
      """
    #expect(try Self.policy(narrow).shadowedRules.map(\.rule.place.line) == [5, 8])
  }

  @Test("rules that strangers fit")
  func findsWideRules() throws {
    let body = """
      destinations:
        - host: .com
        - host: "*"
        - host: .example.com
        - host: "*.*.com"
        - host: "*.example.com"
        - network: 0.0.0.0/0
        - network: 10.0.0.0/8
        - network: "2001:db8::/32"
      gateways:
        - host: "*"
        - { host: .dev, providers: [openai] }
        - host: .gw.example.com
      """
    #expect(try Self.policy(body).wideRules.map(\.line) == [3, 4, 6, 8, 12, 13])
  }

  @Test("suppressions that are over, or have no end")
  func tellsExpiry() throws {
    let body = """
      suppressions:
        - { host: a.example, reason: first, expires: 2026-01-31 }
        - { host: b.example, reason: second, expires: 2026-02-01 }
        - { host: c.example, reason: third }
      """
    let today = try #require(CalendarDay("2026-02-01"))
    let notices = try Self.policy(body).notices(today: today)
    #expect(notices.map(\.line) == [3, 5])
    #expect(notices[0].reason == "the suppression is expired since 2026-02-01: not applied from then on: first")
    #expect(notices[1].reason.contains("no expiry"))
  }

  @Test("names that no signature has, with a guess")
  func findsUnknownNames() throws {
    let catalogue = Catalogue(
      providers: [Provider(id: "anthropic", name: "Anthropic", hosts: [])],
      credentials: [CredentialSignature(id: "anthropic-api-key", issuers: ["anthropic"], description: "", forms: [])],
      indicators: [])
    let body = """
      gateways:
        - { host: a.example, providers: [antropic] }
      suppressions:
        - { provider: anthropic, signature: anthropic-apikey, reason: r, expires: 2027-01-31 }
      """
    let problems = try Self.policy(body).problems(in: catalogue)
    #expect(problems.map(\.line) == [3, 5])
    #expect(problems[0].reason == "there is no provider `antropic` in the signatures, did you mean `anthropic`?")
    #expect(problems[1].reason.contains("did you mean `anthropic-api-key`?"))
  }
}
