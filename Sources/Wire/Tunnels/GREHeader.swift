/// A generic routing encapsulation header: RFC 2784 with the key and sequence number of RFC 2890, the source routes of
/// RFC 1701, and version 1 as PPTP uses it (RFC 2637 section 4.1).
///
///      0      7 8     15 16             31
///     +--------+--------+-----------------+
///     |CRKSsRec|A  | Ver|  protocol type  |
///     +--------+--------+-----------------+
///     | checksum 2, offset 2   (C or R)   |
///     |            key 4       (K)        |
///     |  sequence number 4     (S)        |
///     |  acknowledgement 4     (A, v1)    |
///     |  source routes         (R, v0)    |
package struct GREHeader: BitwiseCopyable {
  /// What is carried: an EtherType (RFC 2784 section 2.4).
  package let protocolType: EtherType
  /// Header and options, in bytes.
  package let byteCount: Int
  package let hasSequenceNumber: Bool

  private static let checksumPresent: UInt16 = 0x8000
  private static let routingPresent: UInt16 = 0x4000
  private static let keyPresent: UInt16 = 0x2000
  private static let sequencePresent: UInt16 = 0x1000
  private static let acknowledgementPresent: UInt16 = 0x0080
  private static let versionMask: UInt16 = 0x0007
  /// Source routes of RFC 1701, which nobody uses any more, are stepped over up to this many.
  private static let maximumRouteCount = 8

  /// Reads the header at the start of `bytes`.
  ///
  /// - Throws: `incomplete` when the capture is cut short, `malformed` for other versions and endless source routes.
  package init(_ bytes: RawSpan) throws(ParseError) {
    var cursor = ByteCursor(bytes)
    let flags = try cursor.integer(UInt16.self)
    protocolType = EtherType(rawValue: try cursor.integer())
    hasSequenceNumber = flags & Self.sequencePresent != 0
    switch flags & Self.versionMask {
    case 0:
      if flags & (Self.checksumPresent | Self.routingPresent) != 0 { _ = try cursor.bytes(4) }
      if flags & Self.keyPresent != 0 { _ = try cursor.bytes(4) }
      if hasSequenceNumber { _ = try cursor.bytes(4) }
      if flags & Self.routingPresent != 0 { try Self.skipRoutes(&cursor) }
    case 1:
      // The key, here payload length and call, is mandatory; checksums and routes do not exist.
      guard flags & Self.keyPresent != 0, flags & (Self.checksumPresent | Self.routingPresent) == 0 else {
        throw .malformed(.messageType, offset: 0)
      }
      _ = try cursor.bytes(4)
      if hasSequenceNumber { _ = try cursor.bytes(4) }
      if flags & Self.acknowledgementPresent != 0 { _ = try cursor.bytes(4) }
    default: throw .malformed(.version, offset: 0)
    }
    byteCount = cursor.offset
  }

  /// Each route is a family, an offset and a length; one of family and length 0 ends the list (RFC 1701).
  private static func skipRoutes(_ cursor: inout ByteCursor) throws(ParseError) {
    for _ in 0...maximumRouteCount {
      let family = try cursor.integer(UInt16.self)
      _ = try cursor.integer(UInt8.self)
      let length = try cursor.integer(UInt8.self)
      if family == 0, length == 0 { return }
      _ = try cursor.bytes(Int(length))
    }
    throw .malformed(.headerCount, offset: cursor.offset)
  }
}
