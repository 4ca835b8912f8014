/// A protocol version as TLS writes it; the record layer's is frozen and says little (RFC 8446 section 5.1).
package struct TLSVersion: RawRepresentable, Hashable, Comparable, Sendable, BitwiseCopyable {
  package let rawValue: UInt16
  package init(rawValue: UInt16) { self.rawValue = rawValue }

  /// As an SSL 2.0 hello has it; no record has.
  package static let ssl2 = TLSVersion(rawValue: 0x0002)
  package static let ssl3 = TLSVersion(rawValue: 0x0300)
  package static let tls10 = TLSVersion(rawValue: 0x0301)
  package static let tls11 = TLSVersion(rawValue: 0x0302)
  package static let tls12 = TLSVersion(rawValue: 0x0303)
  package static let tls13 = TLSVersion(rawValue: 0x0304)

  /// SSL 3.0 or any TLS, those to come included.
  package var isTLS: Bool { rawValue >> 8 == 3 }

  package static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }

  /// As Suricata names it: `SSLv3`, `TLSv1`, `TLS 1.2`; the drafts of TLS 1.3 by their number; others in hexadecimal.
  package var name: String {
    switch self {
    case .ssl2: "SSLv2"
    case .ssl3: "SSLv3"
    case .tls10: "TLSv1"
    case .tls11: "TLS 1.1"
    case .tls12: "TLS 1.2"
    case .tls13: "TLS 1.3"
    default: isDraft ? "TLS 1.3 draft-\(rawValue & 0xFF)" : "0x" + hexadecimal
    }
  }

  private var hexadecimal: String {
    let digits = String(rawValue, radix: 16)
    return String(repeating: "0", count: 4 - digits.utf8.count) + digits
  }

  /// A draft of TLS 1.3 (0x7F and its number; Facebook's 0xFB): deployed before the RFC, and still in captures.
  package var isDraft: Bool { rawValue >> 8 == 0x7F || rawValue >> 8 == 0xFB }
  /// TLS 1.3 or a draft of it: what the record layer of RFC 8446 section 5 protects.
  package var isTLS13: Bool { self == .tls13 || isDraft }
}
