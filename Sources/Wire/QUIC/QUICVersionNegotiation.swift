/// A Version Negotiation packet: RFC 9000 section 17.2.1. Not protected at all.
package enum QUICVersionNegotiation {
  /// Versions read of one packet; more make no sense.
  package static let versionLimit = 64

  /// The versions that a server offers.
  ///
  /// - Throws: `malformed` when `bytes` are no such packet.
  package static func versions(in bytes: RawSpan) throws(ParseError) -> [QUICVersion] {
    var cursor = ByteCursor(delimited: bytes)
    guard try QUICInvariantHeader(&cursor).version == .negotiation else { throw .malformed(.version, offset: 1) }
    guard (bytes.byteCount - cursor.offset) % 4 == 0, !cursor.isAtEnd else {
      throw .malformed(.lengthField, offset: cursor.offset)
    }
    var versions: [QUICVersion] = []
    while !cursor.isAtEnd, versions.count < versionLimit {
      versions.append(QUICVersion(rawValue: try cursor.integer()))
    }
    return versions
  }
}
