import Decryption
import Observations
import Wire

/// QUIC on one UDP flow, both directions: RFC 9000 and RFC 9001.
///
/// Initial packets are opened with what everybody can derive; the others where the owner's key logs hold the secrets.
/// A flow may carry one connection after another: an Initial packet that opens with a new destination id begins one.
final class QUICConnection {
  private(set) var client = QUICSide()
  private(set) var server = QUICSide()
  private(set) var isSwapped = false
  var version = QUICVersion.version1
  var initials: [QUICInitialKeys] = []
  var held = QUICHeldPackets()
  var hello: QUICReadHello?
  var algorithm: AEADKey.Algorithm?
  var serverALPN: String?
  var streams: QUICStreams?
  /// `TLSSecrets.generation` when secrets were last looked for.
  var secretsGeneration: UInt64?
  /// Whether any secret of this connection was there.
  var hadSecrets = false
  /// What is booked of the shard's memory.
  private var budget: MemoryBudget?
  private var bookedByteCount = 0
  /// Derivations of Initial keys that opened nothing, one after the other.
  var failedDerivations = 0

  subscript(direction: Direction) -> QUICSide { direction == .toServer ? client : server }

  deinit { budget?.giveBack(bookedByteCount) }

  // MARK: Events

  /// Takes a datagram, which may hold several packets: RFC 9000 section 12.2.
  func datagram(_ bytes: RawSpan, _ direction: Direction, _ context: inout AnalysisContext) {
    var position = 0
    var direction = direction
    while position < bytes.byteCount {
      let rest = bytes.extracting(position...)
      let wasSwapped = isSwapped
      position += take(rest, isFirst: position == 0, direction, &context)
      if wasSwapped != isSwapped { direction = direction.opposite }
    }
    bookMemory(&context)
  }

  /// The flow is over.
  func closed(_ context: inout AnalysisContext) {
    // A key log may have grown since the last packet.
    lookForSecrets(&context)
    giveUpHeld(&context)
    streams?.closed(&context)
    context.emit(.encryption(summary))
  }

  private var heldByteCount: Int {
    held.byteCount + client.cryptoByteCount + server.cryptoByteCount + (streams?.heldByteCount ?? 0)
  }

  /// Books what is held now; without room all of it is given up.
  private func bookMemory(_ context: inout AnalysisContext) {
    let now = heldByteCount
    guard now != bookedByteCount else { return }
    budget = context.quicMemory
    context.quicMemory.giveBack(bookedByteCount)
    bookedByteCount = now
    guard !context.quicMemory.take(now) else { return }
    context.counters.quic.memoryLimitReached &+= 1
    bookedByteCount = 0
    giveUpHeld(&context)
    client.forgetCrypto()
    server.forgetCrypto()
    streams?.flushHoles(&context)
  }

  /// Whether the caller must turn the directions round; says so once.
  func takeRoleSwap() -> Bool {
    defer { isSwapped = false }
    return isSwapped
  }

  // MARK: Packets

  /// Takes the packet at the front of `rest`.
  ///
  /// - Returns: its length, at least 1.
  private func take(
    _ rest: RawSpan, isFirst: Bool, _ direction: Direction, _ context: inout AnalysisContext
  ) -> Int {
    let first = rest.octets[0]
    guard QUICLongHeader.isLong(first) else {
      // Some senders fill a datagram up with zeros behind the last packet.
      if isFirst || first != 0 { takeShort(rest, direction, &context) }
      return rest.byteCount
    }
    if let offered = try? QUICVersionNegotiation.versions(in: rest), !offered.isEmpty {
      context.counters.quic.versionNegotiations &+= 1
      return rest.byteCount
    }
    guard let header = try? QUICLongHeader(rest) else {
      hide(rest.byteCount, direction, &context)
      return rest.byteCount
    }
    let packet = rest.extracting(..<header.byteCount)
    let isFirstID = self[direction].ownIDByteCount == nil
    self[direction].ownIDByteCount = header.sourceID.byteCount
    defer { if isFirstID { openHeld(&context) } }
    switch header.type {
    case .initial: takeInitial(packet, header, direction, &context)
    case .zeroRTT: takeProtected(packet, .early, header.packetNumberOffset, direction, &context)
    case .handshake:
      if !self[direction].handshake.hasOpened { adopt(header.version, direction) }
      takeProtected(packet, .handshake, header.packetNumberOffset, direction, &context)
    case .retry: takeRetry(packet, header, direction, &context)
    }
    return header.byteCount
  }

  /// A short header: RFC 9000 section 17.3. Its id is as long as those that the other side chose.
  private func takeShort(_ packet: RawSpan, _ direction: Direction, _ context: inout AnalysisContext) {
    let offset = self[direction.opposite].ownIDByteCount.map { $0 + 1 }
    takeProtected(packet, .application, offset, direction, &context)
  }

