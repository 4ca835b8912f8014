import Observations
import Wire

extension JSONLineWriter {
  /// The `tls` object of a handshake, as Suricata has it; what is not known is left out.
  ///
  /// A name that stands in clear in place of an encrypted one (RFC 9849) is no `sni`.
  mutating func tls(_ handshake: TLSHandshake) {
    object("tls") { tls in
      if let certificate = handshake.certificate { tls.names(of: certificate) }
      if handshake.isResumed { tls.field("session_resumed", true) }
      tls.field("sni", handshake.hello.serverName)
      tls.field("version", handshake.version?.name)
      if let certificate = handshake.certificate { tls.details(of: certificate) }
      if let ja3 = handshake.ja3 { tls.fingerprint("ja3", ja3) }
      if let ja3s = handshake.ja3s { tls.fingerprint("ja3s", ja3s) }
      tls.field("ja4", handshake.ja4)
      if !handshake.hello.alpn.isEmpty { tls.field("client_alpns", handshake.hello.alpn) }
      if let chosen = handshake.serverALPN { tls.field("server_alpns", [chosen]) }
    }
  }

  /// The `tls` object of an alert, as far as a ClientHello tells.
  mutating func tls(_ hello: TLSHello) {
    object("tls") { tls in
      tls.field("sni", hello.serverName)
      if !hello.alpn.isEmpty { tls.field("client_alpns", hello.alpn) }
    }
  }

  private mutating func names(of certificate: TLSCertificate) {
    field("subject", certificate.subject)
    field("issuerdn", certificate.issuer)
    field("serial", certificate.serial)
    field("fingerprint", certificate.fingerprint)
  }

  private mutating func details(of certificate: TLSCertificate) {
    field("notbefore", certificate.notBefore)
    field("notafter", certificate.notAfter)
    if !certificate.alternativeNames.isEmpty { field("subjectaltname", certificate.alternativeNames) }
  }

  private mutating func fingerprint(_ key: String, _ fingerprint: TLSFingerprint) {
    object(key) { object in
      object.field("hash", fingerprint.hash)
      object.field("string", fingerprint.text)
    }
  }
}
