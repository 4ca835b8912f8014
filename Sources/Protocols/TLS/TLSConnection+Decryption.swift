import Decryption
import Observations
import Wire

/// The protected records: RFC 8446 section 5.2, RFC 5246 section 6.2.3.
extension TLSConnection {
  /// Records that may be missing in a gap whose size in records is not known: so many sequence numbers are tried.
  private static let lostRecordLimit = 64
  /// Records in a row that do not open before the secret counts as wrong. One may be damaged in the capture.
  private static let failureLimit = 3
  /// The same of early data, which a server may have refused: RFC 8446 section 4.2.10. 16 KiB of it are usual.
  private static let earlyFailureLimit = 64

  // MARK: Records

  /// - Parameter content: `nil` where it was only counted.
  func protectedRecord(
    _ header: TLSRecordHeader, _ content: RawSpan?, _ side: TLSSide, _ context: inout AnalysisContext
  ) {
    let (type, version) = (header.contentType.rawValue, header.version.rawValue)
    switch side.keying {
    case .open:
      guard let content else { return damagedRecord(header, side, &context) }
      open(type, version, content, side, &context)
    case .locked:
      guard let content else {
        side.droppedRecords &+= 1
        return
      }
      hold(
        HeldRecord(direction: side.direction, type: type, version: version, fragment: [UInt8](copying: content)),
        side, &context)
    case .clear, .abandoned: break
    }
  }

  /// A record of which bytes are missing: its number is used up.
  func damagedRecord(_ header: TLSRecordHeader, _ side: TLSSide, _ context: inout AnalysisContext) {
    switch side.keying {
    case .open: skipRecord(byteCount: header.length, side, &context)
    case .locked:
      hold(HeldRecord(kind: .damaged(byteCount: header.length), direction: side.direction), side, &context)
    case .clear, .abandoned: break
    }
  }

  private func skipRecord(byteCount: Int, _ side: TLSSide, _ context: inout AnalysisContext) {
    side.opener?.skipRecord()
    side.messages.removeAll()
    deliverGap(plaintextByteCount(of: byteCount), side.direction, &context)
  }

  /// How much a record of `byteCount` bytes holds, if it is not padded; 0 where its length does not tell.
  private func plaintextByteCount(of byteCount: Int) -> Int {
    guard let answer, case .aead(let algorithm)? = CipherSuite(rawValue: answer.suite).protection else { return 0 }
    let tag = algorithm == .aes128CCM8 || algorithm == .aes256CCM8 ? 8 : 16
    // TLS 1.3 hides the content type behind the content; TLS 1.2 sends a part of the nonce with it (RFC 5288).
    let rest = isTLS13 ? 1 : algorithm == .chaCha20Poly1305 ? 0 : 8
    return max(0, byteCount - tag - rest)
  }

  /// An unknown number of records is missing.
  func recordsAreMissing(_ side: TLSSide, _ context: inout AnalysisContext) {
    switch side.keying {
    case .open:
      side.isSequenceUncertain = true
      deliverGap(0, side.direction, &context)
    case .locked: hold(HeldRecord(kind: .gap, direction: side.direction), side, &context)
    case .clear, .abandoned: break
    }
  }

  // MARK: Opening

  private func open(
    _ type: UInt8, _ version: UInt16, _ fragment: RawSpan, _ side: TLSSide, _ context: inout AnalysisContext
  ) {
    // Taken out while it is in use: what is inside may be TLS again.
    var output = plaintext
    plaintext = []
    let sealed = SealedRecord(type: type, version: version, fragment: fragment)
    if let innerType = openWithAnyKey(sealed, side, into: &output, context.settings.secrets) {
      side.summary.openedRecords &+= 1
      (side.failures, side.isSequenceUncertain) = (0, false)
      context.counters.tlsOpenedRecords &+= 1
      said(TLSContentType(rawValue: innerType), output.rawSpan, side, isProtected: true, &context)
    } else {
      openingFailed(side, &context)
    }
    plaintext = output
  }

