import Observations
import Protocols
import Testing
import Wire

@Suite("Names behind Encrypted Client Hello, RFC 9849")
struct HiddenNameTests {
  typealias Script = TLSScript
  static let key = [UInt8](repeating: 5, count: 32)

  static func hello(_ name: String, _ hidden: Script.Extension) -> [UInt8] {
    Script.handshake(1, Script.clientHello([Script.name(name), Script.offersTLS13, hidden]))
  }

  static let retry = Script.handshake(
    2, Script.serverHello(random: Script.retryRandom, suite: 0x1301, [Script.selectsTLS13]))

  struct Case: CustomTestStringConvertible, Sendable {
    var testDescription: String
    var dialogue: Dialogue
    var told: [String]
  }

  static let cases = [
    Case(
      testDescription: "what may be GREASE keeps its name",
      dialogue: Dialogue().client(hello("api.example", Script.hidden(key: key))).server(TLSHandshakeTests.answer13),
      told: ["hello api.example [] possible api.example", "TLS 1.3 api.example - -", "no-keys"]),
    Case(
      testDescription: "a front's name is no destination",
      dialogue: Dialogue().client(hello("cloudflare-ech.com", Script.hidden(key: key)))
        .server(TLSHandshakeTests.answer13),
      told: ["hello - [] certain cloudflare-ech.com", "TLS 1.3 - - -", "hidden-name"]),
    Case(
      testDescription: "a front's name without the extension is one",
      dialogue: Dialogue().client(hello("cloudflare-ech.com", Script.grease)),
      told: ["hello cloudflare-ech.com [] none -", "unanswered cloudflare-ech.com - -", "no-keys"]),
    Case(
      testDescription: "the same extension twice is GREASE",
      dialogue: Dialogue().client(hello("api.example", Script.hidden(key: key))).server(retry)
        .client(hello("api.example", Script.hidden(key: key))).server(TLSHandshakeTests.answer13),
      told: [
        "hello api.example [] possible api.example", "hello api.example [] none -", "TLS 1.3 api.example - - retried",
        "no-keys",
      ]),
    Case(
      testDescription: "an empty key in the second hello is true",
      dialogue: Dialogue().client(hello("front.example", Script.hidden(key: key))).server(retry)
        .client(hello("front.example", Script.hidden(key: [], payload: 8))).server(TLSHandshakeTests.answer13),
      told: [
        "hello front.example [] possible front.example", "hello - [] certain front.example", "TLS 1.3 - - - retried",
        "hidden-name",
      ]),
    Case(
      testDescription: "an inner hello, behind the front, says the true name",
      dialogue: Dialogue().client(hello("api.example", (0xFE0D, [1]))),
      told: ["hello api.example [] none -", "unanswered api.example - -", "no-keys"]),
  ]

  @Test("tells", arguments: cases)
  func tells(_ input: Case) throws {
    var told = TLSTold(try input.dialogue.facts()).lines
    let summary = told.removeLast().prefix { $0 != " " }
    #expect(told + [String(summary)] == input.told)
  }
}
