/// The protocol number of an Ethernet frame; below 1536 it is a length instead (IEEE 802.3 section 3.2.6).
package struct EtherType: RawRepresentable, Hashable, Sendable, BitwiseCopyable {
  package let rawValue: UInt16
  package init(rawValue: UInt16) { self.rawValue = rawValue }

  package static let ipv4 = EtherType(rawValue: 0x0800)
  package static let arp = EtherType(rawValue: 0x0806)
  package static let ipv6 = EtherType(rawValue: 0x86DD)
  /// The session stage of PPP over Ethernet: RFC 2516 section 6.
  package static let pppoeSession = EtherType(rawValue: 0x8864)
  /// Labels before the content: RFC 3032 section 5; the second is for upstream-assigned ones (RFC 5332).
  package static let mpls = EtherType(rawValue: 0x8847)
  package static let mplsUpstream = EtherType(rawValue: 0x8848)
  /// Whole Ethernet frames in GRE and Geneve: RFC 7637 section 3.2, RFC 8926 section 3.4.
  package static let transparentEthernet = EtherType(rawValue: 0x6558)
  /// PPP in GRE: RFC 2637 section 4.1.
  package static let ppp = EtherType(rawValue: 0x880B)
  /// Mirrored frames in GRE, types I and II, and type III: draft-foschiano-erspan.
  package static let erspan = EtherType(rawValue: 0x88BE)
  package static let erspanIII = EtherType(rawValue: 0x22EB)
  /// Redirected web traffic in GRE: draft-wilson-wrec-wccp-v2.
  package static let wccp = EtherType(rawValue: 0x883E)
  /// 802.1Q customer tag.
  package static let vlan = EtherType(rawValue: 0x8100)
  /// 802.1ad service tag.
  package static let serviceVLAN = EtherType(rawValue: 0x88A8)
  /// What was used for the outer of two tags before 802.1ad.
  package static let oldServiceVLAN = EtherType(rawValue: 0x9100)

  /// The largest value that is a length, and so says that an LLC header follows.
  static let maximumLength: UInt16 = 1500

  var isMPLS: Bool { self == .mpls || self == .mplsUpstream }
  var isVLAN: Bool { self == .vlan || self == .serviceVLAN || self == .oldServiceVLAN }
}

/// The header of an Ethernet frame in place: IEEE 802.3 section 3.1, without preamble.
///
///     +----------------+----------------+----------+
///     |  destination 6 |    source 6    |  type 2  |
///     +----------------+----------------+----------+
package struct EthernetHeader: ~Escapable {
  package static let byteCount = 14

  private let bytes: RawSpan

  /// - Throws: `incomplete` when the capture is cut short.
  @inline(__always)
  @_lifetime(copy bytes)
  package init(_ bytes: RawSpan) throws(ParseError) {
    try bytes.require(Self.byteCount)
    self.bytes = bytes.extracting(..<Self.byteCount)
  }

  /// 48 bits in the low end.
  package var destination: UInt64 { bytes.bigEndian(at: 0, as: UInt64.self) >> 16 }
  /// 48 bits in the low end.
  package var source: UInt64 { bytes.bigEndian(at: 4, as: UInt64.self) & 0xFFFF_FFFF_FFFF }
  /// Of a tagged frame: the tag's protocol identifier.
  package var etherType: EtherType { EtherType(rawValue: bytes.bigEndian(at: 12)) }
}

/// What follows a VLAN tag's protocol identifier: IEEE 802.1Q section 9.6.
package struct VLANTag: ~Escapable {
  package static let byteCount = 4

  private let bytes: RawSpan

  /// Views `bytes`, which start at the tag control information.
  ///
  /// - Throws: `incomplete` when the capture is cut short.
  @_lifetime(copy bytes)
  package init(_ bytes: RawSpan) throws(ParseError) {
    try bytes.require(Self.byteCount)
    self.bytes = bytes.extracting(..<Self.byteCount)
  }

  /// Priority (3 bits), drop eligibility (1) and VLAN identifier (12).
  package var controlInformation: UInt16 { bytes.bigEndian(at: 0) }
  package var etherType: EtherType { EtherType(rawValue: bytes.bigEndian(at: 2)) }
}

/// An IEEE 802.2 LLC header, with the SNAP header of RFC 1042 where there is one.
package struct LLCHeader: ~Escapable {
  package static let byteCount = 3
  /// With SNAP: three bytes of organisation and two of protocol.
  package static let snapByteCount = 8
  /// The service access point of SNAP, twice.
  private static let snap: UInt16 = 0xAAAA
  /// The service access point of IP, twice (RFC 948).
  private static let ip: UInt16 = 0x0606
  /// The control field of an unnumbered information frame.
  private static let unnumbered: UInt8 = 3
  /// Organisations whose protocol numbers are EtherTypes: RFC 1042, and 802.1H bridge tunnels.
  private static let encapsulatedEthernet: UInt32 = 0x00_0000
  private static let bridgeTunnel: UInt32 = 0x00_00F8

  private let bytes: RawSpan

  /// - Throws: `incomplete` when the capture is cut short.
  @_lifetime(copy bytes)
  package init(_ bytes: RawSpan) throws(ParseError) {
    try bytes.require(Self.byteCount)
    if bytes.bigEndian(at: 0, as: UInt16.self) == Self.snap { try bytes.require(Self.snapByteCount) }
    self.bytes = bytes
  }

  /// What is carried, and where it starts; `nil` for anything but IP and what has an EtherType.
  package var content: (etherType: EtherType, offset: Int)? {
    guard bytes.bigEndian(at: 2, as: UInt8.self) == Self.unnumbered else { return nil }
    switch bytes.bigEndian(at: 0, as: UInt16.self) {
    case Self.ip: return (.ipv4, Self.byteCount)
    case Self.snap:
      let organisation = bytes.bigEndian(at: 2, as: UInt32.self) & 0xFF_FFFF
      guard organisation == Self.encapsulatedEthernet || organisation == Self.bridgeTunnel else { return nil }
      return (EtherType(rawValue: bytes.bigEndian(at: 6)), Self.snapByteCount)
    default: return nil
    }
  }
}
