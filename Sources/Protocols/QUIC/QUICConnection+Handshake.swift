import Decryption
import Observations
import Wire

/// What is kept of the ClientHello.
struct QUICReadHello {
  var told: TLSHello
  var random: ClientRandom
  var first: ReadClientHello
}

// Initial packets, CRYPTO frames and the keys that follow: RFC 9001 sections 4 and 5.
extension QUICConnection {
  /// Derivations that may fail before an Initial packet of the client opens: packets of a connection whose begin the
  /// capture lacks. Each costs some microseconds.
  private static let failedDerivationLimit = 32
  /// Pairs of id and version that keys are kept of: before and after a Retry, with the version chosen.
  private static let initialKeysLimit = 4

  // MARK: Initial packets, RFC 9001 section 5.2

  func takeInitial(
    _ packet: RawSpan, _ header: QUICLongHeader, _ direction: Direction, _ context: inout AnalysisContext
  ) {
    self[direction].summary.records &+= 1
    self[direction].summary.bytes &+= UInt64(packet.byteCount)
    guard let family = header.version.family else { return }
    if let payload = openKnown(packet, header, direction) {
      adopt(header.version, direction)
      takeFrames(payload.rawSpan, .initial, direction, &context)
      return
    }
    guard failedDerivations < Self.failedDerivationLimit else { return }
    if let payload = openInOtherVersion(packet, header, family, direction) {
      adopt(header.version, direction)
      takeFrames(payload.rawSpan, .initial, direction, &context)
      return
    }
    beginConnection(packet, header, family, direction, &context)
  }

  /// RFC 9369 section 4: the server may go on in another version, with the client's first id.
  private func openInOtherVersion(
    _ packet: RawSpan, _ header: QUICLongHeader, _ family: QUICVersion.Family, _ direction: Direction
  ) -> [UInt8]? {
    guard let first = initials.first, !initials.contains(where: { $0.family == family }) else { return nil }
    var keys = QUICInitialKeys(first.destinationID, family)
    guard let payload = keys.open(packet, header, isClient: direction == .toServer) else { return nil }
    keep(keys)
    return payload
  }

  /// The server's packets say which version counts in the end: keys that were derived for another are of no use.
  func adopt(_ version: QUICVersion, _ direction: Direction) {
    guard direction == .toClient, version != self.version else { return }
    self.version = version
    for side in [client, server] { (side.handshake, side.application) = (QUICOpener(), QUICOpener()) }
    secretsGeneration = nil
  }

  private func openKnown(_ packet: RawSpan, _ header: QUICLongHeader, _ direction: Direction) -> [UInt8]? {
    for index in initials.indices where initials[index].family == header.version.family {
      if let payload = initials[index].open(packet, header, isClient: direction == .toServer) { return payload }
    }
    return nil
  }

  /// Only what a client sends opens with keys of its own destination id.
  private func beginConnection(
    _ packet: RawSpan, _ header: QUICLongHeader, _ family: QUICVersion.Family, _ direction: Direction,
    _ context: inout AnalysisContext
  ) {
    var keys = QUICInitialKeys(header.destinationID, family)
    guard let payload = keys.open(packet, header, isClient: true) else {
      failedDerivations += 1
      context.counters.quic.hiddenPackets &+= 1
      context.counters.quic.hiddenBytes &+= UInt64(packet.byteCount)
      return
    }
    failedDerivations = 0
    if !initials.isEmpty { restart(&context) }
    if direction == .toClient { swapRoles() }
    client.ownIDByteCount = header.sourceID.byteCount
    initials = []
    keep(keys)
    version = header.version
    takeFrames(payload.rawSpan, .initial, .toServer, &context)
  }

  private func keep(_ keys: QUICInitialKeys) {
    if initials.count >= Self.initialKeysLimit { initials.removeLast() }
    initials.insert(keys, at: 0)
  }

  /// RFC 9000 section 17.2.5: the client begins again with the id that the server chose.
  func takeRetry(
    _ packet: RawSpan, _ header: QUICLongHeader, _ direction: Direction, _ context: inout AnalysisContext
  ) {
    self[direction].summary.records &+= 1
    self[direction].summary.bytes &+= UInt64(packet.byteCount)
    guard let family = header.version.family, direction == .toClient, let first = initials.last,
      QUICRetryIntegrity.isValid(packet, originalID: first.destinationID, family: family)
    else { return }
    context.counters.quic.retries &+= 1
    restart(&context)
    server.ownIDByteCount = header.sourceID.byteCount
    initials = []
    keep(QUICInitialKeys(header.sourceID, family))
  }

