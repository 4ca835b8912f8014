/// The header of a user-plane packet of mobile networks: GTP-U version 1, 3GPP TS 29.281 section 5.1.
///
///      0      7 8     15 16             31
///     +--------+--------+-----------------+
///     |Ver1ESPN|  type  |     length      |
///     +--------+--------+-----------------+
///     |    tunnel endpoint identifier     |
///     +-----------------+--------+--------+
///     | sequence number |  N-PDU |next ext|   (E, S or PN)
///     +-----------------+--------+--------+
package struct GTPHeader: BitwiseCopyable {
  package static let minimumByteCount = 8

  /// Header, optional fields and extension headers, in bytes.
  package let byteCount: Int

  /// Version 1, protocol type GTP; the bit above the three flags is spare.
  private static let versionAndType: UInt8 = 0x30
  private static let extensionPresent: UInt8 = 0x04
  private static let optionalFieldsPresent: UInt8 = 0x07
  /// A G-PDU, which carries a user's datagram: TS 29.281 section 6.1.
  private static let userData: UInt8 = 255
  /// Honest packets have one or two extension headers.
  private static let maximumExtensionCount = 8

  /// - Throws: `incomplete` when the capture is cut short, `malformed` for signalling, other versions, and lengths that
  ///   contradict each other.
  package init(_ bytes: RawSpan) throws(ParseError) {
    var cursor = ByteCursor(bytes)
    let flags = try cursor.integer(UInt8.self)
    guard flags & 0xF0 == Self.versionAndType else { throw .malformed(.version, offset: 0) }
    guard try cursor.integer(UInt8.self) == Self.userData else { throw .malformed(.messageType, offset: 1) }
    let declaredEnd = Self.minimumByteCount &+ Int(try cursor.integer(UInt16.self))
    _ = try cursor.bytes(4)
    if flags & Self.optionalFieldsPresent != 0 {
      _ = try cursor.bytes(3)
      let next = try cursor.integer(UInt8.self)
      if flags & Self.extensionPresent != 0 { try Self.skipExtensions(from: next, &cursor) }
    }
    guard cursor.offset < declaredEnd else { throw .malformed(.lengthField, offset: 2) }
    byteCount = cursor.offset
  }

  /// TS 29.281 section 5.2.1: a length in units of four bytes first, the type of the next header last.
  private static func skipExtensions(from first: UInt8, _ cursor: inout ByteCursor) throws(ParseError) {
    var next = first
    for _ in 0...maximumExtensionCount {
      if next == 0 { return }
      let length = Int(try cursor.integer(UInt8.self)) &* 4
      guard length > 0 else { throw .malformed(.lengthField, offset: cursor.offset) }
      _ = try cursor.bytes(length &- 2)
      next = try cursor.integer(UInt8.self)
    }
    throw .malformed(.headerCount, offset: cursor.offset)
  }
}
