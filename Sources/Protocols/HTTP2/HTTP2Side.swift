import Matching
import Wire

/// One direction of an HTTP/2 connection: where in which frame it is.
final class HTTP2Side {
  enum State {
    /// Before the first frame: the client's preface may come.
    case opening
    case header
    case payload
    /// Out of step: looking for the next frame.
    case lost
  }

  var state = State.opening
  /// The preface, a frame header or the fields before its content, where a cut divides them: at most 24 bytes.
  var held: [UInt8] = []
  private(set) var frame = HTTP2FrameHeader(length: 0, type: .data)
  /// Whether that is one of DATA, told once a frame rather than once a segment.
  private var isData = false
  /// The stream of the DATA frame at hand.
  var stream: HTTP2Stream?
  private(set) var prefixByteCount = 0
  private(set) var contentRemaining = 0
  private(set) var paddingRemaining = 0
  /// A header block that goes on in CONTINUATION frames or further segments.
  var block: HTTP2FieldBlock?
  /// The payload of SETTINGS, as far as it is kept.
  var settings: [UInt8] = []
  var hpack = HPACKDecoder()
  /// Of bytes that have no place in a message.
  var scan = ScanState()
  /// Whether some were scanned since the scan was finished last; there are none after most frames.
  var hasStray = false
  /// The frames were followed from the connection's start: unknown types and flags are believed.
  var isTrusted = false

  /// Whether the next bytes are content of a DATA frame.
  var isInData: Bool { isData && contentRemaining > 0 }
  var isPayloadOver: Bool { prefixByteCount == 0 && contentRemaining == 0 && paddingRemaining == 0 }

  func begin(_ header: HTTP2FrameHeader) {
    (frame, isData) = (header, header.type == .data)
    state = .payload
    held.removeAll(keepingCapacity: true)
    prefixByteCount = HTTP2Layout(header).prefixByteCount
    (contentRemaining, paddingRemaining) = (prefixByteCount == 0 ? header.length : 0, 0)
  }

  /// Gathers the fields before the content.
  ///
  /// - Returns: how many bytes of `rest` they took.
  func takePrefix(_ rest: RawSpan) -> Int {
    let taken = hold(rest, upTo: prefixByteCount)
    guard held.count == prefixByteCount else { return taken }
    contentRemaining = HTTP2Layout(frame).contentByteCount(prefix: held.rawSpan)
    paddingRemaining = frame.length - prefixByteCount - contentRemaining
    prefixByteCount = 0
    held.removeAll(keepingCapacity: true)
    return taken
  }

  func takeContent(_ byteCount: Int) { contentRemaining -= byteCount }
  func takePadding(_ byteCount: Int) { paddingRemaining -= byteCount }

  /// Appends `bytes` to `held`, as far as `limit` allows.
  ///
  /// - Returns: how many were taken.
  func hold(_ bytes: RawSpan, upTo limit: Int) -> Int {
    let count = min(bytes.byteCount, max(0, limit - held.count))
    held.append(bytes.extracting(..<count))
    return count
  }
}

/// A header block as far as it has come: RFC 9113 section 4.3.
struct HTTP2FieldBlock {
  let streamID: UInt32
  let endsStream: Bool
  let isPromise: Bool
  private(set) var bytes: [UInt8] = []
  /// It grew beyond its bound: what was dropped may have changed the dynamic table.
  private(set) var isCut = false

  init(_ header: HTTP2FrameHeader) {
    streamID = header.streamID
    isPromise = header.type == .pushPromise
    endsStream = !isPromise && header.flags.contains(.endStream)
  }

  /// - Returns: how many of `content` were kept.
  mutating func append(_ content: RawSpan, limit: Int) -> Int {
    let count = min(content.byteCount, max(0, limit - bytes.count))
    bytes.append(content.extracting(..<count))
    isCut = isCut || count < content.byteCount
    return count
  }
}
