import Testing
import Wire

@Suite("Address classes, IANA Special-Purpose Address Registries")
struct IPAddressScopeTests {
  struct Scope: OptionSet, CustomStringConvertible {
    let rawValue: Int
    static let loopback = Scope(rawValue: 1)
    static let `private` = Scope(rawValue: 2)
    static let linkLocal = Scope(rawValue: 4)
    static let multicast = Scope(rawValue: 8)
    static let unspecified = Scope(rawValue: 16)
    static let `public` = Scope(rawValue: 32)
    var description: String { "scope \(rawValue)" }

    init(rawValue: Int) { self.rawValue = rawValue }
    init(of address: IPAddress) {
      self = []
      if address.isLoopback { insert(.loopback) }
      if address.isPrivate { insert(.private) }
      if address.isLinkLocal { insert(.linkLocal) }
      if address.isMulticast { insert(.multicast) }
      if address.isUnspecified { insert(.unspecified) }
      if address.isPubliclyRoutable { insert(.public) }
    }
  }

  struct Row: CustomTestStringConvertible {
    let text: String
    let scope: Scope
    var testDescription: String { text }
    init(_ text: String, _ scope: Scope) { (self.text, self.scope) = (text, scope) }
  }

  /// First and last address of each block, and its neighbours.
  static let ipv4 = [
    Row("0.0.0.0", .unspecified), Row("0.0.0.1", []), Row("0.255.255.255", []), Row("1.0.0.0", .public),
    Row("9.255.255.255", .public), Row("10.0.0.0", .private), Row("10.255.255.255", .private),
    Row("11.0.0.0", .public), Row("100.63.255.255", .public), Row("100.64.0.0", []), Row("100.127.255.255", []),
    Row("100.128.0.0", .public), Row("126.255.255.255", .public), Row("127.0.0.1", .loopback),
    Row("127.255.255.255", .loopback), Row("128.0.0.0", .public), Row("169.253.255.255", .public),
    Row("169.254.169.254", .linkLocal), Row("169.255.0.0", .public), Row("172.15.255.255", .public),
    Row("172.16.0.0", .private), Row("172.31.255.255", .private), Row("172.32.0.0", .public),
    Row("191.255.255.255", .public), Row("192.0.0.8", []), Row("192.0.0.9", .public), Row("192.0.0.10", .public),
    Row("192.0.0.11", []), Row("192.0.1.0", .public), Row("192.0.2.255", []), Row("192.0.3.0", .public),
    Row("192.88.99.1", []), Row("192.167.255.255", .public), Row("192.168.0.0", .private),
    Row("192.168.255.255", .private), Row("192.169.0.0", .public), Row("198.17.255.255", .public),
    Row("198.18.0.0", []), Row("198.19.255.255", []), Row("198.20.0.0", .public), Row("198.51.100.7", []),
    Row("203.0.113.9", []), Row("203.0.114.0", .public), Row("223.255.255.255", .public),
    Row("224.0.0.1", .multicast), Row("239.255.255.255", .multicast), Row("240.0.0.1", []),
    Row("255.255.255.255", []), Row("8.8.8.8", .public),
  ]

  static let ipv6 = [
    Row("::", .unspecified), Row("::1", .loopback), Row("::2", []), Row("::ffff:10.0.0.1", .private),
    Row("64:ff9b::8.8.8.8", .public), Row("64:ff9b::10.0.0.1", []), Row("64:ff9b:1::8.8.8.8", []), Row("100::1", []),
    Row("1fff:ffff::1", []), Row("2000::1", .public), Row("2001::1", []), Row("2001:1::1", .public),
    Row("2001:1::3", .public), Row("2001:1::4", []), Row("2001:2::1", []), Row("2001:3::1", .public),
    Row("2001:4:112::1", .public), Row("2001:4:113::1", []), Row("2001:10::1", []), Row("2001:20::1", .public),
    Row("2001:3f:ffff::1", .public), Row("2001:40::1", []), Row("2001:1ff:ffff::1", []), Row("2001:200::1", .public),
    Row("2001:db8::1", []), Row("2001:db9::1", .public), Row("2002::1", []), Row("2003::1", .public),
    Row("2606:4700::6810:85e5", .public), Row("3fff::1", []), Row("3fff:fff:ffff::1", []),
    Row("3fff:1000::1", .public), Row("4000::1", []), Row("5f00::1", []), Row("fbff::1", []),
    Row("fc00::1", .private), Row("fdff:ffff::1", .private), Row("fe00::1", []), Row("fe80::1", .linkLocal),
    Row("febf:ffff::1", .linkLocal), Row("fec0::1", []), Row("ff02::1", .multicast), Row("ffff::1", .multicast),
  ]

  @Test("an address has exactly these properties", arguments: ipv4 + ipv6)
  func scope(_ row: Row) throws {
    #expect(Scope(of: try #require(IPAddress(row.text))) == row.scope)
  }
}
