package import Wire

/// Builds synthetic packets byte by byte, with correct lengths and checksums, for tests that need to know what is in them.
///
/// Layers nest by hand: `ethernet(ip(from:to:.tcp, tcpSegment(...)))`; `tcp` and `udp` do the usual nesting at once.
/// Everything here trusts its arguments: a payload too long for its length field is a mistake of the test and traps.
package enum PacketBuilder {
  /// An Ethernet frame with one TCP segment; IPv4 or IPv6, as the endpoints are.
  package static func tcp(
    from source: Endpoint, to destination: Endpoint, sequence: UInt32 = 0, acknowledgement: UInt32 = 0,
    flags: TCPFlags = .ack, payload: [UInt8] = [], window: UInt16 = 65_535, options: [UInt8] = [],
    identification: UInt32 = 0, vlans: [UInt16] = []
  ) -> [UInt8] {
    let segment = tcpSegment(
      from: source, to: destination, sequence: sequence, acknowledgement: acknowledgement, flags: flags,
      payload: payload, window: window, options: options)
    return ethernet(
      ip(from: source.address, to: destination.address, .tcp, segment, identification: identification), vlans: vlans)
  }

  /// An Ethernet frame with one UDP datagram; IPv4 or IPv6, as the endpoints are.
  package static func udp(
    from source: Endpoint, to destination: Endpoint, payload: [UInt8] = [], identification: UInt32 = 0,
    vlans: [UInt16] = []
  ) -> [UInt8] {
    let datagram = udpDatagram(from: source, to: destination, payload: payload)
    return ethernet(
      ip(from: source.address, to: destination.address, .udp, datagram, identification: identification), vlans: vlans)
  }
}

// MARK: - Transport

extension PacketBuilder {
  /// RFC 9293 section 3.1. `options` are padded with end-of-list to a multiple of four bytes.
  package static func tcpSegment(
    from source: Endpoint, to destination: Endpoint, sequence: UInt32 = 0, acknowledgement: UInt32 = 0,
    flags: TCPFlags = .ack, payload: [UInt8] = [], window: UInt16 = 65_535, options: [UInt8] = []
  ) -> [UInt8] {
    let padded = options + [UInt8](repeating: 0, count: (4 - options.count % 4) % 4)
    var segment: [UInt8] = []
    segment.append(bigEndian: source.port)
    segment.append(bigEndian: destination.port)
    segment.append(bigEndian: sequence)
    segment.append(bigEndian: acknowledgement)
    segment += [UInt8((20 + padded.count) / 4) << 4, flags.rawValue]
    segment.append(bigEndian: window)
    segment += [0, 0, 0, 0] + padded + payload
    let sum = transportChecksum(from: source.address, to: destination.address, .tcp, segment)
    segment.replace(at: 16, bigEndian: sum)
    return segment
  }

  /// RFC 768.
  package static func udpDatagram(from source: Endpoint, to destination: Endpoint, payload: [UInt8] = []) -> [UInt8] {
    var datagram: [UInt8] = []
    datagram.append(bigEndian: source.port)
    datagram.append(bigEndian: destination.port)
    datagram.append(bigEndian: UInt16(8 + payload.count))
    datagram += [0, 0] + payload
    let sum = transportChecksum(from: source.address, to: destination.address, .udp, datagram)
    datagram.replace(at: 6, bigEndian: sum == 0 ? 0xFFFF : sum)
    return datagram
  }

  /// The checksum over the pseudo-header (RFC 9293 section 3.1, RFC 8200 section 8.1) and `segment`.
  package static func transportChecksum(
    from source: IPAddress, to destination: IPAddress, _ transport: IPProtocol, _ segment: [UInt8]
  ) -> UInt16 {
    var pseudo = source.octets + destination.octets
    pseudo.append(bigEndian: UInt32(segment.count))
    pseudo += [0, 0, 0, transport.rawValue]
    return internetChecksum(pseudo + segment)
  }

  /// RFC 1071: the one's complement of the one's complement sum of 16-bit words.
  package static func internetChecksum(_ bytes: [UInt8]) -> UInt16 {
    var sum = 0
    for (index, byte) in bytes.enumerated() { sum += index.isMultiple(of: 2) ? Int(byte) << 8 : Int(byte) }
    while sum > 0xFFFF { sum = (sum & 0xFFFF) + sum >> 16 }
    return ~UInt16(sum)
  }
}

// MARK: - IP

extension PacketBuilder {
  /// A whole datagram, IPv4 or IPv6 as the addresses are.
  package static func ip(
    from source: IPAddress, to destination: IPAddress, _ transport: IPProtocol, _ payload: [UInt8],
    identification: UInt32 = 0
  ) -> [UInt8] {
    source.isIPv4
      ? ipv4(
        from: source, to: destination, transport, payload, identification: UInt16(truncatingIfNeeded: identification))
      : ipv6(from: source, to: destination, transport, payload)
  }

