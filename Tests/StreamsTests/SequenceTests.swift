import Streams
import Testing
import Wire

@Suite("Sequence numbers, RFC 9293 section 3.4 and RFC 1982")
struct SequenceTests {
  private let whole = [UInt8].numbered(100)

  @Test(
    "A stream runs over 2^32",
    arguments: [0xFFFF_FFFF, 0xFFFF_FFFE, 0xFFFF_FFCD, 0xFFFF_FF9C, 0xFFFF_FF9B, 0x7FFF_FFF0] as [UInt32])
  func wrap(initial: UInt32) {
    let listener = Listener()
    listener.initial = (initial, initial)
    listener.handshake()
    for index in [1, 0, 3, 2, 5, 4, 7, 6, 9, 8] {
      listener.send(.toServer, at: index * 10, Array(whole[index * 10..<index * 10 + 10]))
      listener.send(.toClient, at: index * 10, Array(whole[index * 10..<index * 10 + 10]))
    }
    listener.send(.toServer, at: 40, Array(whole[40..<50]))
    listener.send(.toServer, at: 100, [], .fin, acknowledging: 100)
    listener.send(.toClient, at: 100, [], .fin, acknowledging: 101)
    listener.finish()
    #expect(listener.stream(.toServer) == whole)
    #expect(listener.stream(.toClient) == whole)
    #expect(listener.closings == [.finished])
    #expect(listener.counters.gaps == 0)
    #expect(listener.counters.retransmissions == 1)
  }

  @Test("A stream of more than 4 GiB keeps its places")
  func long() {
    let listener = Listener()
    listener.handshake()
    listener.answer = { _ in .goOn }
    let block = [UInt8](repeating: 3, count: 1)
    // Most of each segment was cut off by the snapshot length.
    let step = 1 << 20
    for index in 0..<4_200 {
      listener.send(.toServer, at: index * step, block, missing: step - 1)
      listener.forget()
    }
    listener.send(.toServer, at: 4_200 * step + 10, [9])
    listener.send(.toServer, at: 4_200 * step, .numbered(10))
    #expect(listener.stream(.toServer) == .numbered(10) + [9])
    #expect(listener.counters.gapBytes == UInt64(4_200 * (step - 1)))
  }

  @Test("A keep-alive is the byte before the next one, and no data", arguments: [[], [0]] as [[UInt8]])
  func keepAlive(probe: [UInt8]) {
    let listener = Listener()
    listener.handshake()
    listener.send(.toServer, at: 0, whole)
    for _ in 0..<3 {
      listener.time += 45 * .second
      listener.send(.toServer, at: 99, probe)
      listener.send(.toClient, at: 0, [], [], acknowledging: 100)
    }
    listener.send(.toServer, at: 100, [5])
    #expect(listener.stream(.toServer) == whole + [5])
    #expect(listener.alternates(.toServer).isEmpty)
    #expect(listener.counters.keepAlives == 3)
    #expect(listener.counters.retransmissions == 0)
  }

  @Test("Probes of a closed window carry the next byte, which then comes again with more")
  func zeroWindowProbe() {
    let listener = Listener()
    listener.handshake()
    listener.send(.toServer, at: 0, Array(whole[0..<10]))
    listener.send(.toServer, at: 10, [whole[10]])
    listener.send(.toServer, at: 10, Array(whole[10..<50]))
    #expect(listener.stream(.toServer) == Array(whole[0..<50]))
    #expect(listener.alternates(.toServer).isEmpty)
    #expect(listener.counters.overlaps == 1)
  }

  @Test("A single segment from nowhere near is ignored", arguments: [1 << 25, 1 << 30, -(1 << 25)])
  func outOfWindow(offset: Int) {
    let listener = Listener()
    listener.handshake()
    listener.send(.toServer, at: 0, Array(whole[0..<10]))
    listener.send(.toServer, at: offset, [7, 7])
    listener.send(.toServer, at: 10, Array(whole[10..<20]))
    listener.finish()
    #expect(listener.stream(.toServer) == Array(whole[0..<20]))
    #expect(listener.counters.outOfWindow == 1)
    #expect(listener.counters.gaps == 0)
  }

  @Test("Three that continue each other are the stream", arguments: [1 << 25, -(1 << 25)])
  func resynchronise(offset: Int) {
    let listener = Listener()
    listener.handshake()
    for index in 0..<6 { listener.send(.toServer, at: offset + index * 10, Array(whole[index * 10..<index * 10 + 10])) }
    // The first two are lost: they could not be told from noise. A gap of 0 says that its size is not known.
    #expect(listener.gaps(.toServer) == [max(0, offset + 20)])
    #expect(listener.stream(.toServer) == Array(whole[20..<60]))
    #expect(listener.counters.resynchronisations == 1)
  }

