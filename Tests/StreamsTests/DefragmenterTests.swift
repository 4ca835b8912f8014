import Streams
import TestSupport
import Testing
import Wire

@Suite("IP fragments, RFC 791 section 3.2 and RFC 8200 section 4.5")
struct DefragmenterTests {
  /// A defragmenter and what came out of it.
  private final class Box {
    var defragmenter: Defragmenter
    private(set) var wholes: [(bytes: [UInt8], packet: Packet)] = []
    var time: Int64 = 0
    var isIPv6 = false

    init(limits: StreamLimits = StreamLimits()) { defragmenter = Defragmenter(limits: limits) }

    func send(
      _ offset: Int, _ bytes: [UInt8], more: Bool = true, identification: UInt32 = 1, transport: IPProtocol = .udp,
      missing: Int = 0
    ) {
      let address = isIPv6 ? IPAddress(high: 1, low: 1) : IPAddress(ipv4: 1)
      var packet = Packet(
        source: Endpoint(address, port: 0), destination: Endpoint(IPAddress(high: 1, low: 2), port: 0),
        transport: transport, payload: 3..<3 + bytes.count, missingByteCount: missing,
        datagramByteCount: 20 + bytes.count + missing)
      (packet.fragment.offset, packet.fragment.hasMore, packet.identification) = (offset, more, identification)
      let frame: [UInt8] = [0, 0, 0] + bytes
      defragmenter.accept(packet, in: frame.rawSpan, at: time) { wholes.append(([UInt8]($0), $1)) }
    }
  }

  private let whole = [UInt8].numbered(40)

  @Test("Fragments in every order give the datagram", arguments: [false, true])
  func orders(isIPv6: Bool) throws {
    for order in [[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]] {
      let box = Box()
      box.isIPv6 = isIPv6
      for index in order { box.send(index * 16, Array(whole[index * 16..<min(40, index * 16 + 16)]), more: index < 2) }
      let (bytes, packet) = try #require(box.wholes.first)
      #expect(bytes == whole)
      #expect(box.wholes.count == 1)
      #expect(packet.payload == 0..<40)
      #expect(packet.datagramByteCount == 100)
      #expect(!packet.fragment.isFragment)
      #expect(packet.missingByteCount == 0)
      #expect(box.defragmenter.pendingCount == 0)
    }
  }

  @Test("Datagrams with other identifications or protocols do not mix")
  func keys() {
    let box = Box()
    box.send(0, Array(whole[0..<8]))
    box.send(8, Array(whole[8..<16]), more: false, identification: 2)
    box.send(8, Array(whole[8..<16]), more: false, transport: .tcp)
    #expect(box.wholes.isEmpty)
    #expect(box.defragmenter.pendingCount == 3)
    box.send(8, Array(whole[8..<16]), more: false)
    #expect(box.wholes.map(\.bytes) == [Array(whole[0..<16])])
  }

  @Test("The protocol is no part of the key in IPv6, where fragments may name another header")
  func ipv6Key() {
    let box = Box()
    box.isIPv6 = true
    box.send(8, Array(whole[8..<16]), more: false, transport: .tcp)
    box.send(0, Array(whole[0..<8]))
    #expect(box.wholes.map(\.bytes) == [Array(whole[0..<16])])
    #expect(box.wholes.first?.packet.transport == .udp)
  }

  @Test("A packet in one piece is passed over")
  func notAFragment() {
    let box = Box()
    box.send(0, whole, more: false)
    #expect(box.defragmenter.counters == DefragmenterCounters())
    #expect(box.wholes.isEmpty)
  }

  /// First fragment, second, and what they give with a last one behind.
  private static let overlaps: [(String, Range<Int>, Range<Int>)] = [
    ("exact", 0..<16, 0..<16), ("left", 8..<24, 0..<16), ("right", 0..<16, 8..<24), ("contained", 0..<24, 8..<16),
    ("containing", 8..<16, 0..<24), ("teardrop", 0..<24, 8..<24),
  ]

  @Test("The first version wins an overlap; another one is counted", arguments: overlaps, [true, false])
  func overlap(cell: (String, Range<Int>, Range<Int>), isSame: Bool) {
    let box = Box()
    box.send(cell.1.lowerBound, Array(whole[cell.1]))
    let second = Array(whole[cell.2])
    box.send(cell.2.lowerBound, isSame ? second : second.flipped())
    for start in stride(from: 0, to: 24, by: 8) { box.send(start, Array(whole[start..<start + 8])) }
    box.send(24, Array(whole[24..<40]), more: false)
    var expected = whole
    if !isSame { for place in cell.2 where !cell.1.contains(place) { expected[place] = ~whole[place] } }
    #expect(box.wholes.map(\.bytes) == [expected])
    #expect((box.defragmenter.counters.overlapsWithDifferentData > 0) == !isSame)
  }

  @Test("A last fragment inside of what is there already is refused")
  func contradictoryEnd() {
    let box = Box()
    box.send(0, Array(whole[0..<32]))
    box.send(8, Array(whole[8..<16]), more: false)
    #expect(box.defragmenter.counters.malformed == 1)
    box.send(32, Array(whole[32..<40]), more: false)
    #expect(box.wholes.map(\.bytes) == [whole])
  }

