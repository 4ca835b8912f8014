package import Wire

/// Where the keys of Initial packets come from: RFC 9001 section 5.2.
package enum QUICInitialSecrets {
  /// Secrets of the Initial packets that a client and a server send.
  ///
  /// - Parameter destinationID: that of the client's first Initial packet, or of the first after a Retry.
  package static func derive(
    destinationID: [UInt8], family: QUICVersion.Family
  ) -> (client: [UInt8], server: [UInt8]) {
    let secret = hkdfExtract(salt: family.initialSalt, secret: destinationID, hash: .sha256)
    return (
      hkdfExpandLabel(secret: secret, label: "client in", length: 32, hash: .sha256),
      hkdfExpandLabel(secret: secret, label: "server in", length: 32, hash: .sha256)
    )
  }
}

extension QUICVersion.Family {
  /// RFC 9001 section 5.2, RFC 9369 section 3.3.1, and the same place of the drafts.
  fileprivate var initialSalt: [UInt8] {
    switch self {
    case .version1: Self.bytes(0x3876_2CF7, 0xF559_34B3, 0x4D17_9AE6, 0xA4C8_0CAD, 0xCCBB_7F0A)
    case .version2: Self.bytes(0x0DED_E3DE, 0xF700_A6DB, 0x8193_81BE, 0x6E26_9DCB, 0xF9BD_2ED9)
    case .draft29: Self.bytes(0xAFBF_EC28, 0x9993_D24C, 0x9E97_86F1, 0x9C61_11E0, 0x4390_A899)
    case .draft23: Self.bytes(0xC3EE_F712, 0xC72E_BB5A, 0x11A7_D243, 0x2BB4_6365, 0xBEF9_F502)
    case .draft22: Self.bytes(0x7FBC_DB0E, 0x7C66_BBE9, 0x193A_96CD, 0x2151_9EBD, 0x7A02_644A)
    case .google50: Self.bytes(0x7FF5_79E5, 0xACD0_7291, 0x5580_304C, 0x43A2_367C, 0x6048_8310)
    case .google51: Self.bytes(0x7A4E_DEF4, 0xE7CC_EE5F, 0xA450_6C19, 0x124F_C8CC, 0xDA6E_033D)
    }
  }

  /// RFC 9001 section 5.1, RFC 9369 section 3.3.2.
  func label(_ purpose: String) -> String { self == .version2 ? "quicv2 \(purpose)" : "quic \(purpose)" }

  /// `words` as big-endian bytes.
  static func bytes(_ words: UInt32...) -> [UInt8] {
    words.flatMap { word in (0..<4).map { UInt8(truncatingIfNeeded: word >> (24 - 8 * UInt32($0))) } }
  }
}
