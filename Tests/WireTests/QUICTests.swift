import TestSupport
import Testing
import Wire

@Suite("QUIC headers and frames, RFC 9000")
struct QUICTests {
  struct LongHeader: Equatable {
    var version: UInt32
    var type: QUICPacketType
    var destination: [UInt8]
    var source: [UInt8]
    var token: Range<Int>
    var packetNumberOffset: Int
    var byteCount: Int
  }

  static func read(_ bytes: [UInt8]) throws(ParseError) -> LongHeader {
    let header = try QUICLongHeader(bytes.rawSpan)
    return LongHeader(
      version: header.version.rawValue, type: header.type, destination: header.destinationID.bytes,
      source: header.sourceID.bytes, token: header.token, packetNumberOffset: header.packetNumberOffset,
      byteCount: header.byteCount)
  }

  /// An Initial packet with a token of two bytes, and four bytes behind it.
  static let initial: [UInt8] = [0xC0, 0, 0, 0, 1, 2, 7, 8, 1, 9, 2, 5, 6, 0x40, 3, 1, 2, 3, 0xAA, 0xBB]

  @Test("reads an Initial packet and leaves what follows")
  func initialPacket() throws {
    #expect(
      try Self.read(Self.initial)
        == LongHeader(
          version: 1, type: .initial, destination: [7, 8], source: [9], token: 11..<13, packetNumberOffset: 15,
          byteCount: 18))
  }

  static let types: [(first: UInt8, version: UInt32, type: QUICPacketType)] = [
    (0xD0, 1, .zeroRTT), (0xE0, 1, .handshake), (0xF0, 1, .retry), (0x80, 1, .initial),
    (0xD0, 0x6B33_43CF, .initial), (0xE0, 0x6B33_43CF, .zeroRTT), (0xF0, 0x6B33_43CF, .handshake),
    (0xC0, 0x6B33_43CF, .retry), (0xE0, 0xFF00_001D, .handshake), (0xE0, 0xFACE_B002, .handshake),
  ]

  @Test("tells the packet types of versions 1 and 2 apart", arguments: types)
  func packetTypes(_ example: (first: UInt8, version: UInt32, type: QUICPacketType)) throws {
    var bytes = Self.initial
    bytes[0] = example.first
    for index in 0..<4 { bytes[1 + index] = UInt8(truncatingIfNeeded: example.version >> (24 - 8 * UInt32(index))) }
    // Behind the ids every type can read these bytes as a length.
    let tail: [UInt8] = example.type == .initial ? [0, 4, 1, 2, 3, 4] : [4] + [UInt8](repeating: 1, count: 20)
    #expect(try Self.read(bytes[..<10] + tail).type == example.type)
  }

  static let rejections: [[UInt8]] = [
    [], [0x40, 0, 0, 0, 1], [0xC0, 0, 0, 0, 2, 0, 0, 0, 0], [0xC0, 0, 0, 0, 1, 21] + [UInt8](repeating: 0, count: 40),
    [0xC0, 0, 0, 0, 1, 0, 21] + [UInt8](repeating: 0, count: 40), [0xF0, 0, 0, 0, 1, 0, 0, 1, 2],
    [0xC0, 0, 0, 0, 1, 0, 0, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF],
    [0xC0, 0, 0, 0, 1, 0, 0, 0, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF],
  ]

  @Test("refuses what no packet starts with", arguments: rejections)
  func rejects(_ bytes: [UInt8]) {
    #expect(throws: ParseError.self) { try Self.read(bytes) }
  }

  @Test("every prefix is malformed", arguments: 0..<18)
  func prefixes(count: Int) {
    #expect(throws: ParseError.self) { try Self.read(Array(Self.initial[..<count])) }
  }

  @Test("connection ids keep their bytes", arguments: 0...20)
  func connectionIDs(count: Int) {
    let bytes = (0..<count).map { UInt8($0 + 1) }
    let id = QUICConnectionID(bytes.rawSpan)
    #expect(id?.bytes == bytes)
    #expect(id == QUICConnectionID(bytes.rawSpan))
    #expect(count == 0 || id != QUICConnectionID(Array(bytes.dropLast()).rawSpan))
  }

  @Test("versions are named as EVE has them")
  func names() {
    #expect(QUICVersion.version1.name == "1")
    #expect(QUICVersion(rawValue: 0xFF00_001D).name == "ff00001d")
    #expect(QUICVersion.version2.name == "6b3343cf")
    #expect(QUICVersion(rawValue: 0x1A2A_3A4A).isReserved)
    #expect(QUICVersion(rawValue: 0x5130_3433).family == nil)
  }

  @Test("reads the versions that a server offers")
  func negotiation() throws {
    let bytes: [UInt8] = [0x80, 0, 0, 0, 0, 1, 1, 1, 2, 0, 0, 0, 1, 0x6B, 0x33, 0x43, 0xCF]
    #expect(try QUICVersionNegotiation.versions(in: bytes.rawSpan) == [.version1, .version2])
    for count in 0..<bytes.count where count != 13 {
      let cut = Array(bytes[..<count])
      #expect(throws: ParseError.self) { try QUICVersionNegotiation.versions(in: cut.rawSpan) }
    }
  }

  // MARK: Frames

  static func frames(_ payload: [UInt8], _ family: QUICVersion.Family = .version1) throws(ParseError) -> [QUICFrame] {
    let span = payload.rawSpan
    var reader = QUICFrameReader(span, family: family)
    var frames: [QUICFrame] = []
    while let frame = try reader.next() { if frame != .other { frames.append(frame) } }
    return frames
  }

  /// One of each kind, those without content in between.
  static let everyFrame: [UInt8] =
    [0, 1, 2, 10, 0, 1, 3, 1, 2, 3, 10, 0, 0, 3, 1, 1, 1] + [4, 8, 1, 2] + [5, 8, 1] + [6, 3, 2, 0xAA, 0xBB]
    + [7, 2, 1, 2] + [0x0A, 4, 1, 0xCC] + [0x0F, 4, 7, 1, 0xDD] + [0x10, 1, 0x11, 4, 1, 0x12, 1, 0x13, 1, 0x14, 1]
    + [0x15, 4, 1, 0x16, 1, 0x17, 1] + [0x18, 1, 0, 4, 1, 2, 3, 4] + [UInt8](repeating: 9, count: 16) + [0x19, 1]
    + [0x1A, 1, 2, 3, 4, 5, 6, 7, 8] + [0x1B, 1, 2, 3, 4, 5, 6, 7, 8] + [0x31, 2, 1, 2] + [0x40, 0xAF, 1, 2, 3, 4]
    + [0x42, 0xF5, 1] + [0x1E] + [0x1C, 1, 6, 1, 65] + [0x1D, 1, 1, 65] + [0x08, 12, 1, 2, 3]

  @Test("reads every frame of RFC 9000 section 19 and steps over those without content")
  func everyKind() throws {
    let payload = Self.everyFrame
    let found = try Self.frames(payload)
    #expect(
      found.map(Self.word) == [
        "reset 8", "crypto 3 [170, 187]", "stream 4@0 [204]", "stream 4@7 [221] fin", "id 4", "close", "close",
        "stream 12@0 [1, 2, 3]",
      ])
  }

  static func word(_ frame: QUICFrame) -> String {
    switch frame {
    case .crypto(let offset, let data): "crypto \(offset) \(Array(everyFrame[data]))"
    case .stream(let id, let offset, let data, let isFinal):
      "stream \(id)@\(offset) \(Array(everyFrame[data]))\(isFinal ? " fin" : "")"
    case .resetStream(let id): "reset \(id)"
    case .newConnectionID(let byteCount): "id \(byteCount)"
    case .connectionClose: "close"
    case .other: "other"
    }
  }

  @Test("Google's versions number CRYPTO otherwise")
  func google() throws {
    #expect(try Self.frames([8, 0, 2, 5, 6], .google50) == [.crypto(offset: 0, data: 3..<5)])
  }

  static let brokenFrames: [[UInt8]] = [
    [0x20], [0x40], [6, 0, 5, 1], [6, 0xC0], [2, 1, 1, 0xBF, 0xFF, 0xFF, 0xFF, 0], [0x18, 1, 0, 4, 1, 2],
    [0x1A, 1], [8], [0x0F, 1, 1, 9, 1],
  ]

  @Test("a cut or unknown frame is malformed", arguments: brokenFrames)
  func broken(_ payload: [UInt8]) {
    #expect(throws: ParseError.self) { try Self.frames(payload) }
  }

  @Test("noise in headers and frames never traps", arguments: [0x0D1C] as [UInt64])
  func noise(seed: UInt64) {
    var generator = SeededGenerator(seed: seed)
    for _ in 0..<3_000 {
      var frames = Self.everyFrame
      for _ in 0...Int(generator.next() % 6) {
        frames[Int(generator.next() % UInt64(frames.count))] = UInt8(truncatingIfNeeded: generator.next())
      }
      frames.removeLast(Int(generator.next() % 40))
      for frame in (try? Self.frames(frames)) ?? [] {
        if case .stream(_, _, let data, _) = frame { #expect(data.upperBound <= frames.count) }
      }
      var header = Self.initial
      header[Int(generator.next() % UInt64(header.count))] = UInt8(truncatingIfNeeded: generator.next())
      if let read = try? Self.read(header) { #expect(read.byteCount <= header.count) }
    }
  }
}
