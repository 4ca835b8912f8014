import Streams
import Testing
import Wire

@Suite("Opening a TCP connection, RFC 9293 section 3.5")
struct OpeningTests {
  private let whole = [UInt8].numbered(40)

  @Test("Data in the SYN is the start of the stream (TCP Fast Open, RFC 7413)")
  func dataInSYN() {
    let listener = Listener()
    listener.send(.toServer, at: -1, Array(whole[0..<10]), .syn, acknowledging: nil)
    listener.send(.toClient, at: -1, Array(whole[20..<25]), .syn, acknowledging: 10)
    listener.send(.toServer, at: 10, Array(whole[10..<20]), acknowledging: 5)
    listener.send(.toClient, at: 5, Array(whole[25..<30]), acknowledging: 20)
    #expect(listener.stream(.toServer) == Array(whole[0..<20]))
    #expect(listener.stream(.toClient) == Array(whole[20..<30]))
    #expect(listener.counters.midstreamPickups == 0)
  }

  @Test("Data of a SYN that the server refused comes again, and is one stream")
  func refusedFastOpen() {
    let listener = Listener()
    listener.send(.toServer, at: -1, Array(whole[0..<10]), .syn, acknowledging: nil)
    listener.send(.toClient, at: -1, [], .syn, acknowledging: 0)
    listener.send(.toServer, at: 0, Array(whole[0..<10]))
    listener.send(.toServer, at: 10, Array(whole[10..<20]))
    #expect(listener.stream(.toServer) == Array(whole[0..<20]))
    #expect(listener.counters.retransmissions == 1)
    #expect(listener.alternates(.toServer).isEmpty)
  }

  @Test("A repeated SYN changes nothing", arguments: [true, false])
  func repeatedSYN(withAnswer: Bool) {
    let listener = Listener()
    listener.send(.toServer, at: -1, [], .syn, acknowledging: nil)
    listener.time += .second
    listener.send(.toServer, at: -1, [], .syn, acknowledging: nil)
    if withAnswer {
      listener.send(.toClient, at: -1, [], .syn)
      listener.send(.toClient, at: -1, [], .syn)
    }
    listener.send(.toServer, at: 0, whole)
    #expect(listener.stream(.toServer) == whole)
    #expect(listener.counters.tcpFlows == 1)
    #expect(listener.counters.retransmissions == (withAnswer ? 2 : 1))
  }

  @Test("Who receives a SYN/ACK is the client, and its stream begins where that says")
  func answerFirst() {
    let listener = Listener()
    listener.send(.toClient, at: -1, [], .syn)
    listener.send(.toServer, at: 10, Array(whole[10..<20]))
    listener.send(.toServer, at: 0, Array(whole[0..<10]))
    #expect(listener.openings == [Listener.client])
    #expect(listener.stream(.toServer) == Array(whole[0..<20]))
  }

  @Test("A SYN that is captured after its answer belongs to the same connection")
  func lateSYN() {
    let listener = Listener()
    listener.send(.toClient, at: -1, [], .syn)
    listener.send(.toServer, at: -1, [], .syn, acknowledging: nil)
    listener.send(.toServer, at: 0, whole)
    #expect(listener.openings == [Listener.client])
    #expect(listener.stream(.toServer) == whole)
    #expect(listener.counters.gaps == 0)
  }

  @Test("A SYN that is captured after the first data belongs to the same connection")
  func lateSYNAfterData() {
    let listener = Listener()
    listener.send(.toServer, at: 0, Array(whole[0..<10]))
    listener.send(.toServer, at: -1, [], .syn, acknowledging: nil)
    listener.send(.toServer, at: 10, Array(whole[10..<20]))
    #expect(listener.counters.tcpFlows == 1)
    #expect(listener.stream(.toServer) == Array(whole[0..<20]))
  }

  @Test("Two SYNs that cross open one connection (RFC 9293 section 3.5, figure 7)")
  func simultaneousOpen() {
    let listener = Listener()
    listener.send(.toServer, at: -1, [], .syn, acknowledging: nil)
    listener.send(.toClient, at: -1, [], .syn, acknowledging: nil)
    listener.send(.toServer, at: -1, [], .syn)
    listener.send(.toClient, at: -1, [], .syn)
    listener.send(.toServer, at: 0, whole)
    listener.send(.toClient, at: 0, whole)
    #expect(listener.counters.tcpFlows == 1)
    #expect(listener.openings == [Listener.client])
    #expect(listener.stream(.toServer) == whole)
    #expect(listener.stream(.toClient) == whole)
  }

