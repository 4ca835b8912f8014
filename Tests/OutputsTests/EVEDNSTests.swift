import Alerts
import Observations
import Testing
import Wire

@testable import Outputs

@Suite("EVE events of DNS, version 3")
struct EVEDNSTests {
  static let response: DNSMessage = {
    let service = DNSService(priority: 1, weight: 2, port: 3, target: "s.test")
    let soa = DNSAuthority(
      primary: "ns.test", mailbox: "m.test", serial: 1, refresh: 2, retry: 3, expire: 4, minimum: 5)
    let binding = DNSServiceBinding(priority: 1, target: ".", parameters: ["alpn=h2"], hints: [])
    let address = IPAddress(ipv4: 0xC000_0201)
    return DNSMessage(
      id: 7, flags: DNSFlags(rawValue: 0x8583), queries: [DNSQuestion(name: "h.test", type: .a)],
      answers: [
        DNSRecord(name: "h.test", type: .a, timeToLive: 60, data: .address(address)),
        DNSRecord(name: "h.test", type: .txt, timeToLive: 0, data: .text(["a", "b"])),
        DNSRecord(name: "h.test", type: .srv, timeToLive: 0, data: .service(service)),
        DNSRecord(name: "h.test", type: .https, timeToLive: 0, data: .binding(binding)),
        DNSRecord(name: "h.test", type: DNSRecordType(rawValue: 65_534), timeToLive: 0, data: .opaque(byteCount: 3)),
      ], authorities: [DNSRecord(name: "test", type: .soa, timeToLive: 9, data: .authority(soa))],
      additionals: [
        DNSRecord(name: "x.test", type: .srv, timeToLive: 0, data: .service(service)),
        DNSRecord(name: ".", type: .opt, timeToLive: 0, data: .options([DNSOption(code: 10, data: "c\\000")])),
      ], index: 4)
  }()

  static let object =
    #""dns":{"version":3,"type":"response","tx_id":4,"id":7,"flags":"8583","qr":true,"aa":true,"rd":true,"ra":true,"#
    + #""opcode":0,"rcode":"NXDOMAIN","queries":[{"rrname":"h.test","rrtype":"A"}],"#
    + #""answers":[{"rrname":"h.test","rrtype":"A","ttl":60,"rdata":"192.0.2.1"},"#
    + #"{"rrname":"h.test","rrtype":"TXT","ttl":0,"rdata":"ab"},"#
    + #"{"rrname":"h.test","rrtype":"SRV","ttl":0,"srv":{"priority":1,"weight":2,"port":3,"name":"s.test"}},"#
    + #"{"rrname":"h.test","rrtype":"HTTPS","ttl":0,"rdata":"1 . alpn=h2"},"#
    + #"{"rrname":"h.test","rrtype":"65534","ttl":0}],"#
    + #""grouped":{"A":["192.0.2.1"],"TXT":["ab"],"SRV":[{"priority":1,"weight":2,"port":3,"name":"s.test"}]},"#
    + #""authorities":[{"rrname":"test","rrtype":"SOA","ttl":9,"soa":{"mname":"ns.test","rname":"m.test","serial":1,"#
    + #""refresh":2,"retry":3,"expire":4,"minimum":5}}],"#
    + #""additionals":[{"rrname":"x.test","rrtype":"SRV","ttl":0,"rdata":"1 2 3 s.test"},"#
    + #"{"rrname":".","rrtype":"OPT","ttl":0,"opt":[{"code":10,"data":"c\\000"}]}]}"#

  static func line(_ message: DNSMessage, kinds: EventKinds = .dns) -> String? {
    var (encoder, line) = (Fixtures.encoder, JSONLineWriter())
    let observation = Observation(place: Fixtures.place, flow: Fixtures.flow, fact: .dns(message))
    guard encoder.encode(observation, kinds: kinds, to: &line) else { return nil }
    return String(decoding: line.bytes, as: UTF8.self)
  }

  @Test("tell a response with all that it says")
  func response() {
    #expect(Self.line(Self.response)?.hasSuffix(",\(Self.object)}") == true)
    #expect(Self.line(Self.response)?.contains(#""event_type":"dns","#) == true)
    #expect(Self.line(Self.response, kinds: .http) == nil)
  }

  @Test("tell a request without what only responses have")
  func request() {
    let query = DNSQuestion(name: "h.test", type: .aaaa)
    let message = DNSMessage(id: 1, flags: DNSFlags(rawValue: 0x0100), queries: [query])
    #expect(
      Self.line(message)?.hasSuffix(
        #","dns":{"version":3,"type":"request","tx_id":0,"id":1,"flags":"100","rd":true,"opcode":0,"#
          + #""queries":[{"rrname":"h.test","rrtype":"AAAA"}]}}"#) == true)
  }

  @Test(
    "name response codes, those of EDNS too", arguments: [(0, "NOERROR"), (1, "BADVERS"), (2, "32"), (255, "4080")])
  func responseCodes(_ extended: UInt32, _ name: String) {
    let option = DNSRecord(name: ".", type: .opt, timeToLive: extended << 24, data: .options([]))
    let message = DNSMessage(id: 1, flags: DNSFlags(rawValue: 0x8000), queries: [], additionals: [option])
    #expect(Self.line(message)?.contains(#""rcode":"\#(name)","#) == true)
    #expect(Self.line(message)?.contains(#""additionals":[{"rrname":".","rrtype":"OPT","ttl":"#) == true)
  }

  @Test("stand in the alerts that are about them")
  func alert() {
    var alert = Fixtures.alert
    (alert.http, alert.dns) = (nil, Self.response)
    #expect(Fixtures.line(alert).contains(Self.object))
    #expect(!Fixtures.line(alert, detail: .essential).contains(#""dns":"#))
  }
}
