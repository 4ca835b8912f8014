import TestSupport
import Testing
import Wire

@Suite("HTTP/2 frames, RFC 9113 section 4")
struct HTTP2FrameTests {
  static let preface = Array(HTTP2Recognition.preface.utf8)
  static let settings: [UInt8] = [0, 0, 6, 4, 0, 0, 0, 0, 0, 0, 3, 0, 0, 0, 100]
  static let acknowledgement: [UInt8] = [0, 0, 0, 4, 1, 0, 0, 0, 0]
  static let windowUpdate: [UInt8] = [0, 0, 4, 8, 0, 0, 0, 0, 0, 0, 1, 0, 0]
  static let headers: [UInt8] = [0, 0, 1, 1, 5, 0, 0, 0, 1, 0x82]

  @Test("a header reads, its reserved bit aside")
  func readsHeader() throws {
    let header = try HTTP2FrameHeader(([1, 2, 3, 0, 9, 0x80, 0, 0, 5] as [UInt8]).rawSpan)
    #expect(header == HTTP2FrameHeader(length: 0x010203, type: .data, flags: [.endStream, .padded], streamID: 5))
  }

  @Test("a header that is cut is incomplete", arguments: 0..<9)
  func rejectsPrefix(count: Int) {
    let bytes = Array(Self.headers.prefix(count))
    #expect(throws: ParseError.incomplete(needed: 9 - count)) { try HTTP2FrameHeader(bytes.rawSpan) }
  }

  @Test(
    "lengths and streams that a type cannot have are not plausible",
    arguments: [
      HTTP2FrameHeader(length: 1, type: .data, streamID: 0), HTTP2FrameHeader(length: 4, type: .headers),
      HTTP2FrameHeader(length: 4, type: .priority, streamID: 1),
      HTTP2FrameHeader(length: 5, type: .rstStream, streamID: 1),
      HTTP2FrameHeader(length: 7, type: .settings), HTTP2FrameHeader(length: 6, type: .settings, flags: .ack),
      HTTP2FrameHeader(length: 8, type: .ping, streamID: 1), HTTP2FrameHeader(length: 3, type: .windowUpdate),
      HTTP2FrameHeader(length: 7, type: .goAway), HTTP2FrameHeader(length: 3, type: HTTP2FrameType(rawValue: 99)),
    ])
  func implausible(_ header: HTTP2FrameHeader) { #expect(!header.isPlausible) }

  @Test(
    "content lies between the fields before it and the padding",
    arguments: [
      (HTTP2FrameHeader(length: 10, type: .data, streamID: 1), [], 10),
      (HTTP2FrameHeader(length: 10, type: .data, flags: .padded, streamID: 1), [4], 5),
      (HTTP2FrameHeader(length: 10, type: .data, flags: .padded, streamID: 1), [9], 0),
      (HTTP2FrameHeader(length: 10, type: .data, flags: .padded, streamID: 1), [200], 0),
      (HTTP2FrameHeader(length: 10, type: .headers, flags: [.padded, .priority], streamID: 1), [1, 0, 0, 0, 0, 0], 3),
      (HTTP2FrameHeader(length: 10, type: .pushPromise, flags: .padded, streamID: 1), [2, 0, 0, 0, 4], 3),
      (HTTP2FrameHeader(length: 2, type: .headers, flags: .priority, streamID: 1), [0, 0], 0),
    ] as [(HTTP2FrameHeader, [UInt8], Int)])
  func layout(header: HTTP2FrameHeader, prefix: [UInt8], count: Int) {
    let layout = HTTP2Layout(header)
    #expect(layout.prefixByteCount == prefix.count)
    #expect(layout.contentByteCount(prefix: prefix.rawSpan) == count)
  }

  // MARK: Recognition

  @Test("the preface is certain when it is whole, and possible before", arguments: 0...24)
  func recognisesPreface(count: Int) {
    let expected: Recognition = count == 24 ? .certain : .possible
    #expect(HTTP2Recognition.client(Array(Self.preface.prefix(count)).rawSpan) == expected)
  }

  @Test(
    "frames are recognised",
    arguments: [settings, settings + acknowledgement, windowUpdate + headers, acknowledgement + windowUpdate])
  func recognisesFrames(bytes: [UInt8]) {
    #expect(HTTP2Recognition.frames(bytes.rawSpan) == .certain)
    let mayStart = HTTP2Recognition.mayStartConnection(bytes.rawSpan)
    #expect(mayStart)
  }

  @Test(
    "what is none is not",
    arguments: [
      [UInt8](repeating: 0, count: 64), Array("GET / HTTP/1.1\r\n\r\n".utf8), Array("220 hello\r\n".utf8),
      [0, 0, 6, 4, 0, 0, 0, 0, 0, 0x77, 3, 0, 0, 0, 100], headers, [0, 0, 5, 0, 0, 0, 0, 0, 1, 1, 2, 3, 4, 5],
      [0x16, 3, 1, 0, 100, 1, 0, 0, 96, 3, 3],
    ])
  func rejectsOthers(bytes: [UInt8]) { #expect(HTTP2Recognition.frames(bytes.rawSpan) == .no) }

  @Test("noise is hardly ever taken for frames")
  func rejectsNoise() {
    var generator = SeededGenerator(seed: 5)
    let taken = (0..<5_000).filter { _ in
      HTTP2Recognition.frames(generator.bytes(Int(generator.next() % 100)).rawSpan) == .certain
    }
    #expect(taken.isEmpty)
  }

  @Test("frames are found again behind what is none", arguments: 0..<40)
  func resynchronises(count: Int) {
    var generator = SeededGenerator(seed: UInt64(count))
    let bytes = generator.bytes(count).map { $0 | 0x80 } + Self.windowUpdate + Self.headers
    #expect(HTTP2Recognition.resynchronise(bytes.rawSpan) { _ in false } == count)
    let data: [UInt8] = [0x91, 0x92, 0, 0x20, 0, 0, 0, 0, 0, 0, 7, 1, 2, 3]
    #expect(HTTP2Recognition.resynchronise(data.rawSpan) { $0 == 7 } == 2)
    #expect(HTTP2Recognition.resynchronise(data.rawSpan) { $0 == 9 } == nil)
  }

  @Test("the table size of SETTINGS reads, the last one counts")
  func readsSettings() {
    #expect(HTTP2Settings.headerTableSize(([0, 1, 0, 0, 16, 0, 0, 1, 0, 1, 0, 0, 9] as [UInt8]).rawSpan) == 65_536)
    #expect(HTTP2Settings.headerTableSize(([0, 3, 0, 0, 16, 0] as [UInt8]).rawSpan) == nil)
  }
}
