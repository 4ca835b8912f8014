import Observations
import Protocols
import Testing
import Wire

@Suite("Decompressors at a time are bounded")
struct DecoderBudgetTests {
  private func openBody(_ coding: String, _ context: inout AnalysisContext) -> FlowAnalyzer {
    var analyzer = FlowAnalyzer()
    let head = "POST / HTTP/1.1\r\nHost: h.test\r\nContent-Encoding: \(coding)\r\nContent-Length: 1000\r\n\r\n"
    _ = analyzer.data(Array(head.utf8).rawSpan, .toServer, &context)
    return analyzer
  }

  @Test("what does not fit is scanned as it is and counted", arguments: [("br", 2), ("zstd", 4), ("gzip", 768)])
  func refuses(coding: String, fitting: Int) throws {
    var context = try AnalysisContext(patterns: TestKeys.patterns.get(), settings: ProtocolSettings())
    var open = (0..<fitting + 3).map { _ in openBody(coding, &context) }
    #expect(context.counters.decoderLimitReached == 3)
    var refused = open.removeLast()
    _ = refused.data(Array("{\"k\":\"\(TestKeys.make())\"}".utf8).rawSpan, .toServer, &context)
    #expect(Told(context.facts).sightings.count == 1)
    for index in open.indices { open[index].closed(&context) }
    open = []
    var next = openBody(coding, &context)
    #expect(context.counters.decoderLimitReached == 3)
    next.closed(&context)
  }
}
