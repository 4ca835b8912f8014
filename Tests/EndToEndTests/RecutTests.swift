import Capture
import Foundation
import TestSupport
import Testing
import Wire

@Suite("Split invariance: the same bytes in other segments give the same alerts")
struct RecutTests {
  /// A frame of a capture, taken apart.
  private struct Part {
    var packet: Packet
    var payload: [UInt8]
    var frame: [UInt8]
    var linkType: LinkType
    var timestamp: Int64
  }

  private func parts(of capture: BundledCapture) throws -> [Part] {
    var reader = try SavefileReader(bytes: Array(try Data(contentsOf: capture.file)), name: capture.name)
    var decoder = PacketDecoder()
    var parts: [Part] = []
    try reader.forEachFrame { (frame) throws(CaptureError) in
      let octets = frame.bytes.octets
      let bytes = octets.indices.map { octets[$0] }
      if let packet = decoder.decode(frame.bytes, linkType: frame.linkType, wireByteCount: frame.wireByteCount) {
        parts.append(
          Part(
            packet: packet, payload: Array(bytes[packet.payload]), frame: bytes, linkType: frame.linkType,
            timestamp: frame.timestamp))
      }
      return true
    }
    return parts
  }

  /// Replays `parts` with every TCP payload in pieces as `cut` says: offsets at which a new segment begins.
  private func alerts(_ parts: [Part], cut: (Part) -> [Int]) throws -> [String] {
    try InMemoryReplay().run(named: "recut") { process throws(CaptureError) in
      for part in parts {
        let starts = part.packet.transport == .tcp ? cut(part).filter { $0 > 0 && $0 < part.payload.count } : []
        guard !starts.isEmpty else {
          process(part.frame.rawSpan, part.linkType, part.frame.count, part.timestamp)
          continue
        }
        for (start, end) in zip([0] + starts, starts + [part.payload.count]) {
          let segment = PacketBuilder.tcpSegment(
            from: part.packet.source, to: part.packet.destination,
            sequence: part.packet.tcp.sequence &+ UInt32(start), acknowledgement: part.packet.tcp.acknowledgement,
            flags: part.packet.tcp.flags, payload: Array(part.payload[start..<end]))
          let datagram = PacketBuilder.ip(
            from: part.packet.source.address, to: part.packet.destination.address, .tcp, segment,
            identification: UInt32(truncatingIfNeeded: start) & 0xFFFF)
          process(datagram.rawSpan, .raw, datagram.count, part.timestamp)
        }
      }
    }.alerts.map(\.essence)
  }

  /// The request burst is left out: its segments are many and all alike.
  static let captures = BundledCapture.all.filter { $0.name != "request-burst" }

  @Test("in pieces of so many bytes", arguments: captures, [1, 2, 7, 61, 1_000])
  func recutEvenly(_ capture: BundledCapture, size: Int) throws {
    let parts = try parts(of: capture)
    let whole = try alerts(parts) { _ in [] }
    #expect(try alerts(parts) { Array(stride(from: size, to: $0.payload.count, by: size)) } == whole)
  }

  @Test("cut in two at every byte", arguments: ["jetbrains-plugin", "plaintext-openai", "base64-leak", "gzip-leak"])
  func recutEverywhere(name: String) throws {
    let capture = try #require(BundledCapture.all.first { $0.name == name })
    let parts = try parts(of: capture)
    let whole = try alerts(parts) { _ in [] }
    #expect(!whole.isEmpty)
    let longest = parts.map(\.payload.count).max() ?? 0
    for offset in 1..<max(2, longest) {
      try #require(try alerts(parts) { _ in [offset] } == whole, "cut at byte \(offset) of each segment")
    }
  }
}
