import Matching
import Observations
import Wire

/// The record layer: RFC 8446 section 5.1.
extension TLSConnection {
  /// Bytes looked through for a record behind a gap before the direction is given up.
  private static let searchByteLimit = 1 << 20

  /// Takes the next piece of what `rest` starts with.
  ///
  /// - Returns: how many bytes it was; 0 only when it shows what comes next.
  func take(_ rest: RawSpan, _ side: TLSSide, _ context: inout AnalysisContext) -> Int {
    switch side.framing {
    case .records where side.remaining > 0: return takeContent(rest, side, &context)
    case .records: return takeHeader(rest, side, &context)
    case .start:
      let isSSL2 = side.direction == .toServer && rest.octets[0] & 0x80 != 0
      side.framing = isSSL2 ? .ssl2Hello : .records
      return take(rest, side, &context)
    case .ssl2Hello: return takeSSL2Hello(rest, side, &context)
    case .searching: return search(rest, side, &context)
    case .lost:
      emit(context.scan(rest, state: &side.scan), side, &context)
      return rest.byteCount
    }
  }

  private func takeHeader(_ rest: RawSpan, _ side: TLSSide, _ context: inout AnalysisContext) -> Int {
    switch side.readHeader(rest) {
    case .partial: return rest.byteCount
    case .header(let header, let byteCount):
      begin(header, side, &context)
      return byteCount
    case .none(let earlier):
      lose(side, &context)
      if !earlier.isEmpty { emit(context.scan(earlier.rawSpan, state: &side.scan), side, &context) }
      return take(rest, side, &context)
    }
  }

  private func begin(_ header: TLSRecordHeader, _ side: TLSSide, _ context: inout AnalysisContext) {
    (side.record, side.remaining, side.isDamaged) = (header, header.length, false)
    side.summary.records &+= 1
    side.summary.bytes &+= UInt64(header.length)
    if header.contentType == .applicationData {
      if side.summary.firstApplicationData == nil { side.summary.firstApplicationData = context.now }
      side.summary.lastApplicationData = context.now
      if !isHandshakeTold { applicationDataBegan(side, &context) }
    }
    if isProtected(header.contentType, side) { side.summary.protectedRecords &+= 1 }
    side.isCollecting = isOfInterest(header.contentType, side, &context)
    if header.length == 0 { endRecord(side, RawSpan(), &context) }
  }

  /// Steps over what is not of interest; reads in place what comes in one piece.
  private func takeContent(_ rest: RawSpan, _ side: TLSSide, _ context: inout AnalysisContext) -> Int {
    let count = min(side.remaining, rest.byteCount)
    side.remaining -= count
    if !side.isCollecting {
      context.counters.encryptedBytes &+= UInt64(count)
      if side.remaining == 0 { endRecord(side, RawSpan(), &context) }
    } else if side.remaining == 0, side.fragment.isEmpty {
      endRecord(side, rest.extracting(..<count), &context)
    } else {
      if !side.isDamaged {
        // Room for all of it at once, where the owner's secrets vouch for the flow: a record grows by segments.
        if side.fragment.isEmpty, side.opener != nil { side.fragment.reserveCapacity(count + side.remaining) }
        side.fragment.append(rest.extracting(..<count))
      }
      guard side.remaining == 0 else { return count }
      let fragment = side.fragment
      side.fragment = []
      endRecord(side, fragment.rawSpan, &context)
    }
    return count
  }

  /// - Parameter content: of the record at hand; empty unless it was collected.
  func endRecord(_ side: TLSSide, _ content: RawSpan, _ context: inout AnalysisContext) {
    guard let header = side.record else { return }
    side.record = nil
    let isProtected = isProtected(header.contentType, side)
    if side.isDamaged {
      if isProtected { damagedRecord(header, side, &context) } else { side.messages.removeAll() }
    } else if isProtected {
      protectedRecord(header, side.isCollecting ? content : nil, side, &context)
    } else if side.isCollecting {
      said(header.contentType, content, side, isProtected: false, &context)
    }
  }

