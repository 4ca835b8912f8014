import Streams
import Testing
import Wire

@Suite("FIN, RFC 9293 section 3.6")
struct FINTests {
  private let whole = [UInt8].numbered(40)

  @Test("A FIN with data ends the stream after the data, and the flow closes after both")
  func withData() {
    let listener = Listener()
    listener.handshake()
    listener.send(.toServer, at: 0, whole, .fin)
    listener.send(.toClient, at: 0, [9], .fin, acknowledging: 41)
    listener.send(.toServer, at: 41, [], [], acknowledging: 2)
    #expect(
      Array(listener.heard.dropFirst()) == [
        .data(.toServer, whole), .halfClosed(.toServer), .data(.toClient, [9]), .halfClosed(.toClient),
      ])
    listener.time += 10 * .second
    listener.client.port += 1
    listener.handshake()
    #expect(listener.closings == [.finished])
    #expect(listener.counters.finished == 1)
    #expect(listener.counters.gaps == 0)
  }

  @Test("A repeated FIN is told once")
  func repeated() {
    let listener = Listener()
    listener.handshake()
    for _ in 0..<3 { listener.send(.toServer, at: 0, whole, .fin) }
    #expect(listener.heard.filter { $0 == .halfClosed(.toServer) }.count == 1)
    #expect(listener.stream(.toServer) == whole)
    #expect(listener.alternates(.toServer).isEmpty)
    #expect(listener.counters.dataAfterFIN == 0)
  }

  @Test("A keep-alive after a FIN stands in the FIN's place, and is no data")
  func keepAlive() {
    let listener = Listener()
    listener.handshake()
    listener.send(.toServer, at: 0, whole, .fin)
    listener.send(.toServer, at: 40, [0])
    #expect(listener.stream(.toServer) == whole)
    #expect(listener.counters.keepAlives == 1)
  }

  @Test("A FIN before its data waits for it")
  func outOfOrder() {
    let listener = Listener()
    listener.handshake()
    listener.send(.toServer, at: 40, [], .fin)
    listener.send(.toServer, at: 20, Array(whole[20..<40]))
    #expect(listener.heard.count == 1)
    listener.send(.toServer, at: 0, Array(whole[0..<20]))
    #expect(listener.heard.last == .halfClosed(.toServer))
    #expect(listener.stream(.toServer) == whole)
  }

  @Test("An acknowledged FIN settles the hole before it at once")
  func acknowledged() {
    let listener = Listener()
    listener.handshake()
    listener.send(.toServer, at: 20, Array(whole[20..<40]), .fin)
    listener.send(.toClient, acknowledging: 41)
    #expect(
      Array(listener.heard.dropFirst()) == [
        .gap(.toServer, 20), .data(.toServer, Array(whole[20..<40])), .halfClosed(.toServer),
      ])
  }

  @Test("The other direction goes on after one FIN, for as long as it likes")
  func halfClose() {
    let listener = Listener()
    listener.handshake()
    listener.send(.toServer, at: 0, [1], .fin)
    listener.time += 600 * .second
    listener.send(.toClient, at: 0, whole, acknowledging: 2)
    #expect(listener.stream(.toClient) == whole)
    #expect(listener.closings.isEmpty)
    #expect(listener.counters.tcpFlows == 1)
  }

  @Test("A FIN that data goes on after was none")
  func bogus() {
    let listener = Listener()
    listener.handshake()
    listener.send(.toServer, at: 0, Array(whole[0..<10]), .fin)
    listener.send(.toServer, at: 10, Array(whole[10..<40]))
    #expect(listener.stream(.toServer) == whole)
    #expect(listener.counters.dataAfterFIN == 1)
  }

  @Test("A FIN amid later data does not hide it")
  func bogusAhead() {
    let listener = Listener()
    listener.handshake()
    listener.send(.toServer, at: 5, [], .fin)
    listener.send(.toServer, at: 0, whole)
    listener.send(.toServer, at: 40, [], .fin)
    #expect(listener.stream(.toServer) == whole)
    #expect(listener.heard.suffix(1) == [.halfClosed(.toServer)])
  }

  @Test("A FIN from nowhere near is ignored")
  func farAway() {
    let listener = Listener()
    listener.handshake()
    listener.send(.toServer, at: 1 << 25, [], .fin)
    listener.send(.toServer, at: 0, whole)
    listener.finish()
    #expect(listener.counters.outOfWindow == 1)
    #expect(listener.gaps(.toServer).isEmpty)
    #expect(!listener.heard.contains(.halfClosed(.toServer)))
  }
}

