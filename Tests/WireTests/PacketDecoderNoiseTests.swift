import TestSupport
import Testing
import Wire

@Suite("Packet decoder: hostile bytes")
struct PacketDecoderNoiseTests {
  /// Good frames of `linkType` for the noise to start from.
  static func seeds(_ linkType: LinkType) -> [[UInt8]] {
    let chain: [IPv6Extension] = [.hopByHop(), .routing(units: 1), .authentication(), .destinationOptions()]
    let fragment = IPv6Extension.fragment(offset: 0, hasMore: true, identification: 3)
    let datagrams = [
      Sample.datagram(.tcp, isIPv6: false), Sample.datagram(.udp, isIPv6: false), Sample.datagram(.tcp, isIPv6: true),
      Sample.datagram(.udp, isIPv6: true, extensions: chain),
      Sample.datagram(.udp, isIPv6: true, extensions: [fragment]),
      PacketBuilder.ipv4(
        from: Sample.client.address, to: Sample.server.address, .udp, Sample.body, fragmentOffset: 16, hasMore: true,
        options: [1, 1, 1, 1]),
    ]
    var frames = datagrams.compactMap { PacketBuilder.frame($0, linkType: linkType) }
    if linkType == .ethernet {
      frames += [PacketBuilder.snap(datagrams[0]), PacketBuilder.pppoe(datagrams[1], vlans: [1])]
      frames += [PacketBuilder.ethernet(datagrams[2], vlans: [1, 2, 3])]
    }
    return frames
  }

  /// Decodes, and checks what must hold whatever the bytes are.
  static func check(
    _ decoder: inout PacketDecoder, _ frame: [UInt8], _ linkType: LinkType, wire: Int, _ comment: Comment
  ) {
    let packet = decoder.decode(frame.rawSpan, linkType: linkType, wireByteCount: wire)
    #expect(
      decoder.counters.outcomes
        == decoder.counters.frames + decoder.counters.reassembled + decoder.counters.tunnelled, comment)
    guard let packet else { return }
    #expect(packet.payload.lowerBound >= 0 && packet.payload.upperBound <= frame.count, comment)
    #expect((0...8 * 65_535).contains(packet.missingByteCount), comment)
    #expect(packet.datagramByteCount >= packet.payload.count + packet.missingByteCount, comment)
    guard packet.fragment.isFragment else { return }
    let end = packet.fragment.offset + packet.payload.count + packet.missingByteCount
    #expect(end <= 65_535 && packet.payload.count + packet.missingByteCount > 0, comment)
    let data = Array(frame[packet.payload])
    if let whole = decoder.decodeReassembled(data.rawSpan, like: packet) {
      #expect(whole.payload.lowerBound >= 0 && whole.payload.upperBound <= data.count, comment)
      #expect(!whole.fragment.isFragment || decoder.counters.tunnelled > 0, comment)
    }
  }

  @Test("every prefix of every good frame", arguments: Sample.linkTypes)
  func prefixes(linkType: LinkType) {
    var decoder = PacketDecoder()
    for frame in Self.seeds(linkType) {
      for count in 0...frame.count {
        let prefix = Array(frame.prefix(count))
        Self.check(&decoder, prefix, linkType, wire: frame.count, "prefix of \(count)")
        Self.check(&decoder, prefix, linkType, wire: count, "prefix of \(count)")
      }
    }
  }

  @Test("every byte of every good frame set to the values that break things", arguments: Sample.linkTypes)
  func everyByte(linkType: LinkType) {
    var decoder = PacketDecoder()
    for frame in Self.seeds(linkType) {
      for index in frame.indices {
        for value in [0, 1, 0x7F, 0x80, 0xFF] as [UInt8] {
          var changed = frame
          changed[index] = value
          Self.check(&decoder, changed, linkType, wire: frame.count, "byte \(index) set to \(value)")
        }
      }
    }
  }

  @Test("seeded noise", arguments: Sample.linkTypes, [0xF00D] as [UInt64])
  func noise(linkType: LinkType, seed: UInt64) {
    var generator = SeededGenerator(seed: seed ^ UInt64(linkType.rawValue))
    var decoder = PacketDecoder()
    let frames = Self.seeds(linkType)
    for round in 0..<2000 {
      var frame = frames[Int(generator.next() % UInt64(frames.count))]
      for _ in 0...Int(generator.next() % 6) {
        frame[Int(generator.next() % UInt64(frame.count))] = UInt8(truncatingIfNeeded: generator.next())
      }
      if generator.next() % 3 == 0 { frame = Array(frame.prefix(Int(generator.next() % UInt64(frame.count)))) }
      if generator.next() % 8 == 0 { frame = generator.bytes(Int(generator.next() % 100)) }
      let wire = generator.next() % 2 == 0 ? frame.count : Int(truncatingIfNeeded: generator.next())
      Self.check(&decoder, frame, linkType, wire: wire, "round \(round), seed \(seed), link type \(linkType.rawValue)")
    }
    #expect(decoder.counters.frames == 2000)
  }

  @Test("the counters of two decoders add up")
  func sum() {
    var (first, second) = (PacketDecoder(), PacketDecoder())
    for (index, frame) in Self.seeds(.ethernet).enumerated() {
      Self.check(&first, frame, .ethernet, wire: frame.count, "")
      if index.isMultiple(of: 2) { Self.check(&second, Array(frame.prefix(50)), .ethernet, wire: frame.count, "") }
    }
    var total = first.counters
    total += second.counters
    #expect(total.frames == first.counters.frames + second.counters.frames)
    #expect(total.outcomes == total.frames + total.reassembled + total.tunnelled)
    #expect(total.truncated == first.counters.truncated + second.counters.truncated)
    #expect(total.bytes == first.counters.bytes + second.counters.bytes)
    #expect(total != first.counters)
  }
}
