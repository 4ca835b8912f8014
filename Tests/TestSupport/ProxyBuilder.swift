package import Wire

/// Builds the messages of SOCKS and the PROXY protocol byte by byte.
package enum ProxyBuilder {
  // MARK: SOCKS version 5, RFC 1928 and RFC 1929

  package static func greeting(_ methods: [UInt8] = [0]) -> [UInt8] { [5, UInt8(methods.count)] + methods }

  package static func credentials(_ user: String, _ password: String) -> [UInt8] {
    [1, UInt8(user.utf8.count)] + user.utf8 + [UInt8(password.utf8.count)] + password.utf8
  }

  /// A request for a name; `command` 1 is CONNECT.
  package static func request(_ name: String, port: UInt16, command: UInt8 = 1) -> [UInt8] {
    var bytes = [5, command, 0, 3, UInt8(name.utf8.count)] + name.utf8
    bytes.append(bigEndian: port)
    return bytes
  }

  /// A request for an address.
  package static func request(_ address: IPAddress, port: UInt16) -> [UInt8] {
    [5, 1, 0] + endpoint(address, port)
  }

  package static func reply(_ code: UInt8 = 0, bound: IPAddress = IPAddress(ipv4: 0)) -> [UInt8] {
    [5, code, 0] + endpoint(bound, 0)
  }

  package static func endpoint(_ address: IPAddress, _ port: UInt16) -> [UInt8] {
    var bytes = [address.isIPv4 ? 1 : 4] + address.octets
    bytes.append(bigEndian: port)
    return bytes
  }

  // MARK: SOCKS version 4

  /// With a name instead of an address for 4a.
  package static func request4(
    _ address: IPAddress = IPAddress(ipv4: 1), port: UInt16, user: String = "", name: String? = nil
  ) -> [UInt8] {
    var bytes: [UInt8] = [4, 1]
    bytes.append(bigEndian: port)
    bytes += address.octets + user.utf8 + [0]
    if let name { bytes += name.utf8 + [0] }
    return bytes
  }

  package static func reply4(_ code: UInt8 = 90) -> [UInt8] { [0, code, 0, 0, 0, 0, 0, 0] }

  // MARK: PROXY protocol

  package static let signature: [UInt8] = [0x0D, 0x0A, 0x0D, 0x0A, 0, 0x0D, 0x0A, 0x51, 0x55, 0x49, 0x54, 0x0A]

  /// Version 2, with type-length-value fields.
  package static func proxyV2(
    from source: Endpoint, to destination: Endpoint, fields: [(UInt8, [UInt8])] = [], command: UInt8 = 0x21
  ) -> [UInt8] {
    var body = source.address.octets + destination.address.octets
    body.append(bigEndian: source.port)
    body.append(bigEndian: destination.port)
    for (type, value) in fields {
      body.append(type)
      body.append(bigEndian: UInt16(value.count))
      body += value
    }
    var bytes = signature + [command, source.address.isIPv4 ? 0x11 : 0x21]
    bytes.append(bigEndian: UInt16(body.count))
    return bytes + body
  }
}
