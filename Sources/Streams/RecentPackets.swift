import Wire

/// The last four packets of one direction, to recognise one that was captured twice: on a bridge and its port, or on
/// `any` as it left and as it came back.
///
/// A repeated TCP segment does nothing to the stream, so that mistaking it costs one packet in the counts. A datagram
/// taken for a duplicate is lost. Therefore:
/// - with an IP identification, which hosts do not use again so soon, a packet with equal fields is the same one within
///   100 ms;
/// - without one (0, as in IPv6 and in IPv4 datagrams that are not to be fragmented, RFC 6864) only within 300 µs, and
///   of a datagram only if its bytes are equal too: checksums do not tell datagrams of one length apart where the
///   network interface is to fill them in.
struct RecentPackets: BitwiseCopyable {
  // The newest stands first. Times count units of 2^16 ns (65 µs), modulo 2^32 (78 hours).
  private var fingerprints: (UInt64, UInt64, UInt64, UInt64) = (0, 0, 0, 0)
  private var times: (UInt32, UInt32, UInt32, UInt32) = (0, 0, 0, 0)

  /// 100 ms and 300 µs in the unit above, rounded.
  private static let identifiedSpan: UInt32 = 1_526
  private static let unidentifiedSpan: UInt32 = 4

  /// Whether a packet like this one was among the last; it is noted if not.
  mutating func sawBefore(_ fingerprint: UInt64, hasIdentification: Bool, at timestamp: Int64) -> Bool {
    let time = UInt32(truncatingIfNeeded: timestamp >> 16)
    let span = hasIdentification ? Self.identifiedSpan : Self.unidentifiedSpan
    func isSame(_ other: UInt64, _ then: UInt32) -> Bool {
      other == fingerprint && time.distance(after: then).magnitude <= span
    }
    if isSame(fingerprints.0, times.0) || isSame(fingerprints.1, times.1) || isSame(fingerprints.2, times.2)
      || isSame(fingerprints.3, times.3)
    {
      return true
    }
    fingerprints = (fingerprint, fingerprints.0, fingerprints.1, fingerprints.2)
    times = (time, times.0, times.1, times.2)
    return false
  }

  /// Of everything in a TCP packet that a retransmission or another packet would change.
  static func fingerprint(segment packet: Packet) -> UInt64 {
    let tcp = packet.tcp
    let place = UInt64(tcp.sequence) << 32 | UInt64(tcp.acknowledgement)
    let rest = UInt64(tcp.checksum) << 48 | UInt64(tcp.window) << 32 | UInt64(tcp.flags.rawValue) << 24
    let length = UInt64(truncatingIfNeeded: packet.datagramByteCount)
    return Mixing.fold(place ^ Mixing.constants.0, rest ^ length ^ Mixing.constants.1)
      ^ UInt64(packet.identification) &* Mixing.constants.2
  }

  /// The same of a UDP packet, of whose payload `content` is looked at where there is no identification.
  static func fingerprint(datagram packet: Packet, _ content: RawSpan) -> UInt64 {
    let fields =
      UInt64(packet.identification) << 32 | UInt64(packet.udpChecksum) << 16
      ^ UInt64(truncatingIfNeeded: packet.datagramByteCount)
    let seed = packet.identification == 0 ? ContentHash.of(content) : Mixing.constants.1
    return Mixing.fold(fields ^ Mixing.constants.0, seed)
  }
}
