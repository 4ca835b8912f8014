import Streams
import TestSupport
import Testing
import Wire

@Suite("TCP segments in any order, RFC 9293 section 3.10")
struct OrderTests {
  /// Segments of different lengths of one stream, with places.
  private static func segments(_ count: Int) -> [(offset: Int, bytes: [UInt8])] {
    var offset = 0
    return (0..<count).map { index in
      let length = 1 + index * 7 % 5
      defer { offset += length }
      return (offset, .numbered(length, from: offset))
    }
  }

  private static func permutations(_ count: Int) -> [[Int]] {
    guard count > 0 else { return [[]] }
    return permutations(count - 1).flatMap { shorter in
      (0...shorter.count).map { place in
        var longer = shorter
        longer.insert(count - 1, at: place)
        return longer
      }
    }
  }

  private func expectSameStream(_ order: [Int], initial: UInt32 = 1_000) {
    let segments = Self.segments(order.count)
    let whole = segments.flatMap(\.bytes)
    let listener = Listener()
    listener.initial.client = initial
    listener.handshake()
    for index in order { listener.send(.toServer, at: segments[index].offset, segments[index].bytes) }
    #expect(listener.stream(.toServer) == whole, "order \(order)")
    var expected = StreamCounters()
    (expected.tcpFlows, expected.activePeak) = (1, 1)
    (expected.heldSegments, expected.heldPeak) = (listener.counters.heldSegments, listener.counters.heldPeak)
    #expect(listener.counters == expected, "order \(order)")
  }

  @Test("Every permutation of up to six segments gives the same stream", arguments: 1...6)
  func everyPermutation(count: Int) {
    for order in Self.permutations(count) { expectSameStream(order) }
  }

  @Test("Sampled permutations of nine segments give the same stream, also across 2^32")
  func sampledPermutations() {
    var generator = SeededGenerator(seed: 9)
    for _ in 0..<300 { expectSameStream(Array(0..<9).shuffled(using: &generator), initial: 0xFFFF_FFF0) }
  }

  @Test("Segments in reverse are held, then delivered in order")
  func reverse() {
    let listener = Listener()
    listener.handshake()
    let bytes = [UInt8].numbered(3_000)
    for index in (0..<300).reversed() {
      listener.send(.toServer, at: index * 10, Array(bytes[index * 10..<index * 10 + 10]))
    }
    #expect(listener.stream(.toServer) == bytes)
    #expect(listener.counters.heldSegments == 299)
    #expect(listener.counters.heldPeak == 299 * (10 + 80))
  }

  @Test("Bytes in order are told at once, each segment as one piece")
  func inOrder() {
    let listener = Listener()
    listener.handshake()
    listener.send(.toServer, at: 0, [1, 2])
    listener.send(.toClient, at: 0, [9], acknowledging: 2)
    listener.send(.toServer, at: 2, [3], acknowledging: 1)
    #expect(
      listener.heard == [
        .opened(client: Listener.client), .data(.toServer, [1, 2]), .data(.toClient, [9]), .data(.toServer, [3]),
      ])
  }

  @Test("Any segmentation, reordering and repetition of a stream gives the stream", arguments: 0..<5)
  func property(block: Int) {
    for seed in block * 100..<block * 100 + 100 {
      var generator = SeededGenerator(seed: UInt64(seed))
      let whole = generator.bytes(Int.random(in: 1...400, using: &generator))
      let listener = Listener()
      listener.initial.client = UInt32(truncatingIfNeeded: generator.next())
      listener.handshake()
      for range in Self.shuffledRanges(of: whole.count, &generator) {
        listener.send(.toServer, at: range.lowerBound, Array(whole[range]))
      }
      listener.send(.toServer, at: whole.count, [], .fin)
      #expect(listener.stream(.toServer) == whole, "seed \(seed)")
      #expect(listener.gaps(.toServer).isEmpty, "seed \(seed)")
      #expect(listener.counters.overlapsWithDifferentData == 0, "seed \(seed)")
      #expect(listener.heard.last == .halfClosed(.toServer), "seed \(seed)")
      // What cannot be compared is told twice, and is the same all the same.
      for alternate in listener.alternates(.toServer) {
        #expect(whole.contains(alternate), "seed \(seed)")
      }
    }
  }

  /// Ranges that cover all of `count`, some of them more than once, in an order that is not too far off.
  private static func shuffledRanges(of count: Int, _ generator: inout SeededGenerator) -> [Range<Int>] {
    var ranges: [Range<Int>] = []
    var position = 0
    while position < count {
      let end = min(count, position + Int.random(in: 1...40, using: &generator))
      ranges.append(position..<end)
      position = end
    }
    for _ in 0..<Int.random(in: 0...8, using: &generator) {
      let start = Int.random(in: 0..<count, using: &generator)
      ranges.append(start..<min(count, start + Int.random(in: 1...60, using: &generator)))
    }
    return ranges.shuffled(using: &generator)
  }
}
