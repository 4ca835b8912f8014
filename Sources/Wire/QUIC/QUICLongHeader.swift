/// What a packet with a long header carries: RFC 9000 section 17.2.
package enum QUICPacketType: Sendable, BitwiseCopyable {
  case initial, zeroRTT, handshake, retry
}

/// A long header as far as it is not protected: RFC 9000 section 17.2.
///
///     1 F T T x x x x | version 4 | n 1 | destination id n | m 1 | source id m | by type
///
/// Offsets count from the packet's first byte.
package struct QUICLongHeader: Equatable, Sendable {
  package let version: QUICVersion
  package let type: QUICPacketType
  package let destinationID: QUICConnectionID
  package let sourceID: QUICConnectionID
  /// The token of an Initial packet, or of a Retry (section 17.2.5); empty else.
  package let token: Range<Int>
  /// Where the protected packet number starts; for a Retry, where the integrity tag does.
  package let packetNumberOffset: Int
  /// Length of the whole packet; another one may follow in the datagram (section 12.2).
  package let byteCount: Int

  private static let retryTagByteCount = 16

  /// Whether a datagram can start with a long header: RFC 8999 section 5.1. The bit that version 1 fixes may be
  /// greased (RFC 9287).
  package static func isLong(_ firstByte: UInt8) -> Bool { firstByte & 0x80 != 0 }

  /// Reads the packet that `bytes` start with.
  ///
  /// - Throws: `malformed(.version)` for versions without a `family`, and for Version Negotiation.
  package init(_ bytes: RawSpan) throws(ParseError) {
    var cursor = ByteCursor(delimited: bytes)
    let prefix = try QUICInvariantHeader(&cursor)
    guard let family = prefix.version.family else { throw .malformed(.version, offset: 1) }
    (version, destinationID, sourceID) = (prefix.version, prefix.destinationID, prefix.sourceID)
    type = Self.type(prefix.firstByte, family)
    switch type {
    case .retry:
      let end = bytes.byteCount - Self.retryTagByteCount
      guard end >= cursor.offset else { throw .malformed(.lengthField, offset: cursor.offset) }
      (token, packetNumberOffset, byteCount) = (cursor.offset..<end, end, bytes.byteCount)
    case .initial, .zeroRTT, .handshake:
      let tokenByteCount = type == .initial ? try cursor.variableLengthVector().byteCount : 0
      token = cursor.offset - tokenByteCount..<cursor.offset
      let length = Int(clamping: try cursor.variableLengthInteger())
      packetNumberOffset = cursor.offset
      _ = try cursor.bytes(length)
      byteCount = cursor.offset
    }
  }

  /// RFC 9000 section 17.2 and RFC 9369 section 3.2, which turns the numbers round by one.
  private static func type(_ firstByte: UInt8, _ family: QUICVersion.Family) -> QUICPacketType {
    let number = firstByte >> 4 & 3
    switch family == .version2 ? (number &- 1) & 3 : number {
    case 0: return .initial
    case 1: return .zeroRTT
    case 2: return .handshake
    default: return .retry
    }
  }
}

/// What every version of QUIC has in common: RFC 8999 section 5.1.
package struct QUICInvariantHeader: Equatable, Sendable, BitwiseCopyable {
  package let firstByte: UInt8
  package let version: QUICVersion
  package let destinationID: QUICConnectionID
  package let sourceID: QUICConnectionID

  /// Reads the invariant part of a long header.
  ///
  /// - Throws: `malformed` for a short header, for ids longer than 20 bytes and for a cut packet.
  package init(_ bytes: RawSpan) throws(ParseError) {
    var cursor = ByteCursor(delimited: bytes)
    try self.init(&cursor)
  }

  init(_ cursor: inout ByteCursor) throws(ParseError) {
    firstByte = try cursor.integer()
    guard QUICLongHeader.isLong(firstByte) else { throw .malformed(.messageType, offset: 0) }
    version = QUICVersion(rawValue: try cursor.integer())
    guard let destination = QUICConnectionID(try cursor.vector(UInt8.self)) else {
      throw .malformed(.lengthField, offset: 5)
    }
    destinationID = destination
    guard let source = QUICConnectionID(try cursor.vector(UInt8.self)) else {
      throw .malformed(.lengthField, offset: cursor.offset)
    }
    sourceID = source
  }
}
