import Matching
import Observations
import Wire

// Header blocks: RFC 9113 sections 4.3 and 8.
extension HTTP2Connection {
  static let version = "HTTP/2"

  /// Takes a piece of a header block; one that lies whole in its frame and segment is read where it is.
  func takeBlock(_ content: RawSpan, isWhole: Bool, _ direction: Direction, _ context: inout AnalysisContext) {
    let side = self[direction]
    guard let block = side.block else {
      // The beginning was not seen: what this would mean depends on it.
      scanStray(content, direction, &context)
      return
    }
    if isWhole, block.bytes.isEmpty, side.frame.flags.contains(.endHeaders) {
      side.block = nil
      readBlock(block, content, direction, &context)
      return
    }
    let kept = side.block?.append(content, limit: context.settings.headByteLimit) ?? 0
    guard kept < content.byteCount else { return }
    if !block.isCut { context.counters.headLimitReached &+= 1 }
    scanStray(content.extracting(kept...), direction, &context)
  }

  /// The block will not be completed: without its end the dynamic table is not known any more.
  func abandonBlock(_ direction: Direction, _ context: inout AnalysisContext) {
    let side = self[direction]
    guard let block = side.block else { return }
    side.block = nil
    readBlock(block, block.bytes.rawSpan, direction, maySettleRoles: false, &context)
    side.hpack.forget()
  }

  func readBlock(
    _ block: HTTP2FieldBlock, _ bytes: RawSpan, _ direction: Direction, maySettleRoles: Bool = true,
    _ context: inout AnalysisContext
  ) {
    var section = FieldSection()
    swap(&section, &context.fieldSection)
    let side = self[direction]
    let count = side.hpack.decode(bytes, into: &section)
    if count < bytes.byteCount || section.lacksLines { context.counters.fieldBlockFlaws &+= 1 }
    scanStray(bytes.extracting(count...), direction, &context)
    var direction = direction
    if maySettleRoles, settlesOtherwise(section, direction, isPromise: block.isPromise) {
      swapRoles()
      direction = direction.opposite
    }
    take(section, block, direction, &context)
    section.removeAll()
    swap(&section, &context.fieldSection)
  }

  /// Whether the first header block of a connection whose start was not seen shows that the roles are the other way.
  private func settlesOtherwise(_ section: FieldSection, _ direction: Direction, isPromise: Bool) -> Bool {
    guard !knowsRoles else { return false }
    let isRequest = section.first(":method") != nil
    guard isRequest || section.first(":status") != nil else { return false }
    knowsRoles = true
    // A promise is a request that the server writes: section 8.4.
    return isRequest != isPromise ? direction == .toClient : direction == .toServer
  }

  private func take(
    _ section: FieldSection, _ block: HTTP2FieldBlock, _ direction: Direction, _ context: inout AnalysisContext
  ) {
    var head: [UInt8] = []
    swap(&head, &context.renderedHead)
    head.removeAll(keepingCapacity: true)
    let isRequest = direction == .toServer
    let stream = streams[block.streamID]
    if !block.isPromise, section.opensMessage(isRequest: isRequest) {
      if isRequest {
        section.renderRequest(version: Self.version, onto: &head)
      } else {
        section.renderResponse(version: Self.version, onto: &head)
      }
      read(head.rawSpan, section, block, direction, &context)
    } else {
      section.renderTrailers(isRequest: isRequest || block.isPromise, version: Self.version, onto: &head)
      scanTrailers(head.rawSpan, stream, direction, &context)
      if block.endsStream, let stream { endMessage(stream, direction, &context) }
    }
    swap(&head, &context.renderedHead)
  }