  /// RFC 791 section 3.1. `fragmentOffset` counts bytes and must be a multiple of eight; `options` of four.
  package static func ipv4(
    from source: IPAddress, to destination: IPAddress, _ transport: IPProtocol, _ payload: [UInt8],
    identification: UInt16 = 0, fragmentOffset: Int = 0, hasMore: Bool = false, options: [UInt8] = [],
    totalLength: UInt16? = nil
  ) -> [UInt8] {
    let headerByteCount = 20 + options.count
    var header: [UInt8] = [0x40 | UInt8(headerByteCount / 4), 0]
    header.append(bigEndian: totalLength ?? UInt16(headerByteCount + payload.count))
    header.append(bigEndian: identification)
    header.append(bigEndian: UInt16(fragmentOffset / 8) | (hasMore ? 0x2000 : 0))
    header += [64, transport.rawValue, 0, 0] + source.octets + destination.octets + options
    header.replace(at: 10, bigEndian: internetChecksum(header))
    return header + payload
  }

  /// RFC 8200 section 3. `extensions` stand in order between the header and `payload`.
  package static func ipv6(
    from source: IPAddress, to destination: IPAddress, _ transport: IPProtocol, _ payload: [UInt8],
    extensions: [IPv6Extension] = [], payloadLength: UInt16? = nil
  ) -> [UInt8] {
    var body: [UInt8] = []
    for (index, header) in extensions.enumerated() {
      let next = index + 1 < extensions.count ? extensions[index + 1].number : transport
      body += header.bytes(next: next)
    }
    body += payload
    var header: [UInt8] = [0x60, 0, 0, 0]
    header.append(bigEndian: payloadLength ?? UInt16(body.count))
    header += [(extensions.first?.number ?? transport).rawValue, 64] + source.octets + destination.octets
    return header + body
  }

  /// The datagram with `payload`, cut into fragments of at most `size` payload bytes (rounded down to a multiple of 8).
  package static func fragments(
    from source: IPAddress, to destination: IPAddress, _ transport: IPProtocol, _ payload: [UInt8],
    identification: UInt32, size: Int
  ) -> [[UInt8]] {
    let step = max(8, size / 8 * 8)
    return stride(from: 0, to: payload.count, by: step).map { offset in
      let piece = Array(payload[offset..<min(offset + step, payload.count)])
      let hasMore = offset + step < payload.count
      guard !source.isIPv4 else {
        return ipv4(
          from: source, to: destination, transport, piece, identification: UInt16(truncatingIfNeeded: identification),
          fragmentOffset: offset, hasMore: hasMore)
      }
      let header = IPv6Extension.fragment(offset: offset, hasMore: hasMore, identification: identification)
      return ipv6(from: source, to: destination, transport, piece, extensions: [header])
    }
  }
}

/// An IPv6 extension header (RFC 8200 section 4).
package struct IPv6Extension: Sendable {
  package let number: IPProtocol
  /// What follows the next-header field.
  private let rest: [UInt8]

  package init(number: IPProtocol, rest: [UInt8]) { (self.number, self.rest) = (number, rest) }

  /// Hop-by-hop options holding padding only; `units` 8-byte units after the first.
  package static func hopByHop(units: UInt8 = 0) -> Self { padded(0, units: units) }
  package static func routing(units: UInt8 = 0) -> Self { padded(43, units: units) }
  package static func destinationOptions(units: UInt8 = 0) -> Self { padded(60, units: units) }

  package static func fragment(offset: Int, hasMore: Bool, identification: UInt32) -> Self {
    var rest: [UInt8] = [0]
    rest.append(bigEndian: UInt16(offset) | (hasMore ? 1 : 0))
    rest.append(bigEndian: identification)
    return Self(number: IPProtocol(rawValue: 44), rest: rest)
  }

  /// RFC 4302 section 2, with a check value of `checkByteCount` bytes.
  package static func authentication(checkByteCount: Int = 12) -> Self {
    Self(
      number: IPProtocol(rawValue: 51),
      rest: [UInt8((12 + checkByteCount) / 4 - 2), 0, 0] + [UInt8](repeating: 7, count: 8 + checkByteCount))
  }

  package func bytes(next: IPProtocol) -> [UInt8] { [next.rawValue] + rest }

  private static func padded(_ number: UInt8, units: UInt8) -> Self {
    Self(
      number: IPProtocol(rawValue: number), rest: [units] + [UInt8](repeating: 0, count: 6 + 8 * Int(units)))
  }
}

// MARK: - Link layers

