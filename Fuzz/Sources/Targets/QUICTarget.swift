import Decryption
import Observations
import Wire

@testable import Protocols

/// QUIC whose secrets are known: the frames of a step are sealed on the way; other steps are datagrams as they are.
///
/// The lowest bit of a step's code is the direction, the next three the level; the highest says whether the next packet
/// goes into the same datagram.
enum QUICTarget {
  private static let bench = FlowBench(secrets: Handshake.addSecrets(to: Bundled.capturedSecrets()))
  private static let firstID: [UInt8] = [0x83, 0x94, 0xC8, 0xF0, 0x3E, 0x51, 0x57, 0x08]
  private static let clientID: [UInt8] = [1, 2, 3, 4]
  private static let serverID: [UInt8] = [5, 6, 7, 8]

  static func run(_ input: RawSpan) {
    let script = Script(input)
    bench.flow(input.byteCount + 1_024) { bench in
      let endpoint = Endpoint(IPAddress(ipv4: 0x0A00_0001), port: 443)
      let analyzer = DatagramAnalyzer(FlowContext(id: 1, client: endpoint, server: endpoint, transport: .udp))
      var levels = Levels()
      var datagram: [UInt8] = []
      var isSwapped = false
      for step in script.steps {
        let direction: Direction = step.code & 1 == 0 ? .toServer : .toClient
        datagram += levels.packet(step, direction)
        guard step.code & 0x80 == 0 || datagram.count > 60_000 else { continue }
        let real = isSwapped ? direction.opposite : direction
        if case .swapRoles = analyzer.datagram(datagram.rawSpan, real, &bench.context) { isSwapped.toggle() }
        bench.takeFacts()
        datagram = []
      }
      analyzer.closed(&bench.context)
    }
  }

  /// The packets of both directions at every level.
  private struct Levels {
    private var sealers: [UInt8: PacketSealer] = [:]

    /// - Returns: the packet that a step stands for, or its bytes.
    mutating func packet(_ step: Script.Step, _ direction: Direction) -> [UInt8] {
      let level = step.code >> 1 & 7
      let type: UInt8
      switch level {
      case 0: type = 0
      case 1: type = 1
      case 2: type = 2
      case 3, 6: return short(step, direction)
      default: return step.bytes
      }
      let payload = Self.padded(Array(step.bytes.prefix(16_000)))
      let destination = direction == .toServer ? (level < 2 ? firstID : serverID) : clientID
      let source = direction == .toServer ? clientID : serverID
      let length = payload.count + 2 + 16
      var header: [UInt8] = [0xC1 | type << 4, 0, 0, 0, 1, UInt8(destination.count)]
      header += destination + [UInt8(source.count)] + source + (type == 0 ? [0] : [])
      header += [0x40 | UInt8(truncatingIfNeeded: length >> 8), UInt8(truncatingIfNeeded: length)]
      return seal(header, payload, level, direction)
    }

    private mutating func short(_ step: Script.Step, _ direction: Direction) -> [UInt8] {
      seal([0x41] + (direction == .toServer ? serverID : clientID), Self.padded(step.bytes), 3, direction)
    }

    private mutating func seal(
      _ header: [UInt8], _ payload: [UInt8], _ level: UInt8, _ direction: Direction
    ) -> [UInt8] {
      let key = level << 1 | (direction == .toServer ? 0 : 1)
      var sealer = sealers[key] ?? PacketSealer(secret: Self.secret(level, direction))
      defer { sealers[key] = sealer }
      return sealer.packet(header, payload)
    }

    private static func secret(_ level: UInt8, _ direction: Direction) -> [UInt8] {
      let isClient = direction == .toServer
      switch level {
      case 0:
        let secrets = QUICInitialSecrets.derive(destinationID: firstID, family: .version1)
        return isClient ? secrets.client : secrets.server
      case 1: return Handshake.secret(.clientEarlyTraffic)
      case 2: return Handshake.secret(isClient ? .clientHandshakeTraffic : .serverHandshakeTraffic)
      default: return Handshake.secret(isClient ? .clientTraffic0 : .serverTraffic0)
      }
    }

    /// So long that a sample can be taken: RFC 9001 section 5.4.2.
    private static func padded(_ payload: [UInt8]) -> [UInt8] {
      payload + [UInt8](repeating: 0, count: max(0, 4 - payload.count))
    }
  }
}
