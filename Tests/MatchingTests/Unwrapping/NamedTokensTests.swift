import Foundation
import Observations
import TestSupport
import Testing
import Wire

@testable import Matching

@Suite("Values that their names call secret")
struct NamedTokensTests {
  struct Case: Sendable, CustomTestStringConvertible {
    var body: String
    /// By what the value is told; `nil` where it is not.
    var name: String?
    var testDescription: String { body }
  }

  static let token: String = {
    var generator = SeededGenerator(seed: 91)
    return generator.text(40, of: Alphabets.alphanumeric)
  }()

  static let cases = [
    Case(body: #"{"apiKey":"\#(token)","os":"linux"}"#, name: "apiKey"),
    Case(body: #"{"os": "linux", "access_token" : "\#(token)"}"#, name: "access_token"),
    Case(body: "user=1&token=\(token)", name: "token"),
    Case(body: "SERVICE_KEY=\(token)\nHOME=/root\n", name: "SERVICE_KEY"),
    Case(body: #"{"env":"A=1\nSERVICE_KEY=\#(token)\n"}"#, name: "SERVICE_KEY"),
    Case(body: "credentials:\n  password: '\(token)'\n", name: "password"),
    Case(body: #"{"h":"Authorization: Bearer \#(token)"}"#, name: "Authorization"),
    Case(body: #"{"name":"X","value":"\#(token)"}"#, name: "value"),
    Case(body: "--b\r\nContent-Disposition: form-data; name=\"api_key\"\r\n\r\n\(token)\r\n--b--", name: "api_key"),
    Case(body: #"{"digest":"\#(token)"}"#),
    Case(body: #"{"monkeys":"\#(token)"}"#),
    Case(body: #"{"token":"\#(token.prefix(15))"}"#),
    Case(body: #"{"token":"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"}"#),
    Case(body: #"{"key":"your-api-key-goes-here-please-change"}"#),
    Case(body: "\(token) token"),
  ]

  private static func told(_ found: [Sighting]) -> [Sighting] {
    found.filter { $0.credential.signature == BearerToken.signature }
  }

  @Test("are told with their names, wherever the body is cut", arguments: cases)
  func tells(_ test: Case) throws {
    var matcher = try FormCase.matcher()
    let bytes = Array(test.body.utf8)
    for cut in 0..<bytes.count {
      let told = Self.told(matcher.unwrappedAndNamed(bytes, cutAt: [cut]))
      #expect(told.map(\.context) == (test.name.map { [$0] } ?? []), "cut at \(cut)")
      #expect(told.allSatisfy { $0.credential.fingerprint == sha256(Self.token) })
    }
  }

  @Test("are told in wrapped content, with its layers")
  func wrapped() throws {
    var matcher = try FormCase.matcher()
    let inner = Disguise.base64.wrap(Array(Self.cases[0].body.utf8))
    let told = Self.told(matcher.unwrappedAndNamed(Array("{\"data\":\"".utf8) + inner + Array("\"}".utf8)))
    #expect(told.map(\.credential.encodings) == [[.base64]])
    #expect(told.map(\.credential.fingerprint) == [sha256(Self.token)])
  }

  @Test("are not told twice where they have a form, and at most 32 of a message")
  func bounds() throws {
    var matcher = try FormCase.matcher()
    let key = KeyCase.all[0].key(seed: 3)
    #expect(Self.told(matcher.unwrappedAndNamed(Array("{\"token\":\"\(key)\"}".utf8))).isEmpty)
    var generator = SeededGenerator(seed: 92)
    let many = (0..<50).map { "\"k\($0)_key\":\"\(generator.text(32, of: Alphabets.alphanumeric))\"" }
    #expect(Self.told(matcher.unwrappedAndNamed(Array("{\(many.joined(separator: ","))}".utf8))).count == 32)
  }

  @Test(
    "are the keys of a provider that the message speaks of",
    arguments: [
      #"{"provider":"mistral","api_key":"KEY"}"#, #"{"base_url": "https://api.mistral.ai/v1", "token": "KEY"}"#,
      "service=Mistral&secret=KEY", "provider: mistral\nauth: KEY\n", #"{"Mistral-AI":{"key":"KEY"}}"#,
    ])
  func nearby(_ body: String) throws {
    var matcher = try Bundled.matcher()
    var generator = SeededGenerator(seed: 93)
    let key = generator.text(32, of: Alphabets.alphanumeric)
    let found = matcher.unwrappedAndNamed(Array(body.replacingOccurrences(of: "KEY", with: key).utf8))
    #expect(found.map(\.credential.signature) == ["mistral-api-key"])
    #expect(found.map(\.credential.fingerprint) == [sha256(key)])
    #expect(found.map(\.credential.issuers) == [["mistral"]])
  }

  @Test(
    "are nobody's where a provider is not spoken of, only a word of prose, or its keys have another form",
    arguments: [
      (#"{"provider":"other","api_key":"KEY"}"#, 32), (#"{"note":"a mistral blew","api_key":"KEY"}"#, 32),
      (#"{"provider":"mistral","OPENAI_API_KEY":"KEY"}"#, 32), (#"{"provider":"mistral","api_key":"KEY"}"#, 33),
      (#"{"provider":"mistral","digest":"KEY"}"#, 32),
    ])
  func nobodys(_ body: String, _ length: Int) throws {
    var matcher = try Bundled.matcher()
    var generator = SeededGenerator(seed: 94)
    let key = generator.text(length, of: Alphabets.alphanumeric)
    #expect(matcher.unwrapped(Array(body.replacingOccurrences(of: "KEY", with: key).utf8)).isEmpty)
  }

  @Test("are the keys of a provider with an ordinary name where its host is spoken of")
  func ordinary() throws {
    var matcher = try Bundled.matcher()
    var generator = SeededGenerator(seed: 95)
    let key = generator.text(64, of: Alphabets.lowerHex)
    let found = matcher.unwrapped(Array(#"{"url":"https://api.together.xyz/v1","key":"\#(key)"}"#.utf8))
    #expect(found.map(\.credential.signature) == ["together-api-key-old"])
    for body in [#"{"together":1,"key":"\#(key)"}"#, #"{"cursor":"next","token":"\#(key)"}"#] {
      #expect(matcher.unwrapped(Array(body.utf8)).isEmpty)
    }
  }

  @Test(
    "are the keys of a provider of whose customers' hosts one is spoken of",
    arguments: [
      (#"{"endpoint":"https://res-7.openai.azure.com/","api_key":"KEY"}"#, true),
      ("ENDPOINT=https://res-7.cognitiveservices.azure.com\nAPI_KEY=KEY\n", true),
      (#"{"endpoint":"https://res-7.openai.azure.com.drop.example/","api_key":"KEY"}"#, false),
      (#"{"endpoint":"https://res-7.openai.azure.example/","api_key":"KEY"}"#, false),
    ])
  func customers(_ body: String, _ isFound: Bool) throws {
    var matcher = try Bundled.matcher()
    var generator = SeededGenerator(seed: 98)
    let key = generator.text(32, of: Alphabets.lowerHex)
    let found = matcher.unwrapped(
      Array(
        body.replacingOccurrences(of: "KEY\"", with: "\(key)\"")
          .replacingOccurrences(of: "=KEY\n", with: "=\(key)\n").utf8))
    #expect(found.map(\.credential.signature) == (isFound ? ["azure-ai-key-old"] : []))
  }

  @Test("are told from sixteen characters on, UUIDs too, and in messages of up to 64 KiB")
  func extent() throws {
    var matcher = try FormCase.matcher()
    let short = String(Self.token.prefix(16))
    let uuid = "3f2b8c1e-9a4d-4e67-b1c5-7d20e9f6a813"
    for value in [short, uuid] {
      let told = Self.told(matcher.unwrappedAndNamed(Array(#"{"token":"\#(value)"}"#.utf8)))
      #expect(told.map(\.credential.fingerprint) == [sha256(value)])
    }
    for (padding, count) in [(60_000, 1), (70_000, 0)] {
      let body = #"{"text":"\#(String(repeating: "lorem ipsum ", count: padding / 12))","apiKey":"\#(Self.token)"}"#
      #expect(Self.told(matcher.unwrappedAndNamed(Array(body.utf8), cutAt: [1_448, 20_000])).count == count)
    }
  }

  @Test("are told by their form where they have one, however many others stand in compressed content")
  func formsAmongMany() throws {
    var matcher = try Bundled.matcher()
    var generator = SeededGenerator(seed: 99)
    let noise = (0..<200).map { _ in "token=\(generator.text(40, of: Alphabets.alphanumeric))%2Fx\n" }.joined()
    let id = "AKIA" + generator.text(16, of: "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567")
    let text = noise + "https://b.example/x?X-Amz-Credential=\(id)%2F20260324%2Feu-central-1%2Fs3\n" + noise
    let bytes = Disguise.gzip.wrap(Array(text.utf8))
    let found = matcher.unwrappedAndNamed(bytes, cutAt: stride(from: 1_448, to: bytes.count, by: 1_448))
    let ids = found.filter { $0.credential.fingerprint == sha256(id) }
    #expect(ids.contains { $0.credential.signature == "aws-access-key-id" })
  }

  @Test("are told of what a value is the encoding of as well", arguments: [Disguise.base64, .base64url, .hex])
  func wrappedValues(_ disguise: Disguise) throws {
    var matcher = try Bundled.matcher()
    var generator = SeededGenerator(seed: 96)
    let key = generator.text(32, of: Alphabets.alphanumeric)
    let value = String(decoding: disguise.wrap(Array(key.utf8)), as: UTF8.self)
    let told = Self.told(matcher.unwrappedAndNamed(Array(#"{"apiKey":"\#(value)"}"#.utf8)))
    #expect(told.map(\.credential.fingerprint).contains(sha256(key)))
    // A Kubernetes secret.
    let found = matcher.unwrapped(Array("data:\n  MISTRAL_API_KEY: \(value)\n".utf8))
    #expect(found.map(\.credential.signature) == ["mistral-api-key"])
    #expect(found.map(\.credential.fingerprint) == [sha256(key)])
  }

  @Test("are told of bodies, streams and datagrams, not of heads")
  func kinds() throws {
    var matcher = try FormCase.matcher()
    let bytes = Array(Self.cases[0].body.utf8)
    for (kind, count) in [(MessageKind.head, 0), (.stream, 1), (.body, 1)] {
      var found: [Sighting] = []
      matcher.scanWhole(bytes.rawSpan, unwrapping: UnwrapWorkshop(), as: kind) { found.append($0) }
      #expect(Self.told(found).count == count, "\(kind)")
    }
  }
}
