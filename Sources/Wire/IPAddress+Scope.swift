extension IPAddress {
  /// 127.0.0.0/8 (RFC 1122 section 3.2.1.3) and ::1.
  package var isLoopback: Bool { isIPv4 ? ipv4Bits >> 24 == 127 : (high == 0 && low == 1) }

  /// 0.0.0.0 and `::`.
  package var isUnspecified: Bool { isIPv4 ? ipv4Bits == 0 : (high == 0 && low == 0) }

  /// The three blocks of RFC 1918, and the unique local addresses of RFC 4193.
  package var isPrivate: Bool {
    guard isIPv4 else { return isIn(0xFC00_0000_0000_0000, 7) }
    return isIn(ipv4: 0x0A00_0000, 8) || isIn(ipv4: 0xAC10_0000, 12) || isIn(ipv4: 0xC0A8_0000, 16)
  }

  /// 169.254.0.0/16 (RFC 3927) and fe80::/10.
  package var isLinkLocal: Bool { isIPv4 ? isIn(ipv4: 0xA9FE_0000, 16) : isIn(0xFE80_0000_0000_0000, 10) }

  /// 224.0.0.0/4 and ff00::/8.
  package var isMulticast: Bool { isIPv4 ? isIn(ipv4: 0xE000_0000, 4) : isIn(0xFF00_0000_0000_0000, 8) }

  /// Whether a packet to this address can leave for one host of the public internet: a unicast address outside the
  /// blocks that the IANA IPv4 and IPv6 Special-Purpose Address Registries call not globally reachable.
  package var isPubliclyRoutable: Bool {
    isIPv4 ? !isSpecialPurposeIPv4 : isPubliclyRoutableIPv6
  }
}

extension IPAddress {
  private func isIn(ipv4 prefix: UInt32, _ length: UInt32) -> Bool { (ipv4Bits ^ prefix) >> (32 - length) == 0 }
  private func isIn(_ prefix: UInt64, _ length: UInt64) -> Bool { (high ^ prefix) >> (64 - length) == 0 }

  /// Blocks of IPv4 that nothing public is reached by.
  private static let specialPurposeIPv4: [(prefix: UInt32, length: UInt32)] = [
    (0x0000_0000, 8),  // this network, RFC 791
    (0x0A00_0000, 8), (0xAC10_0000, 12), (0xC0A8_0000, 16),  // private, RFC 1918
    (0x6440_0000, 10),  // shared by carriers, RFC 6598
    (0x7F00_0000, 8),  // loopback, RFC 1122
    (0xA9FE_0000, 16),  // link-local, RFC 3927
    (0xC000_0000, 24),  // IETF protocol assignments, RFC 6890; two exceptions below
    (0xC000_0200, 24), (0xC633_6400, 24), (0xCB00_7100, 24),  // documentation, RFC 5737
    (0xC058_6300, 24),  // 6to4 relays, withdrawn by RFC 7526
    (0xC612_0000, 15),  // benchmarks, RFC 2544
    (0xE000_0000, 3),  // multicast, RFC 5771; reserved and broadcast, RFC 1112
  ]

  private var isSpecialPurposeIPv4: Bool {
    // 192.0.0.9 and 192.0.0.10, the anycast addresses of RFC 7723 and RFC 8155.
    if ipv4Bits == 0xC000_0009 || ipv4Bits == 0xC000_000A { return false }
    return Self.specialPurposeIPv4.contains { isIn(ipv4: $0.prefix, $0.length) }
  }

  /// Blocks within 2000::/3 that nothing public is reached by.
  private static let specialPurposeIPv6: [(prefix: UInt64, length: UInt64)] = [
    (0x2001_0000_0000_0000, 23),  // IETF protocol assignments, RFC 2928; exceptions below
    (0x2001_0DB8_0000_0000, 32), (0x3FFF_0000_0000_0000, 20),  // documentation, RFC 3849 and RFC 9637
    (0x2002_0000_0000_0000, 16),  // 6to4, RFC 3056
  ]

  /// Blocks of 2001::/23 that are globally reachable all the same.
  private static let assignedIPv6: [(prefix: UInt64, length: UInt64)] = [
    (0x2001_0003_0000_0000, 32),  // AMT, RFC 7450
    (0x2001_0004_0112_0000, 48),  // AS112, RFC 7535
    (0x2001_0020_0000_0000, 28),  // ORCHIDv2, RFC 7343
    (0x2001_0030_0000_0000, 28),  // drone identification, RFC 9374
  ]

  private var isPubliclyRoutableIPv6: Bool {
    // 64:ff9b::/96 (RFC 6052) is as public as the IPv4 address inside.
    if high == 0x0064_FF9B_0000_0000, low >> 32 == 0 {
      return IPAddress(ipv4: UInt32(truncatingIfNeeded: low)).isPubliclyRoutable
    }
    guard isIn(0x2000_0000_0000_0000, 3) else { return false }
    if Self.assignedIPv6.contains(where: { isIn($0.prefix, $0.length) }) { return true }
    // 2001:1::1 to ::3: port control, TURN and service registration, RFC 7723, RFC 8155, RFC 9665.
    if high == 0x2001_0001_0000_0000, (1...3).contains(low) { return true }
    return !Self.specialPurposeIPv6.contains { isIn($0.prefix, $0.length) }
  }
}
