import Observations
import Protocols
import TestSupport
import Testing
import Wire

@Suite("HTTP/2 and WebSocket that are cut, joined late or hostile")
struct HTTP2BoundsTests {
  typealias Writer = HTTP2Writer

  /// One flow, fed by hand.
  private final class Flow {
    private(set) var context: AnalysisContext
    private var analyzer = FlowAnalyzer()
    private var isSwapped = false

    init() throws { context = try AnalysisContext(patterns: TestKeys.patterns.get(), settings: ProtocolSettings()) }

    var facts: [Fact] { context.facts }
    var told: Told { Told(context.facts) }
    var counters: ProtocolCounters { context.counters }

    func client(_ bytes: [UInt8]) { data(bytes, .toServer) }
    func server(_ bytes: [UInt8]) { data(bytes, .toClient) }
    func gap(_ byteCount: Int, _ direction: Direction) { analyzer.gap(byteCount, direction, &context) }
    func close() { analyzer.closed(&context) }

    private func data(_ bytes: [UInt8], _ direction: Direction) {
      let real = isSwapped ? direction.opposite : direction
      if case .swapRoles = analyzer.data(bytes.rawSpan, real, &context) { isSwapped.toggle() }
    }
  }

  static let key = TestKeys.make()

  private func opened() throws -> Flow {
    let flow = try Flow()
    flow.client(Writer.preface + Writer.settings)
    flow.server(Writer.settings)
    return flow
  }

  @Test("a gap inside DATA leaves everything else as it is")
  func gapInsideData() throws {
    let flow = try opened()
    flow.client(Writer.headers(1, Writer.request("POST", "/p"), indexed: true))
    let frame = Writer.data(1, String(repeating: "x", count: 100) + " \(Self.key) ", end: true)
    flow.client(Array(frame[..<20]))
    flow.gap(50, .toServer)
    flow.client(
      Array(frame[70...]) + Writer.frame(.headers, [.endHeaders, .endStream], stream: 3, [0xC1, 0xC0, 0xBF, 0xBE]))
    flow.server(Writer.ok(1) + Writer.ok(3))
    flow.close()
    #expect(flow.told.transactions == ["POST h.test /p 100 > 200 2", "POST h.test /p 0 > 200 2"])
    #expect(flow.told.sightings.count == 1)
    #expect(flow.counters.frameResynchronisations == 0)
  }

  @Test("after a gap that swallowed frames the next ones are found, and no host is made up")
  func gapOverFrames() throws {
    let flow = try opened()
    flow.client(Writer.get(1, host: "first.test", indexed: true))
    flow.gap(500, .toServer)
    flow.client(
      Array("rest of something".utf8) + Writer.frame(.windowUpdate, stream: 0, [0, 0, 1, 0])
        + Writer.frame(.headers, [.endHeaders, .endStream], stream: 5, [0x82, 0x84, 0xBF])
        + Writer.get(7, host: "late.test", indexed: true)
        + Writer.frame(.headers, [.endHeaders, .endStream], stream: 9, [0xC1, 0xC0, 0xBF, 0xBE]))
    flow.close()
    #expect(flow.facts.requests.map { $0.host ?? "-" } == ["first.test", "-", "late.test", "late.test"])
    #expect(flow.counters.frameResynchronisations == 1)
    #expect(flow.counters.fieldBlockFlaws == 1)
  }

  @Test("a gap inside a header block costs that block, not the place")
  func gapInsideBlock() throws {
    let flow = try opened()
    let frame = Writer.get(1, "/long/path/to/lose")
    flow.client(Array(frame[..<40]))
    flow.gap(10, .toServer)
    flow.client(Array(frame[50...]) + Writer.get(3))
    flow.close()
    #expect(flow.facts.requests.last?.host == "h.test")
    #expect(flow.counters.frameResynchronisations == 0)
  }

  @Test("a connection that is joined late is read, and shows who is who", arguments: [false, true])
  func joinsLate(isSwapped: Bool) throws {
    let flow = try Flow()
    let request = Writer.frame(.windowUpdate, stream: 0, [0, 0, 1, 0]) + Writer.get(41)
    let response = Writer.ok(41, "see \(Self.key)")
    if isSwapped { flow.server(request) } else { flow.client(request) }
    if isSwapped { flow.client(response) } else { flow.server(response) }
    flow.close()
    #expect(flow.told.transactions == ["GET h.test /a 0 > 200 \(Self.key.utf8.count + 4)"])
    #expect(flow.told.sightings.map { $0.contains("response-body") } == [true])
  }

