/// The header between GRE and a mirrored Ethernet frame: draft-foschiano-erspan-03 sections 4.1 to 4.3.
package struct ERSPANHeader: BitwiseCopyable {
  /// Bytes before the frame: 0 for type I, 8 for type II, 12 or 20 for type III.
  package let byteCount: Int

  private static let typeIIVersion: UInt8 = 1
  private static let typeIIIVersion: UInt8 = 2

  /// Reads what follows `gre`, whose protocol type is one of ERSPAN's two.
  ///
  /// - Throws: `incomplete` when the capture is cut short, `malformed` for another version.
  package init(_ bytes: RawSpan, behind gre: GREHeader) throws(ParseError) {
    // Type I has neither a sequence number nor a header of its own.
    guard gre.hasSequenceNumber || gre.protocolType != .erspan else {
      byteCount = 0
      return
    }
    try bytes.require(1)
    switch bytes.bigEndian(at: 0, as: UInt8.self) >> 4 {
    case Self.typeIIVersion: byteCount = 8
    case Self.typeIIIVersion:
      try bytes.require(12)
      let hasPlatformHeader = bytes.bigEndian(at: 11, as: UInt8.self) & 1 != 0
      byteCount = hasPlatformHeader ? 20 : 12
    default: throw .malformed(.version, offset: 0)
    }
    try bytes.require(byteCount)
  }
}
