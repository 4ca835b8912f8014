package import Wire

/// What a flow's own words made of it: the rest of its bytes belong to a connection to somewhere else, or of somebody
/// else. Immutable, shared by the flow and what is observed of it.
package final class TunnelOrigin: Sendable {
  package enum Kind: String, Sendable {
    /// A CONNECT was granted: RFC 9110 section 9.3.6.
    case connect
    /// An Upgrade was granted: RFC 9110 section 7.8.
    case upgrade
    case socks4, socks5
    /// A proxy said whose connection it passes on.
    case proxyProtocol = "proxy-protocol"
  }

  package let kind: Kind
  /// The destination that was named, lower case: a host name or an address; `nil` where none was.
  package let host: String?
  package let port: UInt16?
  /// The request that opened the tunnel, or one that an outer tunnel began with.
  package let request: HTTPRequest?
  /// The client behind the proxy, as the PROXY protocol tells.
  package let client: Endpoint?

  package init(
    kind: Kind, host: String? = nil, port: UInt16? = nil, request: HTTPRequest? = nil, client: Endpoint? = nil
  ) {
    (self.kind, self.host, self.port, self.request, self.client) = (kind, host, port, request, client)
  }

  /// What a granted request opened.
  package convenience init(granted request: HTTPRequest?) {
    let isConnect = request?.method == "CONNECT"
    self.init(
      kind: isConnect ? .connect : .upgrade, host: isConnect ? request?.host : nil,
      port: isConnect ? request?.port : nil, request: request)
  }
}