  @Test("bytes of HTTP/1 where frames should be are still scanned")
  func scansOtherAnswers() throws {
    let flow = try Flow()
    flow.client(Writer.preface + Writer.settings)
    flow.server(Array("HTTP/1.1 400 Bad Request\r\n\r\nno \(Self.key)\n".utf8))
    flow.close()
    #expect(flow.told.sightings.count == 1)
  }

  @Test("of too many streams the oldest is completed")
  func boundsStreams() throws {
    let flow = try opened()
    for stream in 0..<300 { flow.client(Writer.headers(UInt32(2 * stream + 1), Writer.request("POST", "/\(stream)"))) }
    #expect(flow.told.transactions.count == 44)
    #expect(flow.told.transactions.first == "POST h.test /0 0 > - 0")
    #expect(flow.counters.outstandingLimitReached == 44)
  }

  @Test(
    "floods of frames that say nothing leave nothing behind",
    arguments: [HTTP2FrameType.settings, .ping, .rstStream, .priority, .windowUpdate, .continuation])
  func survivesFloods(type: HTTP2FrameType) throws {
    let lengths: [HTTP2FrameType: Int] = [.settings: 6, .ping: 8, .rstStream: 4, .priority: 5, .windowUpdate: 4]
    let flow = try opened()
    let payload = [UInt8](repeating: 0, count: lengths[type] ?? 0)
    let stream: UInt32 = type == .settings || type == .ping ? 0 : 1
    let frames = (0..<5_000).flatMap { _ in Writer.frame(type, stream: stream, payload) }
    flow.client(frames + Writer.get(1))
    flow.server(Writer.ok(1))
    #expect(flow.told.transactions == ["GET h.test /a 0 > 200 2"])
  }

  @Test("streams that are opened and reset at once are all told, and none stays")
  func survivesRapidReset() throws {
    let flow = try opened()
    for stream in 0..<2_000 {
      let id = UInt32(2 * stream + 1)
      flow.client(Writer.get(id) + Writer.frame(.rstStream, stream: id, [0, 0, 0, 8]))
    }
    #expect(flow.told.transactions.count == 2_000)
    #expect(flow.counters.outstandingLimitReached == 0)
  }

  @Test("a header block beyond its bound is read as far as it was kept; the rest is scanned")
  func boundsBlocks() throws {
    let flow = try opened()
    let filler = (0..<2_000).map { ("x-\($0)", String(repeating: "f", count: 40)) }
    let block = Writer.block(Writer.request("GET", "/big") + filler + [("x-key", "key \(Self.key)")])
    var frames = Writer.frame(.headers, .endStream, stream: 1, Array(block[..<16_000]))
    for start in stride(from: 16_000, to: block.count, by: 16_000) {
      let end = min(block.count, start + 16_000)
      frames += Writer.frame(.continuation, end == block.count ? .endHeaders : [], stream: 1, Array(block[start..<end]))
    }
    flow.client(frames + Writer.get(3))
    #expect(flow.facts.requests.map(\.target) == ["/big", "/a"])
    #expect(flow.told.sightings.count == 1)
    #expect(flow.counters.headLimitReached == 1)
  }

  @Test("frames far beyond the declared maximum stream through")
  func readsHugeFrames() throws {
    let flow = try opened()
    flow.client(Writer.headers(1, Writer.request("POST", "/p")))
    let length = 16_000_000
    flow.client(Array(Writer.frame(.data, .endStream, stream: 1, [UInt8](repeating: 0, count: length)).prefix(9)))
    let piece = [UInt8](repeating: UInt8(ascii: "x"), count: 64_000)
    for _ in 0..<249 { flow.client(piece) }
    flow.client(Array(" \(Self.key) ".utf8) + piece.dropFirst(Self.key.utf8.count + 2) + Writer.get(3))
    flow.close()
    #expect(flow.told.transactions == ["POST h.test /p 16000000 > - 0", "GET h.test /a 0 > - 0"])
    #expect(flow.told.sightings.count == 1)
  }

