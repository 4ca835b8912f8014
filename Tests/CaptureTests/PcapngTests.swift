import Capture
import Testing
import Wire

@Suite("pcapng, draft-ietf-opsawg-pcapng")
struct PcapngTests {
  /// Two sections of different byte order with every kind of block.
  static func everything() -> PcapngFile {
    var file = PcapngFile(.little)
    file.interface(linkType: 1, options: [(2, Array("eth0".utf8)), (9, [9])])
    file.block(5) { $0.put(UInt64(0)) }
    file.secrets(Array("CLIENT_RANDOM 00 11\n".utf8))
    file.enhanced([1, 2, 3], time: 5, options: [(1, Array("a comment".utf8))])
    file.interface(linkType: 101, snapshotByteCount: 2, options: [(2, Array("tun0\0".utf8))])
    file.enhanced([4], interface: 1, time: 7, onWire: 99)
    file.block(0x0BAD_0BAD) { $0.put([UInt8](repeating: 1, count: 64)) }
    file.section(.big)
    file.interface(linkType: 276, snapshotByteCount: 3)
    file.obsolete([5, 6], time: 8)
    file.simple([7, 8, 9], onWire: 1_000)
    file.simple([10])
    return file
  }

  static let expected = [
    Captured([1, 2, 3], timestamp: 5),
    Captured([4], timestamp: 7_000, wireByteCount: 99, linkType: .raw, interface: 1),
    Captured([5, 6], timestamp: 8_000, linkType: .linuxSLL2, interface: 2),
    Captured([7, 8, 9], timestamp: 8_000, wireByteCount: 1_000, linkType: .linuxSLL2, interface: 2),
    Captured([10], timestamp: 8_000, linkType: .linuxSLL2, interface: 2),
  ]

  @Test("may mix sections, byte orders, link types, resolutions and packet blocks")
  func mixture() {
    let contents = Contents(Self.everything().bytes)
    #expect(contents.frames == Self.expected)
    #expect(contents.error == nil)
    #expect(contents.interfaces.map(\.name) == ["eth0", "tun0", nil])
    #expect(contents.interfaces.map(\.linkType) == [.ethernet, .raw, .linuxSLL2])
  }

  @Test("hands out decryption secrets where they stand")
  func secrets() {
    var file = PcapngFile(.big)
    file.interface()
    file.enhanced([1])
    file.secrets(Array("LINE\n".utf8))
    file.secrets([], type: 0x5747_4B4C)
    file.enhanced([2])
    let contents = Contents(file.bytes)
    #expect(
      contents.secrets == [
        Contents.Secret(type: .tlsKeyLog, bytes: Array("LINE\n".utf8), position: 1),
        Contents.Secret(type: SecretsType(rawValue: 0x5747_4B4C), bytes: [], position: 1),
      ])
    #expect(contents.frames.count == 2)
  }

  @Test("gives all complete frames of every prefix, and never traps")
  func everyPrefix() {
    let bytes = Self.everything().bytes
    for count in 4..<bytes.count {
      let contents = Contents(Array(bytes.prefix(count)))
      #expect(Self.expected.starts(with: contents.frames), "cut at \(count)")
      if let damage = contents.damage {
        #expect(damage.afterPacket == UInt64(contents.frames.count), "cut at \(count)")
        #expect(damage.offset <= UInt64(count), "cut at \(count)")
      } else {
        // A cut between two blocks does not show.
        #expect(contents.error == nil && count % 4 == 0, "cut at \(count)")
      }
    }
  }

  @Test("steps over blocks of no interest that are larger than any buffer")
  func hugeUnknownBlock() {
    var file = PcapngFile()
    file.interface()
    file.enhanced([1])
    file.block(0x4000_0BAD) { $0.put([UInt8](repeating: 3, count: 20 << 20)) }
    file.enhanced([2])
    #expect(Contents(file.bytes).frames.map(\.bytes) == [[1], [2]])
  }

  @Test("holds packets behind megabytes of options")
  func hugeOptions() {
    var file = PcapngFile()
    file.interface()
    file.enhanced([1], options: Array(repeating: (1, [UInt8](repeating: 0x20, count: 60_000)), count: 40))
    file.enhanced([2])
    #expect(Contents(file.bytes).frames.map(\.bytes) == [[1], [2]])
  }

  @Test("numbers the interfaces of a hundred sections through")
  func sections() {
    var file = PcapngFile()
    for index in 0..<100 {
      if index > 0 { file.section(index % 2 == 0 ? .big : .little) }
      file.interface(linkType: UInt16(index))
      file.enhanced([UInt8(index)])
    }
    let contents = Contents(file.bytes)
    #expect(contents.frames.map(\.interface) == Array(0..<100))
    #expect(contents.frames.map(\.linkType.rawValue) == Array(0..<100))
  }
}