  /// Reads a head that opens a request or a response.
  private func read(
    _ head: RawSpan, _ section: FieldSection, _ block: HTTP2FieldBlock, _ direction: Direction,
    _ context: inout AnalysisContext
  ) {
    let sightings = context.scanWhole(head, as: .head)
    let message: HTTP1Message
    do throws(ParseError) {
      message = try HTTP1Message(
        head, sightings: sightings, requestIndex: requestCount, streamID: block.streamID, &context)
    } catch {
      let request = streams[block.streamID]?.request ?? outer
      for sighting in sightings { context.emit(sighting, at: .stream, direction: direction, request: request) }
      return
    }
    let stream: HTTP2Stream
    switch message.start {
    case .request(let request):
      stream = begin(request, block.streamID, &context)
      context.emit(message.bearers, of: request)
    case .response(let response):
      stream = self.stream(block.streamID, &context)
      guard take(response, stream, &context) else {
        emit(sightings, message.places, stream, direction, &context)
        return
      }
    }
    emit(sightings, message.places, stream, direction, &context)
    stream[direction].hasHead = true
    openInner(stream, section, &context)
    if !block.endsStream, stream.inner == nil {
      stream[direction].reader = BodyReader(
        codings: message.fields.codings, contentType: section.value("content-type"),
        messageCoding: section.value("grpc-encoding"), &context)
    }
    if block.endsStream { endMessage(stream, direction, &context) }
  }

  private func begin(_ request: HTTPRequest, _ id: UInt32, _ context: inout AnalysisContext) -> HTTP2Stream {
    if let old = streams[id], old[.toServer].hasHead { end(old, &context) }
    let stream = self.stream(id, &context)
    stream.request = request
    requestCount &+= 1
    context.counters.httpRequests &+= 1
    context.emit(.request(request))
    DoHReader.tellQuery(of: request, &context)
    return stream
  }

  /// - Returns: whether this is the final response: section 8.1 allows interim ones before it.
  private func take(_ response: HTTPResponse, _ stream: HTTP2Stream, _ context: inout AnalysisContext) -> Bool {
    guard !(100..<200).contains(response.status) else { return false }
    context.counters.httpResponses &+= 1
    stream.response = response
    return true
  }

  /// A CONNECT is looked into from its request on: a client that waits for the answer sends nothing before it.
  private func openInner(_ stream: HTTP2Stream, _ section: FieldSection, _ context: inout AnalysisContext) {
    guard let request = stream.request, request.method == "CONNECT" else { return }
    guard let response = stream.response else {
      guard innerCount < innerLimit else { return }
      stream.inner = inner(request, protocolName: section.value(":protocol"))
      if stream.inner != nil { innerCount += 1 }
      return
    }
    guard (200..<300).contains(response.status) else {
      closeInner(of: stream, &context)
      return
    }
    guard case .webSocket(let connection) = stream.inner else { return }
    connection.deflate = section.value("sec-websocket-extensions").flatMap(WebSocketDeflate.init)
  }

  /// What a CONNECT opens; `nil` for an extended one of a protocol that is not read (RFC 8441 section 4).
  private func inner(_ request: HTTPRequest, protocolName: String?) -> HTTP2Inner? {
    switch protocolName {
    case "websocket": .webSocket(WebSocketConnection(tunnel: request, deflate: nil))
    case nil: .tunnel(HTTP2Tunnel(request: request, depth: depth + 1, nesting: nesting + 1))
    default: nil
    }
  }

  /// Trailers, promised requests, and sections that do not say what they are.
  private func scanTrailers(
    _ head: RawSpan, _ stream: HTTP2Stream?, _ direction: Direction, _ context: inout AnalysisContext
  ) {
    let sightings = context.scanWhole(head, as: .head)
    guard !sightings.isEmpty else { return }
    do throws(ParseError) {
      let message = try HTTP1Message(head, sightings: sightings, requestIndex: 0, &context)
      emit(sightings, message.places, stream, direction, &context)
    } catch {
      // Rendered heads begin with a start line: there is none that cannot be read.
      return
    }
  }

  private func emit(
    _ sightings: [Sighting], _ places: [HTTP1Message.Place], _ stream: HTTP2Stream?, _ direction: Direction,
    _ context: inout AnalysisContext
  ) {
    for (sighting, place) in zip(sightings, places) {
      context.emit(
        sighting, at: place.location, direction: direction, request: stream?.request ?? outer, evidence: place.evidence)
    }
  }
}

extension FieldSection {
  /// Whether the section opens a request or a response; else it is one of trailers.
  ///
  /// Where the dynamic table is not known the field that tells may be among the unknown. Trailers have no pseudo-header
  /// field (section 8.1), and those of a response begin with `:status`.
  fileprivate func opensMessage(isRequest: Bool) -> Bool {
    guard isRequest else { return first(":status") != nil || lines.first?.isKnown == false }
    return first(":method") != nil
      || hasUnknownLines && [":path", ":authority", ":scheme"].contains { first($0) != nil }
  }
}
