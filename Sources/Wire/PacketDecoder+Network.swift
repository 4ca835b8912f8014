/// What the IP header, and the extension headers behind it, say of a datagram.
struct Network: BitwiseCopyable {
  var source: IPAddress
  var destination: IPAddress
  /// What the payload is.
  var transport: IPProtocol
  /// Where the payload lies.
  var extent: Extent
  /// Of the whole datagram on the wire, header included.
  var byteCount: Int
  var identification: UInt32 = 0
  var fragment = FragmentFields()

  /// Segmentation offload hands over at most 8 × 65,535 bytes at once (`GSO_MAX_SIZE` of Linux); a capture file that
  /// declares a longer datagram is not believed.
  private static var maximumOffloadByteCount: Int { 8 * 65_535 }

  /// - Parameters:
  ///   - start: where the datagram starts in `bytes`, and its payload after `headerByteCount` more bytes.
  ///   - declared: its length by its header; 0 for none.
  @inline(__always)
  init(
    from source: IPAddress, to destination: IPAddress, _ transport: IPProtocol, start: Int, headerByteCount: Int,
    declared: Int, capturedByteCount: Int, wireByteCount: Int
  ) {
    (self.source, self.destination, self.transport) = (source, destination, transport)
    let captured = capturedByteCount &- start
    // A declared length within the frame cuts Ethernet padding off; one beyond it leaves what is there and the rest
    // missing, whether the snapshot length or a lie is the reason. None means the whole frame: never below `captured`,
    // however the frame's two lengths contradict each other.
    let length =
      declared > 0 ? declared : max(captured, min(wireByteCount &- start, Self.maximumOffloadByteCount))
    byteCount = length
    extent = Extent(
      start: start &+ headerByteCount, end: start &+ min(length, captured), declaredEnd: start &+ length)
  }

  init(reassembled datagram: RawSpan, like fragment: Packet) {
    (source, destination) = (fragment.source.address, fragment.destination.address)
    (transport, identification) = (fragment.transport, fragment.identification)
    extent = Extent(start: 0, end: datagram.byteCount, declaredEnd: datagram.byteCount)
    let headerByteCount = fragment.datagramByteCount &- fragment.payload.count &- fragment.missingByteCount
    byteCount = headerByteCount &+ datagram.byteCount
  }
}

extension PacketDecoder {
  /// Reads the IP datagram at `offset`. The version decides, whatever the link layer called it.
  @inline(__always)
  mutating func readNetwork(in bytes: RawSpan, at offset: Int, wireByteCount: Int) throws(ParseError) -> Network {
    let datagram = bytes.extracting(offset...)
    try datagram.require(1)
    switch datagram.bigEndian(at: 0, as: UInt8.self) >> 4 {
    case 4: return try readIPv4(datagram, in: bytes, at: offset, wireByteCount: wireByteCount)
    case 6: return try readIPv6(datagram, in: bytes, at: offset, wireByteCount: wireByteCount)
    default: throw .malformed(.version, offset: offset)
    }
  }

  @inline(__always)
  private mutating func readIPv4(
    _ datagram: RawSpan, in bytes: RawSpan, at offset: Int, wireByteCount: Int
  ) throws(ParseError) -> Network {
    let header = try IPv4Header(datagram)
    counters.ipv4 &+= 1
    var network = Network(
      from: header.source, to: header.destination, header.transport, start: offset, headerByteCount: header.byteCount,
      declared: header.totalLength, capturedByteCount: bytes.byteCount, wireByteCount: wireByteCount)
    network.identification = UInt32(header.identification)
    network.fragment.offset = header.fragmentOffset
    network.fragment.hasMore = header.hasMoreFragments
    // Authentication is the one extension header that IPv4 shares.
    guard network.transport == .authentication, !network.fragment.isFragment else { return network }
    return try network.skippingExtensionHeaders(in: bytes)
  }

  @inline(__always)
  private mutating func readIPv6(
    _ datagram: RawSpan, in bytes: RawSpan, at offset: Int, wireByteCount: Int
  ) throws(ParseError) -> Network {
    let header = try IPv6Header(datagram)
    counters.ipv6 &+= 1
    let declared = header.payloadLength == 0 ? 0 : header.payloadLength &+ IPv6Header.byteCount
    let network = Network(
      from: header.source, to: header.destination, header.nextHeader, start: offset,
      headerByteCount: IPv6Header.byteCount, declared: declared, capturedByteCount: bytes.byteCount,
      wireByteCount: wireByteCount)
    guard network.transport != .tcp, network.transport != .udp else { return network }
    return try network.skippingExtensionHeaders(in: bytes)
  }
}

extension Network {
  /// Honest chains have at most four or five headers; each costs a step, so that their number must end somewhere.
  private static var maximumExtensionHeaderCount: Int { 12 }

  /// This datagram from its transport, or from its fragment's data, on.
  @inline(never)
  func skippingExtensionHeaders(in bytes: RawSpan) throws(ParseError) -> Network {
    var network = self
    for _ in 0...Self.maximumExtensionHeaderCount {
      switch network.transport {
      case .hopByHopOptions, .routing, .destinationOptions, .authentication: try network.skipExtensionHeader(in: bytes)
      case .fragment:
        try network.skipFragmentHeader(in: bytes)
        // What follows belongs to the datagram's beginning, which may be in another packet. An atomic fragment
        // (RFC 6946) is a whole datagram.
        if network.fragment.isFragment { return network }
      default: return network
      }
    }
    throw .malformed(.headerCount, offset: network.extent.start)
  }

  private mutating func skipExtensionHeader(in bytes: RawSpan) throws(ParseError) {
    try extent.require(IPv6ExtensionHeader.minimumByteCount)
    let header = try IPv6ExtensionHeader(bytes.extracting(extent.start..<extent.end), number: transport)
    transport = header.nextHeader
    extent.start &+= header.byteCount
  }

  private mutating func skipFragmentHeader(in bytes: RawSpan) throws(ParseError) {
    try extent.require(IPv6FragmentHeader.byteCount)
    let header = try IPv6FragmentHeader(bytes.extracting(extent.start..<extent.end))
    (transport, identification) = (header.nextHeader, header.identification)
    (fragment.offset, fragment.hasMore) = (header.offset, header.hasMore)
    extent.start &+= IPv6FragmentHeader.byteCount
  }
}
