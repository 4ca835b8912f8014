import Wire

extension FlowTable {
  /// Bytes of a datagram that tell it from others where its content is no longer of interest.
  private static let skimmedByteCount = 64

  mutating func acceptDatagram(
    _ packet: Packet, _ bytes: RawSpan, _ slot: Int, _ side: Side, _ deliver: StreamDelivery
  ) {
    let payload = bytes.extracting(packet.payload)
    let isSkipping = flows[slot].isSkipping
    let looked = isSkipping ? payload.extracting(first: Self.skimmedByteCount) : payload
    let fingerprint = RecentPackets.fingerprint(datagram: packet, looked)
    let isDuplicate = traces[index(slot, side)].recent.sawBefore(
      fingerprint, hasIdentification: packet.identification != 0, at: clock)
    guard !isDuplicate else {
      counters.duplicates &+= 1
      return
    }
    count(packet, slot, side)
    counters.datagrams &+= 1
    if self[slot, side.other].sent.packets > 0 { flows[slot].marks.insert(.wasEstablished) }
    touch(slot, phase: .udp)
    if !isSkipping { emit(.datagram, slot, side, payload, deliver) }
  }

  @inline(__always)
  mutating func count(_ packet: Packet, _ slot: Int, _ side: Side) {
    self[slot, side].sent.packets &+= 1
    self[slot, side].sent.bytes &+= UInt64(clamping: packet.datagramByteCount)
  }
}
