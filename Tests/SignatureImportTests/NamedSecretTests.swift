import Signatures
import Testing

@testable import SignatureImport

@Suite("Rules that tell a secret by the name before it")
struct NamedSecretTests {
  struct Case: CustomTestStringConvertible, Sendable {
    var words: String
    var id: String
    var names: [String]
    var testDescription: String { "\(id): \(words)" }
  }

  private static let usual = ["api_key", "api_token", "access_token", "auth_token", "key", "token"]

  static let cases = [
    Case(words: "acme", id: "acme-api-key", names: usual.map { "acme_\($0)" }),
    Case(words: "acme", id: "acme-client-id", names: ["acme_client_id"]),
    Case(words: "acme", id: "acme-client-secret", names: ["acme_client_secret"]),
    Case(words: "acme", id: "acme-secret-key", names: ["acme_secret_key", "acme_api_secret", "acme_secret"]),
    Case(words: "acme", id: "acme-access-key", names: ["acme_access_key", "acme_api_key"]),
    Case(words: "acme", id: "acme.password", names: ["acme_password"]),
    Case(words: "acme-corp|acmecorp|acme_corp", id: "a-client-id", names: ["acme_corp_client_id"]),
    Case(words: "ac[_-]?me", id: "a-client-id", names: ["ac_me_client_id"]),
    Case(words: "(?-i:[Aa]cme|ACME)", id: "a-client-id", names: ["acme_client_id"]),
    Case(
      words: "acme[_.-]?(?:(?:api|oauth)[_.-]?)?(?:key|token)", id: "acme-key",
      names: ["acme_key", "acme_token", "acme_api_key", "acme_api_token", "acme_oauth_key", "acme_oauth_token"]),
    Case(words: "acme[_. -]*secret", id: "acme-secret", names: ["acme_secret"]),
    Case(words: "AcmeSDK.initialize", id: "acme-id", names: ["acmesdk_initialize_id", "acmesdk_initialize_client_id"]),
    Case(words: "key|acme", id: "acme-client-id", names: ["acme_client_id"]),
  ]

  @Test("become names", arguments: cases)
  func names(_ input: Case) throws {
    let made = try signatures(rule(Idiom.named(input.words, "[a-z0-9]{32}"), id: input.id))
    #expect(made.count == 1)
    #expect(made[0].credential.forms[0].context == input.names)
    #expect(made[0].credential.forms[0].parts == [.run(.alphanumeric, length: 32...32)])
    #expect(made[0].notes.contains { $0.contains("any name with") })
  }

  @Test(
    "are known in their other spellings",
    arguments: [
      #"[\w.-]{0,50}?(?i:[\w.-]{0,50}?(?:acme)(?:[ \t\w.-]{0,20})[\s'"]{0,3})(?:=|>|:)[\x60'"\s=]{0,5}([0-9]{16})"#,
      #"(?i:(?:acme)(?:[ \t\w.-]{0,20})[\s'"]{0,3})(?:=|>|:)[\x60'"\s=]{0,5}([0-9]{16})(?:\\?['"\x60]|[\s;]|\\[nr]|$)"#,
      #"(?i)acme[\w.-]*\s*[:=]\s*([0-9]{16})\b"#,
      #"\bacme[\w.-]*=([0-9]{16})"#,
      #"(?i)(?:acme)(?:[0-9a-z\-_\t .]{0,20})(?:[\s|']|[\s|"]){0,3}(?:=|>|:=|\|\|:|<=|=>|:)(?:'|\"|\s|=|\x60){0,5}([0-9]{16})(?:['|\"|\n|\r|\s|\x60|;]|$)"#,
    ])
  func spellings(_ regex: String) throws {
    let form = try signatures(rule(regex, id: "acme-client-id"))[0].credential.forms[0]
    #expect(form.described == "acme_client_id: [digits 16]")
  }

  @Test(
    "without a separator, or with more between, are no such rules",
    arguments: [
      #"acme[\w.-]{0,20}([0-9]{16})"#, #"acme[\w.-]{0,20}secret[\w.-]{0,20}=([0-9]{16})"#,
    ])
  func others(_ regex: String) throws {
    let form = try signatures(rule(regex))[0].credential.forms[0]
    #expect(form.context.isEmpty)
    #expect(form.before.first == .literal("acme"))
  }
}
