import Observations
import Wire

@testable import Protocols

/// DNS over TCP, whole and in pieces: the same messages and the same secrets must be told.
enum DNSStreamTarget {
  static func run(_ input: RawSpan) {
    var choices = Choices(input)
    let seed = choices.byte()
    let bytes = choices.rest
    let whole = told(bytes, [0..<bytes.byteCount])
    let cut = told(bytes, pieces(of: bytes.byteCount, seed: seed))
    require(whole == cut, "the whole tells \(whole.count) facts, pieces \(cut.count)")
    FlowBench.plain.run(Script(bytes))
  }

  private static func told(_ bytes: RawSpan, _ ranges: [Range<Int>]) -> [String] {
    var told: [String] = []
    FlowBench.plain.flow(bytes.byteCount) { bench in
      let connection = DNSConnection()
      for range in ranges {
        connection.data(bytes.extracting(range), .toServer, &bench.context)
        told += bench.context.facts.map(\.inWords)
        bench.takeFacts()
      }
      connection.closed(&bench.context)
      told += bench.context.facts.map(\.inWords)
    }
    return told
  }
}

extension Fact {
  /// What is compared of a fact.
  fileprivate var inWords: String {
    switch self {
    case .dns(let message): "\(message)"
    case .credential(let sighting): "\(sighting.credential) \(sighting.location)"
    default: "something else"
    }
  }
}
