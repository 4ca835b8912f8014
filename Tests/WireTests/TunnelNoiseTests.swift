import TestSupport
import Testing
import Wire

@Suite("Packet decoder: hostile tunnels")
struct TunnelNoiseTests {
  @Test("every prefix, cut by the snapshot length or not", arguments: TunnelSample.all)
  func prefixes(_ input: TunnelSample.Case) {
    var decoder = PacketDecoder()
    for count in 0...input.frame.count {
      let prefix = Array(input.frame.prefix(count))
      PacketDecoderNoiseTests.check(&decoder, prefix, .ethernet, wire: input.frame.count, "prefix of \(count)")
      PacketDecoderNoiseTests.check(&decoder, prefix, .ethernet, wire: count, "prefix of \(count)")
    }
  }

  @Test("every byte set to the values that break things", arguments: TunnelSample.all)
  func everyByte(_ input: TunnelSample.Case) {
    var decoder = PacketDecoder()
    for index in input.frame.indices {
      for value in [0, 1, 0x45, 0x60, 0x80, 0xFF] as [UInt8] {
        var changed = input.frame
        changed[index] = value
        PacketDecoderNoiseTests.check(
          &decoder, changed, .ethernet, wire: changed.count, "byte \(index) set to \(value)")
      }
    }
  }

  @Test("seeded noise", arguments: 0..<8 as Range<UInt64>)
  func noise(seed: UInt64) {
    var generator = SeededGenerator(seed: seed)
    var decoder = PacketDecoder()
    for round in 0..<500 {
      var frame = TunnelSample.all[Int(generator.next() % UInt64(TunnelSample.all.count))].frame
      for _ in 0...Int(generator.next() % 6) {
        frame[Int(generator.next() % UInt64(frame.count))] = UInt8(truncatingIfNeeded: generator.next())
      }
      if generator.next() % 3 == 0 { frame = Array(frame.prefix(Int(generator.next() % UInt64(frame.count)))) }
      let wire = generator.next() % 2 == 0 ? frame.count : Int(truncatingIfNeeded: generator.next())
      PacketDecoderNoiseTests.check(&decoder, frame, .ethernet, wire: wire, "round \(round), seed \(seed)")
    }
  }

  @Test("noise on every tunnel's port and protocol", arguments: 0..<4 as Range<UInt64>)
  func noiseInside(seed: UInt64) {
    var generator = SeededGenerator(seed: seed)
    var decoder = PacketDecoder()
    for round in 0..<300 {
      let bytes = generator.bytes(Int(generator.next() % 90))
      let datagrams =
        [2152, 3544, 4789, 4790, 6081, 6635, 8472].map { TunnelSample.overUDP($0, bytes) }
        + [4, 41, 47, 137].map { TunnelSample.over($0, bytes) }
      for datagram in datagrams {
        let frame = TunnelSample.frame(datagram)
        PacketDecoderNoiseTests.check(&decoder, frame, .ethernet, wire: frame.count, "round \(round), seed \(seed)")
      }
    }
  }
}
