import Streams
import Testing
import Wire

@Suite("Holes and gaps")
struct GapTests {
  private let whole = [UInt8].numbered(100)

  private func piece(_ index: Int) -> [UInt8] { Array(whole[index * 10..<index * 10 + 10]) }

  @Test("A lost segment gives exactly one gap of its size", arguments: 0..<10)
  func oneLost(lost: Int) {
    let listener = Listener()
    listener.handshake()
    for index in 0..<10 where index != lost { listener.send(.toServer, at: index * 10, piece(index)) }
    listener.send(.toServer, at: 100, [], .fin)
    listener.send(.toClient, acknowledging: 101)
    listener.send(.toClient, [], .fin, acknowledging: 101)
    listener.finish()
    var expected: [Heard] = [.opened(client: Listener.client)]
    expected += (0..<10).map { $0 == lost ? .gap(.toServer, 10) : .data(.toServer, piece($0)) }
    expected += [.halfClosed(.toServer), .halfClosed(.toClient), .closed(.finished)]
    #expect(listener.heard == expected)
    #expect(listener.counters.gaps == 1)
    #expect(listener.counters.gapBytes == 10)
  }

  @Test("A lost end is known from the receiver's acknowledgement")
  func lostEnd() {
    let listener = Listener()
    listener.handshake()
    listener.send(.toServer, at: 0, piece(0))
    listener.send(.toClient, acknowledging: 100)
    listener.finish()
    #expect(listener.gaps(.toServer) == [90])
    #expect(listener.closings == [.shutdown])
  }

  @Test("An acknowledgement of one more than was sent is that of a FIN, and no gap")
  func lostFIN() {
    let listener = Listener()
    listener.handshake()
    listener.send(.toServer, at: 0, piece(0))
    listener.send(.toClient, acknowledging: 11)
    listener.finish()
    #expect(listener.gaps(.toServer).isEmpty)
  }

