import Observations
import Protocols
import TestSupport
import Testing
import Wire

@Suite("DNS from hostile senders")
struct DNSNoiseTests {
  /// Labels of every length, long names, and a key here and there.
  @Test("names of many labels cost little and trap nowhere", arguments: 0..<20)
  func survivesLabels(seed: Int) throws {
    var generator = SeededGenerator(seed: UInt64(seed))
    var messages: [(Direction, [UInt8])] = []
    for _ in 0..<20 {
      var (name, left) = ([UInt8](), 250)
      while left > 1 {
        let count = min(left - 1, 1 + Int(generator.next() % (generator.next() % 2 == 0 ? 3 : 63)))
        name += [UInt8(count)] + generator.bytes(count)
        left -= count + 1
      }
      let question = name + [0, 0, 1, 0, 1]
      messages.append((.toServer, DNSBuilder().adding(question, to: 0).bytes))
    }
    let (facts, read) = try DNSDatagramTests.facts(messages)
    #expect(read.allSatisfy { $0 }, "seed \(seed)")
    #expect(DNSTold(facts).messages.count == messages.count)
  }

  @Test("a small message that names much, with a key in it, is masked all the same")
  func boundsNames() throws {
    let key = DNSDatagramTests.key
    // Labels of three bytes fill a name, and each answer's owner is another tail of it.
    let filler = [[UInt8]](repeating: [3] + Array("abc".utf8), count: 40).flatMap { $0 }
    var message = DNSBuilder(flags: 0x8180).adding(filler + DNSBuilder.name("\(key).evil.test") + [0, 1, 0, 1], to: 0)
    for index in 0..<60 {
      let target = 12 + 4 * (index % 40)
      message = message.adding([0xC0, UInt8(target), 0, 1, 0, 1, 0, 0, 0, 0, 0, 0], to: 1)
    }
    let facts = try DNSDatagramTests.facts([(.toClient, message.bytes)]).facts
    #expect(DNSTold(facts).sightings.count == 1)
    #expect(!facts.contains { "\($0)".contains(key.suffix(20).prefix(12)) })
  }

  @Test("a message of nothing but answers is bounded")
  func boundsRecords() throws {
    var message = DNSBuilder.response(to: "h.test")
    for _ in 0..<5_000 { message = message.adding([0xC0, 12, 0, 1, 0, 1, 0, 0, 0, 0, 0, 0], to: 1) }
    for case .dns(let told) in try DNSDatagramTests.facts([(.toClient, message.bytes)]).facts {
      #expect(told.answers.count == DNSPacket.recordLimit - 1)
      #expect(!told.isCut)
    }
  }

  @Test("a small message is not looked through for much more than it pays for", arguments: [0, 16])
  func boundsWork(step: Int) throws {
    // Sixty answers name the same long name, or as many tails of it as there are labels.
    let name = DNSBuilder.name((0..<15).map { "sk-ant-test-\(10 + $0)x" }.joined(separator: "."))
    var message = DNSBuilder(flags: 0x8180).adding(name + [0, 16, 0, 1], to: 0)
    for index in 0..<60 {
      message = message.adding([0xC0, 12, 0, 5, 0, 1, 0, 0, 0, 0, 0, 2, 0xC0, UInt8(12 + step * (index % 12))], to: 1)
    }
    let bytes = message.bytes
    var context = try AnalysisContext(patterns: TestKeys.patterns.get(), settings: ProtocolSettings())
    var datagrams = DNSDatagrams(isUsualPort: true)
    #expect(datagrams.read(bytes.rawSpan, .toClient, &context))
    // The message itself, each name once, and its labels joined: at most one name beyond the bound.
    #expect(context.counters.scannedBytes <= UInt64(4_096 + 24 * bytes.count + 8_192))
  }
}