@Suite("RST, RFC 9293 section 3.10.7 and RFC 5961")
struct ResetTests {
  private let whole = [UInt8].numbered(40)

  private func start() -> Listener {
    let listener = Listener()
    listener.handshake()
    listener.send(.toServer, at: 0, Array(whole[0..<10]))
    return listener
  }

  @Test("A RST in the window ends the flow ten seconds later", arguments: [0, 10, -100, 65_000])
  func inWindow(offset: Int) {
    let listener = start()
    listener.send(.toServer, at: offset, [], .rst)
    #expect(listener.closings.isEmpty)
    listener.time += 10 * .second
    listener.client.port += 1
    listener.handshake()
    #expect(listener.closings == [.reset])
    #expect(listener.counters.reset == 1)
    #expect(listener.counters.ignoredResets == 0)
  }

  @Test("A RST out of the window is ignored", arguments: [1 << 21, -70_000, 1 << 30])
  func outOfWindow(offset: Int) {
    let listener = start()
    listener.send(.toServer, at: offset, [], .rst)
    listener.time += 20 * .second
    listener.send(.toServer, at: 10, Array(whole[10..<20]))
    listener.finish()
    #expect(listener.counters.ignoredResets == 1)
    #expect(listener.stream(.toServer) == Array(whole[0..<20]))
    #expect(listener.closings == [.shutdown])
  }

  @Test("Data that continues the stream after a RST still counts")
  func dataAfter() {
    let listener = start()
    listener.send(.toClient, at: 0, [], .rst)
    listener.send(.toServer, at: 10, Array(whole[10..<20]))
    listener.finish()
    #expect(listener.stream(.toServer) == Array(whole[0..<20]))
    #expect(listener.closings == [.reset])
  }

  @Test("Data of a RST has no place in the stream, and is told all the same")
  func withData() {
    let listener = start()
    listener.send(.toServer, at: 10, [7, 7, 7], .rst)
    #expect(listener.alternates(.toServer) == [[7, 7, 7]])
    #expect(listener.stream(.toServer) == Array(whole[0..<10]))
  }

  @Test("What is held at a RST is delivered with its gap")
  func heldData() {
    let listener = start()
    listener.send(.toServer, at: 20, Array(whole[20..<30]))
    listener.send(.toClient, at: 0, [], .rst)
    #expect(listener.heard.suffix(2) == [.gap(.toServer, 10), .data(.toServer, Array(whole[20..<30]))])
  }

  @Test("A refused SYN ends the flow", arguments: [true, false])
  func refused(hasZeroSequence: Bool) {
    let listener = Listener()
    listener.send(.toServer, at: -1, [], .syn, acknowledging: nil)
    if hasZeroSequence { listener.initial.server = UInt32.max }
    listener.send(.toClient, at: 0, [], .rst)
    listener.finish()
    #expect(listener.closings == [.reset])
    #expect(listener.records.first?.wasEstablished == false)
  }

  @Test("A RST that refuses another SYN than the one sent is ignored")
  func refusedOther() {
    let listener = Listener()
    listener.send(.toServer, at: -1, [], .syn, acknowledging: nil)
    listener.send(.toClient, at: 0, [], .rst, acknowledging: 1 << 22)
    #expect(listener.counters.ignoredResets == 1)
  }

  @Test("A RST of no known flow opens none")
  func stray() {
    let listener = Listener()
    listener.send(.toServer, at: 0, [], .rst)
    #expect(listener.heard.isEmpty)
    #expect(listener.counters.ignoredResets == 1)
    #expect(listener.counters.tcpFlows == 0)
  }
}
