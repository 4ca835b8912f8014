import Observations

extension JSONLineWriter {
  /// The `quic` object of a ClientHello, as Suricata has it; what is not known is left out.
  mutating func quic(_ hello: QUICHello) {
    object("quic") { quic in
      quic.field("version", hello.version)
      quic.field("sni", hello.hello.serverName)
      if let ja3 = hello.ja3 {
        quic.object("ja3") { object in
          object.field("hash", ja3.hash)
          object.field("string", ja3.text)
        }
      }
      quic.field("ja4", hello.ja4)
    }
  }
}
