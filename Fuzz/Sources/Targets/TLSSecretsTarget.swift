import Decryption
import Observations
import Wire

@testable import Protocols

/// TLS 1.3 whose secrets are known: the steps are sealed on the way, so that what is inside is reached by any input.
///
/// The lowest bit of a step's code is the direction, the next three the kind, the upper four the content type or, of a
/// sealed record, how much of it is lost.
enum TLSSecretsTarget {
  private static let bench = FlowBench(secrets: Handshake.addSecrets(to: TLSSecrets()))

  static func run(_ input: RawSpan) {
    let script = Script(input)
    bench.flow(input.byteCount + 1_024) { bench in
      var analyzer = FlowAnalyzer()
      var sealers = Sealers()
      func give(_ bytes: [UInt8], _ direction: Direction) {
        _ = analyzer.data(bytes.rawSpan, direction, &bench.context)
        bench.takeFacts()
      }
      give(Handshake.record(22, Handshake.clientHello(alpn: "http/1.1")), .toServer)
      give(Handshake.record(22, Handshake.serverHello), .toClient)
      for step in script.steps {
        let direction: Direction = step.code & 1 == 0 ? .toServer : .toClient
        switch step.code >> 1 & 7 {
        case 1: give(step.bytes, direction)
        case 2:
          analyzer.gap(step.bytes.prefix(2).reduce(0) { $0 << 8 | Int($1) }, direction, &bench.context)
          bench.takeFacts()
        case 3:
          // KeyUpdate: RFC 8446 section 4.6.3.
          give(sealers[direction].record(22, Handshake.message(24, [0])), direction)
          sealers[direction].update()
        case 4:
          // Finished, and the keys behind it.
          give(sealers[direction].record(22, Handshake.message(20, [UInt8](repeating: 1, count: 32))), direction)
          sealers.finish(direction)
        case 5: give(Handshake.record(20 + step.code >> 4 % 5, step.bytes), direction)
        case 6:
          let record = sealers[direction].record(23, step.bytes)
          give(Array(record.dropLast(Int(step.code >> 4))), direction)
        default:
          let types: [UInt8] = [23, 22, 21, 20, 23, 23, 24, 0]
          for start in stride(from: 0, to: max(1, step.bytes.count), by: 16_384) {
            let content = Array(step.bytes[start..<min(step.bytes.count, start + 16_384)])
            give(sealers[direction].record(types[Int(step.code >> 4) & 7], content), direction)
          }
        }
      }
      analyzer.closed(&bench.context)
    }
  }

  /// One for each direction.
  private struct Sealers {
    private var client = RecordSealer(secret: Handshake.secret(.clientHandshakeTraffic))
    private var server = RecordSealer(secret: Handshake.secret(.serverHandshakeTraffic))

    subscript(direction: Direction) -> RecordSealer {
      get { direction == .toServer ? client : server }
      _modify {
        if direction == .toServer { yield &client } else { yield &server }
      }
    }

    mutating func finish(_ direction: Direction) {
      let label = direction == .toServer ? Handshake.secret(.clientTraffic0) : Handshake.secret(.serverTraffic0)
      self[direction] = RecordSealer(secret: label)
    }
  }
}
