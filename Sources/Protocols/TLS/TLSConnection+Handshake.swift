import Decryption
import Observations
import Wire

/// What the handshake says, in clear or decrypted: RFC 8446 section 4, RFC 5246 section 7.4.
extension TLSConnection {
  var isTLS13: Bool { answer?.version.isTLS13 == true }

  /// Reads the content of a record; `isProtected` when it was encrypted.
  func said(
    _ type: TLSContentType, _ content: RawSpan, _ side: TLSSide, isProtected: Bool,
    _ context: inout AnalysisContext
  ) {
    switch type {
    case .handshake:
      side.messages.append(content)
      while let message = side.messages.next() { read(message, side, isProtected: isProtected, &context) }
    case .changeCipherSpec:
      // In TLS 1.3 it means nothing, nor does one that a client sends before it was answered (RFC 8446 appendix D.4).
      if answer != nil, !isTLS13 { changeCipher(side, &context) }
    case .applicationData where isProtected && isEarlyDataRefused && side.epoch == .early:
      scanAlone(content, side, &context)
    case .applicationData where isProtected: deliver(content, side.direction, &context)
    default: break
    }
  }

  private func read(
    _ message: HandshakeMessage, _ side: TLSSide, isProtected: Bool, _ context: inout AnalysisContext
  ) {
    let body = message.body
    switch (message.type, side.direction) {
    case (.clientHello, .toServer): readClientHello(body, isProtected: isProtected, &context)
    case (.serverHello, .toClient): readServerHello(body, isProtected: isProtected, &context)
    case (.clientKeyExchange, .toServer): readClientKeyExchange(body)
    case (.certificate, .toClient): readCertificate(body, &context)
    case (.encryptedExtensions, .toClient) where isProtected && side.epoch == .handshake:
      readEncryptedExtensions(body, &context)
    case (.endOfEarlyData, .toServer) where isProtected && isTLS13: enter(.handshake, side, &context)
    // A client says it again behind a certificate that it is asked for later: RFC 8446 section 4.6.2.
    case (.finished, _) where isProtected && isTLS13 && side.epoch != .application:
      if side.direction == .toClient { tellHandshake(&context) }
      enter(.application, side, &context)
    case (.keyUpdate, _) where isProtected && isTLS13: side.opener?.updateTrafficSecret()
    default: break
    }
  }

  // MARK: Hellos

  private func readClientHello(_ body: [UInt8], isProtected: Bool, _ context: inout AnalysisContext) {
    do throws(ParseError) {
      let read = try ReadClientHello(body.rawSpan)
      guard isProtected || hello != nil else {
        begin(read, &context)
        return
      }
      // A new handshake inside the old one's protection (RFC 5246 section 7.4.1.1) or after a HelloRetryRequest.
      lastRandom = read.random
      guard !isProtected, let first = hello else { return }
      let judged = read.judged(after: first)
      if judged != first.told, !isHandshakeTold {
        hello?.told = judged
        context.emit(.tlsHello(judged))
      }
    } catch { context.counters.tlsMalformed &+= 1 }
  }

  /// The first hello of the connection.
  func begin(_ read: ReadClientHello, _ context: inout AnalysisContext) {
    hello = read
    lastRandom = read.random
    context.emit(.tlsHello(read.told))
    if read.offersEarlyData {
      client.epoch = .early
      client.lock()
      unlock(client, &context)
    }
  }

  private func readServerHello(_ body: [UInt8], isProtected: Bool, _ context: inout AnalysisContext) {
    do throws(ParseError) {
      let hello = try ServerHello(body.rawSpan)
      guard !hello.isRetryRequest else {
        wasRetried = true
        if answer == nil, self.hello?.offersEarlyData == true { refuseEarlyData(&context) }
        return
      }
      let read = ReadServerHello(hello)
      parameters = TLSParameters(clientRandom: lastRandom, read)
      guard !isProtected, answer == nil else { return }
      answer = read
      if read.version.isTLS13 { startTLS13(&context) } else { startTLS12(read) }
    } catch { context.counters.tlsMalformed &+= 1 }
  }

