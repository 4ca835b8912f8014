import DequeModule
import Matching
import Observations
import Wire

/// The messages of one HTTP/1 connection. Noncopyable: they are read and changed where they lie, in the connection.
struct HTTP1Messages: ~Copyable {
  private var client = HTTP1Side(direction: .toServer)
  private var server = HTTP1Side(direction: .toClient)
  /// Requests that wait for their response, oldest first.
  private var outstanding = Deque<HTTP1Exchange>()
  private var requestCount: UInt64 = 0
  /// The request of an outer tunnel that these messages travel in.
  private let outer: HTTPRequest?
  private var tunnel: HTTP1Connection.OpenedTunnel?

  init(tunnel: HTTPRequest?) { outer = tunnel }

  /// Hands over the tunnel, once.
  mutating func takeTunnel() -> HTTP1Connection.OpenedTunnel? {
    defer { tunnel = nil }
    return tunnel
  }

  // MARK: Events

  /// - Returns: whether a tunnel was opened: what follows is no longer HTTP.
  @discardableResult
  mutating func data(_ bytes: RawSpan, _ direction: Direction, _ context: inout AnalysisContext) -> Bool {
    var position = 0
    while position < bytes.byteCount {
      let rest = bytes.extracting(position...)
      switch state(of: direction) {
      case .head:
        position += takeHead(rest, direction, &context)
        if tunnel != nil {
          keepForTunnel(bytes.extracting(position...), direction)
          return true
        }
      case .headTail: position += takeHeadTail(rest, direction, &context)
      case .body: position += takeBody(rest, isSegmentStart: position == 0, direction, &context)
      case .lost: position += takeLost(rest, direction, &context)
      case .awaitingTunnel:
        position += takeAwaited(rest)
        if tunnel != nil { return true }
      }
    }
    return false
  }

  mutating func gap(_ byteCount: Int, _ direction: Direction, _ context: inout AnalysisContext) {
    switch state(of: direction) {
    case .head, .headTail:
      endPartialHead(direction, &context)
      lose(direction, &context)
    case .body:
      var knowsPlace = false
      emit(self[direction].skip(byteCount, &context, knowsPlace: &knowsPlace), direction, &context)
      if look(direction, { $0.body.isFinished }) { endMessage(direction, &context) }
      if !knowsPlace {
        endMessage(direction, &context)
        lose(direction, &context)
      }
    case .lost: finishLostScan(direction, &context)
    case .awaitingTunnel: break
    }
  }

  /// One side sends no more: a body that lasts until close is over.
  mutating func halfClosed(_ direction: Direction, _ context: inout AnalysisContext) {
    guard case .body = state(of: direction), look(direction, { $0.body.isUntilClose }) else { return }
    endMessage(direction, &context)
  }

  mutating func closed(_ context: inout AnalysisContext) {
    for direction in [Direction.toServer, .toClient] {
      switch state(of: direction) {
      case .head: endPartialHead(direction, &context)
      case .body: endMessage(direction, &context)
      case .lost, .headTail: finishLostScan(direction, &context)
      case .awaitingTunnel: scanStray(look(direction) { $0.buffer }, direction, &context)
      }
    }
    while let exchange = outstanding.popFirst() { complete(exchange, &context) }
  }

  // MARK: Heads

  private mutating func takeHead(_ rest: RawSpan, _ direction: Direction, _ context: inout AnalysisContext) -> Int {
    guard look(direction, { $0.buffer.isEmpty }) else { return takeBufferedHead(rest, direction, &context) }
    let start = rest.emptyLinePrefix
    if start > 0 { return start }
    if look(direction, { $0.recognise(rest) }) == .no {
      lose(direction, &context)
      return 0
    }
    if let end = HTTP1HeadEnd.find(in: rest, from: 0) {
      endHead(rest.extracting(..<end), direction, &context)
      return end
    }
    let taken = self[direction].hold(rest, upTo: context.settings.headByteLimit)
    return enforceHeadLimit(taken, direction, &context)
  }

