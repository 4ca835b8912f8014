/// The header that Linux's `any` device puts before a packet: LINKTYPE_LINUX_SLL of tcpdump.org/linktypes.html.
///
///     +-----------+-----------+-----------+--------------+-----------+
///     |  type 2   | ARPHRD 2  | length 2  |  address 8   | protocol 2|
///     +-----------+-----------+-----------+--------------+-----------+
package struct SLLHeader: ~Escapable {
  package static let byteCount = 16

  private let bytes: RawSpan

  /// - Throws: `incomplete` when the capture is cut short.
  @_lifetime(copy bytes)
  package init(_ bytes: RawSpan) throws(ParseError) {
    try bytes.require(Self.byteCount)
    self.bytes = bytes.extracting(..<Self.byteCount)
  }

  package var packetType: CookedPacketType {
    CookedPacketType(rawValue: UInt8(clamping: bytes.bigEndian(at: 0, as: UInt16.self)))
  }
  /// An ARPHRD_ number of Linux: which kind of device the packet passed.
  package var hardwareType: UInt16 { bytes.bigEndian(at: 2) }
  package var protocolType: EtherType { EtherType(rawValue: bytes.bigEndian(at: 14)) }
}

/// The second form of it, which also names the interface: LINKTYPE_LINUX_SLL2.
///
///     +-----------+-----------+-------------+-----------+--------+----------+--------------+
///     | protocol 2| reserved 2| interface 4 | ARPHRD 2  | type 1 | length 1 |  address 8   |
///     +-----------+-----------+-------------+-----------+--------+----------+--------------+
package struct SLL2Header: ~Escapable {
  package static let byteCount = 20

  private let bytes: RawSpan

  /// - Throws: `incomplete` when the capture is cut short.
  @_lifetime(copy bytes)
  package init(_ bytes: RawSpan) throws(ParseError) {
    try bytes.require(Self.byteCount)
    self.bytes = bytes.extracting(..<Self.byteCount)
  }

  package var protocolType: EtherType { EtherType(rawValue: bytes.bigEndian(at: 0)) }
  /// The capturing system's index of the interface, from 1.
  package var interfaceIndex: UInt32 { bytes.bigEndian(at: 4) }
  /// An ARPHRD_ number of Linux: which kind of device the packet passed.
  package var hardwareType: UInt16 { bytes.bigEndian(at: 8) }
  package var packetType: CookedPacketType { CookedPacketType(rawValue: bytes.bigEndian(at: 10)) }
}

/// Which way a packet went, seen from the capturing host.
package struct CookedPacketType: RawRepresentable, Hashable, Sendable, BitwiseCopyable {
  package let rawValue: UInt8
  package init(rawValue: UInt8) { self.rawValue = rawValue }

  package static let toThisHost = CookedPacketType(rawValue: 0)
  package static let broadcast = CookedPacketType(rawValue: 1)
  package static let multicast = CookedPacketType(rawValue: 2)
  package static let toOtherHost = CookedPacketType(rawValue: 3)
  package static let outgoing = CookedPacketType(rawValue: 4)
}

/// Numbers of the cooked headers that change what the protocol field means.
enum Cooked {
  /// ARPHRD_NETLINK: the protocol is a netlink family.
  static let netlink: UInt16 = 824
  /// LINUX_SLL_P_802_2: an LLC header follows.
  static let llc = EtherType(rawValue: 4)
}
