import Matching
import Wire

/// One direction of a WebSocket connection: where in which frame and message it is.
final class WebSocketSide {
  enum State {
    case header
    case payload
    /// Out of step: looking for the next frame.
    case lost
  }

  var state = State.header
  /// A frame header that a cut divides: at most 14 bytes.
  var held: [UInt8] = []
  private(set) var frame: WebSocketFrameHeader?
  private(set) var remaining = 0
  /// Payload bytes of the frame that have passed: what the masking key turns by.
  private(set) var passed = 0
  /// The message at hand, which control frames may interrupt (RFC 6455 section 5.4).
  var message = ScanState()
  var control = ScanState()
  /// Set while the message at hand is compressed.
  var inflatesMessage = false
  /// Made with the first compressed message.
  var inflater: WebSocketInflater?
  var inflaterIsRefused = false

  var isControl: Bool { frame?.opcode.isControl == true }

  func begin(_ header: WebSocketFrameHeader) {
    frame = header
    (remaining, passed, state) = (header.length, 0, .payload)
    held.removeAll(keepingCapacity: true)
  }

  func advance(_ byteCount: Int) {
    remaining -= byteCount
    passed = (passed + byteCount) & 3
  }

  /// Appends `bytes` to the header held.
  ///
  /// - Returns: how many were taken.
  func hold(_ bytes: RawSpan) -> Int {
    let count = min(bytes.byteCount, max(0, WebSocketFrameHeader.longestByteCount - held.count))
    held.append(bytes.extracting(..<count))
    return count
  }
}