  /// The head began in an earlier piece.
  private mutating func takeBufferedHead(_ rest: RawSpan, _ direction: Direction, _ context: inout AnalysisContext)
    -> Int
  {
    let before = look(direction) { $0.buffer.count }
    let taken = self[direction].hold(rest, upTo: context.settings.headByteLimit)
    let buffer = look(direction) { $0.buffer }
    if self[direction].recognise(buffer.rawSpan) == .no {
      self[direction].buffer = []
      lose(direction, &context)
      scanLost(buffer.rawSpan, direction, &context)
      return taken
    }
    guard let end = HTTP1HeadEnd.find(in: buffer.rawSpan, from: before - 2) else {
      return enforceHeadLimit(taken, direction, &context)
    }
    self[direction].buffer = []
    endHead(buffer.rawSpan.extracting(..<end), direction, &context)
    // The bytes behind the head are still in `rest`: give them back.
    return end - before
  }

  /// A head beyond the limit is read as far as it was kept; the rest of it is scanned and not read.
  private mutating func enforceHeadLimit(_ taken: Int, _ direction: Direction, _ context: inout AnalysisContext) -> Int
  {
    guard look(direction, { $0.buffer.count }) >= context.settings.headByteLimit else { return taken }
    context.counters.headLimitReached &+= 1
    let buffer = look(direction) { $0.buffer }
    self[direction].buffer = []
    endHead(buffer.rawSpan, direction, &context)
    if tunnel == nil { self[direction].beginHeadTail(after: buffer) }
    return taken
  }

  private mutating func takeHeadTail(_ rest: RawSpan, _ direction: Direction, _ context: inout AnalysisContext) -> Int {
    let before = look(direction) { $0.buffer.count }
    self[direction].hold(rest, upTo: Int.max)
    let buffer = look(direction) { $0.buffer }
    guard let end = HTTP1HeadEnd.find(in: buffer.rawSpan, from: 0) else {
      self[direction].beginHeadTail(after: buffer)
      scanLost(rest, direction, &context)
      return rest.byteCount
    }
    self[direction].endHeadTail()
    scanLost(rest.extracting(..<(end - before)), direction, &context)
    finishLostScan(direction, &context)
    return end - before
  }

  /// Reads a complete head and decides what follows it.
  private mutating func endHead(_ bytes: RawSpan, _ direction: Direction, _ context: inout AnalysisContext) {
    let sightings = context.scanWhole(bytes, as: .head)
    let message: HTTP1Message
    do throws(ParseError) {
      message = try HTTP1Message(bytes, sightings: sightings, requestIndex: requestCount, &context)
    } catch {
      for sighting in sightings {
        context.emit(sighting, at: .stream, direction: direction, request: currentRequest(direction))
      }
      lose(direction, &context)
      return
    }
    var about = currentRequest(direction)
    switch message.start {
    case .request(let request) where direction == .toServer:
      about = request
      begin(request, message, &context)
      context.emit(message.bearers, of: request)
    case .response(let response) where direction == .toClient: begin(response, message, &context)
    default: lose(direction, &context)
    }
    for (sighting, place) in zip(sightings, message.places) {
      context.emit(sighting, at: place.location, direction: direction, request: about, evidence: place.evidence)
    }
  }

  /// The request that the newest bytes of the client belong to, or the one that the server is answering.
  private func currentRequest(_ direction: Direction) -> HTTPRequest? {
    let exchange = direction == .toServer ? client.exchange : server.exchange ?? outstanding.first
    return exchange?.request ?? outer
  }

  private mutating func begin(
    _ request: HTTPRequest, _ message: borrowing HTTP1Message, _ context: inout AnalysisContext
  ) {
    requestCount &+= 1
    context.counters.httpRequests &+= 1
    let exchange = HTTP1Exchange(request: request)
    if outstanding.count >= context.settings.outstandingRequestLimit, let oldest = outstanding.popFirst() {
      context.counters.outstandingLimitReached &+= 1
      complete(oldest, &context)
    }
    outstanding.append(exchange)
    context.emit(.request(request))
    client.begin(
      message.fields.requestFraming, message.fields.codings, contentType: request.contentType, exchange, &context)
    DoHReader.tellQuery(of: request, &context)
    if request.method == "CONNECT" { client.state = .awaitingTunnel }
  }

