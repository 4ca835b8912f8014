/// Where a SOCKS client wants to go: a name, or an address in its usual text, and a port.
package struct SOCKSDestination: Equatable, Sendable {
  /// Lower case; printable ASCII.
  package let host: String
  package let port: UInt16

  package init(host: String, port: UInt16) { (self.host, self.port) = (host, port) }

  /// Reads a host name; anything but printable ASCII is no name, and so the message is none of SOCKS.
  static func name(_ bytes: RawSpan) throws(ParseError) -> String {
    guard !bytes.isEmpty else { throw .malformed(.lengthField, offset: 0) }
    let octets = bytes.octets
    for index in octets.indices where octets[index] <= 0x20 || octets[index] >= 0x7F {
      throw .malformed(.messageType, offset: index)
    }
    return bytes.text(in: 0..<bytes.byteCount).lowercased()
  }
}

/// What a SOCKS client asks for: RFC 1928 section 4; version 4 has the first two.
package enum SOCKSCommand: UInt8, Sendable {
  case connect = 1
  case bind = 2
  case udpAssociate = 3
}
