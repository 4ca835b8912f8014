import Crypto
import Observations
import SwiftASN1
import Wire

/// Reads a server's certificate as far as EVE tells of it: RFC 5280 section 4.1.
///
/// Only the outer structure must hold: keys and signatures, old, exotic or broken, are stepped over.
enum TLSCertificateReading {
  /// Names kept of one certificate; content networks put hundreds into one.
  private static let nameLimit = 100
  /// Certificates of a chain that are looked at for the first whole one.
  static let chainLimit = 10
  private static let alternativeName: [UInt8] = [0x55, 0x1D, 0x11]

  /// - Returns: `nil` for what is no certificate.
  static func read(_ bytes: [UInt8]) -> TLSCertificate? {
    guard let root = try? DER.parse(bytes), let outer = root.children.first else { return nil }
    var fields = outer.children[...]
    if fields.first?.isContext(0) == true { fields.removeFirst() }
    // Serial number, signature algorithm, issuer, validity, subject, then the key.
    guard fields.count >= 6, case .primitive(let serial) = fields[fields.startIndex].content else { return nil }
    let place = fields.startIndex
    let times = fields[place + 3].children.map(time)
    return TLSCertificate(
      subject: name(fields[place + 4]), issuer: name(fields[place + 2]),
      serial: Hexadecimal.text(serial, uppercase: true, separator: ":"),
      fingerprint: Hexadecimal.text(Insecure.SHA1.hash(data: bytes), separator: ":"),
      notBefore: times.first ?? nil, notAfter: times.count > 1 ? times[1] : nil,
      alternativeNames: alternativeNames(fields.first { $0.isContext(3) }))
  }

  /// `C=US, O=Example`; several attributes of one step joined by ` + `.
  private static func name(_ node: ASN1Node) -> String {
    node.children.map { step in
      step.children.map { attribute in
        let parts = attribute.children
        guard parts.count == 2 else { return "" }
        return "\(attributeName(parts[0]))=\(text(parts[1]))"
      }.joined(separator: " + ")
    }.joined(separator: ", ")
  }

  private static func attributeName(_ node: ASN1Node) -> String {
    guard case .primitive(let bytes) = node.content else { return "" }
    if let name = attributeNames[Array(bytes)] { return name }
    return (try? ASN1ObjectIdentifier(derEncoded: node))?.description ?? Hexadecimal.text(bytes)
  }

  /// RFC 4519, RFC 2985; by the bytes of their object identifiers.
  private static let attributeNames: [[UInt8]: String] = [
    [0x55, 4, 3]: "CN", [0x55, 4, 4]: "SN", [0x55, 4, 5]: "serialNumber", [0x55, 4, 6]: "C", [0x55, 4, 7]: "L",
    [0x55, 4, 8]: "ST", [0x55, 4, 9]: "street", [0x55, 4, 10]: "O", [0x55, 4, 11]: "OU", [0x55, 4, 12]: "title",
    [0x55, 4, 13]: "description", [0x55, 4, 15]: "businessCategory", [0x55, 4, 17]: "postalCode",
    [0x55, 4, 42]: "GN", [0x55, 4, 97]: "organizationIdentifier",
    [0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 1, 9, 1]: "emailAddress",
    [0x09, 0x92, 0x26, 0x89, 0x93, 0xF2, 0x2C, 0x64, 1, 1]: "UID",
    [0x09, 0x92, 0x26, 0x89, 0x93, 0xF2, 0x2C, 0x64, 1, 25]: "DC",
  ]

  /// A string of any of X.509's types; hexadecimal for what is none.
  private static func text(_ node: ASN1Node) -> String {
    guard case .primitive(let bytes) = node.content else { return Hexadecimal.text(node.encodedBytes) }
    switch node.identifier {
    case .utf8String, .printableString, .ia5String, .numericString, .visibleString:
      return String(decoding: bytes, as: UTF8.self)
    case .teletexString: return String(String.UnicodeScalarView(bytes.map { Unicode.Scalar($0) }))
    case .bmpString:
      return String(decoding: Array(bytes).rawSpan.words(from: 0), as: UTF16.self)
    default: return Hexadecimal.text(bytes)
    }
  }

  /// UTCTime or GeneralizedTime (RFC 5280 section 4.1.2.5) as `2026-01-31T23:59:59`.
  private static func time(_ node: ASN1Node) -> String? {
    guard case .primitive(let bytes) = node.content, bytes.last == UInt8(ascii: "Z") else { return nil }
    var digits = String(decoding: bytes.dropLast(), as: UTF8.self)
    guard digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
    if node.identifier == .utcTime { digits = (digits < "50" ? "20" : "19") + digits }
    if digits.utf8.count == 12 { digits += "00" }
    guard digits.utf8.count == 14 else { return nil }
    var text = ""
    for (index, digit) in digits.enumerated() {
      switch index {
      case 4, 6: text += "-"
      case 8: text += "T"
      case 10, 12: text += ":"
      default: break
      }
      text.append(digit)
    }
    return text
  }

  private static func alternativeNames(_ extensions: ASN1Node?) -> [String] {
    for extensionNode in extensions?.children.first?.children ?? [] {
      let parts = extensionNode.children
      guard let type = parts.first, case .primitive(let identifier) = type.content,
        identifier.elementsEqual(alternativeName), case .primitive(let value)? = parts.last?.content,
        let names = try? DER.parse(value)
      else { continue }
      return names.children.prefix(nameLimit).compactMap(alternativeName)
    }
    return []
  }

  private static func alternativeName(_ node: ASN1Node) -> String? {
    guard node.identifier.tagClass == .contextSpecific, case .primitive(let bytes) = node.content else { return nil }
    switch node.identifier.tagNumber {
    case 1, 2, 6: return String(decoding: bytes, as: UTF8.self)
    case 7: return address(Array(bytes))
    default: return nil
    }
  }

  private static func address(_ bytes: [UInt8]) -> String? {
    let span = bytes.rawSpan
    switch span.byteCount {
    case 4: return IPAddress(ipv4: span.bigEndian(at: 0)).description
    case 16: return IPAddress(high: span.bigEndian(at: 0), low: span.bigEndian(at: 8)).description
    default: return nil
    }
  }
}

extension ASN1Node {
  /// What a sequence or set holds, in order; nothing for all else.
  fileprivate var children: [ASN1Node] {
    guard case .constructed(let nodes) = content else { return [] }
    return Array(nodes)
  }

  fileprivate func isContext(_ number: UInt) -> Bool {
    identifier.tagClass == .contextSpecific && identifier.tagNumber == number
  }
}