  /// Whether a record of `type` that comes now is encrypted.
  func isProtected(_ type: TLSContentType, _ side: TLSSide) -> Bool {
    guard side.keying != .clear else { return type == .applicationData }
    // In TLS 1.3 all that is encrypted looks like application data; the rest is for the eyes of middleboxes.
    return type == .applicationData || (answer != nil && !isTLS13)
  }

  private func isOfInterest(_ type: TLSContentType, _ side: TLSSide, _ context: inout AnalysisContext) -> Bool {
    guard isProtected(type, side) else { return type == .handshake || type == .changeCipherSpec }
    return switch side.keying {
    case .clear, .abandoned: false
    case .locked: context.settings.secrets != nil && !lastRandom.isEmpty && !side.isHoldingOver
    case .open: true
    }
  }

  // MARK: SSL 2.0

  private func takeSSL2Hello(_ rest: RawSpan, _ side: TLSSide, _ context: inout AnalysisContext) -> Int {
    let before = side.fragment.count
    side.fragment.append(rest)
    let message = side.fragment
    do throws(ParseError) {
      let hello = try SSL2ClientHello(message.rawSpan)
      let end = hello.byteCount
      (side.fragment, side.framing) = ([], .records)
      begin(ReadClientHello(hello), &context)
      // The bytes behind the hello are still in `rest`: give them back.
      return end - before
    } catch {
      // The longest hello has 32 KiB: its length says so in 15 bits.
      if case .incomplete = error { return rest.byteCount }
      side.fragment = []
      lose(side, &context)
      _ = take(message.rawSpan, side, &context)
      return rest.byteCount
    }
  }

  // MARK: Out of step

  /// Looks for what a record starts with: best where another one follows it, else where it goes on beyond `rest`.
  private func search(_ rest: RawSpan, _ side: TLSSide, _ context: inout AnalysisContext) -> Int {
    var candidate: Int?
    var from = 1
    // The first byte of the version is the same in all records.
    while let place = rest.firstOffset(of: 3, from: from), place + TLSRecordHeader.byteCount - 1 <= rest.byteCount {
      from = place + 1
      let start = place - 1
      guard let header = try? TLSRecordHeader(rest.extracting(start...)), header.length > 0, isPlausible(header)
      else { continue }
      let next = start + TLSRecordHeader.byteCount + header.length
      guard next < rest.byteCount else {
        candidate = candidate ?? start
        continue
      }
      guard (20...23).contains(rest.octets[next]) else { continue }
      candidate = start
      break
    }
    if let candidate {
      side.framing = .records
      return candidate
    }
    side.searchedByteCount += rest.byteCount
    if side.searchedByteCount > Self.searchByteLimit { lose(side, &context) }
    return rest.byteCount
  }

  /// Records behind the handshake have its version, TLS 1.3 that of TLS 1.2.
  private func isPlausible(_ header: TLSRecordHeader) -> Bool {
    guard header.contentType != .heartbeat else { return false }
    guard let answer else { return header.version <= .tls12 }
    return header.version == (answer.version.isTLS13 ? .tls12 : answer.version)
  }

  /// What came is no TLS, or no more.
  private func lose(_ side: TLSSide, _ context: inout AnalysisContext) {
    context.counters.tlsLost &+= 1
    side.forgetRecord()
    side.framing = .lost
  }

  /// Scans decrypted bytes that belong to no conversation.
  func scanAlone(_ bytes: RawSpan, _ side: TLSSide, _ context: inout AnalysisContext) {
    emit(context.scan(bytes, state: &side.scan), side, &context)
    finishScan(side, &context)
  }

  func finishScan(_ side: TLSSide, _ context: inout AnalysisContext) {
    emit(context.finishScan(&side.scan), side, &context)
  }

  private func emit(_ found: [Sighting], _ side: TLSSide, _ context: inout AnalysisContext) {
    for sighting in found { context.emit(sighting, at: .stream, direction: side.direction, request: nil) }
  }
}
