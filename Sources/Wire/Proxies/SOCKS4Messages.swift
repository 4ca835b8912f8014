/// A request of SOCKS version 4, or 4a where a name stands behind the user: "SOCKS: A protocol for TCP proxy across
/// firewalls" and "SOCKS 4A: A Simple Extension to SOCKS 4 Protocol", both by Ying-Da Lee.
///
///     +-----+---------+--------+-----------+-----------+---+--------------+---+
///     | 4   | command | port 2 | address 4 | user ...  | 0 | name ... (4a)| 0 |
///     +-----+---------+--------+-----------+-----------+---+--------------+---+
package struct SOCKS4Request: Equatable, Sendable {
  package static let version: UInt8 = 4
  package let command: SOCKSCommand
  package let destination: SOCKSDestination

  /// Longest user and longest name, in bytes: as curl has it for both.
  private static let maximumTextByteCount = 255

  /// - Throws: `incomplete` when more bytes must come, `malformed` when this is no request.
  package init(_ cursor: inout ByteCursor) throws(ParseError) {
    guard try cursor.integer(UInt8.self) == Self.version else { throw .malformed(.version, offset: 0) }
    guard let command = SOCKSCommand(rawValue: try cursor.integer()), command != .udpAssociate else {
      throw .malformed(.messageType, offset: 1)
    }
    self.command = command
    let port = try cursor.integer(UInt16.self)
    let address = try cursor.integer(UInt32.self)
    guard port != 0, address != 0 else { throw .malformed(.messageType, offset: 2) }
    _ = try Self.text(&cursor)
    // 0.0.0.x says that a name follows.
    let host = address >> 8 == 0 ? try Self.text(&cursor) : IPAddress(ipv4: address).description
    guard !host.isEmpty else { throw .malformed(.lengthField, offset: cursor.offset) }
    destination = SOCKSDestination(host: host, port: port)
  }

  private static func text(_ cursor: inout ByteCursor) throws(ParseError) -> String {
    var text: [UInt8] = []
    while true {
      let byte = try cursor.integer(UInt8.self)
      if byte == 0 { break }
      guard text.count < maximumTextByteCount else { throw .malformed(.lengthField, offset: cursor.offset) }
      text.append(byte)
    }
    return text.isEmpty ? "" : try SOCKSDestination.name(text.rawSpan)
  }
}

/// The proxy's answer to a request of version 4: eight bytes, the last six without meaning for CONNECT.
package struct SOCKS4Reply: Equatable, Sendable {
  package let isGranted: Bool

  private static let granted: UInt8 = 90
  private static let maximumCode: UInt8 = 93

  /// - Throws: `incomplete` when more bytes must come, `malformed` when this is no reply.
  package init(_ cursor: inout ByteCursor) throws(ParseError) {
    // Zero by the specification; a few servers repeat the version.
    let version = try cursor.integer(UInt8.self)
    guard version == 0 || version == SOCKS4Request.version else { throw .malformed(.version, offset: cursor.offset) }
    let code = try cursor.integer(UInt8.self)
    guard (Self.granted...Self.maximumCode).contains(code) else {
      throw .malformed(.messageType, offset: cursor.offset)
    }
    isGranted = code == Self.granted
    _ = try cursor.bytes(6)
  }
}
