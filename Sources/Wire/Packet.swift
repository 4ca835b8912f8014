/// One IP packet as plain values: what `PacketDecoder` yields and everything above it works on.
///
/// Offsets point into the frame (or reassembled datagram) that was decoded; nothing here owns bytes.
package struct Packet: BitwiseCopyable, Sendable {
  /// The port is 0 for fragments and for transports other than TCP and UDP.
  package var source: Endpoint
  package var destination: Endpoint
  package var transport: IPProtocol
  /// Where the transport's payload lies in the decoded bytes. Of a fragment: where the fragment's data lies.
  @inlinable
  package var payload: Range<Int> {
    get { payloadStart..<payloadEnd }
    set { (payloadStart, payloadEnd) = (newValue.lowerBound, newValue.upperBound) }
  }
  // `Range` is not BitwiseCopyable. The two are only ever set together, from a range.
  @usableFromInline var payloadStart: Int
  @usableFromInline var payloadEnd: Int
  /// Payload bytes that the packet declares and the capture does not have: the snapshot length cut them off, or the
  /// declared length was a lie.
  package var missingByteCount: Int
  /// Length of the whole IP datagram on the wire, header included, in bytes.
  package var datagramByteCount: Int
  package var tcp = TCPFields()
  /// The UDP checksum field, part of what tells a duplicate from a repetition.
  package var udpChecksum: UInt16 = 0
  /// IPv4 identification, or that of an IPv6 fragment header.
  package var identification: UInt32 = 0
  package var fragment = FragmentFields()
  package var vlans = VLANTags()

  @inline(__always)
  package init(
    source: Endpoint, destination: Endpoint, transport: IPProtocol, payload: Range<Int>, missingByteCount: Int = 0,
    datagramByteCount: Int
  ) {
    (self.source, self.destination, self.transport) = (source, destination, transport)
    (payloadStart, payloadEnd) = (payload.lowerBound, payload.upperBound)
    (self.missingByteCount, self.datagramByteCount) = (missingByteCount, datagramByteCount)
  }
}

/// The protocol number of an IP header.
package struct IPProtocol: RawRepresentable, Hashable, Sendable, BitwiseCopyable {
  package let rawValue: UInt8
  package init(rawValue: UInt8) { self.rawValue = rawValue }

  /// See `Direction`.
  @inlinable
  package static func == (left: IPProtocol, right: IPProtocol) -> Bool { left.rawValue == right.rawValue }

  package static let icmp = IPProtocol(rawValue: 1)
  package static let tcp = IPProtocol(rawValue: 6)
  package static let udp = IPProtocol(rawValue: 17)
  package static let icmpv6 = IPProtocol(rawValue: 58)
  package static let sctp = IPProtocol(rawValue: 132)

  // The extension headers of RFC 8200 section 4 and RFC 4302, which stand where a transport would.
  package static let hopByHopOptions = IPProtocol(rawValue: 0)
  package static let routing = IPProtocol(rawValue: 43)
  package static let fragment = IPProtocol(rawValue: 44)
  package static let authentication = IPProtocol(rawValue: 51)
  package static let destinationOptions = IPProtocol(rawValue: 60)
  package static let noNextHeader = IPProtocol(rawValue: 59)
}

/// What reassembly needs of a TCP header (RFC 9293 section 3.1).
package struct TCPFields: BitwiseCopyable, Sendable {
  package var sequence: UInt32 = 0
  package var acknowledgement: UInt32 = 0
  package var flags = TCPFlags()
  package var window: UInt16 = 0
  package var checksum: UInt16 = 0
  package init() {}
}

package struct TCPFlags: OptionSet, BitwiseCopyable, Sendable {
  package let rawValue: UInt8
  package init(rawValue: UInt8) { self.rawValue = rawValue }

  package static let fin = TCPFlags(rawValue: 0x01)
  package static let syn = TCPFlags(rawValue: 0x02)
  package static let rst = TCPFlags(rawValue: 0x04)
  package static let psh = TCPFlags(rawValue: 0x08)
  package static let ack = TCPFlags(rawValue: 0x10)
  package static let urg = TCPFlags(rawValue: 0x20)
}

/// Where a fragment lies in its datagram; the default is a datagram in one piece.
package struct FragmentFields: BitwiseCopyable, Sendable {
  /// Byte offset of this fragment's data in the datagram's payload.
  package var offset = 0
  package var hasMore = false
  @inlinable
  package var isFragment: Bool { offset > 0 || hasMore }
  package init() {}
}

/// The identifiers of up to two 802.1Q tags, outermost first; deeper ones are stepped over.
///
/// Only the 12-bit identifier is kept: priorities differ between packets of one flow. A tag whose identifier is 0 carries
/// a priority and no VLAN (IEEE 802.1Q section 6.9), and is left out for the same reason.
package struct VLANTags: Equatable, BitwiseCopyable, Sendable {
  package var count: UInt8 = 0
  package var outer: UInt16 = 0
  package var inner: UInt16 = 0
  package init() {}

  /// Adds the next tag inwards, as its tag control information stands on the wire.
  package mutating func append(tagControlInformation: UInt16) {
    let identifier = tagControlInformation & 0x0FFF
    guard identifier != 0, count < 2 else { return }
    if count == 0 { outer = identifier } else { inner = identifier }
    count += 1
  }
}
