import Decryption
import Observations
import Wire

@testable import Matching
@testable import Protocols

/// What the analysers of flows are run with: one context for all inputs, since it costs more to make than most inputs.
///
/// After each input it checks what must hold of any flow: no fact tells a secret, and all memory was given back.
final class FlowBench: @unchecked Sendable {
  // Unchecked: libFuzzer calls from one thread.
  static let plain = FlowBench()
  /// Facts that one byte of input may give, and those that come with none.
  private static let factLimit = (perByte: 4, fixed: 64)

  var context: AnalysisContext
  private var guardian = Bundled.matcher()
  private var fingerprints: Set<String> = []
  private var texts: [UInt8] = []
  private var factCount = 0
  private var fedByteCount = 0

  init(secrets: TLSSecrets? = nil) {
    var settings = ProtocolSettings()
    settings.keepsFields = true
    settings.secrets = secrets
    do {
      context = try AnalysisContext(patterns: Bundled.patterns, settings: settings)
    } catch {
      fatalError("\(error)")
    }
  }

  /// Runs `body` as one flow, which must be over when it returns.
  func flow(_ byteCount: Int, _ body: (FlowBench) -> Void) {
    (fingerprints, factCount, fedByteCount) = ([], 0, byteCount)
    texts.removeAll(keepingCapacity: true)
    body(self)
    takeFacts()
    checkMemory()
    checkSecrets()
  }

  /// Takes what the last event told, as a worker does after each.
  func takeFacts() {
    guard !context.facts.isEmpty else { return }
    factCount += context.facts.count
    require(
      factCount <= Self.factLimit.fixed + Self.factLimit.perByte * fedByteCount,
      "\(factCount) facts of \(fedByteCount) bytes")
    for fact in context.facts {
      if case .credential(let sighting) = fact { fingerprints.insert(sighting.credential.fingerprint) }
      if texts.count < 1 << 20 { fact.appendTexts(to: &texts) }
    }
    context.removeFacts()
  }

  /// Every budget of the shard must be whole again.
  private func checkMemory() {
    let budgets = [
      ("decoders", context.decoders, 36 << 20), ("held records", context.heldRecords, 4 << 20),
      ("QUIC", context.quicMemory, context.settings.quicMemoryByteLimit),
    ]
    for (name, budget, byteCount) in budgets {
      require(budget.take(byteCount), "memory of \(name) was not given back")
      budget.giveBack(byteCount)
      require(!budget.take(byteCount + 1), "more memory of \(name) was given back than taken")
    }
  }

  /// A secret that was sighted must not stand in any text in whole.
  private func checkSecrets() {
    guard !fingerprints.isEmpty else { return }
    for sighting in guardian.sightings(in: texts.rawSpan) where sighting.credential.encodings.isEmpty {
      require(
        !fingerprints.contains(sighting.credential.fingerprint),
        "a fact tells a whole \(sighting.credential.signature) behind `\(sighting.context)`")
    }
  }
}

extension FlowBench {
  /// Feeds the steps of a script to a flow: data of either side, gaps, ends.
  func run(_ script: Script, after prelude: [Script.Step] = []) {
    let steps = prelude + script.steps
    flow(steps.reduce(0) { $0 + $1.bytes.count + 3 }) { bench in
      var analyzer = FlowAnalyzer()
      var (isSwapped, isSkipped) = (false, false)
      for step in steps where !isSkipped {
        let action = FlowAction(step)
        let direction = isSwapped ? action.direction.opposite : action.direction
        switch action.kind {
        case .data(let pieceByteCount):
          for start in stride(from: 0, to: step.bytes.count, by: pieceByteCount) where !isSkipped {
            let piece = step.bytes.rawSpan.extracting(start..<min(step.bytes.count, start + pieceByteCount))
            let direction = isSwapped ? action.direction.opposite : action.direction
            switch analyzer.data(piece, direction, &bench.context) {
            case .goOn: break
            case .swapRoles: isSwapped.toggle()
            case .skip: isSkipped = true
            }
            bench.takeFacts()
          }
        case .gap(let byteCount): analyzer.gap(byteCount, direction, &bench.context)
        case .halfClosed: analyzer.halfClosed(direction, &bench.context)
        case .alternate: analyzer.alternateData(step.bytes.rawSpan, direction, &bench.context)
        }
        bench.takeFacts()
      }
      analyzer.closed(&bench.context)
    }
  }
}

/// What a step of a flow's script does: its lowest bit is the direction, the next three the kind, the rest a number.
struct FlowAction {
  enum Kind {
    case data(pieceByteCount: Int)
    case gap(byteCount: Int)
    case halfClosed, alternate
  }

  let direction: Direction
  let kind: Kind

  init(_ step: Script.Step) {
    direction = step.code & 1 == 0 ? .toServer : .toClient
    kind =
      switch step.code >> 1 & 7 {
      case 4: .gap(byteCount: step.bytes.prefix(3).reduce(0) { $0 << 8 | Int($1) })
      case 5: .halfClosed
      case 6: .alternate
      case 7: .data(pieceByteCount: Int(step.code >> 4) + 1)
      default: .data(pieceByteCount: max(1, step.bytes.count))
      }
  }

  /// The code of a step with data.
  static func data(_ direction: Direction) -> UInt8 { direction == .toServer ? 0 : 1 }
}
