/// The header of a virtual extensible LAN (RFC 7348 section 5), with the group policy and generic protocol extensions.
///
///      0      7 8              23 24    31
///     +--------+-----------------+--------+
///     |  flags | reserved, group |protocol|
///     +--------+-----------------+--------+
///     |  network identifier 24   |reserved|
///     +--------------------------+--------+
package struct VXLANHeader: BitwiseCopyable {
  package static let byteCount = 8

  package enum Content: BitwiseCopyable { case ethernet, ip, other }

  /// The 24-bit VXLAN network identifier.
  package let networkIdentifier: UInt32
  package let content: Content

  /// The identifier is valid: set in every VXLAN packet.
  private static let identifierValid: UInt8 = 0x08
  /// draft-ietf-nvo3-vxlan-gpe section 3.1: the last byte of the first word names the protocol.
  private static let nextProtocolPresent: UInt8 = 0x04
  /// draft-smith-vxlan-group-policy section 2.1: two bytes of group policy.
  private static let groupPolicy: UInt8 = 0x80

  /// - Throws: `incomplete` when the capture is cut short, `malformed` when a flag or a reserved bit says that this is
  ///   something else.
  package init(_ bytes: RawSpan) throws(ParseError) {
    try bytes.require(Self.byteCount)
    let flags = bytes.bigEndian(at: 0, as: UInt8.self)
    let word = bytes.bigEndian(at: 0, as: UInt32.self)
    let identifier = bytes.bigEndian(at: 4, as: UInt32.self)
    guard flags & Self.identifierValid != 0, identifier & 0xFF == 0 else { throw .malformed(.messageType, offset: 0) }
    networkIdentifier = identifier >> 8
    if flags & Self.nextProtocolPresent != 0 {
      guard word & 0x00FF_FF00 == 0 else { throw .malformed(.messageType, offset: 1) }
      content = Self.content(nextProtocol: UInt8(truncatingIfNeeded: word))
    } else {
      let reserved = flags & Self.groupPolicy != 0 ? word & 0x0000_00FF : word & 0x00FF_FFFF
      guard flags & ~(Self.identifierValid | Self.groupPolicy) == 0, reserved == 0 else {
        throw .malformed(.messageType, offset: 1)
      }
      content = .ethernet
    }
  }

  private static func content(nextProtocol: UInt8) -> Content {
    switch nextProtocol {
    case 1, 2: .ip
    case 3: .ethernet
    default: .other
    }
  }
}
