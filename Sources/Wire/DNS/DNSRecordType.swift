/// The type of a resource record, or what a question asks for: RFC 1035 section 3.2.2 and IANA's registry since.
package struct DNSRecordType: RawRepresentable, Hashable, Sendable, BitwiseCopyable {
  package let rawValue: UInt16
  package init(rawValue: UInt16) { self.rawValue = rawValue }

  package static let a = DNSRecordType(rawValue: 1)
  package static let ns = DNSRecordType(rawValue: 2)
  package static let cname = DNSRecordType(rawValue: 5)
  package static let soa = DNSRecordType(rawValue: 6)
  package static let ptr = DNSRecordType(rawValue: 12)
  package static let mx = DNSRecordType(rawValue: 15)
  package static let txt = DNSRecordType(rawValue: 16)
  package static let aaaa = DNSRecordType(rawValue: 28)
  /// NetBIOS name (RFC 1002 section 4.2.1.3); IANA gave the number to NIMLOC, which nobody used.
  package static let netBIOSName = DNSRecordType(rawValue: 32)
  /// RFC 2782; NetBIOS gave the number to its node status.
  package static let srv = DNSRecordType(rawValue: 33)
  package static let dname = DNSRecordType(rawValue: 39)
  package static let opt = DNSRecordType(rawValue: 41)
  package static let svcb = DNSRecordType(rawValue: 64)
  package static let https = DNSRecordType(rawValue: 65)

  /// IANA's mnemonic, or the number in decimal where there is none: as Suricata writes it.
  package var name: String { Self.names[rawValue] ?? String(rawValue) }

  /// Whether IANA has assigned the number, or reserved it for private use: the rest is most likely not DNS.
  package var isPlausible: Bool {
    (1...65).contains(rawValue) || (99...109).contains(rawValue) || (128...130).contains(rawValue)
      || (249...263).contains(rawValue) || (32_768...32_769).contains(rawValue) || rawValue >= 65_280
  }

  private static let names: [UInt16: String] = [
    1: "A", 2: "NS", 3: "MD", 4: "MF", 5: "CNAME", 6: "SOA", 7: "MB", 8: "MG", 9: "MR", 10: "NULL", 11: "WKS",
    12: "PTR", 13: "HINFO", 14: "MINFO", 15: "MX", 16: "TXT", 17: "RP", 18: "AFSDB", 19: "X25", 20: "ISDN", 21: "RT",
    22: "NSAP", 23: "NSAPPTR", 24: "SIG", 25: "KEY", 26: "PX", 27: "GPOS", 28: "AAAA", 29: "LOC", 30: "NXT",
    33: "SRV", 34: "ATMA", 35: "NAPTR", 36: "KX", 37: "CERT", 38: "A6", 39: "DNAME", 41: "OPT", 42: "APL", 43: "DS",
    44: "SSHFP", 45: "IPSECKEY", 46: "RRSIG", 47: "NSEC", 48: "DNSKEY", 49: "DHCID", 50: "NSEC3", 51: "NSEC3PARAM",
    52: "TLSA", 53: "SMIMEA", 55: "HIP", 59: "CDS", 60: "CDNSKEY", 61: "OPENPGPKEY", 62: "CSYNC", 63: "ZONEMD",
    64: "SVCB", 65: "HTTPS", 99: "SPF", 108: "EUI48", 109: "EUI64", 249: "TKEY", 250: "TSIG", 251: "IXFR",
    252: "AXFR", 253: "MAILB", 254: "MAILA", 255: "ANY", 256: "URI", 257: "CAA",
  ]
}

/// The class of a record or question. Multicast DNS uses the top bit for itself (RFC 6762 sections 5.4 and 10.2).
package struct DNSClass: RawRepresentable, Hashable, Sendable, BitwiseCopyable {
  package let rawValue: UInt16
  package init(rawValue: UInt16) { self.rawValue = rawValue }

  package static let internet = DNSClass(rawValue: 1)

  /// A question that wants a unicast response, a record that replaces what caches hold.
  package var isTopBitSet: Bool { rawValue & 0x8000 != 0 }
  package var withoutTopBit: DNSClass { DNSClass(rawValue: rawValue & 0x7FFF) }

  /// IN, CS, CH, HS, NONE and ANY.
  package var isPlausible: Bool {
    switch rawValue & 0x7FFF {
    case 1...4, 254, 255: true
    default: false
    }
  }
}