  private mutating func begin(
    _ response: HTTPResponse, _ message: borrowing HTTP1Message, _ context: inout AnalysisContext
  ) {
    let exchange = outstanding.first ?? HTTP1Exchange(request: nil)
    let isInterim = (100..<200).contains(response.status) && response.status != 101
    guard !isInterim else {
      server.begin(.none, [], nil, &context)
      return
    }
    context.counters.httpResponses &+= 1
    exchange.response = response
    let framing = message.fields.responseFraming(status: response.status, method: exchange.request?.method)
    server.begin(framing, message.fields.codings, contentType: response.contentType, exchange, &context)
    let isGranted = exchange.request?.method == "CONNECT" && (200..<300).contains(response.status)
    if response.status == 101 || isGranted {
      openTunnel(exchange, message.upgrade, &context)
    } else {
      if case .awaitingTunnel = client.state, exchange.request?.method == "CONNECT" { refuseTunnel(&context) }
      if framing == .none { endMessage(.toClient, &context) }
    }
  }

  // MARK: Bodies

  private mutating func takeBody(
    _ rest: RawSpan, isSegmentStart: Bool, _ direction: Direction, _ context: inout AnalysisContext
  ) -> Int {
    if isSegmentStart, isOvertaken(rest, direction) {
      endMessage(direction, &context)
      return 0
    }
    var (found, inLines): ([Sighting], [Sighting]) = ([], [])
    let (consumed, end) = self[direction].takeBody(rest, &context, &found, &inLines)
    if !found.isEmpty { emit(found, direction, &context) }
    if !inLines.isEmpty { emitFields(inLines, direction, &context) }
    guard let end else { return consumed }
    endMessage(direction, &context)
    if end == .broken { lose(direction, &context) }
    return consumed
  }

  /// Whether a new message plainly starts although the body's length says otherwise: a length that lied, or a gap
  /// that was misjudged.
  private func isOvertaken(_ rest: RawSpan, _ direction: Direction) -> Bool {
    guard HTTP1Recognition.mayStartMessage(rest) else { return false }
    switch direction {
    case .toServer:
      return client.exchange?.isComplete == true && HTTP1Recognition.request(rest) == .certain
    case .toClient:
      return server.body.isUntilClose && outstanding.count > 1 && HTTP1Recognition.response(rest) == .certain
    }
  }

  private mutating func emit(_ found: [Sighting], _ direction: Direction, _ context: inout AnalysisContext) {
    guard !found.isEmpty else { return }
    let request = look(direction) { $0.exchange?.request } ?? outer
    let codings = look(direction) { $0.bodyCodings }
    for sighting in found {
      context.emit(
        sighting, at: direction == .toServer ? .requestBody : .responseBody, direction: direction,
        request: request, codings: codings)
    }
  }

  /// Secrets in fields behind the body.
  private mutating func emitFields(_ found: [Sighting], _ direction: Direction, _ context: inout AnalysisContext) {
    let request = look(direction) { $0.exchange?.request } ?? outer
    for sighting in found {
      context.emit(
        sighting, at: direction == .toServer ? .requestHeader : .responseHeader, direction: direction, request: request)
    }
  }

  private mutating func endMessage(_ direction: Direction, _ context: inout AnalysisContext) {
    emit(self[direction].finishScan(&context), direction, &context)
    self[direction].tellDNS(outer, &context)
    let (exchange, byteCount) = look(direction) { ($0.exchange, $0.body.contentByteCount) }
    self[direction].endMessage()
    guard let exchange else { return }
    switch direction {
    case .toServer: exchange.requestBodyByteCount = byteCount
    case .toClient:
      exchange.responseBodyByteCount = byteCount
      if outstanding.first === exchange { outstanding.removeFirst() }
      if client.exchange === exchange { exchange.requestBodyByteCount = client.body.contentByteCount }
      complete(exchange, &context)
    }
  }

  private mutating func complete(_ exchange: HTTP1Exchange, _ context: inout AnalysisContext) {
    guard !exchange.isComplete else { return }
    exchange.isComplete = true
    if exchange.isPartial, exchange.response == nil { return }
    context.emit(.transaction(exchange.transaction))
  }

  // MARK: Tunnels

  /// Bytes that the client sends before its CONNECT is answered; at the bound the tunnel counts as granted.
  private mutating func takeAwaited(_ rest: RawSpan) -> Int {
    client.hold(rest, upTo: Int.max)
    if client.buffer.count > 65_536 {
      tunnel = HTTP1Connection.OpenedTunnel(request: outstanding.last?.request ?? outer, toServer: client.buffer)
      client.buffer = []
    }
    return rest.byteCount
  }

