/// The header of a TLS record in place: RFC 8446 section 5.1.
///
///     +--------+-----------------+-----------------+
///     | type 1 |    version 2    |    length 2     |
///     +--------+-----------------+-----------------+
package struct TLSRecordHeader: BitwiseCopyable, Sendable {
  package static let byteCount = 5
  /// 2^14 of plaintext, and 2048 that TLS 1.2 allows a cipher to add (RFC 5246 section 6.2.3); TLS 1.3 allows 256.
  package static let maximumLength = 16_384 + 2048

  package let contentType: TLSContentType
  package let version: TLSVersion
  /// Bytes of record that follow this header.
  package let length: Int

  /// Reads the record header that `bytes` start with.
  ///
  /// - Throws: `incomplete` below five bytes, `malformed` for what no TLS record starts with.
  package init(_ bytes: RawSpan) throws(ParseError) {
    try bytes.require(Self.byteCount)
    contentType = TLSContentType(rawValue: bytes.bigEndian(at: 0))
    version = TLSVersion(rawValue: bytes.bigEndian(at: 1))
    length = Int(bytes.bigEndian(at: 3, as: UInt16.self))
    guard contentType.isKnown else { throw .malformed(.messageType, offset: 0) }
    guard version.isTLS else { throw .malformed(.version, offset: 1) }
    guard length <= Self.maximumLength else { throw .malformed(.lengthField, offset: 3) }
  }
}

/// What a TLS record holds: RFC 8446 section 5.1 and RFC 6520.
package struct TLSContentType: RawRepresentable, Hashable, Sendable, BitwiseCopyable {
  package let rawValue: UInt8
  package init(rawValue: UInt8) { self.rawValue = rawValue }

  package static let changeCipherSpec = TLSContentType(rawValue: 20)
  package static let alert = TLSContentType(rawValue: 21)
  package static let handshake = TLSContentType(rawValue: 22)
  package static let applicationData = TLSContentType(rawValue: 23)
  package static let heartbeat = TLSContentType(rawValue: 24)

  var isKnown: Bool { (20...24).contains(rawValue) }
}
