/// What a frame carries.
enum FrameContent {
  /// An IP datagram that starts at this offset.
  case datagram(at: Int, vlans: VLANTags)
  /// Anything else.
  case other
  /// The link type cannot be read.
  case unsupported

  @inline(__always)
  init(_ type: EtherType?, at offset: Int, vlans: VLANTags = VLANTags()) {
    self = type == .ipv4 || type == .ipv6 ? .datagram(at: offset, vlans: vlans) : .other
  }
}

extension PacketDecoder {
  /// More tags than this are an attempt to keep a sensor busy; networks use one or two, seldom three.
  private static var maximumTagCount: Int { 8 }

  /// Reads the link layer.
  @inline(__always)
  mutating func readLink(of frame: RawSpan, linkType: LinkType) throws(ParseError) -> FrameContent {
    guard linkType == .ethernet else { return try readOtherLink(of: frame, linkType: linkType) }
    counters.ethernet &+= 1
    let type = try EthernetHeader(frame).etherType
    guard type != .ipv4, type != .ipv6 else { return .datagram(at: EthernetHeader.byteCount, vlans: VLANTags()) }
    return try readContent(of: frame, type: type, at: EthernetHeader.byteCount)
  }

  private mutating func readOtherLink(of frame: RawSpan, linkType: LinkType) throws(ParseError) -> FrameContent {
    switch linkType {
    case .linuxSLL:
      let header = try SLLHeader(frame)
      return try readCooked(frame, header.protocolType, header.hardwareType, at: SLLHeader.byteCount)
    case .linuxSLL2:
      let header = try SLL2Header(frame)
      return try readCooked(frame, header.protocolType, header.hardwareType, at: SLL2Header.byteCount)
    case .null, .loop: return FrameContent(try LoopbackHeader(frame).etherType, at: LoopbackHeader.byteCount)
    case .ppp:
      let header = try PPPHeader(frame)
      return FrameContent(header.etherType, at: header.byteCount)
    case .raw, .rawBSD, .rawOpenBSD, .ipv4, .ipv6: return .datagram(at: 0, vlans: VLANTags())
    default: return .unsupported
    }
  }

  /// What follows a header of Linux's cooked capture.
  private mutating func readCooked(
    _ frame: RawSpan, _ type: EtherType, _ hardwareType: UInt16, at offset: Int
  ) throws(ParseError) -> FrameContent {
    guard hardwareType != Cooked.netlink else { return .other }
    guard type != Cooked.llc else { return try readLLC(of: frame, at: offset, vlans: VLANTags()) }
    guard type.rawValue > EtherType.maximumLength else { return .other }
    return try readContent(of: frame, type: type, at: offset)
  }

  /// What an EtherType announces, behind any VLAN tags.
  ///
  /// - Parameter pseudowires: Ethernet frames in MPLS that lie around this one.
  mutating func readContent(
    of frame: RawSpan, type: EtherType, at offset: Int, pseudowires: Int = 0
  ) throws(ParseError) -> FrameContent {
    var (type, offset, vlans) = (type, offset, VLANTags())
    if type.isVLAN {
      counters.vlan &+= 1
      (type, offset, vlans) = try skipTags(of: frame, type: type, at: offset)
    }
    guard type.rawValue > EtherType.maximumLength else { return try readLLC(of: frame, at: offset, vlans: vlans) }
    guard !type.isMPLS else {
      return try readMPLS(in: frame, at: offset, vlans: vlans, pseudowires: pseudowires)
    }
    guard type != .pppoeSession else { return try readPPPoE(of: frame, at: offset, vlans: vlans) }
    return FrameContent(type, at: offset, vlans: vlans)
  }

  private func skipTags(
    of frame: RawSpan, type: EtherType, at offset: Int
  ) throws(ParseError) -> (type: EtherType, offset: Int, vlans: VLANTags) {
    var (type, offset, vlans) = (type, offset, VLANTags())
    for _ in 0..<Self.maximumTagCount {
      let tag = try VLANTag(frame.extracting(offset...))
      vlans.append(tagControlInformation: tag.controlInformation)
      type = tag.etherType
      offset &+= VLANTag.byteCount
      guard type.isVLAN else { return (type, offset, vlans) }
    }
    throw .malformed(.headerCount, offset: offset)
  }

  /// What follows an 802.3 length field.
  private func readLLC(of frame: RawSpan, at offset: Int, vlans: VLANTags) throws(ParseError) -> FrameContent {
    guard let (type, start) = try LLCHeader(frame.extracting(offset...)).content else { return .other }
    return FrameContent(type, at: offset &+ start, vlans: vlans)
  }

  /// What a PPPoE session carries. Its length is not needed: IP has its own.
  private func readPPPoE(of frame: RawSpan, at offset: Int, vlans: VLANTags) throws(ParseError) -> FrameContent {
    _ = try PPPoEHeader(frame.extracting(offset...))
    let start = offset &+ PPPoEHeader.byteCount
    let header = try PPPHeader(frame.extracting(start...))
    return FrameContent(header.etherType, at: start &+ header.byteCount, vlans: vlans)
  }
}