  private func openWithAnyKey(
    _ record: borrowing SealedRecord, _ side: TLSSide, into output: inout [UInt8], _ secrets: TLSSecrets?
  ) -> UInt8? {
    if side.epoch == .early, side.parameters == nil { return openEarly(record, side, into: &output, secrets) }
    guard let opener = side.opener else { return nil }
    if let type = record.open(with: opener, into: &output) { return type }
    guard side.isSequenceUncertain else { return nil }
    for _ in 0..<Self.lostRecordLimit {
      opener.skipRecord()
      if let type = record.open(with: opener, into: &output) { return type }
    }
    // The end of the handshake may be among what is missing.
    guard isTLS13, side.epoch == .handshake, let next = makeOpener(.application, side, secrets) else { return nil }
    for _ in 0...Self.lostRecordLimit {
      if let type = record.open(with: next, into: &output) {
        (side.epoch, side.opener) = (.application, next)
        return type
      }
      next.skipRecord()
    }
    return nil
  }

  /// Early data, or the end of it where the server refused it and the client goes on with its handshake keys.
  private func openEarly(
    _ record: borrowing SealedRecord, _ side: TLSSide, into output: inout [UInt8], _ secrets: TLSSecrets?
  ) -> UInt8? {
    for candidate in side.opener.map({ [$0] }) ?? side.earlyOpeners {
      guard let type = record.open(with: candidate, into: &output) else { continue }
      side.opener = candidate
      return type
    }
    guard let next = makeOpener(.handshake, side, secrets), let type = record.open(with: next, into: &output) else {
      return nil
    }
    (side.epoch, side.opener) = (.handshake, next)
    return type
  }

  private func openingFailed(_ side: TLSSide, _ context: inout AnalysisContext) {
    context.counters.tlsUnopenedRecords &+= 1
    side.failures += 1
    let isEarly = side.epoch == .early && side.parameters == nil
    if isEarly, side.failures < Self.earlyFailureLimit { return }
    let isFirst = side.opener?.sequenceNumber == 0
    side.opener?.skipRecord()
    deliverGap(0, side.direction, &context)
    guard isEarly || isFirst || side.isSequenceUncertain || side.failures >= Self.failureLimit else { return }
    side.abandon()
    if side.summary.openedRecords == 0 { context.counters.tlsWrongKeys &+= 1 }
  }

  // MARK: Secrets

  /// Looks again where a direction is locked and secrets came since the last look.
  func lookForSecrets(_ context: inout AnalysisContext) {
    guard let secrets = context.settings.secrets, client.keying == .locked || server.keying == .locked else { return }
    let generation = secrets.generation
    guard generation != seenGeneration else { return }
    seenGeneration = generation
    unlock(client, &context)
    unlock(server, &context)
    while mustOpenHeld { openHeld(&context) }
  }

  /// Opens a locked direction, where its secret is known.
  func unlock(_ side: TLSSide, _ context: inout AnalysisContext) {
    guard side.keying == .locked, let secrets = context.settings.secrets else { return }
    if let parameters = side.parameters {
      unlock(side, parameters, secrets)
    } else if side.epoch == .early {
      unlockEarly(side, secrets)
    } else if let answer, CipherSuite(rawValue: answer.suite).protection == nil || !isTLS13 {
      side.abandon()
    } else if let opener = makeOpener(side.epoch, side, secrets) {
      (side.opener, side.keying) = (opener, .open)
    }
    if side.keying != .locked, !held.isEmpty || side.droppedRecords > 0 { mustOpenHeld = true }
  }

  /// TLS 1.2 and below: RFC 5246 section 6.3.
  private func unlock(_ side: TLSSide, _ parameters: TLSParameters, _ secrets: TLSSecrets) {
    guard parameters.canBeOpened else { return side.abandon() }
    guard let master = parameters.masterSecret(in: secrets) else { return }
    let keys = TLS12Keys(
      suite: CipherSuite(rawValue: parameters.suite), version: parameters.version.rawValue, masterSecret: master,
      clientRandom: parameters.clientRandom.rawSpan, serverRandom: parameters.serverRandom.rawSpan,
      encryptThenMAC: parameters.encryptsThenMACs)
    guard let keys else { return side.abandon() }
    (side.opener, side.keying) = (side.direction == .toServer ? keys.client : keys.server, .open)
  }

