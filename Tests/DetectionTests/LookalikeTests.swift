import Alerts
import Foundation
import Observations
import Signatures
import TestSupport
import Testing
import Wire

@testable import Detection

@Suite("Look-alikes of providers' and tools' names")
struct LookalikeTests {
  static let catalogue = Scene.bundledCatalogue
  static let index = LookalikeIndex(catalogue)

  struct Case: CustomTestStringConvertible, Sendable {
    var host: String
    var trick: Lookalike.Trick
    var brand: String
    init(_ host: String, _ trick: Lookalike.Trick, _ brand: String) {
      (self.host, self.trick, self.brand) = (host, trick, brand)
    }
    var testDescription: String { host }
  }

  static let imitations = [
    Case("models.litellm.cloud", .suffix, "litellm"), Case("checkmarx.zone", .suffix, "checkmarx"),
    Case("audit.checkmarx.cx", .suffix, "checkmarx"), Case("api.openai.co.uk", .suffix, "openai"),
    Case("scan.aquasecurtiy.org", .typo, "aquasecurity"), Case("api.opnai.com", .typo, "openai"),
    Case("api.openaii.com", .typo, "openai"), Case("api.oepnai.com", .typo, "openai"),
    Case("api.anthopic.com", .typo, "anthropic"), Case("open-ai.com", .typo, "openai"),
    Case("githib-login.com", .typo, "github"), Case("deepseeek.com", .typo, "deepseek"),
    Case("api-openai.com", .combination, "openai"), Case("openai-api.net", .combination, "openai"),
    Case("openaiapi.dev", .combination, "openai"), Case("git-tanstack.com", .combination, "tanstack"),
    Case("registrynpmjs.to", .combination, "npmjs"), Case("npm-cache.com", .combination, "npm"),
    Case("pypi-get.com", .combination, "pypi"), Case("claude-pro.com", .combination, "claude"),
    Case("sh.azurestaticprovider.net", .combination, "azure"), Case("cursor-login.app", .combination, "cursor"),
    Case("docker-registry.net", .combination, "docker"), Case("mistral-api.com", .combination, "mistral"),
    Case("0penai.com", .homoglyph, "openai"), Case("g1thub.com", .homoglyph, "github"),
    Case("anthr0pic.com", .homoglyph, "anthropic"), Case("opena1.com", .homoglyph, "openai"),
    Case("bltwarden.com", .homoglyph, "bitwarden"), Case("c1aude.ai", .homoglyph, "claude"),
    // Cyrillic letters, and Latin ones with a mark: openai, anthropic, github, openai-login.
    Case("xn--penai-iye.com", .homoglyph, "openai"), Case("xn--nthropic-06g.com", .homoglyph, "anthropic"),
    Case("xn--githb-nva.com", .homoglyph, "github"), Case("xn--penai-login-qnj.com", .homoglyph, "openai"),
    Case("api.openai.com.evil.example", .subdomain, "openai"),
    Case("api-openai-com.evil.example", .subdomain, "openai"),
    Case("pypi.org.files.example", .subdomain, "pypi"), Case("api-openai-com.workers.dev", .subdomain, "openai"),
    Case("api.openai.com-login.io", .subdomain, "openai"), Case("github.com-login.dev", .subdomain, "github"),
    Case("pypi.org-mirror.net", .subdomain, "pypi"), Case("githubusercontent.net", .suffix, "githubusercontent"),
    Case("API.OpenAI.com.Evil.example", .subdomain, "openai"),
  ]

  @Test("are known", arguments: imitations)
  func known(_ input: Case) throws {
    let found = try #require(Self.index.lookalike(input.host.lowercased()))
    #expect(found.trick == input.trick)
    #expect(found.brand == input.brand)
  }