  /// A packet whose keys come from a secret of the key log.
  private func takeProtected(
    _ packet: RawSpan, _ level: QUICLevel, _ packetNumberOffset: Int?, _ direction: Direction,
    _ context: inout AnalysisContext
  ) {
    self[direction].summary.records &+= 1
    self[direction].summary.protectedRecords &+= 1
    self[direction].summary.bytes &+= UInt64(packet.byteCount)
    lookForSecrets(&context)
    guard let packetNumberOffset, self[direction][level].hasKeys else {
      let isHeld =
        context.settings.secrets != nil
        && held.hold(packet, direction, level, packetNumberOffset: packetNumberOffset)
      if !isHeld { count(hidden: packet.byteCount, &context) }
      return
    }
    open(packet, level, packetNumberOffset, direction, &context)
  }

  /// Opens a packet for which there are keys.
  func open(
    _ packet: RawSpan, _ level: QUICLevel, _ packetNumberOffset: Int, _ direction: Direction,
    _ context: inout AnalysisContext
  ) {
    let updates = self[direction][level].keyUpdates
    guard let payload = self[direction][level].open(packet, packetNumberOffset: packetNumberOffset) else {
      count(hidden: packet.byteCount, &context)
      return
    }
    context.counters.quic.keyUpdates &+= self[direction][level].keyUpdates &- updates
    context.counters.quic.openedPackets &+= 1
    self[direction].summary.openedRecords &+= 1
    takeFrames(payload.rawSpan, level, direction, &context)
  }

  /// A packet of which nothing can be said but its length.
  private func hide(_ byteCount: Int, _ direction: Direction, _ context: inout AnalysisContext) {
    self[direction].summary.records &+= 1
    self[direction].summary.protectedRecords &+= 1
    self[direction].summary.bytes &+= UInt64(byteCount)
    count(hidden: byteCount, &context)
  }

  private func count(hidden byteCount: Int, _ context: inout AnalysisContext) {
    context.counters.quic.hiddenPackets &+= 1
    context.counters.quic.hiddenBytes &+= UInt64(byteCount)
  }

  private func giveUpHeld(_ context: inout AnalysisContext) {
    for packet in held.takeAll() { count(hidden: packet.bytes.count, &context) }
  }

  // MARK: Frames

  /// RFC 9000 section 12.4.
  func takeFrames(
    _ payload: RawSpan, _ level: QUICLevel, _ direction: Direction, _ context: inout AnalysisContext
  ) {
    var reader = QUICFrameReader(payload, family: version.family ?? .version1)
    do throws(ParseError) {
      while let frame = try reader.next() {
        switch frame {
        case .crypto(let offset, let data):
          takeCrypto(payload.extracting(data), offset, level, direction, &context)
        case .stream(let id, let offset, let data, let isFinal) where level == .application || level == .early:
          let piece = QUICStreamPiece(id: id, offset: offset, isFinal: isFinal)
          openStreams().take(payload.extracting(data), piece, direction, &context)
        case .resetStream(let id) where level == .application:
          streams?.reset(id, direction, &context)
        case .newConnectionID(let byteCount): self[direction].ownIDByteCount = byteCount
        case .stream, .resetStream, .connectionClose, .other: break
        }
      }
    } catch {
      context.counters.quic.brokenPackets &+= 1
    }
  }

  private func openStreams() -> QUICStreams {
    if let streams { return streams }
    let opened = QUICStreams(protocolName: serverALPN ?? hello?.told.alpn.first)
    streams = opened
    return opened
  }

  // MARK: One connection after another

  /// The side that was taken for the client is the server.
  func swapRoles() {
    swap(&client, &server)
    isSwapped.toggle()
  }

  /// Forgets the connection before; what was counted of it stays.
  func restart(_ context: inout AnalysisContext) {
    giveUpHeld(&context)
    streams?.closed(&context)
    let (before, after) = (client.summary, server.summary)
    (client, server) = (QUICSide(), QUICSide())
    (client.summary, server.summary) = (before, after)
    (streams, algorithm, serverALPN, secretsGeneration) = (nil, nil, nil, nil)
  }

  private var summary: EncryptionSummary {
    var summary = EncryptionSummary()
    (summary.toServer, summary.toClient) = (client.summary, server.summary)
    let opened = client.summary.openedRecords &+ server.summary.openedRecords
    let protected = client.summary.protectedRecords &+ server.summary.protectedRecords
    summary.visibility =
      if hadSecrets, opened == protected {
        .decrypted
      } else if opened > 0 {
        .partly
      } else if hadSecrets {
        .wrongKeys
      } else {
        hello?.told.encryptedHello == .certain ? .hiddenName : .noKeys
      }
    return summary
  }
}