  /// The suite of early data is that of the session before: it shows by the length of the secret, and by trying.
  private func unlockEarly(_ side: TLSSide, _ secrets: TLSSecrets) {
    guard let random = clientRandom else { return }
    if let secret = secrets.secret(.clientEarlyTraffic, for: random) {
      side.earlyOpeners = (0x1301...0x1305).compactMap {
        RecordOpener(suite: CipherSuite(rawValue: $0), trafficSecret: secret)
      }
      side.keying = .open
    } else if makeOpener(.handshake, side, secrets) != nil {
      side.keying = .open
    }
  }

  /// TLS 1.3: RFC 8446 section 7.3.
  private func makeOpener(_ epoch: TLSSide.Epoch, _ side: TLSSide, _ secrets: TLSSecrets?) -> RecordOpener? {
    guard isTLS13, let answer, let random = clientRandom,
      let secret = secrets?.secret(epoch.label(side.direction), for: random)
    else { return nil }
    return RecordOpener(suite: CipherSuite(rawValue: answer.suite), trafficSecret: secret)
  }

  // MARK: Holding

  private func hold(_ record: HeldRecord, _ side: TLSSide, _ context: inout AnalysisContext) {
    guard context.settings.secrets != nil, !side.isHoldingOver else {
      side.droppedRecords &+= 1
      return
    }
    let total = heldByteCount + record.byteCount
    guard total <= context.settings.heldRecordByteLimit, context.heldRecords.take(record.byteCount) else {
      side.isHoldingOver = true
      side.droppedRecords &+= 1
      context.counters.tlsHeldLimitReached &+= 1
      return
    }
    heldByteCount = total
    held.append(record)
  }

  /// Reads what was held for directions that are locked no more, in the order in which it came.
  func openHeld(_ context: inout AnalysisContext) {
    mustOpenHeld = false
    let queue = held
    held = []
    for record in queue {
      let side = self[record.direction]
      guard side.keying != .locked else {
        held.append(record)
        continue
      }
      giveBack(record, &context)
      switch record.kind {
      case .record where side.keying == .open:
        open(record.type, record.version, record.fragment.rawSpan, side, &context)
      case .damaged(let byteCount) where side.keying == .open: skipRecord(byteCount: byteCount, side, &context)
      case .gap: recordsAreMissing(side, &context)
      case .record, .damaged: break
      }
    }
    for side in [client, server] where side.keying == .open && side.droppedRecords > 0 { skipDropped(side, &context) }
  }

  private func skipDropped(_ side: TLSSide, _ context: inout AnalysisContext) {
    for _ in 0..<side.droppedRecords { side.opener?.skipRecord() }
    (side.droppedRecords, side.isHoldingOver, side.isSequenceUncertain) = (0, false, true)
    side.messages.removeAll()
    deliverGap(0, side.direction, &context)
  }

  func giveUpHeld(_ context: inout AnalysisContext) {
    for record in held { giveBack(record, &context) }
    held = []
  }

  private func giveBack(_ record: HeldRecord, _ context: inout AnalysisContext) {
    heldByteCount -= record.byteCount
    context.heldRecords.giveBack(record.byteCount)
  }
}

/// A protected record in place.
private struct SealedRecord: ~Escapable {
  let type: UInt8
  let version: UInt16
  let fragment: RawSpan

  @_lifetime(copy fragment)
  init(type: UInt8, version: UInt16, fragment: RawSpan) {
    (self.type, self.version, self.fragment) = (type, version, fragment)
  }

  func open(with opener: RecordOpener, into output: inout [UInt8]) -> UInt8? {
    try? opener.open(contentType: type, version: version, fragment: fragment, into: &output)
  }
}
