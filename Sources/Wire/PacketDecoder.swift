/// Turns frames into `Packet` values: link layer, IP with its extension headers, TCP or UDP; one pass, no allocation.
///
/// It believes a header only as far as the frame reaches and verifies no checksum, because a sending host captures
/// packets before its network card fills them in. One instance per worker; mutable only for its counters.
///
/// What lies on an ordinary packet's way is `@inline(__always)`: the packet's parts then stay in registers until they
/// are written once, which saves a third of the cost. Everything rarer is not.
package struct PacketDecoder {
  package internal(set) var counters = DecoderCounters()

  package init() {}

  package static func supports(_ linkType: LinkType) -> Bool {
    switch linkType {
    case .ethernet, .linuxSLL, .linuxSLL2, .null, .loop, .ppp: true
    case .raw, .rawBSD, .rawOpenBSD, .ipv4, .ipv6: true
    default: false
    }
  }

  /// Decodes one frame.
  ///
  /// - Parameter wireByteCount: the frame's length before the snapshot length cut it.
  /// - Returns: the packet, with offsets into `frame`; of a tunnel the innermost one, with the outer VLAN tags. Fragments and transports other than TCP and UDP have ports of 0
  ///   and the whole IP payload. `nil` when there is nothing for the layers above; the reason is counted.
  package mutating func decode(_ frame: RawSpan, linkType: LinkType, wireByteCount: Int) -> Packet? {
    counters.frames &+= 1
    counters.bytes &+= UInt64(frame.byteCount)
    do throws(ParseError) {
      switch try readLink(of: frame, linkType: linkType) {
      case .datagram(let offset, let vlans):
        let network = try readNetwork(in: frame, at: offset, wireByteCount: wireByteCount)
        let transport = try readTransport(in: frame, network)
        guard Self.mayBeTunnel(network, transport) else { return Packet(network, transport, vlans: vlans) }
        let (inner, innerTransport) = readTunnels(in: frame, network, transport)
        return Packet(inner, innerTransport, vlans: vlans)
      case .other: counters.nonIP &+= 1
      case .unsupported: counters.unsupportedLinkType &+= 1
      }
    } catch {
      count(error, wasCut: frame.byteCount < wireByteCount)
    }
    return nil
  }

  /// Decodes the transport of a datagram that was put together from fragments.
  ///
  /// - Parameters:
  ///   - datagram: the IP payload, starting with what followed the fragment header or IPv4 header.
  ///   - fragment: the datagram's first fragment, as `decode` gave it.
  /// - Returns: a packet like `fragment` with transport, ports and offsets into `datagram`; of a tunnel the
  ///   innermost packet, which may be a fragment itself. `nil` as for `decode`.
  package mutating func decodeReassembled(_ datagram: RawSpan, like fragment: Packet) -> Packet? {
    counters.reassembled &+= 1
    do throws(ParseError) {
      let network = try Network(reassembled: datagram, like: fragment).skippingExtensionHeaders(in: datagram)
      // A fragment inside a reassembled datagram: no sender makes one, and to follow it would have no end.
      guard !network.fragment.isFragment else { throw .malformed(.headerCount, offset: network.extent.start) }
      let transport = try readTransport(in: datagram, network)
      guard Self.mayBeTunnel(network, transport) else { return Packet(network, transport, vlans: fragment.vlans) }
      let (inner, innerTransport) = readTunnels(in: datagram, network, transport)
      return Packet(inner, innerTransport, vlans: fragment.vlans)
    } catch {
      count(error, wasCut: false)
      return nil
    }
  }

  private mutating func count(_ error: ParseError, wasCut: Bool) {
    if case .incomplete = error, wasCut { counters.truncated &+= 1 } else { counters.malformed &+= 1 }
  }
}

extension Packet {
  @inline(__always)
  fileprivate init(_ network: Network, _ transport: Transport, vlans: VLANTags) {
    self.init(
      source: Endpoint(network.source, port: transport.sourcePort),
      destination: Endpoint(network.destination, port: transport.destinationPort),
      transport: network.transport, payload: transport.payload.start..<transport.payload.end,
      missingByteCount: transport.payload.missingByteCount, datagramByteCount: network.byteCount)
    (tcp, udpChecksum) = (transport.tcp, transport.udpChecksum)
    (identification, fragment) = (network.identification, network.fragment)
    self.vlans = vlans
  }
}

/// Where a part of a datagram lies: what was captured of it, and how far it reached on the wire.
struct Extent: BitwiseCopyable {
  /// First byte, counted from the start of the decoded bytes.
  var start: Int
  /// End of what is there: at least `start`, at most the decoded bytes' count.
  var end: Int
  /// End as declared: at least `end`.
  var declaredEnd: Int

  @inline(__always)
  var missingByteCount: Int { declaredEnd &- end }

  /// Checks that `count` bytes from `start` on belong to this part, and are there.
  @inline(__always)
  func require(_ count: Int) throws(ParseError) {
    guard declaredEnd &- start >= count else { throw .malformed(.lengthField, offset: start) }
    guard end &- start >= count else { throw .incomplete(needed: count &- (end &- start)) }
  }
}