  @Test("Fragments beyond the end are refused, and a second end too")
  func beyondTheEnd() {
    let box = Box()
    box.send(32, Array(whole[32..<40]), more: false)
    box.send(40, Array(whole[0..<8]))
    box.send(32, Array(whole[32..<36]), more: false)
    #expect(box.defragmenter.counters.malformed == 2)
    box.send(0, Array(whole[0..<32]))
    #expect(box.wholes.map(\.bytes) == [whole])
  }

  @Test("Empty fragments and odd lengths before the end are refused")
  func malformed() {
    let box = Box()
    box.send(8, [], more: false)
    box.send(0, [1, 2, 3])
    #expect(box.defragmenter.counters.malformed == 2)
    #expect(box.defragmenter.pendingCount == 0)
  }

  @Test("Nothing reaches beyond 65,535 bytes (ping of death)")
  func oversize() {
    let box = Box()
    box.send(65_528, .numbered(7), more: false)
    #expect(box.defragmenter.counters.oversize == 0)
    box.send(65_528, .numbered(8), more: false, identification: 2)
    box.send(65_520, .numbered(1_480), identification: 3)
    #expect(box.defragmenter.counters.oversize == 2)
    #expect(box.defragmenter.pendingCount == 1)
  }

  @Test("The largest datagram, in tiny fragments, in reverse")
  func tiny() {
    let bytes = [UInt8].numbered(65_535)
    let box = Box()
    for start in stride(from: 65_528, through: 0, by: -8) {
      box.send(start, Array(bytes[start..<min(65_535, start + 8)]), more: start < 65_528)
    }
    #expect(box.wholes.map(\.bytes) == [bytes])
  }

  @Test("A datagram is dropped 30 s after its first fragment")
  func timeout() {
    let box = Box()
    box.send(0, Array(whole[0..<8]))
    box.time = 30 * .second
    box.send(8, Array(whole[8..<16]))
    box.time += 1
    box.send(16, Array(whole[16..<24]), more: false)
    #expect(box.wholes.isEmpty)
    #expect(box.defragmenter.counters.timedOut == 1)
    #expect(box.defragmenter.pendingCount == 1)
  }

  @Test("A clock that is set back does not keep a datagram for ever")
  func clockSetBack() {
    let box = Box()
    box.time = .max
    box.send(0, Array(whole[0..<8]))
    box.time = 0
    box.send(0, Array(whole[0..<8]), identification: 2)
    box.time = 31 * .second
    box.send(0, Array(whole[0..<8]), identification: 3)
    #expect(box.defragmenter.counters.timedOut == 2)
    #expect(box.defragmenter.pendingCount == 1)
  }

  @Test("At the bounds the oldest datagram is dropped", arguments: [true, false])
  func bounds(isByCount: Bool) {
    var limits = StreamLimits()
    if isByCount { limits.fragments.datagrams = 3 } else { limits.fragments.bytes = 3 * (80 + 1_000) }
    let box = Box(limits: limits)
    for identification in 1...5 as ClosedRange<UInt32> { box.send(0, .numbered(1_000), identification: identification) }
    #expect(box.defragmenter.pendingCount == 3)
    #expect(box.defragmenter.counters.evicted == 2)
    box.send(1_000, [1], more: false, identification: 2)
    box.send(1_000, [1], more: false, identification: 5)
    #expect(box.wholes.map(\.bytes.count) == [1_001])
  }

  @Test("Fragments that the capture cut off give the datagram up to the cut")
  func snapshotLength() {
    let box = Box()
    box.send(0, Array(whole[0..<12]), missing: 4)
    box.send(16, Array(whole[16..<20]), more: false, missing: 4)
    #expect(box.wholes.map(\.bytes) == [Array(whole[0..<12])])
    #expect(box.wholes.first?.packet.missingByteCount == 12)
    #expect(box.defragmenter.counters.truncated == 1)
  }

  @Test("Noise neither traps nor breaks the bounds", arguments: 0..<4)
  func noise(seed: UInt64) {
    var generator = SeededGenerator(seed: seed)
    var limits = StreamLimits()
    (limits.fragments.datagrams, limits.fragments.bytes) = (6, 4_000)
    let box = Box(limits: limits)
    for _ in 0..<3_000 {
      let offset = Int.random(in: 0..<8, using: &generator) * 8
      let isWild = Int.random(in: 0..<50, using: &generator) == 0
      box.time += Int64.random(in: -1...2, using: &generator) * .second / 4
      box.send(
        isWild ? Int(truncatingIfNeeded: generator.next()) : offset,
        generator.bytes(Int.random(in: 0..<6, using: &generator) * 8),
        more: Int.random(in: 0..<4, using: &generator) > 0,
        identification: UInt32.random(in: 0..<8, using: &generator),
        missing: isWild ? Int(truncatingIfNeeded: generator.next()) : 0)
      #expect(box.defragmenter.pendingCount <= 6, "seed \(seed)")
    }
    #expect(box.defragmenter.counters.reassembled > 0, "seed \(seed)")
  }
}
