import Foundation
import Signatures
import Testing

@Suite("Bundled signatures")
struct BundledTests {
  @Test("load without a problem")
  func load() throws {
    let survey = CatalogueLoader.survey(directories: [Bundled.directory])
    #expect(survey.problems.isEmpty, "\(SignatureError(problems: survey.problems))")
    #expect(survey.fileCount > 100)
    #expect(CatalogueLoader.lint(directories: [Bundled.directory]).isEmpty)
    let catalogue = try CatalogueLoader.load(directories: [Bundled.directory])
    #expect(Set(survey.places.keys) == Set(catalogue.credentials.map(\.id)))
  }

  @Test("describe keys of at least 25 providers")
  func providers() {
    let issuers = Set(Bundled.catalogue.credentials.flatMap(\.issuers))
    #expect(issuers.count >= 25, "\(issuers.count)")
    for issuer in issuers { #expect(Bundled.catalogue.provider(issuer)?.hosts.isEmpty == false, "\(issuer)") }
  }

  @Test("find a secret in each match and none in a nomatch", arguments: Bundled.catalogue.credentials.map(\.id))
  func examples(_ id: String) throws {
    let signature = try #require(Bundled.catalogue.credential(id))
    let (match, nomatch) = Bundled.catalogue.examples(of: signature)
    #expect(match.count >= 3 && nomatch.count >= 3)
    for text in match { #expect(try FormPattern.finds(signature, in: text), "misses \(text)") }
    for text in nomatch { #expect(try !FormPattern.finds(signature, in: text), "takes \(text)") }
  }

  @Test("ask of a key made at random no more than nearly all have", arguments: Bundled.catalogue.credentials.map(\.id))
  func entropyFloors(_ id: String) throws {
    let signature = try #require(Bundled.catalogue.credential(id))
    for form in signature.forms where form.checksum == .none {
      let template = form.parts.map { part in
        switch part {
        case .literal(let text): text
        case .run(let alphabet, let length): "{\(alphabet.rawValue):\(length.lowerBound)}"
        }
      }
      let alone = CredentialSignature(id: id, issuers: [], description: "", forms: [form])
      let lost = try (0..<100).count { seed in
        try !FormPattern.finds(alone, in: expandExample(template.joined(), seed: "\(seed)"))
      }
      #expect(lost == 0, "\(template.joined()) loses \(lost) of 100")
    }
  }

  @Test("hold no text that looks like a key")
  func noKeys() throws {
    let run = try NSRegularExpression(pattern: "[A-Za-z0-9+/=_-]{24,}")
    let names = try #require(FileManager.default.enumerator(atPath: Bundled.directory))
    var files = 0
    for case let name as String in names where name.contains(".") {
      let text = try String(contentsOfFile: Bundled.directory + "/" + name, encoding: .utf8)
      files += 1
      for match in run.matches(in: text, range: NSRange(text.startIndex..., in: text)) {
        let word = try #require(Range(match.range, in: text).map { String(text[$0]) })
        // Words joined by dashes, paths and constants of a form are long but do not look drawn by lot.
        let longest = word.split { "-_/=".contains($0) }.map(\.count).max() ?? 0
        guard !word.contains("YmVkcm9jay5hbWF6b25hd3MuY29t") else { continue }
        #expect(longest < 20, "\(name): \(word)")
      }
      for signature in Bundled.catalogue.credentials {
        #expect(try !FormPattern.finds(signature, in: text), "\(name) holds a \(signature.id)")
      }
    }
    #expect(files > 100)
  }

  @Test("let an old OpenAI key with its infix be told from the shared form")
  func sharedForm() throws {
    let catalogue = Bundled.catalogue
    #expect(try #require(catalogue.credential("sk-51")).issuers.contains("openai"))
    #expect(try #require(catalogue.credential("sk-51")).issuers.contains("siliconflow"))
    #expect(try #require(catalogue.credential("sk-hex32")).issuers == ["deepseek", "dashscope"])
    let openAI = try #require(catalogue.credential("openai-api-key"))
    for text in catalogue.examples(of: openAI).match {
      #expect(try FormPattern.finds(#require(catalogue.credential("sk-51")), in: text))
    }
  }
}
