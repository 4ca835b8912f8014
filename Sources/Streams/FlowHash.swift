package import Wire

/// A hash of the addresses, ports and transport of `packet`; both directions of a flow give the same value.
///
/// Fixed, so that the same capture is sharded the same way everywhere. The flow table uses the upper 32 bits: take the
/// lower ones, or the remainder by a number of workers, to shard by.
package func flowHash(_ packet: Packet) -> UInt64 {
  let (source, destination) = (hash(packet.source), hash(packet.destination))
  // Sum and exclusive or are both symmetric; together they lose less than either.
  return Mixing.fold(
    (source &+ destination) ^ Mixing.constants.2,
    (source ^ destination) ^ Mixing.constants.3 ^ UInt64(packet.transport.rawValue))
}

@inline(__always)
private func hash(_ endpoint: Endpoint) -> UInt64 {
  let port = UInt64(endpoint.port) &* Mixing.constants.3
  return Mixing.fold(endpoint.address.high ^ port ^ Mixing.constants.0, endpoint.address.low ^ Mixing.constants.1)
}
