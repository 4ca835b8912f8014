/// The type of a TLS extension: RFC 8446 section 4.2 and the IANA registry.
package struct TLSExtensionType: RawRepresentable, Hashable, Sendable, BitwiseCopyable {
  package let rawValue: UInt16
  package init(rawValue: UInt16) { self.rawValue = rawValue }

  /// RFC 6066 section 3.
  package static let serverName = TLSExtensionType(rawValue: 0)
  /// RFC 7301.
  package static let applicationLayerProtocols = TLSExtensionType(rawValue: 16)
  /// RFC 8422 section 5.1.1: the groups that were called elliptic curves.
  package static let supportedGroups = TLSExtensionType(rawValue: 10)
  /// RFC 8422 section 5.1.2.
  package static let pointFormats = TLSExtensionType(rawValue: 11)
  package static let signatureAlgorithms = TLSExtensionType(rawValue: 13)
  /// RFC 7366.
  package static let encryptThenMAC = TLSExtensionType(rawValue: 22)
  /// RFC 7627.
  package static let extendedMasterSecret = TLSExtensionType(rawValue: 23)
  /// RFC 5077.
  package static let sessionTicket = TLSExtensionType(rawValue: 35)
  package static let preSharedKey = TLSExtensionType(rawValue: 41)
  package static let earlyData = TLSExtensionType(rawValue: 42)
  package static let supportedVersions = TLSExtensionType(rawValue: 43)
  /// RFC 9849 section 5.
  package static let encryptedClientHello = TLSExtensionType(rawValue: 0xFE0D)
}

extension UInt16 {
  /// RFC 8701: a value that stands for nothing, so that nobody comes to rely on a closed list.
  package var isGREASE: Bool { self & 0x0F0F == 0x0A0A && self >> 8 == self & 0xFF }
}

/// The extension block of a hello: RFC 8446 section 4.2.
package enum TLSExtensions {
  /// The body of the first extension of `type` in `block`, which has no length of its own.
  ///
  /// Extensions of other types, GREASE among them (RFC 8701), are stepped over.
  ///
  /// - Throws: only `malformed`, when the block is broken before that extension.
  @_lifetime(copy block)
  package static func find(_ type: TLSExtensionType, in block: RawSpan) throws(ParseError) -> RawSpan? {
    var cursor = ByteCursor(delimited: block)
    while !cursor.isAtEnd {
      let found = try cursor.integer(UInt16.self)
      let body = try cursor.vector(UInt16.self)
      if found == type.rawValue { return body }
    }
    return nil
  }

  /// Calls `body` with every extension of `block` in order, GREASE included. There may be 16,383.
  ///
  /// - Throws: `malformed` when the block is broken; what came before was delivered.
  package static func forEach(
    in block: RawSpan, _ body: (_ type: TLSExtensionType, _ content: RawSpan) -> Void
  ) throws(ParseError) {
    var cursor = ByteCursor(delimited: block)
    while !cursor.isAtEnd {
      let type = TLSExtensionType(rawValue: try cursor.integer())
      body(type, try cursor.vector(UInt16.self))
    }
  }
}
