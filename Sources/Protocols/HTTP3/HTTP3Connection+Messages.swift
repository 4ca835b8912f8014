import Matching
import Observations
import Wire

// Frames and messages of request streams: RFC 9114 sections 4.1 and 7.
extension HTTP3Connection {
  func take(_ bytes: RawSpan, _ stream: HTTP3Stream, _ direction: Direction, _ context: inout AnalysisContext) {
    let half = stream[direction]
    var position = 0
    while position < bytes.byteCount {
      let rest = bytes.extracting(position...)
      if holdIfBlocked(rest, stream, direction, &context) { return }
      switch half.state {
      case .frameHeader: position += takeFrameHeader(rest, half, stream, direction, &context)
      case .payload(let type, let remaining):
        let count = min(remaining, rest.byteCount)
        half.state = count == remaining ? .frameHeader : .payload(type, remaining: remaining - count)
        takePayload(rest.extracting(..<count), type, isLast: count == remaining, stream, direction, &context)
        position += count
      case .lost:
        scanStray(rest, stream, direction, &context)
        position = bytes.byteCount
      }
    }
  }

  /// RFC 9114 section 7.1: type and length, a variable-length integer each.
  ///
  /// - Returns: how many bytes of `rest` belonged to it, at least one.
  private func takeFrameHeader(
    _ rest: RawSpan, _ half: HTTP3Half, _ stream: HTTP3Stream, _ direction: Direction,
    _ context: inout AnalysisContext
  ) -> Int {
    for position in 0..<rest.byteCount {
      half.held.append(rest.octets[position])
      let held = half.held
      var cursor = ByteCursor(held.rawSpan)
      guard let type = try? cursor.variableLengthInteger(), let length = try? cursor.variableLengthInteger() else {
        continue
      }
      half.held = []
      let frame = HTTP3FrameType(rawValue: type)
      (half.block, half.isBlockCut) = ([], false)
      half.state = length == 0 ? .frameHeader : .payload(frame, remaining: Int(clamping: length))
      return position + 1
    }
    return rest.byteCount
  }

  private func takePayload(
    _ bytes: RawSpan, _ type: HTTP3FrameType, isLast: Bool, _ stream: HTTP3Stream, _ direction: Direction,
    _ context: inout AnalysisContext
  ) {
    switch type {
    case .data: takeBody(bytes, stream, direction, &context)
    case .headers: takeSection(bytes, isLast: isLast, stream, direction, &context)
    default: break
    }
  }

  // MARK: Bodies

  private func takeBody(
    _ bytes: RawSpan, _ stream: HTTP3Stream, _ direction: Direction, _ context: inout AnalysisContext
  ) {
    let half = stream[direction]
    half.byteCount &+= bytes.byteCount
    let decoder = half.decoder ?? ContentDecoder([], budget: context.decoders)
    half.decoder = decoder
    emit(decoder.content(bytes, &context), stream, direction, &context)
  }

  func emit(
    _ found: [Sighting], _ stream: HTTP3Stream, _ direction: Direction, _ context: inout AnalysisContext
  ) {
    for sighting in found {
      context.emit(
        sighting, at: direction == .toServer ? .requestBody : .responseBody, direction: direction,
        transport: .tlsDecrypted, request: stream.request, codings: stream[direction].decoder?.encodings ?? [])
    }
  }

  private func scanStray(
    _ bytes: RawSpan, _ stream: HTTP3Stream, _ direction: Direction, _ context: inout AnalysisContext
  ) {
    emitStray(context.scan(bytes, state: &stream[direction].scan), stream, direction, &context)
  }

  private func emitStray(
    _ found: [Sighting], _ stream: HTTP3Stream, _ direction: Direction, _ context: inout AnalysisContext
  ) {
    for sighting in found {
      context.emit(
        sighting, at: .stream, direction: direction, transport: .tlsDecrypted, request: stream.request)
    }
  }

  /// One side has sent all of its message. The transaction is over with both: packets overtake one another.
  func endMessage(_ stream: HTTP3Stream, _ direction: Direction, _ context: inout AnalysisContext) {
    let half = stream[direction]
    guard !half.isOver else { return }
    half.isOver = true
    endPartialSection(stream, direction, &context)
    emit(half.decoder?.finish(&context) ?? [], stream, direction, &context)
    emitStray(context.finishScan(&half.scan), stream, direction, &context)
    half.decoder = nil
    guard stream.toServer.isOver, stream.toClient.isOver else { return }
    streams[stream.id] = nil
    complete(stream, &context)
  }

