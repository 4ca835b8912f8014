package import Wire

/// The tag that ends a Retry packet: RFC 9001 section 5.8, RFC 9369 section 3.3.3.
package enum QUICRetryIntegrity {
  /// Whether a server sent `packet` in answer to an Initial packet to `originalID`.
  ///
  /// - Parameter packet: the whole Retry packet, tag included.
  /// - Returns: false also for the drafts before 29, whose keys are not kept.
  package static func isValid(_ packet: RawSpan, originalID: QUICConnectionID, family: QUICVersion.Family) -> Bool {
    let end = packet.byteCount - QUICPacketKeys.tagByteCount
    guard let (bytes, nonce) = secrets(family), end >= 0, let key = AEADKey(.aes128GCM, key: bytes) else {
      return false
    }
    // The pseudo-packet: what the tag covers.
    var covered = [UInt8(truncatingIfNeeded: originalID.byteCount)] + originalID.bytes
    covered.append(packet.extracting(..<end))
    var nothing: [UInt8] = []
    return (try? key.open(packet.extracting(end...), nonce: nonce, authenticating: covered, into: &nothing)) != nil
  }

  private static func secrets(_ family: QUICVersion.Family) -> (key: [UInt8], nonce: [UInt8])? {
    typealias Family = QUICVersion.Family
    return switch family {
    case .version1:
      (
        Family.bytes(0xBE0C_690B, 0x9F66_575A, 0x1D76_6B54, 0xE368_C84E),
        Family.bytes(0x4615_99D3, 0x5D63_2BF2, 0x2398_25BB)
      )
    case .version2:
      (
        Family.bytes(0x8FB4_B01B, 0x56AC_48E2, 0x60FB_CBCE, 0xAD7C_CC92),
        Family.bytes(0xD869_69BC, 0x2D7C_6D99, 0x90EF_B04A)
      )
    case .draft29:
      (
        Family.bytes(0xCCCE_187E, 0xD09A_09D0, 0x5728_155A, 0x6CB9_6BE1),
        Family.bytes(0xE549_30F9, 0x7F21_36F0, 0x530A_8C1C)
      )
    case .draft22, .draft23, .google50, .google51: nil
    }
  }
}
