import Matching
import Observations
import Protocols
import Signatures
import TestSupport
import Wire

/// What two sides say to each other on one flow, and what a `FlowAnalyzer` makes of it.
struct Dialogue {
  struct Line {
    var direction: Direction
    var bytes: [UInt8]
  }

  var lines: [Line] = []

  func client(_ text: String) -> Dialogue { adding(.toServer, Array(text.utf8)) }
  func server(_ text: String) -> Dialogue { adding(.toClient, Array(text.utf8)) }
  func client(_ bytes: [UInt8]) -> Dialogue { adding(.toServer, bytes) }
  func server(_ bytes: [UInt8]) -> Dialogue { adding(.toClient, bytes) }

  private func adding(_ direction: Direction, _ bytes: [UInt8]) -> Dialogue {
    var longer = self
    longer.lines.append(Line(direction: direction, bytes: bytes))
    return longer
  }

  /// All that was observed, each line handed over in pieces of at most `pieceByteCount` bytes.
  func facts(pieceByteCount: Int = Int.max, settings: ProtocolSettings = ProtocolSettings()) throws -> [Fact] {
    try facts(settings) { line in
      stride(from: 0, to: line.bytes.count, by: min(pieceByteCount, max(1, line.bytes.count))).map { start in
        Array(line.bytes[start..<min(line.bytes.count, start + min(pieceByteCount, line.bytes.count))])
      }
    }
  }

  /// Calls `body` with all that was observed for each way in which one line can be cut in two.
  func forEachCut(_ body: (_ facts: [Fact], _ place: String) throws -> Void) throws {
    for (line, content) in lines.enumerated() {
      for offset in 1..<max(2, content.bytes.count) where offset < content.bytes.count {
        try body(facts(cutting: line, at: offset), "line \(line) cut at \(offset)")
      }
    }
  }

  /// All that was observed when one line is cut in two.
  func facts(cutting cutLine: Int, at offset: Int) throws -> [Fact] {
    var index = -1
    return try facts(ProtocolSettings()) { line in
      index += 1
      guard index == cutLine else { return [line.bytes] }
      return [Array(line.bytes[..<offset]), Array(line.bytes[offset...])].filter { !$0.isEmpty }
    }
  }

  private func facts(_ settings: ProtocolSettings, _ pieces: (Line) -> [[UInt8]]) throws -> [Fact] {
    var context = try AnalysisContext(patterns: TestKeys.patterns.get(), settings: settings)
    var analyzer = FlowAnalyzer()
    var isSwapped = false
    var facts: [Fact] = []
    for line in lines {
      for piece in pieces(line) {
        let verdict = analyzer.data(piece.rawSpan, isSwapped ? line.direction.opposite : line.direction, &context)
        if case .swapRoles = verdict { isSwapped.toggle() }
        facts += context.facts
        context.removeFacts()
      }
    }
    analyzer.closed(&context)
    return facts + context.facts
  }
}

/// What a test compares: transactions and sightings, in words.
struct Told: Equatable, CustomStringConvertible {
  var transactions: [String] = []
  var sightings: [String] = []

  init(_ facts: [Fact]) {
    for fact in facts {
      switch fact {
      case .transaction(let exchange):
        let request = exchange.request.map { "\($0.method) \($0.host ?? "-") \($0.target)" } ?? "-"
        let answer = exchange.response.map { "\($0.status)" } ?? "-"
        transactions.append(
          "\(request) \(exchange.requestBodyByteCount) > \(answer) \(exchange.responseBodyByteCount)")
      case .credential(let sighting):
        let layers = sighting.credential.encodings.map(\.rawValue).joined(separator: "+")
        sightings.append(
          "\(sighting.credential.fingerprint.suffix(8)) \(sighting.location.rawValue) [\(layers)] "
            + (sighting.request?.host ?? "-"))
      default: break
      }
    }
  }

  var description: String { (transactions + sightings).joined(separator: "\n") }
}

/// One signature and keys of its form, made up when the tests run.
enum TestKeys {
  static let catalogue = Catalogue(
    providers: [],
    credentials: [
      CredentialSignature(
        id: "test-key", issuers: ["test"], description: "a key of the tests",
        forms: [CredentialForm(parts: [.literal("tk-live-"), .run(.alphanumeric, length: 40...40)])])
    ], indicators: [])

  static let patterns = Result { try SecretPatterns(catalogue: catalogue) }

  static func make(_ seed: UInt64 = 1) -> String {
    var generator = SeededGenerator(seed: seed)
    return "tk-live-" + generator.text(40, of: Alphabets.alphanumeric)
  }
}