  @Test("tunnels through HTTP/2 are looked into only so deep and so many")
  func boundsTunnels() throws {
    let flow = try opened()
    for stream in 0..<40 {
      flow.client(
        Writer.headers(UInt32(2 * stream + 1), [(":method", "CONNECT"), (":authority", "in.test:\(stream + 1)")]))
    }
    for stream in 0..<40 {
      flow.client(Writer.data(UInt32(2 * stream + 1), "\u{1} \(TestKeys.make(UInt64(stream))) \n"))
    }
    flow.close()
    #expect(flow.told.sightings.filter { $0.contains("stream []") }.count == 16)
    #expect(flow.told.sightings.count == 40)
    var nested = Writer.data(1, HTTP1Tests.get)
    for _ in 0..<12 {
      let connect = Writer.headers(1, [(":method", "CONNECT"), (":authority", "in.test:1")])
      nested = Writer.data(1, Writer.preface + Writer.settings + connect + nested)
    }
    let deep = try opened()
    deep.client(Writer.headers(1, [(":method", "CONNECT"), (":authority", "in.test:1")]) + nested)
    deep.close()
    #expect(!deep.told.transactions.isEmpty)
  }

  // MARK: WebSocket

  private func openedSocket(_ extensions: String = "") throws -> Flow {
    let flow = try Flow()
    for line in WebSocketWriter.handshake(extensions: extensions).lines {
      if line.direction == .toServer { flow.client(line.bytes) } else { flow.server(line.bytes) }
    }
    return flow
  }

  @Test("a gap inside a WebSocket frame keeps the mask in step")
  func gapInsideSocketFrame() throws {
    let flow = try openedSocket()
    let text = String(repeating: "x", count: 97) + " \(Self.key) "
    let frame = WebSocketWriter.frame(.text, Array(text.utf8), key: 0x1122_3344)
    flow.client(Array(frame[..<20]))
    flow.gap(33, .toServer)
    flow.client(Array(frame[53...]))
    #expect(flow.told.sightings.count == 1)
    #expect(flow.counters.frameResynchronisations == 0)
  }

  @Test("after a gap over WebSocket frames the next ones are found at the start of a segment")
  func gapOverSocketFrames() throws {
    let flow = try openedSocket("permessage-deflate; client_no_context_takeover")
    flow.gap(500, .toServer)
    flow.client([UInt8](repeating: 0xEE, count: 30))
    flow.client(WebSocketWriter.frame(.text, Array(" \(Self.key) ".utf8), key: 0x5566_7788))
    flow.client(
      WebSocketWriter.frame(
        .text, Deflater().message(Array(" \(TestKeys.make(2)) ".utf8)), compressed: true, key: 0x5566_7788))
    #expect(flow.told.sightings.count == 2)
    #expect(flow.counters.frameResynchronisations == 1)
  }

  @Test("a WebSocket message that expands without end is stopped, and told")
  func boundsExpansion() throws {
    let flow = try openedSocket("permessage-deflate")
    let deflater = Deflater()
    let zeros = [UInt8](repeating: 0, count: 4 << 20)
    for _ in 0..<8 {
      flow.client(WebSocketWriter.frame(.binary, deflater.message(zeros), compressed: true, key: 1))
    }
    #expect(flow.counters.expansionLimitReached == 1)
    flow.client(WebSocketWriter.frame(.text, Array(" \(Self.key) ".utf8), key: 0x5566_7788))
    #expect(flow.told.sightings.count == 1)
  }

  @Test("WebSocket messages of many megabytes stream through")
  func readsLongMessages() throws {
    let flow = try openedSocket()
    let piece = [UInt8](repeating: UInt8(ascii: "x"), count: 60_001)
    for index in 0..<100 {
      let opcode: WebSocketOpcode = index == 0 ? .text : .continuation
      flow.client(WebSocketWriter.frame(opcode, piece, final: false, key: 0x9988_7766))
    }
    flow.client(WebSocketWriter.frame(.continuation, Array(" \(Self.key)".utf8), key: 0x9988_7766))
    #expect(flow.told.sightings.count == 1)
  }
}
