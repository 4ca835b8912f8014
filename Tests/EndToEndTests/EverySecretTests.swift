import Matching
import Observations
import Protocols
import Signatures
import TestSupport
import Testing
import Wire

/// Every kind of secret at every place in every writing: what the sensor half says of a flow that carries it.
@Suite("Every secret, wherever it stands and however it is written")
struct EverySecretTests {
  /// Where in the traffic a secret is put.
  enum Place: String, CaseIterable, Sendable {
    case path, query, header, cookie, body, form, chunked, stream, datagram

    /// What these places can hold as it is.
    func holds(_ disguise: Disguise?, _ text: [UInt8]) -> Bool {
      switch self {
      case .body, .chunked, .stream, .datagram: return true
      case .path, .query, .header, .cookie, .form:
        // A line holds no lines, and nobody writes it quoted-printable: there `=` ends a name.
        // What is encoded twice there is not read whole wherever a dot divides it.
        guard disguise?.isText ?? true, disguise != .quotedPrintable, disguise != .percentTwice || self == .form,
          !text.starts(with: Array("-----".utf8))
        else { return false }
        let written = disguise?.wrap(text) ?? text
        let refused: [UInt8] = self == .header ? [0x0d, 0x0a] : [0x0d, 0x0a, 0x20, 0x09]
        return !written.contains { $0 < 0x20 || refused.contains($0) }
      }
    }

    var location: CredentialLocation {
      switch self {
      case .path, .query: .requestLine
      case .header, .cookie: .requestHeader
      case .body, .form, .chunked: .requestBody
      case .stream: .stream
      case .datagram: .datagram
      }
    }

    /// The bytes of a client that sends `content` there.
    func message(_ content: [UInt8]) -> [UInt8] {
      func request(_ line: [UInt8], _ fields: [UInt8] = [], _ body: [UInt8] = []) -> [UInt8] {
        line + Array(" HTTP/1.1\r\nHost: collector.example.net\r\n".utf8) + fields
          + Array("Content-Length: \(body.count)\r\n\r\n".utf8) + body
      }
      let post = Array("POST /in".utf8)
      switch self {
      case .path: return request(Array("GET /p/".utf8) + content)
      case .query: return request(Array("GET /?a=1&d=".utf8) + content)
      case .header: return request(post, Array("X-Note: ".utf8) + content + [0x0d, 0x0a])
      case .cookie: return request(post, Array("Cookie: a=b; d=".utf8) + content + Array("; z=1\r\n".utf8))
      case .body: return request(post, [], content)
      case .form: return request(post, [], Array("a=1&d=".utf8) + content)
      case .chunked:
        let half = content.count / 2
        let chunks = [content[..<half], content[half...]].filter { !$0.isEmpty }
        return post + Array(" HTTP/1.1\r\nHost: collector.example.net\r\nTransfer-Encoding: chunked\r\n\r\n".utf8)
          + chunks.flatMap { Array("\(String($0.count, radix: 16))\r\n".utf8) + $0 + [0x0d, 0x0a] }
          + Array("0\r\n\r\n".utf8)
      case .stream: return Array("\u{1}\u{2}put the following: ".utf8) + content + [0]
      case .datagram: return content
      }
    }
  }

  /// Of each kind of disguise one.
  static let disguises: [Disguise?] = [
    nil, .base64, .base64url, .base64Lines76, .lowerBase32, .hex, .hexColons, .percent, .percentTwice, .jsonAll,
    .entitiesDecimal,
    .quotedPrintable, .utf16LE, .gzip, .zlib, .zstd, .zipDeflated, .tarGzip, .reversed,
  ]

  /// A signature, one of its examples, and the fingerprints of what the signature finds in it.
  struct Sample: Sendable, CustomTestStringConvertible {
    var signature: String
    var text: [UInt8]
    var fingerprints: Set<String>
    /// Words are read backwards one by one, and short ones are not: a secret that a name announces behind a blank is
    /// two of them, and an address is as many as it has parts.
    var isReadBackwards: Bool
    var testDescription: String { signature }
  }

