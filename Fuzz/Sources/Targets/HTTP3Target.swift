import Observations
import Wire

@testable import Protocols

/// HTTP/3 on streams that are already in order. The first byte of a step is the stream, its code direction and kind.
enum HTTP3Target {
  static func run(_ input: RawSpan) {
    let script = Script(input)
    FlowBench.plain.flow(input.byteCount) { bench in
      let connection = HTTP3Connection()
      var ended: Set<UInt64> = []
      for step in script.steps {
        guard let first = step.bytes.first else { continue }
        let direction: Direction = step.code & 1 == 0 ? .toServer : .toClient
        let id = UInt64(first & 0x1F)
        let half = id << 1 | UInt64(step.code & 1)
        guard !ended.contains(half) else { continue }
        let content = step.bytes.rawSpan.extracting(1...)
        switch step.code >> 1 & 7 {
        case 4:
          connection.gap(
            step.bytes.dropFirst().prefix(2).reduce(1) { $0 << 8 | Int($1) }, id, direction, &bench.context)
        case 5:
          connection.finished(id, direction, &bench.context)
          ended.insert(half)
        case 7:
          for piece in pieces(of: content.byteCount, seed: step.code >> 4) {
            connection.data(content.extracting(piece), id, direction, &bench.context)
          }
        default: connection.data(content, id, direction, &bench.context)
        }
        bench.takeFacts()
      }
      connection.closed(&bench.context)
    }
  }
}