  @Test("A split handshake keeps its roles: ACK and SYN in two segments, then SYN/ACK from the client")
  func splitHandshake() {
    let listener = Listener()
    listener.send(.toServer, at: -1, [], .syn, acknowledging: nil)
    listener.send(.toClient, at: -1)
    listener.send(.toClient, at: -1, [], .syn, acknowledging: nil)
    listener.send(.toServer, at: -1, [], .syn)
    listener.send(.toClient, at: 0)
    listener.send(.toServer, at: 0, whole)
    listener.send(.toClient, at: 0, whole)
    #expect(listener.openings == [Listener.client])
    #expect(listener.stream(.toServer) == whole)
    #expect(listener.stream(.toClient) == whole)
    #expect(listener.counters.tcpFlows == 1)
  }
}

@Suite("Connections that were open before the capture")
struct MidstreamTests {
  private let whole = [UInt8].numbered(40)

  @Test("A stream is picked up where it is first seen, in both directions")
  func pickUp() {
    let listener = Listener()
    listener.send(.toServer, at: 5_000, Array(whole[0..<10]), acknowledging: 7_000)
    listener.send(.toClient, at: 7_000, Array(whole[10..<20]), acknowledging: 5_010)
    listener.send(.toServer, at: 5_010, Array(whole[20..<30]), acknowledging: 7_010)
    #expect(listener.stream(.toServer) == Array(whole[0..<10]) + Array(whole[20..<30]))
    #expect(listener.stream(.toClient) == Array(whole[10..<20]))
    #expect(listener.counters.midstreamPickups == 1)
    #expect(listener.counters.gaps == 0)
    listener.finish()
    #expect(listener.records.first?.sawHandshake == false)
    #expect(listener.records.first?.wasEstablished == true)
  }

  @Test("A bare ACK does not say where the stream is picked up")
  func bareACK() {
    let listener = Listener()
    // A keep-alive: one before the next byte.
    listener.send(.toServer, at: 4_999)
    listener.send(.toServer, at: 5_000, whole)
    #expect(listener.stream(.toServer) == whole)
    #expect(listener.counters.gaps == 0)
    #expect(listener.counters.heldSegments == 0)
  }

  @Test("One direction alone is read")
  func oneSided() {
    let listener = Listener()
    for index in 0..<4 { listener.send(.toServer, at: index * 10, Array(whole[index * 10..<index * 10 + 10])) }
    listener.finish()
    #expect(listener.stream(.toServer) == whole)
    #expect(listener.records.first?.toServer.packets == 4)
    #expect(listener.records.first?.toServer.bytes == 4 * 50)
    #expect(listener.records.first?.toClient.packets == 0)
  }

  @Test(
    "The server is who has the lower kind of port",
    arguments: [
      (40_000, 80, true), (80, 40_000, false), (443, 1_024, false), (1_023, 1_024, false), (8_080, 50_000, false),
      (50_000, 8_080, true), (80, 443, true), (5_000, 5_001, true), (40_000, 50_000, true),
    ])
  func guess(source: UInt16, destination: UInt16, senderIsClient: Bool) {
    let listener = Listener()
    (listener.client.port, listener.server.port) = (source, destination)
    listener.send(.toServer, at: 0, [1])
    #expect(listener.openings == [senderIsClient ? listener.client : listener.server])
    #expect(listener.heard.last == .data(senderIsClient ? .toServer : .toClient, [1]))
  }

  @Test("The content may swap the roles while a packet is taken in: later events follow, counts too")
  func swap() {
    let listener = Listener()
    listener.answer = { if case .data(.toServer, [1]) = $0 { .swapRoles } else { .goOn } }
    listener.send(.toServer, at: 0, [1])
    listener.send(.toServer, at: 1, [2])
    listener.send(.toClient, at: 0, [3])
    listener.finish()
    #expect(listener.heard[1...3] == [.data(.toServer, [1]), .data(.toClient, [2]), .data(.toServer, [3])])
    #expect(listener.records.first?.client == Listener.server)
    #expect(listener.records.first?.toServer.packets == 1)
    #expect(listener.records.first?.toClient.packets == 2)
  }

  @Test("Roles are swapped between two pieces of one packet's delivery")
  func swapAmidDelivery() {
    let listener = Listener()
    listener.answer = { if case .data(.toServer, [1]) = $0 { .swapRoles } else { .goOn } }
    listener.handshake()
    listener.send(.toServer, at: 1, [2])
    listener.send(.toServer, at: 0, [1])
    #expect(listener.heard.suffix(2) == [.data(.toServer, [1]), .data(.toClient, [2])])
  }
}