  static let samples: [Sample] = {
    guard let catalogue = try? InMemoryReplay.catalogue.get(), let patterns = try? InMemoryReplay.patterns.get(),
      var matcher = try? SecretMatcher(patterns: patterns)
    else { return [] }
    return catalogue.credentials.compactMap { credential in
      for example in catalogue.examples(of: credential).match {
        let text = Array(example.utf8)
        let found = matcher.sightings(in: text.rawSpan).filter { $0.credential.signature == credential.id }
        guard !found.isEmpty, text.count < 3_000 else { continue }
        let isOneWord =
          !text.contains { $0 <= 0x20 || $0 == UInt8(ascii: "/") || $0 == UInt8(ascii: "=") }
          && found.allSatisfy { $0.credential.length >= 24 }
        return Sample(
          signature: credential.id, text: text, fingerprints: Set(found.map(\.credential.fingerprint)),
          isReadBackwards: isOneWord
            && credential.forms.allSatisfy { $0.before.isEmpty && $0.claims.isEmpty && $0.context.isEmpty })
      }
      return nil
    }
  }()

  /// What the sensor half finds in a flow whose client sends `message`, cut at `cuts`.
  private static func sightings(
    _ message: [UInt8], _ place: Place, cutAt cuts: [Int] = [], _ context: inout AnalysisContext
  ) -> [CredentialSighting] {
    context.unwraps = true
    if place == .datagram {
      context.datagram(message.rawSpan, .toServer)
    } else {
      var flow = FlowAnalyzer()
      var start = 0
      for end in cuts + [message.count] where end > start {
        _ = flow.data(message.rawSpan.extracting(start..<end), .toServer, &context)
        start = end
      }
      flow.closed(&context)
    }
    defer { context.removeFacts() }
    return context.facts.compactMap { fact in if case .credential(let sighting) = fact { sighting } else { nil } }
  }

  @Test("are there to be found")
  func samplesExist() throws {
    #expect(Self.samples.count > 200)
    #expect(try Self.samples.count >= InMemoryReplay.catalogue.get().credentials.count - 3)
  }

  @Test("is found with its fingerprint", arguments: Place.allCases)
  func everywhere(_ place: Place) throws {
    var context = try AnalysisContext(patterns: InMemoryReplay.patterns.get(), settings: ProtocolSettings())
    var (count, missed) = (0, [String]())
    for sample in Self.samples {
      for disguise in Self.disguises where place.holds(disguise, sample.text) {
        if disguise == .reversed, !sample.isReadBackwards { continue }
        let message = place.message(disguise?.wrap(sample.text) ?? sample.text)
        let found = Self.sightings(message, place, &context)
        count += 1
        let isFound = sample.fingerprints.isSubset(of: Set(found.map(\.credential.fingerprint)))
        if !isFound || !found.allSatisfy({ $0.location == place.location }) {
          missed.append("\(sample.signature) \(disguise?.rawValue ?? "plain")")
        }
      }
    }
    #expect(missed.isEmpty, "\(missed.count) of \(count): \(missed.prefix(40).joined(separator: ", "))")
    #expect(count >= (place == .body ? 3_000 : 1_000), "\(count)")
  }

  @Test("is found nested", arguments: [(Disguise.base64, Disguise.gzip), (.hex, .base64), (.percent, .base64)])
  func nested(_ outer: Disguise, _ inner: Disguise) throws {
    var context = try AnalysisContext(patterns: InMemoryReplay.patterns.get(), settings: ProtocolSettings())
    var missed: [String] = []
    for sample in Self.samples {
      let message = Place.body.message(outer.wrap(inner.wrap(sample.text)))
      let found = Self.sightings(message, .body, &context)
      if !sample.fingerprints.isSubset(of: Set(found.map(\.credential.fingerprint))) { missed.append(sample.signature) }
    }
    #expect(missed.isEmpty, "\(missed.count): \(missed.prefix(40).joined(separator: ", "))")
  }

  @Test("is found whatever the cut", arguments: [0, 40, 80, 120, 160, 200], disguises)
  func cuts(_ number: Int, _ disguise: Disguise?) throws {
    var context = try AnalysisContext(patterns: InMemoryReplay.patterns.get(), settings: ProtocolSettings())
    let sample = Self.samples[number % Self.samples.count]
    let message = Place.body.message(disguise?.wrap(sample.text) ?? sample.text)
    func own(_ found: [CredentialSighting]) -> [MaskedCredential] {
      found.map(\.credential).filter { sample.fingerprints.contains($0.fingerprint) }
    }
    let whole = own(Self.sightings(message, .body, &context))
    #expect(!whole.isEmpty || disguise == .reversed && !sample.isReadBackwards)
    for cut in 1..<message.count {
      let found = own(Self.sightings(message, .body, cutAt: [cut], &context))
      #expect(found == whole, "\(sample.signature), cut at \(cut)")
    }
  }
}