  /// RFC 8446 section 4.3.1; that of early data stands there when the server takes it (section 4.2.10).
  private func readEncryptedExtensions(_ body: [UInt8], _ context: inout AnalysisContext) {
    var cursor = ByteCursor(delimited: body.rawSpan)
    guard let block = try? cursor.vector(UInt16.self) else { return }
    serverALPN = ReadServerHello.selectedProtocol(in: block)
    var takesEarlyData = false
    try? TLSExtensions.forEach(in: block) { type, _ in takesEarlyData = takesEarlyData || type == .earlyData }
    if hello?.offersEarlyData == true, !takesEarlyData { refuseEarlyData(&context) }
  }

  private func startTLS12(_ read: ReadServerHello) {
    serverALPN = read.alpn
    guard client.keying != .clear else { return }
    // The client had sent early data, which such a server cannot read; the handshake goes on in clear.
    (client.keying, client.opener, client.epoch) = (.clear, nil, .handshake)
    mustOpenHeld = true
  }

  private func startTLS13(_ context: inout AnalysisContext) {
    enter(.handshake, server, &context)
    // A client that sends early data says itself when its handshake keys come into use.
    if client.epoch == .early, client.keying != .clear {
      unlock(client, &context)
    } else {
      enter(.handshake, client, &context)
    }
    if context.settings.secrets == nil || server.keying == .abandoned { tellHandshake(&context) }
  }

  /// RFC 5246 section 7.4.7.1; of other key exchanges the bytes name nothing.
  private func readClientKeyExchange(_ body: [UInt8]) {
    var cursor = ByteCursor(delimited: body.rawSpan)
    if let encrypted = try? cursor.vector(UInt16.self) { parameters?.encryptedPremaster = [UInt8](copying: encrypted) }
  }

  private func readCertificate(_ body: [UInt8], _ context: inout AnalysisContext) {
    guard certificate == nil, !isHandshakeTold else { return }
    var seen = 0
    try? TLSCertificateList.forEach(in: body.rawSpan, isTLS13: isTLS13) { bytes in
      seen += 1
      certificate = TLSCertificateReading.read([UInt8](copying: bytes))
      return certificate == nil && seen < TLSCertificateReading.chainLimit
    }
    if certificate == nil { context.counters.tlsMalformed &+= 1 }
  }

  // MARK: Telling

  /// The first record of application data shows that a handshake is over; in TLS 1.3 that of the client does.
  func applicationDataBegan(_ side: TLSSide, _ context: inout AnalysisContext) {
    guard answer != nil, !isTLS13 || (side.direction == .toServer && server.keying != .open) else { return }
    tellHandshake(&context)
  }

  /// Tells the handshake, once, as far as it is known.
  func tellHandshake(_ context: inout AnalysisContext) {
    guard !isHandshakeTold, hello != nil || answer != nil else { return }
    isHandshakeTold = true
    context.counters.tlsHandshakes &+= 1
    context.emit(
      .tlsHandshake(
        TLSHandshake(
          hello: hello?.told ?? TLSHello(serverName: nil, alpn: []), version: answer?.version,
          cipherSuite: answer?.suite, serverALPN: serverALPN, isResumed: isResumed, ja3: hello?.ja3, ja3s: answer?.ja3s,
          ja4: hello?.ja4, certificate: certificate, wasRetried: wasRetried)))
  }

  /// RFC 8446 section 2.2, RFC 5246 section 7.3, RFC 5077 section 3.1.
  private var isResumed: Bool {
    guard let hello, let answer else { return false }
    if isTLS13 { return answer.selectsPreSharedKey }
    let echoesID = !answer.sessionID.isEmpty && answer.sessionID == hello.sessionID
    return certificate == nil && server.keying != .clear && (echoesID || hello.offersTicket)
  }

  // MARK: Keys

  /// RFC 8446 section 7.3.
  private func enter(_ epoch: TLSSide.Epoch, _ side: TLSSide, _ context: inout AnalysisContext) {
    side.epoch = epoch
    side.lock()
    unlock(side, &context)
  }

  /// RFC 5246 section 7.1: what follows is protected by what was negotiated last.
  private func changeCipher(_ side: TLSSide, _ context: inout AnalysisContext) {
    side.parameters = parameters
    side.lock()
    if side.direction == .toClient { tellHandshake(&context) }
    unlock(side, &context)
  }
}
