/// An IPv4 or IPv6 address as one 128-bit value.
///
/// IPv4 is kept in its IPv4-mapped form `::ffff:a.b.c.d` (RFC 4291 section 2.5.5.2), so that one type, one comparison
/// and one hash serve both families.
package struct IPAddress: Hashable, Sendable, BitwiseCopyable {
  package let high: UInt64
  package let low: UInt64

  package init(high: UInt64, low: UInt64) { (self.high, self.low) = (high, low) }

  /// An IPv4 address in host byte order: 127.0.0.1 is `0x7F000001`.
  package init(ipv4 bits: UInt32) { self.init(high: 0, low: 0xFFFF_0000_0000 | UInt64(bits)) }

  @inlinable
  package var isIPv4: Bool { high == 0 && low >> 32 == 0xFFFF }
  /// The address in host byte order; meaningful only when `isIPv4`.
  package var ipv4Bits: UInt32 { UInt32(truncatingIfNeeded: low) }
}

extension IPAddress: Comparable {
  package static func < (left: Self, right: Self) -> Bool { (left.high, left.low) < (right.high, right.low) }
}

/// One side of a conversation: an address and, for TCP and UDP, a port.
package struct Endpoint: Hashable, Sendable, BitwiseCopyable {
  package var address: IPAddress
  package var port: UInt16

  package init(_ address: IPAddress, port: UInt16) { (self.address, self.port) = (address, port) }
}
