/// A stack of MPLS labels and what seems to lie under it: RFC 3032 section 2, RFC 4928 section 3, RFC 4385 section 3.
///
/// The stack does not name its content: the first nibble tells IP, and anything else is taken for a pseudowire, which
/// is believed only where an Ethernet header makes sense.
package struct MPLSLabelStack: BitwiseCopyable {
  package enum Content: Equatable, BitwiseCopyable {
    /// Offsets from the start of the stack.
    case ip(at: Int)
    case ethernet(at: Int)
    case other
  }

  package let labelCount: Int
  package let content: Content

  private static let labelByteCount = 4
  private static let bottomOfStack: UInt32 = 0x100
  /// Networks use up to four or five labels, segment routing up to ten or so.
  private static let maximumLabelCount = 16
  /// The word before a pseudowire's frame; its first nibble is 0 so that it is not taken for IP.
  private static let controlWordByteCount = 4

  /// - Throws: `incomplete` when the capture cuts the stack or what shows its content, `malformed` when it has no end.
  package init(_ bytes: RawSpan) throws(ParseError) {
    var count = 0
    var isBottom = false
    while !isBottom {
      guard count < Self.maximumLabelCount else { throw .malformed(.headerCount, offset: 0) }
      let start = count &* Self.labelByteCount
      try bytes.require(start &+ Self.labelByteCount)
      isBottom = bytes.bigEndian(at: start, as: UInt32.self) & Self.bottomOfStack != 0
      count &+= 1
    }
    labelCount = count
    content = try Self.content(of: bytes, at: count &* Self.labelByteCount)
  }

  private static func content(of bytes: RawSpan, at start: Int) throws(ParseError) -> Content {
    try bytes.require(start &+ 1)
    let first = bytes.bigEndian(at: start, as: UInt8.self)
    // A MAC address may begin with these nibbles too: an Ethernet type where one would stand settles it.
    let hasFrame = seemsEthernet(bytes, at: start)
    if !hasFrame, (0x45...0x4F).contains(first) || first >> 4 == 6 { return .ip(at: start) }
    if first >> 4 == 0, seemsEthernet(bytes, at: start &+ controlWordByteCount) {
      return .ethernet(at: start &+ controlWordByteCount)
    }
    return hasFrame ? .ethernet(at: start) : .other
  }

  /// Whether an Ethernet frame at `start` would carry something that is known, and be right about it.
  private static func seemsEthernet(_ bytes: RawSpan, at start: Int) -> Bool {
    guard bytes.byteCount &- start > EthernetHeader.byteCount else { return false }
    let type = EtherType(rawValue: bytes.bigEndian(at: start &+ 12))
    let nibble = bytes.bigEndian(at: start &+ EthernetHeader.byteCount, as: UInt8.self) >> 4
    switch type {
    case .ipv4: return nibble == 4
    case .ipv6: return nibble == 6
    default: return type.isVLAN || type == .pppoeSession || type == .arp
    }
  }
}
