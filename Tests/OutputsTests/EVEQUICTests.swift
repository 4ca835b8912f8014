import Observations
import Testing
import Wire

@testable import Outputs

@Suite("EVE events of QUIC")
struct EVEQUICTests {
  static func line(_ hello: QUICHello, kinds: EventKinds = .quic) -> String? {
    let flow = FlowContext(
      id: 77, client: Endpoint(IPAddress(ipv4: 0x0A00_0005), port: 51_234),
      server: Endpoint(IPAddress(ipv4: 0x5DB8_D822), port: 443), transport: .udp, appProtocol: .quic)
    let place = PacketPlace(packet: 7, numberInSource: 5, source: 0, timestamp: 1_795_216_265_123_456_789)
    var encoder = EVEEncoder(sources: [.file("a.pcap")])
    var line = JSONLineWriter()
    let observation = Observation(place: place, flow: flow, fact: .quicHello(hello))
    guard encoder.encode(observation, kinds: kinds, to: &line) else { return nil }
    return String(decoding: line.bytes, as: UTF8.self)
  }

  @Test("tell a hello with its fingerprints")
  func hello() {
    let hello = QUICHello(
      version: "1", hello: TLSHello(serverName: "api.example.test", alpn: ["h3"]),
      ja3: TLSFingerprint(text: "771,4865,0,,", hash: "0a1b"), ja4: "q13d0101h3_a_b")
    let line = Self.line(hello)
    #expect(line?.contains(#""event_type":"quic""#) == true && line?.contains(#""app_proto":"quic""#) == true)
    #expect(
      line?.hasSuffix(
        #""quic":{"version":"1","sni":"api.example.test","ja3":{"hash":"0a1b","string":"771,4865,0,,"},"#
          + #""ja4":"q13d0101h3_a_b"}}"#) == true)
  }

  @Test("leave out what is not known, and are absent when not asked for")
  func bare() {
    let hello = QUICHello(
      version: "ff00001d", hello: TLSHello(serverName: nil, alpn: []), ja3: nil, ja4: nil)
    #expect(Self.line(hello)?.hasSuffix(#""quic":{"version":"ff00001d"}}"#) == true)
    #expect(Self.line(hello, kinds: .tls) == nil)
  }
}
