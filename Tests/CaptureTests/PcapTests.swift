import Capture
import TestSupport
import Testing
import Wire

@Suite("pcap, draft-ietf-opsawg-pcap")
struct PcapTests {
  static let frames: [[UInt8]] = [[1, 2, 3], [], [UInt8](repeating: 9, count: 1_500), [4]]

  static func file(_ order: Order = .little, magic: UInt32 = 0xA1B2_C3D4) -> [UInt8] {
    var file = PcapFile(order, magic: magic)
    for (index, frame) in frames.enumerated() { file.append(frame, seconds: 1_000, fraction: UInt32(index)) }
    return file.bytes
  }

  @Test("is read in both byte orders and both resolutions", arguments: Order.allCases, [1, 1_000] as [Int64])
  func variants(order: Order, nanosecondsPerTick: Int64) {
    let magic: UInt32 = nanosecondsPerTick == 1 ? 0xA1B2_3C4D : 0xA1B2_C3D4
    let contents = Contents(Self.file(order, magic: magic))
    let expected = Self.frames.enumerated().map { index, frame in
      Captured(frame, timestamp: 1_000_000_000_000 + Int64(index) * nanosecondsPerTick)
    }
    #expect(contents.frames == expected)
    #expect(contents.error == nil)
    #expect(contents.interfaces == [CapturedInterface(name: nil, linkType: .ethernet)])
  }

  @Test("keeps the length on the wire of a frame that was cut")
  func snapshot() {
    var file = PcapFile(snapshotByteCount: 0)
    file.append([1, 2], onWire: 1_500)
    file.append([1, 2, 3], onWire: 1)
    #expect(Contents(file.bytes).frames.map(\.wireByteCount) == [1_500, 3])
  }

  @Test("ignores the frame check sequence bits of the link type")
  func checkSequence() {
    var file = PcapFile(linkType: 0x4400_0000 | 101)
    file.append([0x45])
    #expect(Contents(file.bytes).frames.map(\.linkType) == [.raw])
  }

  @Test("takes no time and no length at its word")
  func extremes() {
    var file = PcapFile()
    file.append([1], seconds: .max, fraction: .max, onWire: .max)
    let frames = Contents(file.bytes).frames
    #expect(frames == [Captured([1], timestamp: 4_294_971_589_967_295_000, wireByteCount: 4_294_967_295)])
    #expect(frames.allSatisfy { CaptureTime.range.contains($0.timestamp) })
  }

  @Test("reads the lengths of minor versions below 4 the way libpcap does", arguments: Order.allCases)
  func oldVersions(order: Order) {
    var swapped = PcapFile(order, version: (2, 2))
    swapped.append([1, 2], captured: 60, onWire: 2)
    #expect(Contents(swapped.bytes).frames == [Captured([1, 2], wireByteCount: 60)])
    var either = PcapFile(order, version: (2, 3))
    either.append([1, 2], captured: 60, onWire: 2)
    either.append([3, 4], captured: 2, onWire: 60)
    #expect(Contents(either.bytes).frames.map(\.bytes) == [[1, 2], [3, 4]])
  }

  @Test("is refused in versions other than 2", arguments: [(1, 4), (3, 0), (543, 0)] as [(UInt16, UInt16)])
  func versions(major: UInt16, minor: UInt16) {
    let error = Contents(PcapFile(version: (major, minor)).bytes).error
    let reason = "pcap version \(major).\(minor) is not supported, only 2.x is"
    #expect(error == .unsupported(source: "test.pcap", reason: reason))
  }

  @Test(
    "is refused in patched variants", arguments: Order.allCases, [0xA1B2_CD34, 0xA1B2_34CD, 0xA12B_3C4D, 0x1C00_01AC])
  func patched(order: Order, magic: UInt32) {
    guard case .unsupported = Contents(PcapFile(order, magic: magic).bytes).error else {
      Issue.record("not refused")
      return
    }
  }

  @Test("is damaged where a record claims more than 256 KiB", arguments: [262_145, 1 << 31, .max] as [UInt32])
  func captureLength(captured: UInt32) {
    var file = PcapFile()
    file.append([1, 2, 3])
    file.append([], captured: captured)
    file.append([4])
    let contents = Contents(file.bytes)
    #expect(contents.frames.count == 1)
    #expect(contents.damage == Damage(offset: 24 + 19, afterPacket: 1))
  }

  @Test("may hold frames as long as libpcap's largest snapshot length")
  func longest() {
    var file = PcapFile()
    let long = [UInt8](repeating: 7, count: 262_144)
    for frame in [long, [1], long, long, [2]] { file.append(frame) }
    #expect(Contents(file.bytes).frames.map(\.bytes) == [long, [1], long, long, [2]])
  }

