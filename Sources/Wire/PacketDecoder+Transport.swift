/// What the transport header says; of other transports and of fragments, only where the payload lies.
struct Transport: BitwiseCopyable {
  var sourcePort: UInt16 = 0
  var destinationPort: UInt16 = 0
  var payload: Extent
  var tcp = TCPFields()
  var udpChecksum: UInt16 = 0

  @inline(__always)
  init(payload: Extent) { self.payload = payload }
}

extension PacketDecoder {
  /// Offset and length of a datagram's payload are 16 bits together (RFC 791 section 3.1).
  private static var maximumPayloadByteCount: Int { 65_535 }

  /// Reads what `network` carries.
  @inline(__always)
  mutating func readTransport(in bytes: RawSpan, _ network: Network) throws(ParseError) -> Transport {
    let transport: Transport
    if network.fragment.isFragment {
      transport = Transport(payload: try Self.fragmentExtent(network.extent, network.fragment))
      counters.fragments &+= 1
    } else {
      // What these carry may be a tunnel: `readTunnels` looks, off an ordinary packet's way.
      switch network.transport {
      case .tcp:
        transport = try Self.readTCP(in: bytes, network.extent)
        counters.tcp &+= 1
      case .udp:
        transport = try Self.readUDP(in: bytes, network.extent)
        counters.udp &+= 1
      default:
        transport = Transport(payload: network.extent)
        counters.otherTransport &+= 1
      }
    }
    if transport.payload.missingByteCount > 0 { counters.shortened &+= 1 }
    return transport
  }

  @inline(__always)
  private static func readTCP(in bytes: RawSpan, _ extent: Extent) throws(ParseError) -> Transport {
    try extent.require(TCPHeader.minimumByteCount)
    let header = try TCPHeader(bytes.extracting(extent.start..<extent.end))
    let start = extent.start &+ header.byteCount
    guard start <= extent.declaredEnd else { throw .malformed(.lengthField, offset: extent.start &+ 12) }
    // Options that the snapshot length cut leave an empty payload, all of it missing.
    let cutOptions = max(0, start &- extent.end)
    var transport = Transport(
      payload: Extent(start: start &- cutOptions, end: extent.end, declaredEnd: extent.declaredEnd &- cutOptions))
    transport.sourcePort = header.sourcePort
    transport.destinationPort = header.destinationPort
    transport.tcp = header.fields
    return transport
  }

  @inline(__always)
  private static func readUDP(in bytes: RawSpan, _ extent: Extent) throws(ParseError) -> Transport {
    try extent.require(UDPHeader.byteCount)
    let header = try UDPHeader(part: bytes.extracting(extent.start..<extent.end))
    // A length beyond the IP datagram is not believed; one short of it leaves padding out.
    let declaredEnd = min(extent.start &+ header.length, extent.declaredEnd)
    var transport = Transport(
      payload: Extent(
        start: extent.start &+ UDPHeader.byteCount, end: min(extent.end, declaredEnd), declaredEnd: declaredEnd))
    transport.sourcePort = header.sourcePort
    transport.destinationPort = header.destinationPort
    transport.udpChecksum = header.checksum
    return transport
  }

  /// Checks a fragment against RFC 791 section 3.1 and RFC 8200 section 4.5; its transport waits for the others.
  private static func fragmentExtent(_ extent: Extent, _ fragment: FragmentFields) throws(ParseError) -> Extent {
    var extent = extent
    if fragment.hasMore {
      // Only the last fragment's length need not be a multiple of eight; receivers cut the others down or drop them.
      extent.declaredEnd = extent.start &+ (extent.declaredEnd &- extent.start) & ~7
      extent.end = min(extent.end, extent.declaredEnd)
    }
    let length = extent.declaredEnd &- extent.start
    guard length > 0, fragment.offset &+ length <= maximumPayloadByteCount else {
      throw .malformed(.fragmentOffset, offset: extent.start)
    }
    return extent
  }
}
