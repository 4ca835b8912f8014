import Observations
import Wire

/// HTTP/1.0 and 1.1 on one flow, both directions: RFC 9112.
///
/// Liberal as libhtp is, and never lost for good: where a direction does not make sense, its bytes are scanned as
/// they are until the next message head shows.
final class HTTP1Connection {
  /// All of its state: one look at the object for each piece of the stream, not one for each property.
  private var messages: HTTP1Messages

  /// What is known when a CONNECT or an Upgrade was granted: bytes that already belong to the tunnel.
  struct OpenedTunnel {
    var request: HTTPRequest?
    var upgrade: HTTPUpgrade?
    var toServer: [UInt8] = []
    var toClient: [UInt8] = []
  }

  /// - Parameter tunnel: the request of an outer tunnel that the messages travel in.
  init(tunnel: HTTPRequest?) { messages = HTTP1Messages(tunnel: tunnel) }

  /// Hands over the tunnel, once.
  func takeTunnel() -> OpenedTunnel? { messages.takeTunnel() }

  /// Keeps bytes that already belong to the tunnel.
  func keepForTunnel(_ rest: RawSpan, _ direction: Direction) { messages.keepForTunnel(rest, direction) }

  /// - Returns: whether a tunnel was opened: what follows is no longer HTTP.
  func data(_ bytes: RawSpan, _ direction: Direction, _ context: inout AnalysisContext) -> Bool {
    messages.data(bytes, direction, &context)
  }

  /// Bytes are missing.
  func gap(_ byteCount: Int, _ direction: Direction, _ context: inout AnalysisContext) {
    messages.gap(byteCount, direction, &context)
  }

  /// One side sends no more: a body that lasts until close is over.
  func halfClosed(_ direction: Direction, _ context: inout AnalysisContext) {
    messages.halfClosed(direction, &context)
  }

  func closed(_ context: inout AnalysisContext) { messages.closed(&context) }
}