@Suite("pcapng timestamps, if_tsresol and if_tsoffset")
struct PcapngTimeTests {
  struct Case: CustomTestStringConvertible {
    let testDescription: String
    var resolution: UInt8?
    var offset: Int64?
    let ticks: UInt64
    let nanoseconds: Int64
  }

  static let latest: Int64 = 1 << 62
  static let cases = [
    Case(
      testDescription: "microseconds by default", ticks: 1_700_000_000_123_456, nanoseconds: 1_700_000_000_123_456_000),
    Case(testDescription: "seconds", resolution: 0, ticks: 1_700_000_000, nanoseconds: 1_700_000_000_000_000_000),
    Case(testDescription: "milliseconds", resolution: 3, ticks: 1_500, nanoseconds: 1_500_000_000),
    Case(
      testDescription: "nanoseconds", resolution: 9, ticks: 1_700_000_000_123_456_789,
      nanoseconds: 1_700_000_000_123_456_789),
    Case(testDescription: "picoseconds", resolution: 12, ticks: 1_999, nanoseconds: 1),
    Case(testDescription: "10^-28", resolution: 28, ticks: .max, nanoseconds: 1),
    Case(testDescription: "10^-29", resolution: 29, ticks: .max, nanoseconds: 0),
    Case(testDescription: "10^-127", resolution: 127, ticks: .max, nanoseconds: 0),
    Case(testDescription: "2^0", resolution: 0x80, ticks: 3, nanoseconds: 3_000_000_000),
    Case(testDescription: "2^-10", resolution: 0x8A, ticks: 512, nanoseconds: 500_000_000),
    Case(testDescription: "2^-30 does not overflow", resolution: 0x9E, ticks: .max, nanoseconds: latest),
    Case(testDescription: "2^-32", resolution: 0xA0, ticks: 7 << 32 | 1 << 31, nanoseconds: 7_500_000_000),
    Case(testDescription: "2^-127", resolution: 0xFF, ticks: .max, nanoseconds: 0),
    Case(testDescription: "the largest of seconds", resolution: 0, ticks: .max, nanoseconds: latest),
    Case(testDescription: "the largest of nanoseconds", resolution: 9, ticks: .max, nanoseconds: latest),
    Case(testDescription: "an offset", offset: 100, ticks: 1, nanoseconds: 100_000_001_000),
    Case(testDescription: "a negative offset", offset: -1, ticks: 3_000_000, nanoseconds: 2_000_000_000),
    Case(testDescription: "an offset to before 1970", offset: -10, ticks: 1, nanoseconds: 0),
    Case(testDescription: "the smallest offset", offset: .min, ticks: .max, nanoseconds: 0),
    Case(testDescription: "the largest offset", offset: .max, ticks: .max, nanoseconds: latest),
  ]

  @Test("are nanoseconds since 1970, whatever the file says", arguments: cases, Order.allCases)
  func times(_ input: Case, order: Order) {
    var file = PcapngFile(order)
    var options: [(UInt16, [UInt8])] = []
    if let resolution = input.resolution { options.append((9, [resolution])) }
    if let offset = input.offset { options.append(file.option64(14, offset)) }
    file.interface(options: options)
    file.enhanced([1], time: input.ticks)
    #expect(Contents(file.bytes).frames.map(\.timestamp) == [input.nanoseconds])
  }
}

@Suite("Damage in pcapng files")
struct PcapngDamageTests {
  struct Case: CustomTestStringConvertible {
    let testDescription: String
    let reason: String
    let harm: @Sendable (inout PcapngFile) -> Void
  }

