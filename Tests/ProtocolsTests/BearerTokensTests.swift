import Foundation
import Matching
import Observations
import TestSupport
import Testing
import Wire

@testable import Protocols

@Suite("Tokens where clients send keys")
struct BearerTokensTests {
  /// Head fields and target of a request, and the fields in which tokens are told.
  struct Case: Sendable, CustomTestStringConvertible {
    var name: String
    var target = "/v1/chat"
    var fields: [String] = []
    var told: [String] = []
    var testDescription: String { name }
  }

  static let token: String = {
    var generator = SeededGenerator(seed: 77)
    return generator.text(32, of: Alphabets.alphanumeric)
  }()

  static let cases = [
    Case(name: "a bearer", fields: ["Authorization: Bearer \(token)"], told: ["authorization"]),
    Case(
      name: "another scheme that carries a token", fields: ["authorization: Token  \(token)"], told: ["authorization"]),
    Case(name: "no scheme", fields: ["X-API-Key: \(token)"], told: ["x-api-key"]),
    Case(
      name: "two fields", fields: ["X-Api-Key: \(token)", "Authorization: key \(token)"],
      told: ["x-api-key", "authorization"]),
    Case(
      name: "fields that are called so, behind those that providers name",
      fields: ["X-Session-Token: \(token)", "Proxy-Authorization: Bearer \(token)", "X-Api-Key: \(token)"],
      told: ["x-api-key", "x-session-token", "proxy-authorization"]),
    Case(name: "a cookie", fields: ["Cookie: a=b; auth_token=\(token); c=\(token)"], told: ["auth_token"]),
    Case(
      name: "the address of the page before", fields: ["Referer: http://r.test/?a=b&access_token=\(token)"],
      told: ["access_token"]),
    Case(
      name: "Basic with a token for a name",
      fields: ["Authorization: Basic \(Data("\(token):".utf8).base64EncodedString())"], told: ["authorization"]),
    Case(
      name: "Basic with a token for a password",
      fields: ["Proxy-Authorization: Basic \(Data("api:\(token)".utf8).base64EncodedString())"],
      told: ["proxy-authorization"]),
    Case(name: "a parameter", target: "/v1?a=b&key=\(token)&c", told: ["key"]),
    Case(name: "the last parameter", target: "/v1?api_key=\(token)", told: ["api_key"]),
    Case(name: "a parameter of another name", target: "/v1?digest=\(token)"),
    Case(name: "a parameter in the path", target: "/key=\(token)"),
    Case(name: "a field of another name", fields: ["X-Trace: \(token)"]),
    Case(name: "Basic, which is a name and a password", fields: ["Authorization: Basic \(token)"]),
    Case(name: "a short word", fields: ["Authorization: Bearer \(token.prefix(15))"]),
    Case(name: "a placeholder", fields: ["Authorization: Bearer YOUR_API_KEY_HERE_1"]),
    Case(name: "one character again and again", fields: ["X-Api-Key: aaaaaaaaaaaaaaaaaaaaaaaa"]),
    Case(name: "words", fields: ["X-Api-Key: \(token) \(token)"]),
    Case(name: "what is no token", fields: ["X-Api-Key: {\(token)}"]),
    Case(name: "nothing", fields: ["X-Api-Key:", "Authorization: Bearer"]),
  ]

  private static func facts(_ head: String) throws -> [Fact] {
    var settings = ProtocolSettings()
    let interests = { (names: [String]) in FieldsOfInterest(names.map { FieldOfInterest(name: $0, values: []) }) }
    settings.credentialFields = interests(["authorization", "x-api-key"])
    settings.credentialParameters = interests(["key", "api_key"])
    return try Dialogue().client(head).facts(settings: settings)
  }

  private static func bearers(_ facts: [Fact]) -> [(sighting: CredentialSighting, field: String)] {
    facts.compactMap { if case .bearer(let sighting, let field) = $0 { (sighting, field) } else { nil } }
  }

  @Test("are told", arguments: cases)
  func tells(_ test: Case) throws {
    let lines = ["GET \(test.target) HTTP/1.1", "Host: h.test"] + test.fields
    let told = Self.bearers(try Self.facts(lines.joined(separator: "\r\n") + "\r\n\r\n"))
    #expect(told.map(\.field) == test.told)
    for (sighting, _) in told {
      #expect(sighting.credential.length == 32)
      #expect(sighting.credential.redacted == "…\(Self.token.suffix(4))")
      #expect(sighting.request?.host == "h.test")
      #expect(!sighting.evidence.contains(Self.token.prefix(16)))
    }
  }

  @Test("of a known form are told as such alone")
  func leavesKnownForms() throws {
    let facts = try Self.facts("GET / HTTP/1.1\r\nHost: h.test\r\nX-Api-Key: \(TestKeys.make())\r\n\r\n")
    #expect(Self.bearers(facts).isEmpty)
    #expect(facts.contains { if case .credential = $0 { true } else { false } })
  }

  @Test("in responses are none")
  func ignoresResponses() throws {
    let dialogue = Dialogue().client("GET / HTTP/1.1\r\nHost: h.test\r\n\r\n")
      .server("HTTP/1.1 200 OK\r\nX-Api-Key: \(Self.token)\r\nContent-Length: 0\r\n\r\n")
    #expect(Self.bearers(try dialogue.facts()).isEmpty)
  }
}
