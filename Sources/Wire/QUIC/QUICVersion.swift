/// A version of QUIC as the wire has it: RFC 9000 section 15, RFC 9369 section 3.1 and what stood there before them.
package struct QUICVersion: RawRepresentable, Hashable, Sendable, BitwiseCopyable {
  package let rawValue: UInt32
  package init(rawValue: UInt32) { self.rawValue = rawValue }

  /// RFC 9000 section 17.2.1: marks a Version Negotiation packet.
  package static let negotiation = QUICVersion(rawValue: 0)
  /// RFC 9000 section 15.
  package static let version1 = QUICVersion(rawValue: 1)
  /// RFC 9369 section 3.1.
  package static let version2 = QUICVersion(rawValue: 0x6B33_43CF)

  /// Versions whose packets look the same and are protected by the same salt and labels.
  package enum Family: Sendable, Hashable, CaseIterable {
    /// draft-ietf-quic-tls-22 and mvfst's first version.
    case draft22
    /// Drafts 23 to 28.
    case draft23
    /// Drafts 29 to 32.
    case draft29
    /// RFC 9001, and drafts 33 and 34.
    case version1
    /// RFC 9369.
    case version2
    /// Google's T050 and T051: IETF packets around TLS, with salts of their own.
    case google50, google51
  }

  /// How packets of this version are read; `nil` for versions that are not known.
  package var family: Family? {
    switch rawValue {
    case 1, 0xFF00_0021, 0xFF00_0022: .version1
    case Self.version2.rawValue: .version2
    case 0xFF00_001D...0xFF00_0020: .draft29
    case 0xFF00_0017...0xFF00_001C: .draft23
    // mvfst of Facebook: 0xFACEB002 and its experiments follow draft 27.
    case 0xFACE_B002, 0xFACE_B00E: .draft23
    case 0xFF00_0016, 0xFACE_B001: .draft22
    case 0x5430_3530: .google50
    case 0x5430_3531: .google51
    default: nil
    }
  }

  /// RFC 9000 section 15: `0x?a?a?a?a`, sent to provoke a negotiation.
  package var isReserved: Bool { rawValue & 0x0F0F_0F0F == 0x0A0A_0A0A }

  /// The name that EVE's `quic.version` carries: hexadecimal without leading zeros, as Suricata writes it.
  package var name: String { String(rawValue, radix: 16) }
}
