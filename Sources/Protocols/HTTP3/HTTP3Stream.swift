import Matching
import Observations
import Wire

/// A request stream: RFC 9114 section 4.1.
final class HTTP3Stream {
  let id: UInt64
  let toServer = HTTP3Half()
  let toClient = HTTP3Half()
  var request: HTTPRequest?
  var response: HTTPResponse?

  init(id: UInt64) { self.id = id }

  subscript(direction: Direction) -> HTTP3Half { direction == .toServer ? toServer : toClient }

  var transaction: HTTPTransaction {
    HTTPTransaction(
      request: request, response: response, requestBodyByteCount: toServer.byteCount,
      responseBodyByteCount: toClient.byteCount)
  }
}

/// One direction of a request stream: where in which frame it is (RFC 9114 section 7.1).
final class HTTP3Half {
  enum State {
    case frameHeader
    case payload(HTTP3FrameType, remaining: Int)
    /// Out of step for good: what comes is scanned as it is.
    case lost
  }

  var state = State.frameHeader
  /// A frame header that a cut divides: two variable-length integers, at most 16 bytes.
  var held: [UInt8] = []
  /// A field section as far as it has come.
  var block: [UInt8] = []
  var isBlockCut = false
  /// A field section that waits for the dynamic table, and what came behind it.
  var blocked: [UInt8]?
  var pending: [UInt8] = []
  /// False once a section had to be read with what was known.
  var mayWait = true
  var waitCount = 0
  /// Nothing more comes behind what waits.
  var endsWhenReleased = false
  var decoder: ContentDecoder?
  /// Bytes of DATA.
  var byteCount = 0
  var hasHead = false
  var isOver = false
  /// Of bytes that have no place in a message.
  var scan = ScanState()
}

/// The type of a frame: RFC 9114 section 7.2.
struct HTTP3FrameType: RawRepresentable, Equatable {
  let rawValue: UInt64
  static let data = HTTP3FrameType(rawValue: 0)
  static let headers = HTTP3FrameType(rawValue: 1)
  static let settings = HTTP3FrameType(rawValue: 4)
}
