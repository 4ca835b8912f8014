/// What two sides say before a SOCKS connection carries data: RFC 1928, RFC 1929, and version 4 with 4a.
///
/// Read from the start each time with all bytes of both sides: the handshake is short, and clients may send its
/// messages, and data behind them, without waiting for answers.
package struct SOCKSHandshake: Equatable, Sendable {
  package let version: UInt8
  package let command: SOCKSCommand
  package let destination: SOCKSDestination
  package let isGranted: Bool
  /// Bytes of each side that belong to the handshake.
  package let clientByteCount: Int
  package let serverByteCount: Int

  /// - Throws: `incomplete` when one of the sides must say more, `malformed` when this is not SOCKS, or a handshake
  ///   whose messages are wrapped (RFC 1961).
  package init(client: RawSpan, server: RawSpan) throws(ParseError) {
    try client.require(1)
    switch client.bigEndian(at: 0, as: UInt8.self) {
    case SOCKS5Greeting.version: try self.init(version5: client, server)
    case SOCKS4Request.version: try self.init(version4: client, server)
    default: throw .malformed(.version, offset: 0)
    }
  }

  private init(version5 clientBytes: RawSpan, _ serverBytes: RawSpan) throws(ParseError) {
    var client = ByteCursor(clientBytes)
    var server = ByteCursor(serverBytes)
    let greeting = try SOCKS5Greeting(&client)
    let selection = try SOCKS5MethodSelection(&server)
    guard greeting.methods.contains(selection.method) else { throw .malformed(.messageType, offset: 1) }
    switch selection.method {
    case .noAuthentication: break
    case .usernamePassword:
      _ = try SOCKS5Credentials(&client)
      guard try SOCKS5CredentialsReply(&server).isAccepted else { throw .malformed(.messageType, offset: 3) }
    default: throw .malformed(.messageType, offset: 1)
    }
    let request = try SOCKS5Request(&client)
    // An empty name is for replies alone.
    guard !request.destination.host.isEmpty else { throw .malformed(.lengthField, offset: client.offset) }
    var reply = try SOCKS5Reply(&server)
    // BIND is answered twice: when the proxy listens, and when somebody came (section 4).
    if request.command == .bind, reply.isGranted { reply = try SOCKS5Reply(&server) }
    (version, command, destination) = (SOCKS5Greeting.version, request.command, request.destination)
    isGranted = reply.isGranted
    (clientByteCount, serverByteCount) = (client.offset, server.offset)
  }

  private init(version4 clientBytes: RawSpan, _ serverBytes: RawSpan) throws(ParseError) {
    var client = ByteCursor(clientBytes)
    var server = ByteCursor(serverBytes)
    let request = try SOCKS4Request(&client)
    var reply = try SOCKS4Reply(&server)
    if request.command == .bind, reply.isGranted { reply = try SOCKS4Reply(&server) }
    (version, command, destination) = (SOCKS4Request.version, request.command, request.destination)
    isGranted = reply.isGranted
    (clientByteCount, serverByteCount) = (client.offset, server.offset)
  }

  /// Reads the client's side of version 5 alone, for captures that lack the proxy's answers; they count as grants.
  ///
  /// Only its own messages tell whether credentials were asked for: they start with 1, and a request with 5.
  ///
  /// - Throws: `incomplete` when the client has not yet named where it wants to go, `malformed` as above.
  package init(clientAlone bytes: RawSpan) throws(ParseError) {
    var client = ByteCursor(bytes)
    let greeting = try SOCKS5Greeting(&client)
    try bytes.require(client.offset &+ 1)
    let next = bytes.bigEndian(at: client.offset, as: UInt8.self)
    if next != SOCKS5Greeting.version, greeting.methods.contains(.usernamePassword) {
      _ = try SOCKS5Credentials(&client)
    }
    let request = try SOCKS5Request(&client)
    guard !request.destination.host.isEmpty else { throw .malformed(.lengthField, offset: client.offset) }
    (version, command, destination) = (SOCKS5Greeting.version, request.command, request.destination)
    (isGranted, clientByteCount, serverByteCount) = (true, client.offset, 0)
  }
}