  @Test("gives all complete frames of every prefix, and says where the rest is missing")
  func everyPrefix() {
    let bytes = Self.file()
    var ends = [24]
    for frame in Self.frames { ends.append(ends[ends.count - 1] + 16 + frame.count) }
    for count in 0..<bytes.count {
      let contents = Contents(Array(bytes.prefix(count)))
      let complete = max(0, ends.lastIndex { $0 <= count } ?? 0)
      #expect(contents.frames.map(\.bytes) == Array(Self.frames.prefix(complete)), "cut at \(count)")
      if count < 4 {
        guard case .notACapture = contents.error else {
          Issue.record("cut at \(count)")
          continue
        }
      } else if count < 24 {
        #expect(contents.damage == Damage(offset: 0, afterPacket: 0), "cut at \(count)")
      } else if ends.contains(count) {
        #expect(contents.error == nil, "cut at \(count)")
      } else {
        #expect(
          contents.damage == Damage(offset: UInt64(ends[complete]), afterPacket: UInt64(complete)), "cut at \(count)")
      }
    }
  }
}

@Suite("Savefile reader")
struct SavefileReaderTests {
  @Test("goes on behind the frame at which it was stopped")
  func resumes() throws {
    var reader = try SavefileReader(bytes: PcapTests.file(), name: "test.pcap")
    var frames: [[UInt8]] = []
    for _ in 0..<6 {
      try reader.forEachFrame { frame in
        frames.append(Captured(frame).bytes)
        return false
      }
    }
    let count = reader.packetCount
    #expect(count == 4)
    #expect(frames == PcapTests.frames)
  }

  @Test("passes on what the body throws")
  func passesOn() throws {
    var reader = try SavefileReader(bytes: PcapTests.file(), name: "test.pcap")
    let error = CaptureError.invalidFilter(expression: "x", reason: "y")
    #expect(throws: error) { try reader.forEachFrame { _ throws(CaptureError) in throw error } }
    // The frame at which it was thrown has been delivered.
    var frames: [[UInt8]] = []
    try reader.forEachFrame { frame in
      frames.append(Captured(frame).bytes)
      return true
    }
    #expect(frames == Array(PcapTests.frames.dropFirst()))
  }

  @Test("throws the same damage again when asked again")
  func damagedAgain() throws {
    var reader = try SavefileReader(bytes: PcapTests.file().dropLast(), name: "test.pcap")
    for _ in 0..<2 { #expect(throws: CaptureError.self) { try reader.forEachFrame { _ in true } } }
    let count = reader.packetCount
    #expect(count == 3)
  }

  @Test(
    "says what a file looks like that is no capture",
    arguments: [
      ([], "it is empty"), (Array("hi".utf8), "it looks like text"),
      (Array("<html>".utf8), "it looks like XML, HTML or other text"),
      ([0xFD, 0x37, 0x7A, 0x58, 0x5A, 0, 0, 0], "it looks like xz-compressed data (decompress it first)"),
      (Array("snoop\0\0\0".utf8), "it looks like a snoop capture (convert it with editcap)"),
      ([0, 1, 2, 0xFF, 7], "it begins with 00 01 02 ff"),
    ] as [([UInt8], String)])
  func looksLike(bytes: [UInt8], words: String) {
    #expect(Contents(bytes).error == .notACapture(source: "test.pcap", looksLike: words))
  }

  @Test("survives noise behind a good header", arguments: 0..<200 as Range<UInt64>)
  func noise(seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    let noise = random.bytes(4_000)
    #expect(Contents(noise).frames.isEmpty, "seed \(seed)")
    #expect(Contents(PcapFile(.big).bytes + noise).frames.count <= 250, "seed \(seed)")
    var file = PcapngFile()
    file.interface()
    #expect(Contents(file.bytes + noise).frames.isEmpty, "seed \(seed)")
  }

  @Test("survives flipped, missing and repeated bytes", arguments: 0..<300 as Range<UInt64>)
  func flips(seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    var bytes = seed % 2 == 0 ? PcapngTests.everything().bytes : PcapTests.file()
    for _ in 0..<Int.random(in: 1...4, using: &random) {
      let place = Int.random(in: 0..<bytes.count, using: &random)
      let count = min(Int.random(in: 1...40, using: &random), bytes.count - place)
      switch Int.random(in: 0..<3, using: &random) {
      case 0: bytes[place] ^= UInt8.random(in: 1...255, using: &random)
      case 1: bytes.removeSubrange(place..<place + count)
      default: bytes.insert(contentsOf: bytes[place..<place + count], at: place)
      }
      if bytes.isEmpty { bytes = [0] }
    }
    let contents = Contents(bytes)
    #expect(contents.frames.count <= bytes.count / 12, "seed \(seed)")
    #expect(contents.frames.allSatisfy { CaptureTime.range.contains($0.timestamp) }, "seed \(seed)")
  }
}
