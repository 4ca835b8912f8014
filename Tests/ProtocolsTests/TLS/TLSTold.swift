import Decryption
import Observations
import Protocols
import TestSupport
import Wire

/// What a test compares of a TLS flow: one line a fact.
struct TLSTold: Equatable, CustomStringConvertible {
  var lines: [String] = []

  init(_ facts: [Fact]) {
    for fact in facts {
      switch fact {
      case .tlsHello(let hello): lines.append("hello \(Self.text(hello))")
      case .tlsHandshake(let handshake): lines.append(Self.text(handshake))
      case .encryption(let summary):
        lines.append(
          "\(summary.visibility.rawValue) \(Self.text(summary.toServer)) \(Self.text(summary.toClient))")
      case .transaction(let exchange):
        lines.append("\(exchange.request?.target ?? "-") > \(exchange.response?.status ?? 0)")
      case .credential(let sighting):
        lines.append("key \(sighting.location.rawValue) \(sighting.transport.rawValue)")
      default: break
      }
    }
  }

  private static func text(_ hello: TLSHello) -> String {
    "\(hello.serverName ?? "-") \(hello.alpn) \(hello.encryptedHello) \(hello.publicName ?? "-")"
  }

  private static func text(_ handshake: TLSHandshake) -> String {
    var words = [
      handshake.version?.name ?? "unanswered", handshake.hello.serverName ?? "-", handshake.serverALPN ?? "-",
      handshake.certificate?.serial ?? "-",
    ]
    if handshake.isResumed { words.append("resumed") }
    if handshake.wasRetried { words.append("retried") }
    return words.joined(separator: " ")
  }

  private static func text(_ side: EncryptionSummary.Side) -> String {
    "\(side.records)/\(side.protectedRecords)/\(side.openedRecords)"
  }

  var description: String { lines.joined(separator: "\n") }
}

/// A flow that is told step by step.
struct TLSFlow: ~Copyable {
  var context: AnalysisContext
  private var analyzer = FlowAnalyzer()
  private var facts: [Fact] = []

  init(secrets: TLSSecrets? = nil, heldRecordByteLimit: Int = 256 << 10) throws {
    var settings = ProtocolSettings()
    settings.secrets = secrets
    settings.heldRecordByteLimit = heldRecordByteLimit
    context = try AnalysisContext(patterns: TestKeys.patterns.get(), settings: settings)
  }

  mutating func send(_ direction: Direction, _ bytes: [UInt8]) {
    _ = analyzer.data(bytes.rawSpan, direction, &context)
    collect()
  }

  mutating func lose(_ direction: Direction, _ byteCount: Int) {
    analyzer.gap(byteCount, direction, &context)
    collect()
  }

  mutating func close() -> TLSTold {
    analyzer.closed(&context)
    collect()
    return TLSTold(facts)
  }

  private mutating func collect() {
    facts += context.facts
    context.removeFacts()
  }
}

extension TLSSecrets {
  /// Adds a line of a key log.
  func add(_ label: String, random: [UInt8] = TLSScript.clientRandom, _ secret: [UInt8]) {
    let hex = { (bytes: [UInt8]) in bytes.map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined() }
    add(line: Array("\(label) \(hex(random)) \(hex(secret))".utf8).rawSpan)
  }
}
