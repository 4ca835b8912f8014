import Streams
import Wire

/// Frames of any link type through the decoder, their fragments through the defragmenter. Each step is a frame.
enum PacketTarget {
  private static let linkTypes: [LinkType] = [
    .ethernet, .raw, .null, .linuxSLL, .linuxSLL2, .loop, .ppp, .ipv4, .ipv6, LinkType(rawValue: 147),
  ]

  static func run(_ input: RawSpan) {
    var choices = Choices(input)
    let linkType = linkTypes[Int(choices.byte()) % linkTypes.count]
    let cutByteCount = Int(choices.byte())
    var limits = StreamLimits()
    (limits.fragments.datagrams, limits.fragments.bytes) = (8, 16 << 10)
    var decoder = PacketDecoder()
    var defragmenter = Defragmenter(limits: limits)
    var now: Int64 = 1 << 60
    for step in Script(choices.rest).steps {
      now &+= Int64(step.code) &* 100_000_000
      let frame = step.bytes.rawSpan
      let wireByteCount = frame.byteCount + cutByteCount
      guard let packet = decoder.decode(frame, linkType: linkType, wireByteCount: wireByteCount) else { continue }
      check(packet, in: frame)
      var inner: [(packet: Packet, bytes: [UInt8])] = []
      defragmenter.accept(packet, in: frame, at: now) { datagram, fragment in
        check(fragment, in: datagram)
        guard let whole = decoder.decodeReassembled(datagram, like: fragment) else { return }
        check(whole, in: datagram)
        var copy: [UInt8] = []
        copy.append(datagram)
        inner.append((whole, copy))
      }
      // A tunnel that was cut into fragments may carry one.
      for (whole, bytes) in inner where whole.fragment.isFragment {
        defragmenter.accept(whole, in: bytes.rawSpan, at: now) { _, _ in }
      }
      require(defragmenter.pendingCount <= limits.fragments.datagrams, "more datagrams wait than are allowed")
    }
    let counters = decoder.counters
    require(
      counters.outcomes == counters.frames + counters.reassembled + counters.tunnelled,
      "not one outcome for each packet: \(counters)")
  }

  private static func check(_ packet: Packet, in bytes: RawSpan) {
    require(
      packet.payload.lowerBound >= 0 && packet.payload.upperBound <= bytes.byteCount,
      "the payload \(packet.payload) lies outside of \(bytes.byteCount) bytes")
    require(packet.missingByteCount >= 0 && packet.datagramByteCount >= 0, "a length is negative: \(packet)")
  }
}
