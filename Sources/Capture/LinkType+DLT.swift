package import Wire

extension LinkType {
  /// The link type that libpcap calls `dlt` on this machine.
  ///
  /// The two numberings differ where systems gave one number to different things: pcap-linktype(7).
  package init(dlt: Int32) {
    switch dlt {
    // DLT_RAW is 12, on OpenBSD 14.
    case 12, 14: self = .raw
    default: self.init(rawValue: dlt)
    }
  }

  /// What libpcap calls this link type on this machine.
  var dlt: Int32 {
    switch self {
    case .raw, .rawBSD, .rawOpenBSD: 12
    default: rawValue
    }
  }
}
