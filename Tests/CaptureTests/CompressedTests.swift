import Capture
import TestSupport
import Testing

@Suite("Compressed captures")
struct CompressedTests {
  enum Tool: CaseIterable {
    case gzip, zstd

    func callAsFunction(_ bytes: [UInt8]) -> [UInt8] {
      self == .gzip ? Compression.gzip(bytes) : Compression.zstd(bytes)
    }

    var name: String { self == .gzip ? "gzip" : "zstd" }
  }

  /// A capture of several buffers' length: half of it noise.
  static let large: [UInt8] = {
    var random = SeededGenerator(seed: 3)
    var file = PcapFile()
    let noise = random.bytes(1_000)
    for index in 0..<600 { file.append(index % 2 == 0 ? noise : [UInt8](repeating: 0x41, count: 1_500)) }
    return file.bytes
  }()

  @Test("are read as what they hold", arguments: Tool.allCases)
  func roundTrip(tool: Tool) {
    #expect(Contents(tool(PcapTests.file())).frames.map(\.bytes) == PcapTests.frames)
    #expect(Contents(tool(PcapngTests.everything().bytes)) == Contents(PcapngTests.everything().bytes))
    #expect(Contents(tool(Self.large)) == Contents(Self.large))
  }

  @Test("may come in several members or frames, cut anywhere", arguments: Tool.allCases)
  func members(tool: Tool) {
    let plain = PcapngTests.everything().bytes
    for cut in stride(from: 1, to: plain.count, by: 7) {
      let contents = Contents(tool(Array(plain.prefix(cut))) + tool(Array(plain.dropFirst(cut))))
      #expect(contents.frames == PcapngTests.expected, "cut at \(cut)")
      #expect(contents.error == nil, "cut at \(cut)")
    }
  }

  @Test("that end early give what they held before, then damage", arguments: Tool.allCases)
  func everyPrefix(tool: Tool) {
    let compressed = tool(PcapTests.file())
    for count in 8..<compressed.count {
      let contents = Contents(Array(compressed.prefix(count)))
      #expect(PcapTests.frames.starts(with: contents.frames.map(\.bytes)), "cut at \(count)")
      guard case .damaged(_, _, let packet, let reason) = contents.error else {
        Issue.record("cut at \(count): \(String(describing: contents.error))")
        continue
      }
      #expect(packet == UInt64(contents.frames.count), "cut at \(count)")
      #expect(reason == "the \(tool.name) data end early (the position is that after decompression)", "cut at \(count)")
    }
  }

  @Test("deliver all of the buffers before the damage", arguments: Tool.allCases)
  func lateDamage(tool: Tool) {
    let contents = Contents(tool(Self.large).dropLast(5))
    #expect(contents.frames.count > 400)
    #expect(contents.damage?.afterPacket == UInt64(contents.frames.count))
  }

  @Test("that are corrupt give what they held before, then damage")
  func corrupt() {
    // The checksum at the end of a gzip member.
    var compressed = Compression.gzip(PcapTests.file())
    compressed[compressed.count - 6] ^= 1
    let contents = Contents(compressed)
    #expect(contents.frames.map(\.bytes) == PcapTests.frames)
    let error = CaptureError.damaged(
      source: "test.pcap", offset: UInt64(PcapTests.file().count), afterPacket: 4,
      reason: "the gzip data are corrupt here (the position is that after decompression)")
    #expect(contents.error == error)
  }

  @Test("that other bytes follow are damaged at their end, zero padding apart", arguments: Tool.allCases)
  func trailing(tool: Tool) {
    let compressed = tool(PcapTests.file())
    #expect(Contents(compressed + [0, 0, 0]).error == nil)
    let contents = Contents(compressed + Array("rest".utf8))
    #expect(contents.frames.count == 4)
    #expect(contents.damage == Damage(offset: UInt64(PcapTests.file().count), afterPacket: 4))
  }

  @Test("that hold no capture are refused with what they hold", arguments: Tool.allCases)
  func noCapture(tool: Tool) {
    let twice = Contents(tool(Compression.gzip(PcapTests.file())))
    let words = "of what its \(tool.name) data hold, it is gzip-compressed once more"
    #expect(twice.error == .notACapture(source: "test.pcap", looksLike: words))
    let text = "of what its \(tool.name) data hold, it looks like text"
    #expect(Contents(tool(Array("plain text".utf8))).error == .notACapture(source: "test.pcap", looksLike: text))
  }

  @Test("survive flipped bytes", arguments: Tool.allCases, 0..<60 as Range<UInt64>)
  func flips(tool: Tool, seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    var compressed = tool(PcapngTests.everything().bytes)
    for _ in 0..<2 {
      compressed[Int.random(in: 0..<compressed.count, using: &random)] ^= 1 << UInt8.random(in: 0..<8, using: &random)
    }
    #expect(Contents(compressed).frames.count < 100, "seed \(seed)")
  }
}