  @Test("Segments out of the window that do not continue each other never become the stream")
  func noise() {
    let listener = Listener()
    listener.handshake()
    for index in 1..<20 { listener.send(.toServer, at: 1 << 25 + index * 1_000, [7, 7]) }
    listener.send(.toServer, at: 0, whole)
    #expect(listener.stream(.toServer) == whole)
    #expect(listener.counters.outOfWindow == 19)
    #expect(listener.counters.resynchronisations == 0)
  }

  @Test(
    "Segments of 64 KiB, as a sending host captures them, in any order",
    arguments: [[0, 1, 2], [2, 1, 0], [1, 2, 0]])
  func superPackets(order: [Int]) {
    let bytes = [UInt8].numbered(3 * 65_536)
    let listener = Listener()
    listener.handshake()
    for index in order { listener.send(.toServer, at: index << 16, Array(bytes[index << 16..<(index + 1) << 16])) }
    #expect(listener.stream(.toServer) == bytes)
    // A part of one is sent again.
    listener.send(.toServer, at: 70_000, Array(bytes[70_000..<71_448]))
    #expect(listener.counters.unverifiedRetransmissions == 1)
  }
}

@Suite("Packets captured twice")
struct DuplicateTests {
  private func replay(_ listener: Listener, identification: UInt32?, after delay: Int64) {
    for _ in 0..<2 {
      listener.send(.toServer, at: 0, [1, 2, 3], identification: identification, checksum: 99)
      listener.time += delay - .millisecond
    }
  }

  private static let delays: [(UInt32, Int64, Bool)] = [
    (7, 100_000, true), (7, 99_000_000, true), (7, 200_000_000, false), (0, 100_000, true), (0, 2_000_000, false),
  ]

  @Test(
    "A TCP packet with equal fields is counted once, within 100 ms with and 300 µs without an identification",
    arguments: delays)
  func tcp(identification: UInt32, delay: Int64, isDuplicate: Bool) {
    let listener = Listener()
    listener.handshake()
    replay(listener, identification: identification, after: delay)
    listener.finish()
    #expect(listener.stream(.toServer) == [1, 2, 3])
    #expect(listener.counters.duplicates == (isDuplicate ? 1 : 0))
    #expect(listener.counters.retransmissions == (isDuplicate ? 0 : 1))
    #expect(listener.records.first?.toServer.packets == (isDuplicate ? 3 : 4))
    #expect(listener.records.first?.toServer.bytes == (isDuplicate ? 123 : 166))
  }

  @Test("A whole conversation captured twice, packet by packet, is counted once")
  func conversation() {
    let listener = Listener()
    var identification: UInt32 = 0
    func twice(_ direction: Direction, _ offset: Int, _ bytes: [UInt8] = [], _ flags: TCPFlags = [], _ ack: Int? = 0) {
      identification += 1
      for _ in 0..<2 {
        listener.send(direction, at: offset, bytes, flags, acknowledging: ack, identification: identification)
      }
    }
    twice(.toServer, -1, [], .syn, nil)
    twice(.toClient, -1, [], .syn)
    twice(.toServer, 0)
    twice(.toServer, 10, [2])
    twice(.toServer, 0, .numbered(10))
    twice(.toClient, 0, [3], .fin, 11)
    twice(.toServer, 11, [], .fin, 2)
    listener.finish()
    #expect(listener.counters.duplicates == 7)
    #expect(listener.counters.retransmissions == 0)
    #expect(listener.stream(.toServer) == .numbered(10) + [2])
    #expect(listener.records.first?.toServer.packets == 5)
    #expect(listener.closings == [.finished])
  }

  private static let changes: [@Sendable (inout Packet) -> Void] = [
    { $0.tcp.sequence &+= 1 }, { $0.tcp.acknowledgement &+= 1 }, { $0.tcp.checksum = 5 }, { $0.tcp.window = 5 },
    { $0.tcp.flags.insert(.psh) }, { $0.identification = 6 }, { $0.datagramByteCount += 1 },
  ]

  @Test("A packet that differs in any field is no duplicate", arguments: changes.indices)
  func differs(change: Int) {
    let listener = Listener()
    var packet = Packet(
      source: Listener.client, destination: Listener.server, transport: .tcp, payload: 0..<0, datagramByteCount: 40)
    packet.tcp.flags = .ack
    packet.identification = 5
    listener.accept(packet, [])
    Self.changes[change](&packet)
    listener.accept(packet, [])
    #expect(listener.counters.duplicates == 0)
    listener.accept(packet, [])
    #expect(listener.counters.duplicates == 1)
  }
}