extension PacketBuilder {
  /// Wraps a datagram as a frame of `linkType`; `nil` for a link type that this builder does not know.
  package static func frame(_ datagram: [UInt8], linkType: LinkType) -> [UInt8]? {
    let isIPv4 = datagram.first.map { $0 >> 4 == 4 } ?? true
    return switch linkType {
    case .ethernet: ethernet(datagram)
    case .raw, .rawBSD, .rawOpenBSD, .ipv4, .ipv6: datagram
    case .null: [isIPv4 ? 2 : 30, 0, 0, 0] + datagram
    case .loop: [0, 0, 0, isIPv4 ? 2 : 30] + datagram
    case .ppp: [0xFF, 0x03, 0x00, isIPv4 ? 0x21 : 0x57] + datagram
    case .linuxSLL: sll(datagram)
    case .linuxSLL2: sll2(datagram)
    default: nil
    }
  }

  /// An Ethernet II frame, padded to the minimum of 60 bytes as the wire has it.
  ///
  /// - Parameter vlans: identifiers of 802.1Q tags, outermost first; all but the innermost are 802.1ad service tags.
  package static func ethernet(
    _ payload: [UInt8], etherType: UInt16? = nil, vlans: [UInt16] = [], tagType: UInt16? = nil
  ) -> [UInt8] {
    var frame: [UInt8] = [2, 0, 0, 0, 0, 1] + [2, 0, 0, 0, 0, 2]
    for (index, vlan) in vlans.enumerated() {
      frame.append(bigEndian: tagType ?? (index + 1 == vlans.count ? 0x8100 : 0x88A8))
      frame.append(bigEndian: vlan)
    }
    frame.append(bigEndian: etherType ?? Self.etherType(of: payload))
    frame += payload
    if frame.count < 60 { frame += [UInt8](repeating: 0, count: 60 - frame.count) }
    return frame
  }

  /// An IEEE 802.3 frame with LLC and SNAP headers (RFC 1042).
  package static func snap(_ datagram: [UInt8]) -> [UInt8] {
    var body: [UInt8] = [0xAA, 0xAA, 0x03, 0, 0, 0]
    body.append(bigEndian: etherType(of: datagram))
    body += datagram
    return ethernet(body, etherType: UInt16(body.count))
  }

  /// An Ethernet frame of a PPPoE session (RFC 2516).
  package static func pppoe(_ datagram: [UInt8], vlans: [UInt16] = []) -> [UInt8] {
    var body: [UInt8] = [0x11, 0x00, 0x00, 0x01]
    body.append(bigEndian: UInt16(datagram.count + 2))
    body.append(bigEndian: etherType(of: datagram) == 0x86DD ? 0x0057 : 0x0021 as UInt16)
    return ethernet(body + datagram, etherType: 0x8864, vlans: vlans)
  }

  /// LINKTYPE_LINUX_SLL: the cooked header of the `any` device.
  package static func sll(_ datagram: [UInt8]) -> [UInt8] {
    var frame: [UInt8] = [0, 0, 0, 1, 0, 6] + [2, 0, 0, 0, 0, 1, 0, 0]
    frame.append(bigEndian: etherType(of: datagram))
    return frame + datagram
  }

  /// LINKTYPE_LINUX_SLL2.
  package static func sll2(_ datagram: [UInt8]) -> [UInt8] {
    var frame: [UInt8] = []
    frame.append(bigEndian: etherType(of: datagram))
    frame += [0, 0] + [0, 0, 0, 2] + [0, 1, 0, 6] + [2, 0, 0, 0, 0, 1, 0, 0]
    return frame + datagram
  }

  private static func etherType(of datagram: [UInt8]) -> UInt16 {
    datagram.first.map { $0 >> 4 == 6 } ?? false ? 0x86DD : 0x0800
  }
}

// MARK: - Bytes

extension IPAddress {
  /// The address in network byte order: 4 or 16 bytes.
  package var octets: [UInt8] {
    var bytes: [UInt8] = []
    guard !isIPv4 else {
      bytes.append(bigEndian: ipv4Bits)
      return bytes
    }
    bytes.append(bigEndian: high)
    bytes.append(bigEndian: low)
    return bytes
  }
}

extension [UInt8] {
  package mutating func append(bigEndian value: some FixedWidthInteger & UnsignedInteger) {
    for shift in stride(from: value.bitWidth - 8, through: 0, by: -8) {
      append(UInt8(truncatingIfNeeded: value >> shift))
    }
  }

  package mutating func append(littleEndian value: some FixedWidthInteger & UnsignedInteger) {
    for shift in stride(from: 0, to: value.bitWidth, by: 8) { append(UInt8(truncatingIfNeeded: value >> shift)) }
  }

  /// Overwrites the two bytes at `offset`.
  package mutating func replace(at offset: Int, bigEndian value: UInt16) {
    self[offset] = UInt8(value >> 8)
    self[offset + 1] = UInt8(value & 0xFF)
  }
}
