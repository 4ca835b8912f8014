import Streams
import Testing
import Wire

extension Listener {
  func datagram(
    _ direction: Direction, _ bytes: [UInt8], identification: UInt32 = 0, checksum: UInt16 = 0
  ) {
    let (source, destination) = direction == .toServer ? (client, server) : (server, client)
    var packet = Packet(
      source: source, destination: destination, transport: .udp, payload: 0..<bytes.count,
      datagramByteCount: bytes.count + 28)
    (packet.identification, packet.udpChecksum) = (identification, checksum)
    accept(packet, bytes)
  }
}

@Suite("UDP")
struct DatagramTests {
  @Test("Each datagram is told with its direction, empty ones too")
  func datagrams() {
    let listener = Listener()
    listener.datagram(.toServer, [1, 2])
    listener.datagram(.toClient, [3])
    listener.datagram(.toServer, [])
    listener.finish()
    #expect(
      listener.heard == [
        .opened(client: Listener.client), .datagram(.toServer, [1, 2]), .datagram(.toClient, [3]),
        .datagram(.toServer, []), .closed(.shutdown),
      ])
    #expect(listener.counters.datagrams == 3)
    #expect(listener.counters.udpFlows == 1)
    #expect(listener.records.first?.toServer.bytes == 58)
    #expect(listener.records.first?.wasEstablished == true)
  }

  @Test("TCP and UDP between the same ports are two flows")
  func transports() {
    let listener = Listener()
    listener.datagram(.toServer, [1])
    listener.handshake()
    #expect(listener.table.activeFlowCount == 2)
  }

  @Test("An answer that is seen first comes from the server")
  func answerFirst() {
    let listener = Listener()
    listener.server.port = 53
    listener.datagram(.toClient, [1])
    #expect(listener.heard == [.opened(client: Listener.client), .datagram(.toClient, [1])])
  }

  @Test("A skipped flow is counted on")
  func skip() {
    let listener = Listener()
    listener.answer = { if case .datagram = $0 { .skip } else { .goOn } }
    for index in 0..<5 as Range<UInt8> { listener.datagram(.toServer, [index]) }
    listener.finish()
    #expect(listener.heard == [.opened(client: Listener.client), .datagram(.toServer, [0]), .closed(.shutdown)])
    #expect(listener.records.first?.toServer.packets == 5)
  }

  private static let repetitions: [(UInt32, Int64, isSameContent: Bool, isDuplicate: Bool)] = [
    // With an identification its fields tell the packet.
    (7, 100_000, true, true), (7, 99_000_000, true, true), (7, 200_000_000, true, false),
    // Without one its bytes have to be equal too, and the time short: no datagram may be lost.
    (0, 100_000, true, true), (0, 100_000, false, false), (0, 2_000_000, true, false),
  ]

  @Test("A datagram captured twice is told once, and no other is taken for it", arguments: repetitions)
  func duplicates(repetition: (UInt32, Int64, isSameContent: Bool, isDuplicate: Bool)) {
    let listener = Listener()
    let (identification, delay, isSameContent, isDuplicate) = repetition
    listener.datagram(.toServer, .numbered(1_200), identification: identification, checksum: 4)
    listener.time += delay - .millisecond
    let second = isSameContent ? [UInt8].numbered(1_200) : [UInt8].numbered(1_199) + [0]
    listener.datagram(.toServer, second, identification: identification, checksum: 4)
    listener.finish()
    #expect(listener.counters.duplicates == (isDuplicate ? 1 : 0))
    #expect(listener.counters.datagrams == (isDuplicate ? 1 : 2))
    #expect(listener.records.first?.toServer.packets == (isDuplicate ? 1 : 2))
  }

  @Test("Of a burst captured twice, four packets later, each is told once")
  func burst() {
    let listener = Listener()
    for _ in 0..<2 {
      for index in 1...4 as ClosedRange<UInt32> { listener.datagram(.toServer, [1, 2], identification: index) }
    }
    #expect(listener.counters.duplicates == 4)
    #expect(listener.counters.datagrams == 4)
  }
}
