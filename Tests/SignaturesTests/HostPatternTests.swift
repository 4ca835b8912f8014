import Signatures
import Testing

@Suite("Host pattern")
struct HostPatternTests {
  struct Case: Sendable, CustomTestStringConvertible {
    let pattern: String
    let host: String
    let matches: Bool

    init(_ pattern: String, _ host: String, _ matches: Bool) {
      (self.pattern, self.host, self.matches) = (pattern, host, matches)
    }
    var testDescription: String { "\(pattern) \(matches ? "takes" : "leaves") \(host)" }
  }

  static let cases = [
    Case("api.x.ai", "api.x.ai", true),
    Case("api.x.ai", "API.X.AI", true),
    Case("API.x.ai", "api.x.ai", true),
    Case("api.x.ai", "api.x.ai.", true),
    Case("api.x.ai.", "api.x.ai", true),
    Case("api.x.ai", "api.x.ai..", false),
    Case("api.x.ai", "api.x.ai.evil.example", false),
    Case("api.x.ai", "eu.api.x.ai", false),
    Case("api.x.ai", "xapi.x.ai", false),
    Case("api.x.ai", "apixx.ai", false),
    Case("api.x.ai", "", false),
    Case("api.x.ai", ".", false),
    // A suffix is every name below, at any depth, and not the name itself.
    Case(".openai.azure.com", "res.openai.azure.com", true),
    Case(".openai.azure.com", "a.b.openai.azure.com", true),
    Case(".openai.azure.com", "Res.OpenAI.Azure.com.", true),
    Case(".openai.azure.com", "openai.azure.com", false),
    Case(".openai.azure.com", ".openai.azure.com", false),
    Case(".openai.azure.com", "evilopenai.azure.com", false),
    Case(".openai.azure.com", "openai.azure.com.evil.example", false),
    // A star is one whole label ...
    Case("bedrock-runtime.*.amazonaws.com", "bedrock-runtime.eu-west-1.amazonaws.com", true),
    Case("bedrock-runtime.*.amazonaws.com", "bedrock-runtime.amazonaws.com", false),
    Case("bedrock-runtime.*.amazonaws.com", "bedrock-runtime.a.b.amazonaws.com", false),
    Case("bedrock-runtime.*.amazonaws.com", "bedrock-runtime..amazonaws.com", false),
    Case("*.svc.*.pinecone.io", "index-1.svc.us-east-1.pinecone.io", true),
    Case("*.svc.*.pinecone.io", "svc.us-east-1.pinecone.io", false),
    // ... or any characters within one.
    Case("*-aiplatform.googleapis.com", "us-central1-aiplatform.googleapis.com", true),
    Case("*-aiplatform.googleapis.com", "aiplatform.googleapis.com", false),
    Case("*-aiplatform.googleapis.com", "evil.example-aiplatform.googleapis.com", false),
    Case("a*b*c.example.com", "aXbbYc.example.com", true),
    Case("a*b*c.example.com", "abcbc.example.com", true),
    Case("a*b*c.example.com", "abcb.example.com", false),
    Case("agent*.api5.cursor.sh", "agentn.api5.cursor.sh", true),
    Case("agent*.api5.cursor.sh", "agent.api5.cursor.sh", true),
    // Both together.
    Case(".svc.*.pinecone.io", "a.b.svc.eu.pinecone.io", true),
    Case(".svc.*.pinecone.io", "svc.eu.pinecone.io", false),
    // Internationalised names are compared as they travel.
    Case("xn--bcher-kva.example", "XN--BCHER-KVA.example", true),
    Case("xn--bcher-kva.example", "b\u{FC}cher.example", false),
    // Only ASCII letters have two cases: neither the Kelvin sign nor the dotless i is one of them.
    Case("kiwi.example", "\u{212A}iwi.example", false),
    Case("kiwi.example", "K\u{131}wi.example", false),
    Case("kiwi.example", "K\u{130}wi.example", false),
    Case("_dns.resolver.arpa", "_dns.resolver.arpa", true),
    // Addresses stand for themselves.
    Case("10.0.0.5", "10.0.0.5", true),
    Case("10.0.0.5", "10.0.0.50", false),
    Case("fd00::5", "[FD00:0:0:0:0:0:0:5]", true),
    Case("[fd00::5]", "fd00::5", true),
    Case("fd00::5", "fd00::6", false),
    Case("localhost", "LocalHost", true),
  ]

  @Test("takes the hosts that its documentation says", arguments: cases)
  func takes(_ input: Case) throws {
    #expect(try #require(HostPattern(input.pattern)).matches(input.host) == input.matches)
  }

  @Test(
    "refuses what is no host",
    arguments: [
      "", ".", "..", "a..b", "..a.example", "https://api.example.com", "api.example.com/v1", "api.example.com:443",
      "api example.com", "b\u{FC}cher.example", "\u{212A}iwi.example", "-a.example", "a-.example", "a,b.example", "::g",
      String(repeating: "a", count: 64) + ".example", String(repeating: "a.", count: 127) + "example",
    ])
  func refuses(_ text: String) { #expect(HostPattern(text) == nil) }

  @Test("takes its own text when it has no star and no first dot")
  func takesItself() throws {
    for pattern in Bundled.catalogue.providers.flatMap(\.hosts) where !pattern.text.contains("*") {
      #expect(pattern.matches(pattern.text) == !pattern.text.hasPrefix("."))
    }
  }

  @Test("stays quick on a label made to be slow")
  func staysQuick() throws {
    let pattern = try #require(HostPattern(String(repeating: "a*", count: 30) + "b.example.com"))
    #expect(!pattern.matches(String(repeating: "a", count: 63) + ".example.com"))
    #expect(pattern.matches(String(repeating: "a", count: 62) + "b.example.com"))
  }
}
