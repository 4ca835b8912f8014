import Crypto
package import Wire

/// Community ID version 1, seed 0: a name for a flow that other tools (Zeek, Suricata, Wireshark) compute alike.
///
/// `1:` and the base64 of SHA-1 over seed, addresses, protocol, a zero byte and the ports, the smaller endpoint first:
/// <https://github.com/corelight/community-id-spec>.
package enum CommunityID {
  /// The identifier of the flow between `first` and `second`, the same for either order.
  ///
  /// Ports count for TCP, UDP and SCTP only; flows of ICMP are not told apart by type here, for none reach the outputs.
  package static func append(_ first: Endpoint, _ second: Endpoint, transport: IPProtocol, to bytes: inout [UInt8]) {
    let isOrdered = first.address == second.address ? first.port <= second.port : first.address < second.address
    let (low, high) = isOrdered ? (first, second) : (second, first)
    var input: [UInt8] = [0, 0]
    input.reserveCapacity(40)
    append(low.address, to: &input)
    append(high.address, to: &input)
    input.append(transport.rawValue)
    input.append(0)
    if transport == .tcp || transport == .udp || transport == .sctp {
      input.append(bigEndian: low.port)
      input.append(bigEndian: high.port)
    }
    bytes.append(contentsOf: "1:".utf8)
    bytes.append(base64: Insecure.SHA1.hash(data: input))
  }

  private static func append(_ address: IPAddress, to input: inout [UInt8]) {
    if address.isIPv4 {
      input.append(bigEndian: address.ipv4Bits)
    } else {
      input.append(bigEndian: address.high)
      input.append(bigEndian: address.low)
    }
  }
}

extension [UInt8] {
  fileprivate mutating func append<T: FixedWidthInteger>(bigEndian value: T) {
    for shift in stride(from: T.bitWidth - 8, through: 0, by: -8) {
      append(UInt8(truncatingIfNeeded: value >> T(shift)))
    }
  }

  /// RFC 4648 section 4, with padding.
  mutating func append(base64 source: some Sequence<UInt8>) {
    let alphabet = Self.base64Alphabet
    var (bits, bitCount, written) = (UInt32(0), UInt32(0), 0)
    for byte in source {
      bits = bits << 8 | UInt32(byte)
      bitCount += 8
      while bitCount >= 6 {
        bitCount -= 6
        append(alphabet[Int(bits >> bitCount & 0x3F)])
        written += 1
      }
    }
    if bitCount > 0 {
      append(alphabet[Int(bits << (6 - bitCount) & 0x3F)])
      written += 1
    }
    while written % 4 != 0 {
      append(UInt8(ascii: "="))
      written += 1
    }
  }

  private static let base64Alphabet = [UInt8]("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
}
