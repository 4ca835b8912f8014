package import Wire

/// An address block in CIDR form: RFC 4632, RFC 4291 section 2.3.
package struct Network: Sendable, Hashable {
  package let address: IPAddress
  /// Leading bits that count, of 128; those of an IPv4 block are moved up by 96.
  package let prefixLength: Int
  private let highMask: UInt64
  private let lowMask: UInt64

  /// Reads `10.0.0.0/8`, `fd00::/8` or a lone address; `nil` when it is none.
  package init?(_ text: String) {
    let parts = text.split(separator: "/", omittingEmptySubsequences: false)
    guard parts.count <= 2, let address = IPAddress(String(parts[0])) else { return nil }
    let width = address.isIPv4 ? 32 : 128
    guard let length = parts.count == 2 ? Int(parts[1]) : width, (0...width).contains(length) else { return nil }
    self.address = address
    prefixLength = address.isIPv4 ? length + 96 : length
    // Shifts of a word by its width give zero.
    highMask = UInt64.max << UInt64(64 - min(prefixLength, 64))
    lowMask = UInt64.max << UInt64(64 - max(0, prefixLength - 64))
  }

  /// Only addresses of the same family: `::/0` is every IPv6 address.
  package func contains(_ other: IPAddress) -> Bool {
    let differences = (address.high ^ other.high) & highMask | (address.low ^ other.low) & lowMask
    return differences == 0 && address.isIPv4 == other.isIPv4
  }

  /// Whether every address of `other` is one of these.
  package func covers(_ other: Network) -> Bool {
    address.isIPv4 == other.address.isIPv4 && prefixLength <= other.prefixLength && contains(other.address)
  }

  /// Leading bits that count, as the text has them.
  package var leadingBits: Int { address.isIPv4 ? prefixLength - 96 : prefixLength }

  /// RFC 1918, RFC 6598, loopback, link-local and unique local addresses.
  package static let privateNetworks: [Network] = [
    "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "::1/128",
    "fc00::/7", "fe80::/10",
  ].compactMap(Network.init)
}

extension Network: CustomStringConvertible {
  package var description: String { "\(address)/\(leadingBits)" }
}