  private func complete(_ stream: HTTP3Stream, _ context: inout AnalysisContext) {
    guard stream.request != nil || stream.response != nil else { return }
    context.emit(.transaction(stream.transaction))
  }

  // MARK: Field sections

  private func takeSection(
    _ bytes: RawSpan, isLast: Bool, _ stream: HTTP3Stream, _ direction: Direction, _ context: inout AnalysisContext
  ) {
    let half = stream[direction]
    if isLast, half.block.isEmpty, !half.isBlockCut {
      readSection(bytes, stream, direction, &context)
      return
    }
    let count = min(bytes.byteCount, max(0, context.settings.headByteLimit - half.block.count))
    half.block.append(bytes.extracting(..<count))
    if count < bytes.byteCount {
      if !half.isBlockCut { context.counters.headLimitReached &+= 1 }
      half.isBlockCut = true
      scanStray(bytes.extracting(count...), stream, direction, &context)
    }
    guard isLast else { return }
    let block = half.block
    (half.block, half.isBlockCut) = ([], false)
    readSection(block.rawSpan, stream, direction, &context)
  }

  /// A section whose end did not come: what is there may already hold a key.
  func endPartialSection(_ stream: HTTP3Stream, _ direction: Direction, _ context: inout AnalysisContext) {
    let block = stream[direction].block
    guard !block.isEmpty else { return }
    (stream[direction].block, stream[direction].isBlockCut) = ([], false)
    stream[direction].mayWait = false
    readSection(block.rawSpan, stream, direction, &context)
  }

  func readSection(
    _ block: RawSpan, _ stream: HTTP3Stream, _ direction: Direction, _ context: inout AnalysisContext
  ) {
    let mayWait = stream[direction].mayWait
    var section = FieldSection()
    var outcome = self[direction].decode(block, mayWait: mayWait, into: &section)
    if outcome == .blocked {
      if self.block(block, stream[direction]) { return }
      outcome = self[direction].decode(block, mayWait: false, into: &section)
    }
    switch outcome {
    case .blocked, .broken: context.counters.quic.unreadableSections &+= 1
    case .complete: break
    }
    let isTrailer = stream[direction].hasHead && section.first(":method") == nil && section.first(":status") == nil
    var head: [UInt8] = []
    if isTrailer {
      section.renderTrailers(isRequest: direction == .toServer, version: Self.version, onto: &head)
    } else if direction == .toServer {
      section.renderRequest(version: Self.version, onto: &head)
    } else {
      section.renderResponse(version: Self.version, onto: &head)
    }
    read(head.rawSpan, isTrailer: isTrailer, stream, direction, &context)
  }

  /// Reads a head, and what secrets are in it.
  private func read(
    _ head: RawSpan, isTrailer: Bool, _ stream: HTTP3Stream, _ direction: Direction, _ context: inout AnalysisContext
  ) {
    let sightings = context.scanWhole(head, as: .head)
    if isTrailer, sightings.isEmpty { return }
    let message: HTTP1Message
    do throws(ParseError) {
      message = try HTTP1Message(
        head, sightings: sightings, requestIndex: requestCount, transport: .tlsDecrypted, &context)
    } catch {
      emitStray(sightings, stream, direction, &context)
      return
    }
    if !isTrailer { begin(message, stream, direction, &context) }
    for (sighting, place) in zip(sightings, message.places) {
      context.emit(
        sighting, at: place.location, direction: direction, transport: .tlsDecrypted, request: stream.request,
        evidence: place.evidence)
    }
  }

  private func begin(
    _ message: borrowing HTTP1Message, _ stream: HTTP3Stream, _ direction: Direction, _ context: inout AnalysisContext
  ) {
    switch message.start {
    case .request(let request):
      stream.request = request
      requestCount &+= 1
      context.counters.httpRequests &+= 1
      context.emit(.request(request))
      DoHReader.tellQuery(of: request, &context)
      context.emit(message.bearers, of: request, transport: .tlsDecrypted)
    case .response(let response):
      // RFC 9114 section 4.1: interim responses come before the final one.
      guard !(100..<200).contains(response.status) else { return }
      context.counters.httpResponses &+= 1
      stream.response = response
    }
    let half = stream[direction]
    half.hasHead = true
    half.decoder = ContentDecoder(message.fields.codings, budget: context.decoders)
    if half.decoder?.isRefused == true { context.counters.decoderLimitReached &+= 1 }
  }
}