  private mutating func openTunnel(_ exchange: HTTP1Exchange, _ upgrade: HTTPUpgrade?, _ context: inout AnalysisContext)
  {
    tunnel = HTTP1Connection.OpenedTunnel(request: exchange.request ?? outer, upgrade: upgrade, toServer: client.buffer)
    client.buffer = []
    client.state = .head
    endMessage(.toClient, &context)
  }

  private mutating func refuseTunnel(_ context: inout AnalysisContext) {
    let held = client.buffer
    client.buffer = []
    client.state = .head
    client.exchange = nil
    data(held.rawSpan, .toServer, &context)
  }

  /// Keeps bytes that already belong to the tunnel.
  mutating func keepForTunnel(_ rest: RawSpan, _ direction: Direction) {
    if direction == .toServer { tunnel?.toServer.append(rest) } else { tunnel?.toClient.append(rest) }
  }

  // MARK: Lost and found

  private mutating func lose(_ direction: Direction, _ context: inout AnalysisContext) {
    context.counters.httpResynchronisations &+= 1
    self[direction].state = .lost
  }

  /// Scans bytes that have no place in a message, up to where the next one starts.
  private mutating func takeLost(_ rest: RawSpan, _ direction: Direction, _ context: inout AnalysisContext) -> Int {
    let start = messageStart(in: rest, direction) ?? rest.byteCount
    if start > 0 { scanLost(rest.extracting(..<start), direction, &context) }
    if start < rest.byteCount {
      finishLostScan(direction, &context)
      self[direction].state = .head
    }
    return start
  }

  private func messageStart(in rest: RawSpan, _ direction: Direction) -> Int? {
    var position = 0
    while position < rest.byteCount {
      let line = rest.extracting(position...)
      if HTTP1Recognition.mayStartMessage(line), look(direction, { $0.recognise(line) }) == .certain { return position }
      guard let feed = rest.firstOffset(of: 0x0A, from: position) else { return nil }
      position = feed + 1
    }
    return nil
  }

  private mutating func scanLost(_ bytes: RawSpan, _ direction: Direction, _ context: inout AnalysisContext) {
    for sighting in context.scan(bytes, state: &self[direction].lostScan) {
      context.emit(sighting, at: .stream, direction: direction, request: currentRequest(direction))
    }
  }

  private mutating func finishLostScan(_ direction: Direction, _ context: inout AnalysisContext) {
    for sighting in context.finishScan(&self[direction].lostScan) {
      context.emit(sighting, at: .stream, direction: direction, request: currentRequest(direction))
    }
  }

  private mutating func scanStray(_ bytes: [UInt8], _ direction: Direction, _ context: inout AnalysisContext) {
    for sighting in context.scanWhole(bytes.rawSpan) {
      context.emit(sighting, at: .stream, direction: direction, request: currentRequest(direction))
    }
  }

  /// A head that a gap or the end cut: read it where at least its first line is whole.
  private mutating func endPartialHead(_ direction: Direction, _ context: inout AnalysisContext) {
    let buffer = look(direction) { $0.buffer }
    guard !buffer.isEmpty else { return }
    self[direction].buffer = []
    if buffer.rawSpan.firstOffset(of: 0x0A) != nil {
      endHead(buffer.rawSpan, direction, &context)
      if direction == .toServer { client.exchange?.isPartial = true }
    } else {
      scanStray(buffer, direction, &context)
    }
  }

  private func state(of direction: Direction) -> HTTP1Side.State { look(direction) { $0.state } }

  /// What `look` sees of a side: a read accessor would take the side out for every look.
  @inline(__always)
  private func look<Seen>(_ direction: Direction, _ look: (borrowing HTTP1Side) -> Seen) -> Seen {
    switch direction {
    case .toServer: look(client)
    case .toClient: look(server)
    }
  }

  private subscript(direction: Direction) -> HTTP1Side {
    @inline(__always) _read {
      if direction == .toServer { yield client } else { yield server }
    }
    @inline(__always) _modify {
      if direction == .toServer { yield &client } else { yield &server }
    }
  }
}

extension RawSpan {
  /// Bytes of CR and LF at the front: RFC 9112 section 2.2 asks to ignore them before a start line.
  fileprivate var emptyLinePrefix: Int {
    let octets = self.octets
    var count = 0
    while count < byteCount, octets[count] == 0x0D || octets[count] == 0x0A { count += 1 }
    return count
  }
}
