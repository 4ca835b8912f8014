/// What a server granted of `permessage-deflate`: RFC 7692 section 7.1.
///
/// Window sizes do not matter to a reader: a decoder with the largest window reads all.
package struct WebSocketDeflate: Equatable, Sendable {
  package var serverKeepsContext = true
  package var clientKeepsContext = true

  package init(serverKeepsContext: Bool = true, clientKeepsContext: Bool = true) {
    (self.serverKeepsContext, self.clientKeepsContext) = (serverKeepsContext, clientKeepsContext)
  }

  /// From the `Sec-WebSocket-Extensions` of the response; `nil` where the extension is not in it.
  package init?(extensions: String) {
    for element in extensions.lowercased().split(separator: ",") {
      let words = element.split(separator: ";").map { $0.filter { $0 != " " && $0 != "\t" } }
      guard words.first == "permessage-deflate" else { continue }
      serverKeepsContext = !words.contains { $0.hasPrefix("server_no_context_takeover") }
      clientKeepsContext = !words.contains { $0.hasPrefix("client_no_context_takeover") }
      return
    }
    return nil
  }

  package func keepsContext(_ direction: Direction) -> Bool {
    direction == .toServer ? clientKeepsContext : serverKeepsContext
  }
}