@Suite("A flow whose content is not wanted any more")
struct SkippingTests {
  @Test("There is no more data and nothing is held, but packets are counted and the end is seen")
  func skip() {
    let listener = Listener()
    listener.answer = { if case .data = $0 { .skip } else { .goOn } }
    listener.handshake()
    listener.send(.toServer, at: 10, .numbered(10))
    #expect(listener.counters.heldPeak > 0)
    listener.send(.toServer, at: 0, .numbered(10))
    for index in 3..<20 { listener.send(.toServer, at: index * 10, .numbered(10)) }
    listener.send(.toServer, at: 200, [], .fin)
    listener.send(.toClient, at: 0, [], .fin, acknowledging: 201)
    listener.finish()
    #expect(listener.stream(.toServer) == .numbered(10))
    #expect(listener.counters.heldSegments == 1)
    #expect(listener.counters.gaps == 0)
    #expect(listener.heard.suffix(3) == [.halfClosed(.toServer), .halfClosed(.toClient), .closed(.finished)])
    #expect(listener.records.first?.toServer.packets == 22)
  }

  @Test("A flow may be skipped from its first event")
  func fromTheStart() {
    let listener = Listener()
    listener.answer = { _ in .skip }
    listener.handshake()
    listener.send(.toServer, at: 0, [1])
    listener.send(.toServer, at: 500, [1])
    listener.finish()
    #expect(listener.heard == [.opened(client: Listener.client), .closed(.shutdown)])
  }
}

@Suite("Ports used again")
struct PortReuseTests {
  private func converse(_ listener: Listener, _ byte: UInt8) {
    listener.handshake()
    listener.send(.toServer, at: 0, [byte])
  }

  private func close(_ listener: Listener) {
    listener.send(.toServer, at: 1, [], .fin)
    listener.send(.toClient, at: 0, [], .fin, acknowledging: 2)
    listener.send(.toServer, at: 2, [], [], acknowledging: 1)
  }

  @Test("A SYN with another ISN after the end opens another flow")
  func afterTheEnd() {
    let listener = Listener()
    converse(listener, 1)
    close(listener)
    listener.initial = (77_000, 88_000)
    converse(listener, 2)
    #expect(listener.closings == [.replaced])
    #expect(listener.openings.count == 2)
    #expect(listener.stream(.toServer) == [1, 2])
    #expect(listener.counters.replaced == 1)
    #expect(listener.table.activeFlowCount == 1)
  }

  @Test("A SYN with another ISN after a RST opens another flow")
  func afterReset() {
    let listener = Listener()
    listener.send(.toServer, at: -1, [], .syn, acknowledging: nil)
    listener.send(.toClient, at: -1, [], .rst)
    listener.initial.client = 5
    listener.send(.toServer, at: -1, [], .syn, acknowledging: nil)
    #expect(listener.closings == [.replaced])
  }

  @Test("A SYN with another ISN before any answer opens another flow")
  func beforeAnswer() {
    let listener = Listener()
    listener.send(.toServer, at: -1, [], .syn, acknowledging: nil)
    listener.initial.client = 5
    listener.send(.toServer, at: -1, [], .syn, acknowledging: nil)
    #expect(listener.closings == [.replaced])
    listener.send(.toClient, at: -1, [], .syn)
    listener.send(.toServer, at: 0, [2])
    #expect(listener.closings == [.replaced])
    #expect(listener.stream(.toServer) == [2])
  }

  @Test("A SYN with another ISN in a connection that was silent for a minute opens another flow")
  func afterSilence() {
    let listener = Listener()
    converse(listener, 1)
    listener.time += 60 * .second
    listener.initial = (77_000, 88_000)
    converse(listener, 2)
    #expect(listener.closings == [.replaced])
    #expect(listener.stream(.toServer) == [1, 2])
  }

  @Test("In a connection in use it is believed once it is answered")
  func answered() {
    let listener = Listener()
    converse(listener, 1)
    listener.initial = (77_000, 88_000)
    listener.send(.toServer, at: -1, [], .syn, acknowledging: nil)
    #expect(listener.closings.isEmpty)
    #expect(listener.counters.unexpectedSYNs == 1)
    listener.send(.toClient, at: -1, [], .syn)
    #expect(listener.closings == [.replaced])
    listener.send(.toServer, at: 0, [2])
    #expect(listener.stream(.toServer) == [1, 2])
    #expect(listener.openings == [Listener.client, Listener.client])
  }

  @Test("In a connection in use it is believed once its own data follows")
  func followed() {
    let listener = Listener()
    converse(listener, 1)
    listener.initial = (77_000, 88_000)
    listener.send(.toServer, at: -1, [], .syn, acknowledging: nil)
    listener.send(.toServer, at: 0, [2])
    #expect(listener.closings == [.replaced])
    #expect(listener.stream(.toServer) == [1, 2])
  }

  @Test("A forged SYN does not stop a connection in use")
  func forged() {
    let listener = Listener()
    converse(listener, 1)
    let real = listener.initial
    listener.initial.client = 77_000
    listener.send(.toServer, at: -1, [7, 7], .syn, acknowledging: nil)
    listener.initial = real
    listener.send(.toServer, at: 1, [2])
    #expect(listener.closings.isEmpty)
    #expect(listener.stream(.toServer) == [1, 2])
  }
}
