/// The type of a TLS extension: RFC 8446 section 4.2 and the IANA registry.
package struct TLSExtensionType: RawRepresentable, Hashable, Sendable, BitwiseCopyable {
  package let rawValue: UInt16
  package init(rawValue: UInt16) { self.rawValue = rawValue }

  /// RFC 6066 section 3.
  package static let serverName = TLSExtensionType(rawValue: 0)
  /// RFC 7301.
  package static let applicationLayerProtocols = TLSExtensionType(rawValue: 16)
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
}
