import Observations
import Wire

/// The beginning of a flow that may be SOCKS: both sides' bytes are held until their messages prove it or do not.
final class SOCKSConnection {
  enum State: Equatable {
    case waiting
    case opened(SOCKSHandshake)
    /// Not SOCKS, refused, or not readable from here on.
    case failed
  }

  private(set) var state = State.waiting
  /// All bytes of each side, from the first.
  private(set) var toServer: [UInt8] = []
  private(set) var toClient: [UInt8] = []
  /// Bytes held of each side. Messages are some 800 bytes together; the rest is data that the client did not wait
  /// with, which a usual receive window bounds.
  private static let heldByteLimit = 65_536

  /// Whether a client's first bytes could be those of SOCKS: a look at one or two of them.
  static func mayBegin(_ bytes: RawSpan) -> Bool {
    let octets = bytes.octets
    guard let first = octets.isEmpty ? nil : octets[0] else { return false }
    let second = octets.count > 1 ? octets[1] : 1
    switch first {
    case SOCKS5Greeting.version: return (1...16).contains(second)
    case SOCKS4Request.version: return second == 1 || second == 2
    default: return false
    }
  }

  /// Takes the next bytes of one side.
  func take(_ bytes: RawSpan, _ direction: Direction) {
    if direction == .toServer { toServer.append(bytes) } else { toClient.append(bytes) }
    let (client, server) = (toServer, toClient)
    do throws(ParseError) {
      let handshake = try SOCKSHandshake(client: client.rawSpan, server: server.rawSpan)
      state = handshake.isGranted && handshake.command != .udpAssociate ? .opened(handshake) : .failed
    } catch {
      if case .malformed = error { state = .failed }
      if max(client.count, server.count) > Self.heldByteLimit { end() }
    }
  }

  /// No more bytes will come that belong to the handshake: the capture may lack one side.
  func end() {
    guard state == .waiting else { return }
    state = .failed
    let client = toServer
    guard toClient.isEmpty, let alone = try? SOCKSHandshake(clientAlone: client.rawSpan) else { return }
    // A request without data behind it leaves nothing to read.
    if alone.command == .connect, alone.clientByteCount < client.count { state = .opened(alone) }
  }
}

extension TunnelOrigin {
  convenience init(_ handshake: SOCKSHandshake) {
    self.init(
      kind: handshake.version == SOCKS5Greeting.version ? .socks5 : .socks4, host: handshake.destination.host,
      port: handshake.destination.port)
  }
}
