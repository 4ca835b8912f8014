/// The first message of a SOCKS version 5 client: RFC 1928 section 3.
///
///     +-----+----------+------------+
///     | 5   | count 1  | methods ...|
///     +-----+----------+------------+
package struct SOCKS5Greeting: Equatable, Sendable {
  package static let version: UInt8 = 5
  package let methods: [SOCKS5Method]

  /// Three methods are assigned and a handful in use; a longer list is another protocol's bytes.
  private static let maximumMethodCount: UInt8 = 16

  /// - Throws: `incomplete` when more bytes must come, `malformed` when this is no greeting.
  package init(_ cursor: inout ByteCursor) throws(ParseError) {
    guard try cursor.integer(UInt8.self) == Self.version else { throw .malformed(.version, offset: 0) }
    let count = try cursor.integer(UInt8.self)
    guard count > 0, count <= Self.maximumMethodCount else { throw .malformed(.lengthField, offset: 1) }
    var methods: [SOCKS5Method] = []
    for _ in 0..<count {
      let method = SOCKS5Method(rawValue: try cursor.integer())
      guard method != .noneAcceptable, !methods.contains(method) else { throw .malformed(.messageType, offset: 2) }
      methods.append(method)
    }
    self.methods = methods
  }
}

/// How a client may prove who it is: RFC 1928 section 3.
package struct SOCKS5Method: RawRepresentable, Hashable, Sendable {
  package let rawValue: UInt8
  package init(rawValue: UInt8) { self.rawValue = rawValue }

  package static let noAuthentication = SOCKS5Method(rawValue: 0)
  /// RFC 1961: what follows is wrapped and cannot be read.
  package static let gssapi = SOCKS5Method(rawValue: 1)
  /// RFC 1929.
  package static let usernamePassword = SOCKS5Method(rawValue: 2)
  package static let noneAcceptable = SOCKS5Method(rawValue: 0xFF)
}

/// The server's choice among a greeting's methods: RFC 1928 section 3.
package struct SOCKS5MethodSelection: Equatable, Sendable {
  package let method: SOCKS5Method

  /// - Throws: `incomplete` when more bytes must come, `malformed` when this is no selection.
  package init(_ cursor: inout ByteCursor) throws(ParseError) {
    guard try cursor.integer(UInt8.self) == SOCKS5Greeting.version else { throw .malformed(.version, offset: 0) }
    method = SOCKS5Method(rawValue: try cursor.integer())
  }
}

/// A user name and a password (RFC 1929 section 2), of which only the lengths are kept.
package struct SOCKS5Credentials: Equatable, Sendable {
  package let usernameByteCount: Int
  package let passwordByteCount: Int

  private static let version: UInt8 = 1

  /// - Throws: `incomplete` when more bytes must come, `malformed` when this is no such message.
  package init(_ cursor: inout ByteCursor) throws(ParseError) {
    guard try cursor.integer(UInt8.self) == Self.version else { throw .malformed(.version, offset: cursor.offset) }
    usernameByteCount = try cursor.vector(UInt8.self).byteCount
    // RFC 1929 wants at least one byte of each; many clients send an empty password all the same.
    passwordByteCount = try cursor.vector(UInt8.self).byteCount
  }
}

/// The server's answer to credentials: RFC 1929 section 2.
package struct SOCKS5CredentialsReply: Equatable, Sendable {
  package let isAccepted: Bool

  /// - Throws: `incomplete` when more bytes must come, `malformed` when this is no such message.
  package init(_ cursor: inout ByteCursor) throws(ParseError) {
    // Some servers answer with the version of SOCKS instead of the negotiation's.
    let version = try cursor.integer(UInt8.self)
    guard version == 1 || version == SOCKS5Greeting.version else { throw .malformed(.version, offset: cursor.offset) }
    isAccepted = try cursor.integer(UInt8.self) == 0
  }
}

/// What a client asks of the proxy: RFC 1928 section 4.
///
///     +-----+---------+-----+-----------+---------------+--------+
///     | 5   | command | 0   | type 1    | destination   | port 2 |
///     +-----+---------+-----+-----------+---------------+--------+
package struct SOCKS5Request: Equatable, Sendable {
  package let command: SOCKSCommand
  package let destination: SOCKSDestination

  /// - Throws: `incomplete` when more bytes must come, `malformed` when this is no request.
  package init(_ cursor: inout ByteCursor) throws(ParseError) {
    guard try cursor.integer(UInt8.self) == SOCKS5Greeting.version else {
      throw .malformed(.version, offset: cursor.offset)
    }
    guard let command = SOCKSCommand(rawValue: try cursor.integer()) else {
      throw .malformed(.messageType, offset: cursor.offset)
    }
    guard try cursor.integer(UInt8.self) == 0 else { throw .malformed(.messageType, offset: cursor.offset) }
    self.command = command
    destination = try SOCKS5Address.read(&cursor)
  }
}

/// What the proxy answers to a request: RFC 1928 section 6. To `udpAssociate`, `bound` is where datagrams go.
package struct SOCKS5Reply: Equatable, Sendable {
  /// 0 for success; see the section for the others.
  package let code: UInt8
  package let bound: SOCKSDestination
  package var isGranted: Bool { code == 0 }

  private static let maximumCode: UInt8 = 8

  /// - Throws: `incomplete` when more bytes must come, `malformed` when this is no reply.
  package init(_ cursor: inout ByteCursor) throws(ParseError) {
    guard try cursor.integer(UInt8.self) == SOCKS5Greeting.version else {
      throw .malformed(.version, offset: cursor.offset)
    }
    code = try cursor.integer()
    guard code <= Self.maximumCode, try cursor.integer(UInt8.self) == 0 else {
      throw .malformed(.messageType, offset: cursor.offset)
    }
    bound = try SOCKS5Address.read(&cursor)
  }
}

/// The header of a datagram to or from a proxy's UDP relay: RFC 1928 section 7.
package struct SOCKS5DatagramHeader: Equatable, Sendable {
  /// 0 for a datagram in one piece.
  package let fragment: UInt8
  package let destination: SOCKSDestination
  /// Where the data starts.
  package let byteCount: Int

  /// - Throws: `malformed` when this is no such datagram.
  package init(_ datagram: RawSpan) throws(ParseError) {
    var cursor = ByteCursor(delimited: datagram)
    guard try cursor.integer(UInt16.self) == 0 else { throw .malformed(.messageType, offset: 0) }
    fragment = try cursor.integer()
    destination = try SOCKS5Address.read(&cursor)
    byteCount = cursor.offset
  }
}

/// An address and a port as RFC 1928 section 5 writes them.
private enum SOCKS5Address {
  private static let ipv4: UInt8 = 1
  private static let name: UInt8 = 3
  private static let ipv6: UInt8 = 4

  static func read(_ cursor: inout ByteCursor) throws(ParseError) -> SOCKSDestination {
    let host: String
    switch try cursor.integer(UInt8.self) {
    case ipv4: host = IPAddress(ipv4: try cursor.integer()).description
    case ipv6: host = IPAddress(high: try cursor.integer(), low: try cursor.integer()).description
    case name: host = try hostName(&cursor)
    default: throw .malformed(.messageType, offset: cursor.offset)
    }
    return SOCKSDestination(host: host, port: try cursor.integer())
  }

  /// Some servers answer with an empty name for "no address".
  private static func hostName(_ cursor: inout ByteCursor) throws(ParseError) -> String {
    let bytes = try cursor.vector(UInt8.self)
    return bytes.isEmpty ? "" : try SOCKSDestination.name(bytes)
  }
}
