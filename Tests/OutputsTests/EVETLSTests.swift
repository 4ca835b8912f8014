import Observations
import Testing
import Wire

@testable import Outputs

@Suite("EVE tls events, Suricata's schema")
struct EVETLSTests {
  static let unanswered = TLSHandshake(
    hello: TLSHello(serverName: "api.example", alpn: ["h2", "http/1.1"]), version: nil, cipherSuite: nil,
    serverALPN: nil, isResumed: false, ja3: nil, ja3s: nil, ja4: nil, certificate: nil, wasRetried: false)

  static let full = TLSHandshake(
    hello: TLSHello(serverName: "api.example", alpn: ["h2"]), version: .tls12, cipherSuite: 0xC02F, serverALPN: "h2",
    isResumed: true, ja3: TLSFingerprint(text: "771,1,,,", hash: "aa"),
    ja3s: TLSFingerprint(text: "771,1,", hash: "bb"), ja4: "t12d0101h2_a_b",
    certificate: TLSCertificate(
      subject: "C=GB, CN=a\"b", issuer: "CN=ca", serial: "0A:1B", fingerprint: "0a:1b",
      notBefore: "2026-01-01T00:00:00", notAfter: nil,
      alternativeNames: ["a.example", "*.a.example"]), wasRetried: false)

  static let hidden = TLSHandshake(
    hello: TLSHello(serverName: nil, alpn: [], encryptedHello: .certain, publicName: "front.example"), version: .tls13,
    cipherSuite: 0x1301, serverALPN: nil, isResumed: false, ja3: nil, ja3s: nil, ja4: nil, certificate: nil,
    wasRetried: true)

  static let cases: [(TLSHandshake, String)] = [
    (unanswered, #"{"sni":"api.example","client_alpns":["h2","http/1.1"]}"#),
    (
      full,
      #"{"subject":"C=GB, CN=a\"b","issuerdn":"CN=ca","serial":"0A:1B","fingerprint":"0a:1b","session_resumed":true,"#
        + #""sni":"api.example","version":"TLS 1.2","notbefore":"2026-01-01T00:00:00","#
        + #""subjectaltname":["a.example","*.a.example"],"ja3":{"hash":"aa","string":"771,1,,,"},"#
        + #""ja3s":{"hash":"bb","string":"771,1,"},"ja4":"t12d0101h2_a_b","client_alpns":["h2"],"server_alpns":["h2"]}"#
    ),
    (hidden, #"{"version":"TLS 1.3"}"#),
  ]

  @Test("tell a handshake", arguments: cases.indices)
  func tls(index: Int) {
    let (handshake, object) = Self.cases[index]
    #expect(Fixtures.line(.tlsHandshake(handshake))?.hasSuffix(#","tls":\#(object)}"#) == true)
  }
}
