/// The header that a proxy puts before a connection to say whose it is: HAProxy's PROXY protocol, version 1 in text
/// (section 2.1 of its specification) or version 2 in binary (section 2.2).
package struct ProxyProtocolHeader: Equatable, Sendable {
  /// The client as the proxy saw it; `nil` for the proxy's own checks, Unix sockets and unknown families.
  package let source: Endpoint?
  /// The address that the client connected to.
  package let destination: Endpoint?
  /// The host that the client asked for, by TLS SNI or alike (section 2.2.2, `PP2_TYPE_AUTHORITY`); lower case.
  package let authority: String?
  /// What follows belongs to the connection.
  package let byteCount: Int

  /// What the first bytes of a connection are.
  package enum Probe: Equatable, Sendable {
    case no
    /// Too few bytes to tell, or a header that is not whole yet.
    case waiting
    case header(ProxyProtocolHeader)
  }

  /// Asks whether `bytes`, from a connection's start on, begin with a header. Never throws.
  package static func probe(_ bytes: RawSpan) -> Probe {
    guard bytes.byteCount > 0 else { return .waiting }
    let isText: Bool
    switch bytes.bigEndian(at: 0, as: UInt8.self) {
    case textPrefix[0]: isText = true
    case signature[0]: isText = false
    default: return .no
    }
    let expected = isText ? textPrefix : signature
    let octets = bytes.octets
    for index in 0..<min(expected.count, octets.count) where octets[index] != expected[index] { return .no }
    guard octets.count >= expected.count else { return .waiting }
    do throws(ParseError) {
      return .header(isText ? try Self(text: bytes) : try Self(binary: bytes))
    } catch {
      if case .incomplete = error { return .waiting }
      return .no
    }
  }

  private init(source: Endpoint?, destination: Endpoint?, authority: String? = nil, byteCount: Int) {
    (self.source, self.destination, self.authority, self.byteCount) = (source, destination, authority, byteCount)
  }
}

// MARK: - Version 1

extension ProxyProtocolHeader {
  private static let textPrefix = Array("PROXY ".utf8)
  /// With its line end: section 2.1.
  private static let maximumTextByteCount = 107

  private init(text bytes: RawSpan) throws(ParseError) {
    guard let feed = bytes.firstOffset(of: 0x0A), feed < Self.maximumTextByteCount else {
      guard bytes.byteCount < Self.maximumTextByteCount else { throw .malformed(.startLine, offset: 0) }
      throw .incomplete(needed: 1)
    }
    guard bytes.bigEndian(at: feed &- 1, as: UInt8.self) == 0x0D else { throw .malformed(.startLine, offset: feed) }
    let words = bytes.text(in: 0..<feed &- 1).split(separator: " ", omittingEmptySubsequences: false).map(String.init)
    guard words.count >= 2, words[1] != "UNKNOWN" else {
      guard words.count >= 2 else { throw .malformed(.startLine, offset: 0) }
      self.init(source: nil, destination: nil, byteCount: feed &+ 1)
      return
    }
    guard words.count == 6, words[1] == "TCP4" || words[1] == "TCP6",
      let source = Self.endpoint(words[2], words[4]), let destination = Self.endpoint(words[3], words[5])
    else { throw .malformed(.startLine, offset: 0) }
    self.init(source: source, destination: destination, byteCount: feed &+ 1)
  }

  private static func endpoint(_ address: String, _ port: String) -> Endpoint? {
    guard let address = IPAddress(address), let port = UInt16(port) else { return nil }
    return Endpoint(address, port: port)
  }
}

// MARK: - Version 2

extension ProxyProtocolHeader {
  private static let signature: [UInt8] = [0x0D, 0x0A, 0x0D, 0x0A, 0x00, 0x0D, 0x0A, 0x51, 0x55, 0x49, 0x54, 0x0A]
  private static let local: UInt8 = 0x20
  private static let proxy: UInt8 = 0x21
  /// The high half of the family byte.
  private static let ipv4: UInt8 = 1
  private static let ipv6: UInt8 = 2
  private static let authorityType: UInt8 = 2
  /// Proxies write a few hundred bytes, with a TLS certificate's names a few more; the length field allows 64 KiB.
  private static let maximumByteCount = 4_096

  private init(binary bytes: RawSpan) throws(ParseError) {
    var cursor = ByteCursor(bytes)
    _ = try cursor.bytes(Self.signature.count)
    let command = try cursor.integer(UInt8.self)
    guard command == Self.local || command == Self.proxy else { throw .malformed(.version, offset: 12) }
    let family = try cursor.integer(UInt8.self)
    let length = Int(try cursor.integer(UInt16.self))
    guard length <= Self.maximumByteCount else { throw .malformed(.lengthField, offset: 14) }
    var body = ByteCursor(delimited: try cursor.bytes(length))
    // Whatever the family, the length says where the connection begins (section 2.2).
    guard command == Self.proxy, family >> 4 == Self.ipv4 || family >> 4 == Self.ipv6 else {
      self.init(source: nil, destination: nil, byteCount: cursor.offset)
      return
    }
    let isIPv4 = family >> 4 == Self.ipv4
    let (source, destination) = (try Self.address(&body, isIPv4), try Self.address(&body, isIPv4))
    let (from, to) = (try body.integer(UInt16.self), try body.integer(UInt16.self))
    self.init(
      source: Endpoint(source, port: from), destination: Endpoint(destination, port: to),
      authority: try Self.authority(&body), byteCount: cursor.offset)
  }

  private static func address(_ cursor: inout ByteCursor, _ isIPv4: Bool) throws(ParseError) -> IPAddress {
    guard isIPv4 else { return IPAddress(high: try cursor.integer(), low: try cursor.integer()) }
    return IPAddress(ipv4: try cursor.integer())
  }

  /// Walks the type-length-value fields, each of at least three bytes.
  private static func authority(_ cursor: inout ByteCursor) throws(ParseError) -> String? {
    var found: String?
    while !cursor.isAtEnd {
      let type = try cursor.integer(UInt8.self)
      let value = try cursor.vector(UInt16.self)
      if type == authorityType, found == nil { found = try? SOCKSDestination.name(value) }
    }
    return found
  }
}
