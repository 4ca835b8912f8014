import Observations

extension JSONLineWriter {
  /// The `tls` object, as far as a ClientHello tells.
  mutating func tls(_ hello: TLSHello) {
    object("tls") { tls in
      tls.field("sni", hello.serverName)
      if !hello.alpn.isEmpty { tls.field("client_alpns", hello.alpn) }
    }
  }
}