  // MARK: Handshake messages

  func takeCrypto(
    _ bytes: RawSpan, _ offset: UInt64, _ level: QUICLevel, _ direction: Direction, _ context: inout AnalysisContext
  ) {
    // After the handshake only tickets follow.
    guard level == .initial || level == .handshake else { return }
    guard let messages = self[direction].crypto(bytes, at: offset, level) else {
      context.counters.quic.cryptoLimitReached &+= 1
      return
    }
    for message in messages { take(message, direction, &context) }
  }

  private func take(_ message: HandshakeMessage, _ direction: Direction, _ context: inout AnalysisContext) {
    switch (message.type, direction) {
    case (.clientHello, .toServer): takeHello(message.body.rawSpan, &context)
    case (.serverHello, .toClient):
      guard let answer = try? ServerHello(message.body.rawSpan) else { return }
      if case .aead(let algorithm) = CipherSuite(rawValue: answer.cipherSuite).protection { self.algorithm = algorithm }
      secretsGeneration = nil
      lookForSecrets(&context)
    case (.encryptedExtensions, .toClient): takeExtensions(message.body.rawSpan)
    default: break
    }
  }

  private func takeHello(_ body: RawSpan, _ context: inout AnalysisContext) {
    guard let read = try? ReadClientHello(body), let random = ClientRandom(read.random.rawSpan) else { return }
    secretsGeneration = nil
    defer { lookForSecrets(&context) }
    guard hello?.random != random else {
      // The same after a Retry or a HelloRetryRequest: told already, but for what the second one reveals.
      guard let before = hello, before.told != read.told else { return }
      hello?.told = read.judged(after: before.first)
      return
    }
    hello = QUICReadHello(told: read.told, random: random, first: read)
    hadSecrets = false
    context.counters.quic.hellos &+= 1
    context.emit(.tlsHello(read.told))
    context.emit(
      .quicHello(QUICHello(version: version.name, hello: read.told, ja3: read.ja3, ja4: Self.fingerprint(body))))
  }

  private static func fingerprint(_ body: RawSpan) -> String? {
    guard let hello = try? ClientHello(body) else { return nil }
    return JA4.client(hello, transport: "q")
  }

  /// RFC 8446 section 4.3.1: where the server says which protocol it chose.
  private func takeExtensions(_ body: RawSpan) {
    var cursor = ByteCursor(delimited: body)
    guard let block = try? cursor.vector(UInt16.self), let name = try? ServerHello.selectedProtocol(in: block) else {
      return
    }
    serverALPN = name.text(in: 0..<name.byteCount)
  }

  // MARK: Secrets

  private static let labels: [(label: SecretLabel, level: QUICLevel, direction: Direction)] = [
    (.clientEarlyTraffic, .early, .toServer),
    (.clientHandshakeTraffic, .handshake, .toServer), (.serverHandshakeTraffic, .handshake, .toClient),
    (.clientTraffic0, .application, .toServer), (.serverTraffic0, .application, .toClient),
  ]

  /// Installs what the key logs have of this connection, and opens what waited for it.
  func lookForSecrets(_ context: inout AnalysisContext) {
    guard let secrets = context.settings.secrets, let hello, let family = version.family else { return }
    let generation = secrets.generation
    guard generation != secretsGeneration else { return }
    secretsGeneration = generation
    var isNew = false
    for (label, level, direction) in Self.labels where !self[direction][level].hasKeys {
      guard let secret = secrets.secret(label, for: hello.random) else { continue }
      let algorithms = algorithm.map { level == .early ? nil : [$0] } ?? nil
      self[direction][level].install(
        secret, algorithms ?? QUICPacketKeys.candidates(secretByteCount: secret.count), family)
      (isNew, hadSecrets) = (true, true)
    }
    if isNew { openHeld(&context) }
  }

  /// Opens what waited for keys, or for the length of an id; the rest waits on.
  func openHeld(_ context: inout AnalysisContext) {
    guard !held.isEmpty else { return }
    for packet in held.takeAll() {
      let offset = packet.packetNumberOffset ?? self[packet.direction.opposite].ownIDByteCount.map { $0 + 1 }
      if let offset, self[packet.direction][packet.level].hasKeys {
        open(packet.bytes.rawSpan, packet.level, offset, packet.direction, &context)
      } else {
        _ = held.hold(packet.bytes.rawSpan, packet.direction, packet.level, packetNumberOffset: offset)
      }
    }
  }
}
