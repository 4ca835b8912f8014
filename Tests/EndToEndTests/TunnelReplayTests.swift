import Alerts
import Observations
import TestSupport
import Testing
import Wire

@Suite("Keys in tunnels, from frames to alerts")
struct TunnelReplayTests {
  static let client = Endpoint(IPAddress(ipv4: 0x0A01_0203), port: 40_000)
  static let server = Endpoint(IPAddress(ipv4: 0x0808_0404), port: 9_999)
  static let near = IPAddress(ipv4: 0x0A00_0001)
  static let far = IPAddress(ipv4: 0x0A00_0002)

  /// A datagram with a key at its very end, far behind where both layers of fragments are cut.
  private var datagram: [UInt8] {
    var generator = SeededGenerator(seed: 11)
    let text = String(repeating: "x ", count: 1_000) + SyntheticKey.openAIProject(&generator) + " "
    return PacketBuilder.udpDatagram(from: Self.client, to: Self.server, payload: Array(text.utf8))
  }

  private func alerts(_ frames: [[UInt8]]) throws -> [Alert] {
    try InMemoryReplay().run(named: "tunnels") { process in
      for (index, frame) in frames.enumerated() {
        process(frame.rawSpan, .ethernet, frame.count, Int64(index) * 1_000_000)
      }
    }.alerts
  }

  @Test("fragments in a tunnel whose packets are fragments are put together twice, in any order")
  func bothFragmented() throws {
    let inner = PacketBuilder.fragments(
      from: Self.client.address, to: Self.server.address, .udp, datagram, identification: 1, size: 1_600)
    var frames: [[UInt8]] = []
    for (index, piece) in inner.enumerated() {
      frames += PacketBuilder.fragments(
        from: Self.near, to: Self.far, .gre, PacketBuilder.gre(piece, type: 0x0800), identification: UInt32(index + 7),
        size: 600
      ).map { PacketBuilder.ethernet($0) }
    }
    for order in [frames, frames.reversed()] {
      let alert = try #require(try alerts(order).first)
      #expect(alert.detector == .keyExfiltration)
      #expect(alert.destination.host == "8.8.4.4")
      #expect(alert.flow.client == Self.client)
    }
  }

  @Test("one frame puts fragments together twice at most")
  func bounded() throws {
    var packets = [PacketBuilder.ip(from: Self.client.address, to: Self.server.address, .udp, datagram)]
    for layer in 0..<4 as Range<UInt32> {
      packets = packets.enumerated().flatMap { index, packet in
        PacketBuilder.fragments(
          from: Self.near, to: Self.far, .gre, PacketBuilder.gre(packet, type: 0x0800),
          identification: layer * 4_096 + UInt32(index), size: 1_600 - 200 * Int(layer))
      }
    }
    // The last frame completes all four layers at once.
    #expect(try alerts(packets.reversed().map { PacketBuilder.ethernet($0) }).isEmpty)
  }
}
