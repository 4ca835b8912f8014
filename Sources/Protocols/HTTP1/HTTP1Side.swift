import Matching
import Observations
import Wire

/// One direction of an HTTP/1 connection. A class, so that looking at it copies nothing.
final class HTTP1Side {
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
  private(set) var decoder: ContentDecoder?
  var body = HTTP1Body(.none)
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
  func hold(_ bytes: RawSpan, upTo limit: Int) -> Int {
    let count = min(bytes.byteCount, max(0, limit - buffer.count))
    buffer.append(bytes.extracting(..<count))
    return count
  }

  func begin(
    _ framing: HTTP1Framing, _ codings: [Encoding], _ exchange: HTTP1Exchange?, _ context: inout AnalysisContext
  ) {
    self.exchange = exchange
    body = HTTP1Body(framing)
    decoder = framing == .none ? nil : ContentDecoder(codings, budget: context.decoders)
    if decoder?.isRefused == true { context.counters.decoderLimitReached &+= 1 }
    state = framing == .none ? .head : .body
  }

  func endMessage() {
    (decoder, state) = (nil, .head)
    if direction == .toClient { exchange = nil }
  }

  /// Three bytes back are enough to see an end of the head that a cut divides.
  func beginHeadTail(after bytes: [UInt8]) {
    state = .headTail
    buffer = Array(bytes.suffix(3))
  }

  func endHeadTail() {
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
