import Alerts
import Foundation
import Observations
import Testing

@testable import Outputs

@Suite("Sinks")
struct SinkTests {
  private let directory = TemporaryDirectory()

  @Test("write the events asked for, alerts at once")
  func selection() throws {
    let path = directory.path("eve.json")
    var sink = try EVEFileSink(
      path: path, kinds: [.alert, .stats], encoder: Fixtures.encoder, logger: LogRecorder.logger().0)
    sink.deliver(Self.observation)
    sink.deliver(StatsReport(timestamp: 0, counters: [:]))
    #expect(try lines(path).isEmpty)
    sink.deliver(Fixtures.alert)
    #expect(try lines(path).count == 2)
    #expect(sink.close() == 0)
    #expect(try lines(path).last == Fixtures.line(Fixtures.alert))
  }

  @Test("give every finished line to the guard, and count what it masked")
  func guardian() throws {
    let (eve, text) = (directory.path("eve.json"), directory.path("table.txt"))
    // Stands for the matcher: takes a word for a secret.
    let guardian: MaskingGuard = { line in
      guard let place = line.firstRange(of: Array("webhook".utf8)) else { return 0 }
      line.replaceSubrange(place, with: Array("…".utf8))
      return 1
    }
    let logger = LogRecorder.logger().0
    var outputs = OutputSet(
      eve: try EVEFileSink(
        path: eve, kinds: [.alert, .http], encoder: Fixtures.encoder, logger: logger, guardian: guardian),
      table: try TableSink(path: text, style: TextStyle(), logger: logger, guardian: guardian))
    outputs.deliver(Fixtures.alert)
    outputs.deliver(Self.observation)
    outputs.flush()
    #expect(outputs.lateMaskCount == 3)
    #expect(outputs.lostCount == 0)
    #expect(try lines(eve).allSatisfy { $0.contains("….site") })
    #expect(try lines(text).joined().contains("….site"))
    #expect(outputs.close() == 0)
  }

  @Test("part the blocks of the table with an empty line")
  func table() throws {
    let path = directory.path("table.txt")
    var sink = try TableSink(path: path, style: TextStyle(), logger: LogRecorder.logger().0)
    sink.deliver(Fixtures.alert)
    sink.deliver(Fixtures.alert)
    #expect(sink.close() == 0)
    var table = AlertTable(style: TextStyle())
    let block = table.block(Fixtures.alert)
    #expect(try String(contentsOfFile: path, encoding: .utf8) == block + "\n" + block + "\n")
  }

  @Test("that are not there do no harm")
  func nothing() {
    var outputs = OutputSet()
    outputs.deliver(Fixtures.alert)
    outputs.deliver(Self.observation)
    outputs.deliver(StatsReport(timestamp: 0, counters: [:]))
    outputs.reopen()
    #expect(outputs.lateMaskCount == 0)
    #expect(outputs.close() == 0)
  }

  private static let observation = Observation(
    place: Fixtures.place, flow: Fixtures.flow, fact: .transaction(Fixtures.transaction))

  private func lines(_ path: String) throws -> [String] {
    try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n").map(String.init)
  }
}
