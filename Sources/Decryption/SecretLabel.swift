/// What a line of a key log gives of the connection that its client random names: draft-ietf-tls-keylogfile.
package enum SecretLabel: String, Sendable, CaseIterable {
  /// The master secret of TLS 1.2 and below.
  case clientRandom = "CLIENT_RANDOM"
  /// The premaster secret of TLS 1.2 and below, as some tools write it.
  case premasterSecret = "PMS_CLIENT_RANDOM"
  case clientEarlyTraffic = "CLIENT_EARLY_TRAFFIC_SECRET"
  case clientHandshakeTraffic = "CLIENT_HANDSHAKE_TRAFFIC_SECRET"
  case serverHandshakeTraffic = "SERVER_HANDSHAKE_TRAFFIC_SECRET"
  case clientTraffic0 = "CLIENT_TRAFFIC_SECRET_0"
  case serverTraffic0 = "SERVER_TRAFFIC_SECRET_0"
  /// Known, opens no record, and so is not kept.
  case exporter = "EXPORTER_SECRET"
  /// Known, opens no record, and so is not kept.
  case earlyExporter = "EARLY_EXPORTER_SECRET"

  /// Whether the secret opens records.
  package var isKept: Bool { self != .exporter && self != .earlyExporter }

  /// What early QUIC implementations wrote before each label of RFC 8446; the secrets are the same.
  private static let legacyQUICPrefix = "QUIC_"

  /// By the first word of a line, also in its form of early QUIC.
  init?(name: String) {
    let isLegacy = name.hasPrefix(Self.legacyQUICPrefix)
    self.init(rawValue: isLegacy ? String(name.dropFirst(Self.legacyQUICPrefix.utf8.count)) : name)
  }
}
