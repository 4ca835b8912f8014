import Matching
import Observations
import Wire

/// One direction of an HTTP/1 connection. Noncopyable: it is looked at and changed where it lies.
struct HTTP1Side: ~Copyable {
  enum State {
    /// Before or inside a message head.
    case head
    /// Inside a head that is longer than the limit.
    case headTail
    case body
    /// Out of step: looking for the next message.
    case lost
    /// A CONNECT waits for its answer.
    case awaitingTunnel
  }

  let direction: Direction
  var state = State.head
  /// The head so far, where a cut divides it.
  var buffer: [UInt8] = []
  /// Undoes the codings of the body; `nil` where it has none.
  private var decoder: ContentDecoder?
  /// Of a body without codings.
  private var bodyScan = ScanState()
  private(set) var body = HTTP1Body(.none)
  var exchange: HTTP1Exchange?
  var lostScan = ScanState()

  init(direction: Direction) { self.direction = direction }

  func recognise(_ bytes: RawSpan) -> Recognition {
    direction == .toServer ? HTTP1Recognition.request(bytes) : HTTP1Recognition.response(bytes)
  }

  /// Appends `bytes` to the buffer, as far as `limit` allows.
  ///
  /// - Returns: how many were taken.
  @discardableResult
  mutating func hold(_ bytes: RawSpan, upTo limit: Int) -> Int {
    let count = min(bytes.byteCount, max(0, limit - buffer.count))
    buffer.append(bytes.extracting(..<count))
    return count
  }

  /// - Parameter contentType: of the body; one that holds DNS is read as that too.
  mutating func begin(
    _ framing: HTTP1Framing, _ codings: [Encoding], contentType: String? = nil, _ exchange: HTTP1Exchange?,
    _ context: inout AnalysisContext
  ) {
    self.exchange = exchange
    body = HTTP1Body(framing)
    state = framing == .none ? .head : .body
    let doh = DoHReader(contentType: contentType)
    guard framing != .none, !codings.isEmpty || doh != nil else { return }
    let decoder = ContentDecoder(codings, budget: context.decoders)
    decoder.doh = doh
    if decoder.isRefused { context.counters.decoderLimitReached &+= 1 }
    self.decoder = decoder
  }

  // MARK: Body

  /// How a body came to its end.
  enum BodyEnd { case finished, broken }

  /// Takes what belongs to the body from the front of `rest`, and scans its content.
  ///
  /// - Parameters:
  ///   - found: gets the secrets in the content.
  ///   - inLines: gets those in trailers and chunk extensions.
  /// - Returns: how many bytes were taken, and whether the body is over.
  mutating func takeBody(
    _ rest: RawSpan, _ context: inout AnalysisContext, _ found: inout [Sighting], _ inLines: inout [Sighting]
  ) -> (byteCount: Int, end: BodyEnd?) {
    // A body that begins and ends here needs no memory of its own.
    let isWhole = decoder == nil && body.isWhole(in: rest.byteCount)
    guard let count = body.takeContent(of: rest.byteCount) else {
      var body = body
      let count = body.consume(rest) { bytes, piece in
        switch piece {
        case .content: scan(bytes, &context, &found)
        case .line: inLines += context.scanWhole(bytes, as: .head)
        }
      }
      self.body = body
      return (count, body.isFinished ? .finished : body.isBroken ? .broken : nil)
    }
    let content = rest.extracting(..<count)
    if isWhole { found = context.scanWhole(content, as: .body) } else { scan(content, &context, &found) }
    return (count, body.isFinished ? .finished : nil)
  }

  private mutating func scan(_ content: RawSpan, _ context: inout AnalysisContext, _ found: inout [Sighting]) {
    guard let decoder else { return context.scan(content, state: &bodyScan, as: .body, into: &found) }
    found += decoder.content(content, &context)
  }

  /// The layers from outside in around what was found last.
  var bodyCodings: [Encoding] { decoder?.encodings ?? [] }

  /// The body is over.
  mutating func finishScan(_ context: inout AnalysisContext) -> [Sighting] {
    decoder?.finish(&context) ?? context.finishScan(&bodyScan)
  }

  /// The body is whole: tells the DNS message that it was.
  ///
  /// - Parameter outer: the request of a tunnel around this message.
  func tellDNS(_ outer: HTTPRequest?, _ context: inout AnalysisContext) {
    decoder?.tellDNS(direction, exchange?.request ?? outer, &context)
  }

  /// Bytes are missing.
  ///
  /// - Parameter knowsPlace: whether the body goes on behind them.
  mutating func skip(
    _ byteCount: Int, _ context: inout AnalysisContext, knowsPlace: inout Bool
  ) -> [Sighting] {
    knowsPlace = body.skip(byteCount)
    return decoder?.gap(&context) ?? context.finishScan(&bodyScan)
  }

  mutating func endMessage() {
    (decoder, state) = (nil, .head)
    if direction == .toClient { exchange = nil }
  }

  /// Three bytes back are enough to see an end of the head that a cut divides.
  mutating func beginHeadTail(after bytes: [UInt8]) {
    state = .headTail
    buffer = Array(bytes.suffix(3))
  }

  mutating func endHeadTail() {
    buffer = []
    state = body.isFinished ? .head : .body
  }
}

/// A request and what came of it; shared by both directions until it is complete.
final class HTTP1Exchange {
  let request: HTTPRequest?
  var response: HTTPResponse?
  var requestBodyByteCount = 0
  var responseBodyByteCount = 0
  var isComplete = false
  /// The head was cut by a gap or the capture's end: worth judging, not worth an event of its own.
  var isPartial = false

  init(request: HTTPRequest?) { self.request = request }

  var transaction: HTTPTransaction {
    HTTPTransaction(
      request: request, response: response, requestBodyByteCount: requestBodyByteCount,
      responseBodyByteCount: responseBodyByteCount)
  }
}
