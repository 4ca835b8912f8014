/// A field name to look for, compared without regard to ASCII case: RFC 9110 section 5.1.
package struct HTTP1FieldName: Sendable, Hashable {
  /// Lower case.
  package let text: String
  private let hash: UInt64

  package init(_ text: String) {
    self.text = text.lowercased()
    hash = text.utf8.reduce(Self.offsetBasis) { Self.mix($0, $1) }
  }

  /// Whether `field` of the head in `bytes` has this name. The hash settles nearly all; a match is looked at.
  package func names(_ field: HTTP1Head.Field, in bytes: RawSpan) -> Bool {
    field.nameHash == hash && bytes.equals(text, in: field.name)
  }

  static func hash(_ bytes: RawSpan, in range: Range<Int>) -> UInt64 {
    let octets = bytes.octets
    var hash = offsetBasis
    for index in range { hash = mix(hash, octets[index]) }
    return hash
  }

  /// FNV-1a over lower-case bytes.
  private static func mix(_ hash: UInt64, _ byte: UInt8) -> UInt64 {
    (hash ^ UInt64(byte.asciiLowercased)) &* 0x100_0000_01B3
  }

  private static let offsetBasis: UInt64 = 0xCBF2_9CE4_8422_2325
}

extension HTTP1FieldName {
  package static let contentEncoding = HTTP1FieldName("content-encoding")
  package static let contentLength = HTTP1FieldName("content-length")
  package static let contentType = HTTP1FieldName("content-type")
  package static let host = HTTP1FieldName("host")
  package static let location = HTTP1FieldName("location")
  package static let referer = HTTP1FieldName("referer")
  package static let transferEncoding = HTTP1FieldName("transfer-encoding")
  package static let userAgent = HTTP1FieldName("user-agent")
}
