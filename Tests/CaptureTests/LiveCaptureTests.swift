import Capture
import Foundation
import Testing
import Wire

/// Whether this process may capture: true for root, unless its capabilities are taken away.
private let mayCapture: Bool = {
  do throws(CaptureError) {
    _ = try LiveCapture(interface: loopback).linkType
    return true
  } catch {
    return false
  }
}()

#if os(Linux)
  private let loopback = "lo"
#else
  private let loopback = "lo0"
#endif

@Suite("Network interfaces")
struct NetworkInterfaceTests {
  @Test("include the loopback interface with its address, without privileges")
  func loopbackInterface() throws {
    let all = try interfaces()
    let loopbacks = all.filter { $0.isLoopback }
    #expect(loopbacks.map(\.name).contains(loopback))
    #expect(loopbacks.flatMap(\.addresses).contains(IPAddress(ipv4: 0x7F00_0001)))
  }
}

/// Captures on the loopback interface. Skipped, and reported as skipped, where the process may not capture: run the
/// tests as root, or give the test binary CAP_NET_RAW.
@Suite("Live capture", .enabled(if: mayCapture), .serialized)
struct LiveCaptureTests {
  /// A UDP socket on a port of its own, to send to itself.
  private final class Sender {
    private let socket: CInt
    let port: UInt16

    init() throws {
      #if os(Linux)
        socket = Foundation.socket(AF_INET, CInt(SOCK_DGRAM.rawValue), 0)
      #else
        socket = Foundation.socket(AF_INET, SOCK_DGRAM, 0)
      #endif
      var address = sockaddr_in()
      address.sin_family = sa_family_t(AF_INET)
      address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
      var length = socklen_t(MemoryLayout<sockaddr_in>.size)
      let descriptor = socket
      let isBound = unsafe withUnsafeMutablePointer(to: &address) { pointer in
        unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { generic in
          unsafe bind(descriptor, generic, length) == 0 && getsockname(descriptor, generic, &length) == 0
            && connect(descriptor, generic, length) == 0
        }
      }
      try #require(isBound)
      port = UInt16(bigEndian: address.sin_port)
    }

    deinit { close(socket) }

    func send(_ bytes: [UInt8]) { _ = unsafe Foundation.send(socket, bytes, bytes.count, 0) }
  }

  /// Polls until `count` frames have come; far more often than any machine needs.
  private func collect(_ count: Int, from capture: inout LiveCapture) throws -> [Captured] {
    var frames: [Captured] = []
    for _ in 0..<200 where frames.count < count {
      _ = try capture.poll { frame in
        frames.append(Captured(frame))
        return frames.count < count
      }
    }
    return frames
  }

  @Test("gives the frames of the loopback interface, once each, filtered, with their times", arguments: [false, true])
  func loopbackFrames(isImmediate: Bool) throws {
    let sender = try Sender()
    var options = LiveOptions()
    options.filter = "udp dst port \(sender.port)"
    options.isImmediate = isImmediate
    options.timeoutMilliseconds = 10
    var capture = try LiveCapture(interface: loopback, options: options, index: 5)
    let before = Int64(Date().timeIntervalSince1970) * 1_000_000_000
    let payloads = (0..<20).map { Array("datagram \($0)".utf8) }
    payloads.forEach(sender.send)
    let frames = try collect(payloads.count, from: &capture)
    #expect(frames.map { $0.bytes.suffix(payloads[0].count) } == payloads.map { $0.suffix(payloads[0].count) })
    #expect(frames.allSatisfy { $0.interface == 5 && $0.wireByteCount == $0.bytes.count })
    #expect(frames.allSatisfy { $0.timestamp >= before - 1_000_000_000 })
    let counted = capture.statistics
    let statistics = try #require(counted)
    #expect(statistics.received >= UInt64(payloads.count))
    #expect(statistics.dropped == 0)
    let (descriptor, linkType) = (capture.fileDescriptor, capture.linkType)
    #expect(descriptor != nil)
    #expect(linkType == frames.first?.linkType)
  }

  @Test("cuts frames at the snapshot length and keeps their length on the wire")
  func snapshot() throws {
    let sender = try Sender()
    var options = LiveOptions()
    options.filter = "udp dst port \(sender.port)"
    options.snapshotByteCount = 60
    options.timeoutMilliseconds = 10
    var capture = try LiveCapture(interface: loopback, options: options)
    sender.send([UInt8](repeating: 7, count: 500))
    let frame = try #require(try collect(1, from: &capture).first)
    #expect(frame.bytes.count == 60)
    #expect(frame.wireByteCount >= 528)
  }

  @Test("returns without a frame when there is none")
  func idle() throws {
    var options = LiveOptions()
    options.filter = "udp dst port 9 and udp src port 9 and host 192.0.2.1"
    options.timeoutMilliseconds = 1
    var capture = try LiveCapture(interface: loopback, options: options)
    let counts = [try capture.poll { _ in true }, try capture.drain { _ in true }]
    #expect(counts == [0, 0])
  }

  #if os(Linux)
    @Test("gives the frames of all interfaces on any, cooked")
    func anyInterface() throws {
      let sender = try Sender()
      var options = LiveOptions()
      options.filter = "udp dst port \(sender.port)"
      options.timeoutMilliseconds = 10
      var capture = try LiveCapture(interface: "any", options: options)
      sender.send(Array("to any".utf8))
      let frame = try #require(try collect(1, from: &capture).first)
      #expect([.linuxSLL, .linuxSLL2].contains(frame.linkType))
      #expect(frame.bytes.suffix(6) == Array("to any".utf8)[...])
    }
  #endif

  @Test("refuses an interface that does not exist, and names those that do")
  func noSuchInterface() {
    #expect {
      _ = try LiveCapture(interface: "nosuch0").linkType
    } throws: { error in
      guard case .noSuchInterface("nosuch0", let known) = error as? CaptureError else { return false }
      return known.contains(loopback)
    }
  }

  @Test("refuses a filter that makes no sense")
  func invalidFilter() {
    var options = LiveOptions()
    options.filter = "tcp porrt 80"
    #expect {
      _ = try LiveCapture(interface: loopback, options: options).linkType
    } throws: { error in
      guard case .invalidFilter("tcp porrt 80", _) = error as? CaptureError else { return false }
      return true
    }
  }
}
