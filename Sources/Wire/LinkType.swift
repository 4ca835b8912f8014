/// A link-layer type as capture files number it (LINKTYPE_ values of tcpdump.org/linktypes.html).
package struct LinkType: RawRepresentable, Hashable, Sendable, BitwiseCopyable {
  package let rawValue: Int32
  package init(rawValue: Int32) { self.rawValue = rawValue }

  package static let null = LinkType(rawValue: 0)
  package static let ethernet = LinkType(rawValue: 1)
  package static let ppp = LinkType(rawValue: 9)
  /// LINKTYPE_RAW as files number it; DLT_RAW is 12 on most systems and 14 on OpenBSD.
  package static let raw = LinkType(rawValue: 101)
  package static let rawBSD = LinkType(rawValue: 12)
  package static let rawOpenBSD = LinkType(rawValue: 14)
  package static let loop = LinkType(rawValue: 108)
  package static let linuxSLL = LinkType(rawValue: 113)
  package static let ipv4 = LinkType(rawValue: 228)
  package static let ipv6 = LinkType(rawValue: 229)
  package static let linuxSLL2 = LinkType(rawValue: 276)
}
