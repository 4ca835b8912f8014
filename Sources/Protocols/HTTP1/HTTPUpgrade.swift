import Wire

/// What an HTTP/1.1 connection becomes after a 101, where it is something that is read: RFC 9110 section 7.8.
enum HTTPUpgrade: Equatable {
  /// RFC 6455, with what the server granted of compression.
  case webSocket(WebSocketDeflate?)
  /// HTTP/2 in clear text: RFC 7540 section 3.2.
  case h2c

  private static let upgrade = "upgrade"
  private static let extensions = "sec-websocket-extensions"

  /// From the head of a response; `nil` where its status is not 101, or `Upgrade` names something else.
  init?(_ head: borrowing HTTP1Head, _ bytes: RawSpan) {
    guard case .response(_, status: 101) = head.startLine,
      let field = head.fields.first(where: { bytes.equals(Self.upgrade, in: $0.name) })
    else { return nil }
    switch bytes.text(in: field.value).lowercased() {
    case "websocket":
      let granted = head.fields.filter { bytes.equals(Self.extensions, in: $0.name) }
      self = .webSocket(WebSocketDeflate(extensions: granted.map { bytes.text(in: $0.value) }.joined(separator: ",")))
    case "h2c": self = .h2c
    default: return nil
    }
  }
}