  @Test("Two holes give two gaps, in their places")
  func twoHoles() {
    let listener = Listener()
    listener.handshake()
    for index in [0, 2, 4] { listener.send(.toServer, at: index * 10, piece(index)) }
    listener.finish()
    #expect(
      Array(listener.heard.dropFirst()) == [
        .data(.toServer, piece(0)), .gap(.toServer, 10), .data(.toServer, piece(2)), .gap(.toServer, 10),
        .data(.toServer, piece(4)), .closed(.shutdown),
      ])
  }

  @Test("A hole that is not acknowledged waits, and is filled")
  func waits() {
    let listener = Listener()
    listener.handshake()
    for index in 1..<9 { listener.send(.toServer, at: index * 10, piece(index)) }
    listener.time += 29 * .second
    listener.send(.toClient, acknowledging: 0)
    #expect(listener.stream(.toServer).isEmpty)
    listener.send(.toServer, at: 0, piece(0))
    #expect(listener.stream(.toServer) == Array(whole[0..<90]))
    #expect(listener.counters.gaps == 0)
  }

  @Test("An acknowledged hole is given up after two seconds")
  func acknowledged() {
    let listener = Listener()
    listener.handshake()
    listener.send(.toServer, at: 10, piece(1))
    listener.send(.toClient, acknowledging: 20)
    #expect(listener.gaps(.toServer).isEmpty)
    listener.time += 2 * .second
    listener.send(.toClient, acknowledging: 20)
    #expect(listener.heard.suffix(2) == [.gap(.toServer, 10), .data(.toServer, piece(1))])
  }

  @Test("An acknowledgement of less than the hole does not give it up")
  func acknowledgedInPart() {
    let listener = Listener()
    listener.handshake()
    listener.send(.toServer, at: 10, piece(1))
    listener.time += 3 * .second
    listener.send(.toClient, acknowledging: 9)
    #expect(listener.gaps(.toServer).isEmpty)
  }

  @Test("An acknowledged hole is given up behind 64 segments")
  func acknowledgedSegments() {
    let listener = Listener()
    listener.handshake()
    for index in 1...63 { listener.send(.toServer, at: index, [UInt8(index)]) }
    listener.send(.toClient, acknowledging: 64)
    #expect(listener.gaps(.toServer).isEmpty)
    listener.send(.toServer, at: 64, [64])
    #expect(listener.gaps(.toServer) == [1])
    #expect(listener.stream(.toServer) == (1...64).map { UInt8($0) })
  }

  @Test("An acknowledged hole is given up behind 256 KiB")
  func acknowledgedBytes() {
    let listener = Listener()
    listener.handshake()
    let block = [UInt8](repeating: 5, count: 1 << 16)
    for index in 0..<4 {
      #expect(listener.gaps(.toServer).isEmpty)
      listener.send(.toServer, at: 1 + index << 16, block)
      listener.send(.toClient, acknowledging: 1 + (index + 1) << 16)
    }
    #expect(listener.gaps(.toServer) == [1])
    #expect(listener.stream(.toServer).count == 4 << 16)
  }

  @Test("A hole is given up after 30 s, though its flow is silent")
  func old() {
    let listener = Listener()
    listener.handshake()
    listener.send(.toServer, at: 10, piece(1))
    listener.time += 31 * .second
    listener.client.port += 1
    listener.send(.toServer, at: -1, [], .syn, acknowledging: nil)
    #expect(listener.gaps(.toServer) == [10])
    #expect(listener.stream(.toServer) == piece(1))
  }

  @Test("Without any acknowledgement the bounds of one direction decide: segments")
  func segmentBound() {
    var limits = Listener.smallLimits
    limits.heldSegmentsPerDirection = 8
    let listener = Listener(limits: limits)
    for index in 0..<20 where index != 3 { listener.send(.toServer, at: index, [UInt8(index)], acknowledging: nil) }
    #expect(listener.gaps(.toServer) == [1])
    #expect(listener.stream(.toServer) == (0..<20).filter { $0 != 3 })
    #expect(listener.counters.holdBoundReached == 1)
  }

  @Test("At a bound only the first hole is given up")
  func firstHoleOnly() {
    var limits = Listener.smallLimits
    limits.heldSegmentsPerDirection = 3
    let listener = Listener(limits: limits)
    listener.handshake()
    for index in [1, 3, 5, 6] { listener.send(.toServer, at: index * 10, piece(index)) }
    #expect(listener.gaps(.toServer) == [10])
    #expect(listener.stream(.toServer) == piece(1))
    listener.send(.toServer, at: 20, piece(2))
    listener.send(.toServer, at: 40, piece(4))
    #expect(listener.stream(.toServer) == Array(whole[10..<70]))
  }

  @Test("What is no longer held makes room for others")
  func roomAgain() {
    var limits = Listener.smallLimits
    limits.heldBytes = 500
    let listener = Listener(limits: limits)
    listener.answer = { if case .data(_, [1]) = $0 { .skip } else { .goOn } }
    for flow in 0..<40 as Range<UInt16> {
      listener.client.port = 1_000 + flow
      listener.handshake()
      listener.send(.toServer, at: 10, .numbered(100))
      // The flow is skipped, then closed, filled or ended by a RST.
      switch flow % 3 {
      case 0: listener.send(.toServer, at: 0, [1])
      case 1: listener.send(.toServer, at: 0, .numbered(10))
      default: listener.send(.toServer, at: 0, [], .rst)
      }
    }
    #expect(listener.counters.holdBoundReached == 0)
    #expect(listener.counters.heldPeak == 180)
  }

  @Test("Without any acknowledgement the bounds of one direction decide: bytes")
  func byteBound() {
    var limits = Listener.smallLimits
    limits.heldBytesPerDirection = 1_000
    let listener = Listener(limits: limits)
    listener.handshake()
    for index in 1..<10 { listener.send(.toServer, at: index * 100, .numbered(100)) }
    #expect(listener.gaps(.toServer) == [100])
    #expect(listener.counters.heldPeak <= 1_000)
    #expect(listener.counters.holdBoundReached == 1)
  }

  @Test("A segment that may not be held at all opens a gap at once")
  func noHolding() {
    var limits = Listener.smallLimits
    limits.heldBytesPerDirection = 0
    let listener = Listener(limits: limits)
    listener.handshake()
    listener.send(.toServer, at: 10, piece(1))
    #expect(listener.heard.suffix(2) == [.gap(.toServer, 10), .data(.toServer, piece(1))])
    #expect(listener.counters.heldPeak == 0)
  }

  @Test("At the bound of all flows the oldest hole is given up")
  func totalBound() {
    var limits = Listener.smallLimits
    limits.heldBytes = 500
    let listener = Listener(limits: limits)
    for flow in 0..<5 as Range<UInt16> {
      listener.client.port = 1_000 + flow
      listener.send(.toServer, at: -1, [], .syn, acknowledging: nil)
      listener.send(.toServer, at: 10, [UInt8](repeating: UInt8(flow), count: 100), acknowledging: nil)
    }
    #expect(
      listener.stream(.toServer) == [UInt8](repeating: 0, count: 100) + [UInt8](repeating: 1, count: 100)
        + [UInt8](repeating: 2, count: 100))
    #expect(listener.counters.holdBoundReached == 3)
    #expect(listener.counters.heldPeak <= 500)
  }

  @Test("Bytes cut off by the snapshot length are a gap after what was captured")
  func snapshotLength() {
    let listener = Listener()
    listener.handshake()
    listener.send(.toServer, at: 0, [1, 2, 3], missing: 7)
    listener.send(.toServer, at: 10, [4], missing: 9)
    #expect(
      Array(listener.heard.dropFirst()) == [
        .data(.toServer, [1, 2, 3]), .gap(.toServer, 7), .data(.toServer, [4]), .gap(.toServer, 9),
      ])
    #expect(listener.counters.truncatedBytes == 16)
  }

  @Test("Bytes cut off keep their places out of order too")
  func snapshotLengthOutOfOrder() {
    let listener = Listener()
    listener.handshake()
    listener.send(.toServer, at: 10, [4], missing: 9)
    listener.send(.toServer, at: 20, [5])
    listener.send(.toServer, at: 0, [1, 2, 3], missing: 7)
    #expect(
      Array(listener.heard.dropFirst()) == [
        .data(.toServer, [1, 2, 3]), .gap(.toServer, 7), .data(.toServer, [4]), .gap(.toServer, 9),
        .data(.toServer, [5]),
      ])
  }

  @Test("Holes of the two directions do not touch each other")
  func bothDirections() {
    let listener = Listener()
    listener.handshake()
    listener.send(.toServer, at: 10, piece(1))
    listener.send(.toClient, at: 10, piece(2))
    listener.send(.toServer, at: 0, piece(0))
    #expect(listener.stream(.toServer) == Array(whole[0..<20]))
    #expect(listener.stream(.toClient).isEmpty)
    listener.send(.toClient, at: 0, piece(1))
    #expect(listener.stream(.toClient) == Array(whole[10..<30]))
  }
}
