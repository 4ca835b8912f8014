import Decryption
import Wire

/// The keys of the Initial packets of one connection, which everybody can derive: RFC 9001 section 5.2.
struct QUICInitialKeys {
  let destinationID: QUICConnectionID
  let family: QUICVersion.Family
  private var client = QUICOpener()
  private var server = QUICOpener()

  init(_ destinationID: QUICConnectionID, _ family: QUICVersion.Family) {
    (self.destinationID, self.family) = (destinationID, family)
    let secrets = QUICInitialSecrets.derive(destinationID: destinationID.bytes, family: family)
    client.install(secrets.client, [.aes128GCM], family)
    server.install(secrets.server, [.aes128GCM], family)
  }

  /// Opens a packet that the client, or the server, sent.
  mutating func open(_ packet: RawSpan, _ header: QUICLongHeader, isClient: Bool) -> [UInt8]? {
    isClient
      ? client.open(packet, packetNumberOffset: header.packetNumberOffset)
      : server.open(packet, packetNumberOffset: header.packetNumberOffset)
  }
}