  static let cases = [
    Case(
      testDescription: "a length that is no multiple of 4",
      reason: "a block claims 13 bytes, which is no block's length"
    ) {
      $0.block(6, total: 13) { _ in }
    },
    Case(testDescription: "a length below 12", reason: "a block claims 8 bytes, which is no block's length") {
      $0.block(77, total: 8) { _ in }
    },
    Case(testDescription: "lengths that differ", reason: "a block of 16 bytes ends with the length 20") {
      $0.block(77, closing: 20) { $0.put(UInt32(0)) }
    },
    Case(
      testDescription: "a packet block beyond the limit", reason: "a block claims 16777220 bytes, the limit is 16777216"
    ) {
      $0.block(6, total: 16 << 20 | 4) { _ in }
    },
    Case(
      testDescription: "a block that goes on past the end", reason: "the file ends inside a block (12 of 4096 bytes)"
    ) {
      $0.block(6, total: 4_096) { _ in }
    },
    Case(
      testDescription: "an unknown block that goes on past the end",
      reason: "the file ends inside a block of 4294967292 bytes"
    ) {
      $0.block(77, total: 0xFFFF_FFFC) { _ in }
    },
    Case(
      testDescription: "a captured length beyond the block", reason: "a packet claims 5 captured bytes in a block of 36"
    ) {
      $0.enhanced([1, 2, 3, 4], captured: 5)
    },
    Case(
      testDescription: "a captured length beyond the limit",
      reason: "a packet claims 262145 captured bytes, the limit is 262144"
    ) {
      $0.enhanced([UInt8](repeating: 0, count: 262_145))
    },
    Case(
      testDescription: "an interface that is not described",
      reason: "a packet names interface 1, which is not described"
    ) {
      $0.enhanced([1], interface: 1)
    },
    Case(
      testDescription: "an interface of the section before",
      reason: "a packet names interface 0, which is not described"
    ) {
      $0.section(.big)
      $0.simple([1])
    },
    Case(testDescription: "no byte-order magic", reason: "a section header has no byte-order magic") {
      $0.section(.big, magic: 0x1A2B_3C4E)
    },
    Case(testDescription: "another version", reason: "pcapng version 2 is not supported, only 1 is") {
      $0.section(.big, major: 2)
    },
    Case(testDescription: "a packet block without its header", reason: "a packet block is too short") {
      $0.block(6) { $0.put(UInt64(0)) }
    },
    Case(testDescription: "an empty simple packet block", reason: "a simple packet block is too short") {
      $0.block(3) { _ in }
    },
    Case(
      testDescription: "an interface description without its header", reason: "an interface description is too short"
    ) {
      $0.block(1) { $0.put(UInt32(0)) }
    },
    Case(testDescription: "an option past the end of its block", reason: "an option runs past the end of its block") {
      $0.block(1) {
        $0.put(UInt64(0))
        $0.put(UInt16(2))
        $0.put(UInt16(5))
      }
    },
    Case(
      testDescription: "secrets past the end of their block",
      reason: "a decryption secrets block claims more than it holds"
    ) {
      $0.secrets([1, 2, 3, 4], claimed: 5)
    },
  ]

  @Test("ends the reading with the place and the reason", arguments: cases, Order.allCases)
  func damage(_ input: Case, order: Order) {
    var file = PcapngFile(order)
    file.interface()
    file.enhanced([1, 2, 3])
    let start = UInt64(file.bytes.count)
    input.harm(&file)
    let contents = Contents(file.bytes, name: "x.pcapng")
    #expect(contents.frames == [Captured([1, 2, 3])])
    guard case .damaged(let source, let offset, let packet, let reason) = contents.error else {
      Issue.record("not damaged: \(String(describing: contents.error))")
      return
    }
    #expect(source == "x.pcapng")
    #expect(packet == 1)
    #expect(reason == input.reason)
    // The harm of one case begins behind a good section header.
    #expect(offset == start || input.testDescription == "an interface of the section before")
  }

  @Test("lets no file describe interfaces without end")
  func interfaceLimit() {
    let section = PcapngFile().bytes
    var described = PcapngFile()
    described.interface()
    let interface = described.bytes.dropFirst(section.count)
    let contents = Contents(section + Array(repeatElement(interface, count: 65_537).joined()))
    #expect(contents.interfaces.count == 65_536)
    #expect(contents.damage == Damage(offset: UInt64(section.count + 65_536 * interface.count), afterPacket: 0))
  }
}
