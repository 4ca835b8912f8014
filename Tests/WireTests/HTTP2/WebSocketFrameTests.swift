import TestSupport
import Testing
import Wire

@Suite("WebSocket frame headers, RFC 6455 section 5.2")
struct WebSocketFrameTests {
  @Test(
    "the examples of section 5.7 read",
    arguments: [
      ([0x81, 0x05], .text, 5, nil, true), ([0x81, 0x85, 0x37, 0xFA, 0x21, 0x3D], .text, 5, 0x37FA_213D, true),
      ([0x01, 0x03], .text, 3, nil, false), ([0x80, 0x02], .continuation, 2, nil, true),
      ([0x89, 0x05], .ping, 5, nil, true), ([0x82, 0x7E, 0x01, 0x00], .binary, 256, nil, true),
      ([0x82, 0x7F, 0, 0, 0, 0, 0, 1, 0, 0], .binary, 65_536, nil, true),
    ] as [([UInt8], WebSocketOpcode, Int, UInt32?, Bool)])
  func reads(bytes: [UInt8], opcode: WebSocketOpcode, length: Int, key: UInt32?, isFinal: Bool) throws {
    let header = try WebSocketFrameHeader(bytes.rawSpan)
    #expect((header.opcode, header.length, header.byteCount) == (opcode, length, bytes.count))
    #expect((header.maskingKey, header.isFinal) == (key, isFinal))
    for count in 0..<bytes.count {
      #expect(throws: ParseError.self) { try WebSocketFrameHeader(Array(bytes.prefix(count)).rawSpan) }
    }
  }

  @Test(
    "what no sender writes is refused",
    arguments: [
      [0x83, 0x00], [0x8B, 0x00], [0xA1, 0x00], [0x91, 0x00], [0x09, 0x00], [0x89, 0x7E, 0x01, 0x00], [0xC9, 0x00],
      [0x82, 0x7E, 0x00, 0x7D], [0x82, 0x7F, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF], [0x82, 0x7F, 0x80, 0, 0, 0, 0, 0, 0, 0],
    ] as [[UInt8]])
  func rejects(bytes: [UInt8]) {
    var isMalformed = false
    do throws(ParseError) { _ = try WebSocketFrameHeader(bytes.rawSpan) } catch .malformed { isMalformed = true } catch
    {}
    #expect(isMalformed)
  }

  private func areFrames(_ bytes: [UInt8], masked: Bool) -> Bool {
    WebSocketFrameHeader.areFrames(bytes.rawSpan, masked: masked)
  }

  @Test("frames in a row are told from noise")
  func tellsFrames() {
    #expect(areFrames([0x81, 1, 65, 0x81, 9], masked: false))
    #expect(areFrames([0x81, 1, 65], masked: false))
    #expect(!areFrames([0x81, 1, 65], masked: true))
    #expect(!areFrames([0x81, 2, 65], masked: false))
    #expect(!areFrames([], masked: false))
  }

  @Test(
    "permessage-deflate is read from what the server granted",
    arguments: [
      ("permessage-deflate", WebSocketDeflate()), ("foo, permessage-deflate; x", WebSocketDeflate()),
      (
        "Permessage-Deflate; server_no_context_takeover; server_max_window_bits=10",
        WebSocketDeflate(serverKeepsContext: false)
      ),
      (
        "permessage-deflate;client_no_context_takeover ; server_no_context_takeover",
        WebSocketDeflate(serverKeepsContext: false, clientKeepsContext: false)
      ), ("", nil), ("permessage-bzip2", nil),
    ] as [(String, WebSocketDeflate?)])
  func readsExtension(text: String, deflate: WebSocketDeflate?) {
    #expect(WebSocketDeflate(extensions: text) == deflate)
  }

  @Test("masking is undone wherever the payload is cut", arguments: 0..<20)
  func unmasks(phase: Int) {
    let text = Array("0123456789abcdefghijklmnopqrstuvwxyz".utf8)
    let key: [UInt8] = [0x12, 0x34, 0xAB, 0xCD]
    let masked = text.enumerated().map { $1 ^ key[$0 & 3] }
    var words: [UInt64] = []
    WebSocketMask.remove(from: Array(masked[phase...]).rawSpan, key: 0x1234_ABCD, phase: phase, into: &words)
    var output: [UInt8] = []
    output.append(RawSpan(_elements: words.span).extracting(..<(text.count - phase)))
    #expect(output[...] == text[phase...])
  }
}