  static let honest = [
    // Names of customers below a platform, and brands named by others in a sub-host.
    "openai-proxy.workers.dev", "github.mycorp.example", "docker.elastic.co", "sentry.mycompany.example",
    "npm.pkg.github.com", "grafana.openai-fans.github.io", "litellm.internal", "litellm.mycorp.example",
    // What resolvers append of their own network's names.
    "api.openai.com.svc.cluster.local", "github.com.lan", "pypi.org.eu-west-1.compute.internal", "api.openai.com.arpa",
    // Reports about mail, and lists that are asked by name.
    "openai.com._report._dmarc.example.com", "openai.com.dbl.spamhaus.org",
    // Words that are near a name, or contain one.
    "openair-kino.example", "openapi.com", "openalpr.example", "llama.example", "claudette.example", "cursos.com",
    "sentry.com", "docker.example", "api.com-login.io", "www.org-chart.net", "discordstatus.com", "herokucdn.com",
    "azure-coast.example", "geminis.example", "cohere-nt.example",
    // Text that is no name.
    "", ".", "..", "localhost", "com", "co.uk", "xn--", "xn--a.com", "-.com", "a..b",
  ]

  @Test("spare honest names", arguments: honest)
  func spared(_ host: String) { #expect(Self.flagged(host, Self.memory()) == nil) }

  @Test("flag none of the hosts that everybody knows")
  func wellKnown() {
    #expect(WellKnownHosts.all.count >= 500)
    #expect(Set(WellKnownHosts.all).count == WellKnownHosts.all.count)
    let memory = Self.memory()
    let flagged = WellKnownHosts.all.compactMap { host in Self.flagged(host, memory).map { "\(host): \($0)" } }
    #expect(flagged.isEmpty, "\(flagged.count) of \(WellKnownHosts.all.count): \(flagged)")
  }

  @Test("flag none of the catalogue's own hosts")
  func ownHosts() {
    let memory = Self.memory()
    for provider in Self.catalogue.providers {
      for pattern in provider.hosts {
        let host = pattern.text.replacing("*", with: "any")
        #expect(Self.flagged(host.hasPrefix(".") ? "any\(host)" : host, memory) == nil, "\(host)")
      }
    }
    for brand in Self.catalogue.brands {
      for domain in brand.domains { #expect(Self.flagged("any.\(domain)", memory) == nil, "\(domain)") }
    }
  }

  /// As the sensor judges: through what it remembers of a host.
  private static func flagged(_ host: String, _ memory: HostMemory) -> Lookalike? { memory.entry(for: host).lookalike }

  private static func memory() -> HostMemory { HostMemory(catalogue: catalogue, indicators: IndicatorIndex([])) }

  @Test("never trap on noise")
  func noise() {
    var generator = SeededGenerator(seed: 71)
    let alphabet = Array("abcenopraithu0156-._xn‑é".utf8)
    for _ in 0..<500 {
      let length = Int.random(in: 0...70, using: &generator)
      let bytes = (0..<length).map { _ in alphabet[Int.random(in: 0..<alphabet.count, using: &generator)] }
      let host = String(decoding: bytes, as: UTF8.self)
      _ = Self.index.lookalike(host)
      _ = Self.index.lookalike("xn--" + host)
      _ = Punycode.decode(("xn--" + host)[...])
    }
  }

  @Test("are told once for each contact, by TLS, QUIC and HTTP alike, and by their look-up when it is answered")
  func told() throws {
    for fact in [
      Fact.tlsHello(TLSHello(serverName: "api-openai.com", alpn: [])),
      .quicHello(
        QUICHello(version: "1", hello: TLSHello(serverName: "api-openai.com", alpn: []), ja3: nil, ja4: nil)),
      .request(Scene.request("api-openai.com")),
    ] {
      var detection = Scene.watch()
      let flow = Scene.flow(port: 443)
      let alerts = detection.observe(Scene.observation(fact, on: flow)) + detection.finish()
      let alert = try #require(alerts.only)
      #expect(alert.detector == .lookalikeDestination && alert.severity == .high)
      #expect(alert.destination.category == "lookalike" && alert.destination.host == "api-openai.com")
    }
    var detection = Scene.watch()
    let question = Scene.question("api-openai.com")
    #expect(detection.observe(Scene.observation(.dns(question), on: Scene.resolver)).isEmpty)
    let absent = Scene.answer(to: question, code: 3)
    #expect(detection.observe(Scene.observation(.dns(absent), on: Scene.resolver)).isEmpty)
    let answer = Scene.answer(to: question, address: "198.51.100.8")
    let alert = try #require(detection.observe(Scene.observation(.dns(answer), on: Scene.resolver)).only)
    #expect(alert.detector == .lookalikeDestination && alert.dns != nil && alert.transport == .dns)
  }

  @Test("are silent when the detector is off, and for a declared gateway")
  func off() {
    var detection = Scene.watch { $0.destinations.lookalike.isEnabled = false }
    let request = Scene.observation(.request(Scene.request("api-openai.com")), on: Scene.flow())
    #expect((detection.observe(request) + detection.finish()).isEmpty)
    var declared = Scene.watch { settings in
      guard let host = HostPattern("api-openai.com") else { return }
      settings.gateways = [Gateway(host: host)]
    }
    #expect((declared.observe(request) + declared.finish()).isEmpty)
  }
}

@Suite("Parts of names")
struct NamePartsTests {
  struct Split: CustomTestStringConvertible, Sendable {
    var host: String
    var left: String
    var label: String
    var suffix: String
    var isHosted = false
    var testDescription: String { host }
  }

  static let splits = [
    Split(host: "api.openai.com", left: "api", label: "openai", suffix: "com"),
    Split(host: "openai.com", left: "", label: "openai", suffix: "com"),
    Split(host: "www.a.co.uk", left: "www", label: "a", suffix: "co.uk"),
    Split(host: "a.b.c.com.au", left: "a.b", label: "c", suffix: "com.au"),
    Split(host: "x.y.workers.dev", left: "x", label: "y", suffix: "workers.dev", isHosted: true),
    Split(host: "a.b.a.run.app", left: "a", label: "b", suffix: "a.run.app", isHosted: true),
    Split(host: "t.co", left: "", label: "t", suffix: "co"),
    Split(host: "bt.node.js", left: "bt", label: "node", suffix: "js"),
  ]

  @Test("of a registered domain", arguments: splits)
  func registered(_ input: Split) throws {
    let domain = try #require(RegisteredDomain(input.host))
    #expect(domain.left == input.left && domain.label == input.label && domain.suffix == input.suffix)
    #expect(domain.isHosted == input.isHosted)
  }

  @Test("are missing in", arguments: ["", "com", "co.uk", "workers.dev", ".", ".com", "a.", ".."])
  func none(_ host: String) { #expect(RegisteredDomain(host) == nil) }

  /// RFC 3492 section 7.1, and words of everyday.
  static let words = [
    ("xn--mnchen-3ya", "münchen"), ("xn--bcher-kva", "bücher"), ("xn--80aiqe5b", "клауд"),
    ("xn--ihqwcrb4cv8a8dqg056pqjye", "他们为什么不说中文"), ("xn--da-hia", "daß"),
  ]

  @Test("decode from Punycode", arguments: words)
  func punycode(_ encoded: String, _ decoded: String) { #expect(Punycode.decode(encoded[...]) == decoded) }

  @Test("do not decode from what is no Punycode", arguments: ["openai", "xn--99999999", "xn--a-b-ü", "xn--zzzzzzzz0"])
  func noPunycode(_ text: String) { #expect(Punycode.decode(text[...]) == nil) }

  @Test(
    "are one edit apart",
    arguments: [("openai", "openai"), ("openai", "opnai"), ("openai", "oepnai"), ("openai", "openaii"), ("a", "b")])
  func near(_ left: String, _ right: String) {
    #expect(EditDistance.isAtMostOne(left, right) && EditDistance.isAtMostOne(right, left))
  }

  @Test("are further apart", arguments: [("openai", "opeani1"), ("openai", "opni"), ("abcd", "badc"), ("ab", "cd")])
  func far(_ left: String, _ right: String) {
    #expect(!EditDistance.isAtMostOne(left, right) && !EditDistance.isAtMostOne(right, left))
  }
}
