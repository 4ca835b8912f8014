import Alerts
import Foundation
import Observations
import Testing
import Wire

@testable import Outputs

@Suite("EVE events")
struct EVEEncoderTests {
  static let common =
    #""src_ip":"10.0.0.5","src_port":51234,"dest_ip":"93.184.216.34","dest_port":80,"proto":"TCP","#
    + #""app_proto":"http","community_id":"1:\#(communityID)""#
  static let communityID: String = {
    var bytes: [UInt8] = []
    CommunityID.append(Fixtures.flow.client, Fixtures.flow.server, transport: .tcp, to: &bytes)
    return String(decoding: bytes.dropFirst(2), as: UTF8.self)
  }()
  static func start(_ kind: String) -> String {
    #"{"timestamp":"2026-11-20T23:11:05.123456+0000","flow_id":1234,"pcap_filename":"a.pcap","pcap_cnt":5,"#
      + #""event_type":"\#(kind)","# + common
  }

  @Test("tell an HTTP transaction")
  func http() {
    #expect(
      Fixtures.line(.transaction(Fixtures.transaction))
        == Self.start("http") + #","tx_id":3,"http":{"hostname":"webhook.site","http_port":8080,"#
        + #""url":"/collect?id=1","http_user_agent":"curl/8.5.0","http_content_type":"text/html","#
        + #""http_refer":"http://a/","http_method":"POST","protocol":"HTTP/1.1","status":302,"redirect":"/next","#
        + #""length":1700,"request_headers":[{"name":"Host","value":"webhook.site:8080"},"#
        + #"{"name":"X-Note","value":"a\"b"}],"response_headers":[{"name":"Location","value":"/next"}]}}"#)
  }

  @Test("tell a response without its request")
  func responseAlone() {
    let transaction = HTTPTransaction(
      request: nil,
      response: HTTPResponse(version: "HTTP/1.0", status: 200, contentType: nil, location: "/ignored", fields: []),
      requestBodyByteCount: 0, responseBodyByteCount: 5)
    #expect(
      Fixtures.line(.transaction(transaction))
        == Self.start("http") + #","tx_id":0,"http":{"protocol":"HTTP/1.0","status":200,"length":5}}"#)
  }

  struct End: Sendable {
    let reason: FlowSummary.Reason
    let wasEstablished: Bool
    let state: String
    let word: String
  }

  static let ends = [
    End(reason: .finished, wasEstablished: true, state: "closed", word: "timeout"),
    End(reason: .reset, wasEstablished: false, state: "closed", word: "timeout"),
    End(reason: .timeout, wasEstablished: false, state: "new", word: "timeout"),
    End(reason: .timeout, wasEstablished: true, state: "established", word: "timeout"),
    End(reason: .evicted, wasEstablished: true, state: "established", word: "forced"),
    End(reason: .shutdown, wasEstablished: true, state: "established", word: "shutdown"),
    End(reason: .replaced, wasEstablished: true, state: "established", word: "tcp_reuse"),
  ]

  @Test("tell a flow in Suricata's words", arguments: ends)
  func flow(_ end: End) {
    var summary = FlowSummary()
    (summary.toServer.packets, summary.toServer.bytes) = (6, 600)
    (summary.toClient.packets, summary.toClient.bytes) = (4, 4000)
    (summary.start, summary.end) = (Fixtures.time - 3_500_000_000, Fixtures.time)
    (summary.reason, summary.wasEstablished) = (end.reason, end.wasEstablished)
    #expect(
      Fixtures.line(.flowClosed(summary))
        == Self.start("flow") + #","flow":{"pkts_toserver":6,"pkts_toclient":4,"bytes_toserver":600,"#
        + #""bytes_toclient":4000,"start":"2026-11-20T23:11:01.623456+0000","end":"2026-11-20T23:11:05.123456+0000","#
        + #""age":3,"state":"\#(end.state)","reason":"\#(end.word)"}}"#)
  }

  @Test("never tell a negative age", arguments: [(Int64.max, Int64.min), (Int64.min, .max), (5, 4)])
  func age(_ times: (start: Int64, end: Int64)) throws {
    var summary = FlowSummary()
    (summary.start, summary.end) = times
    #expect(try #require(Fixtures.line(.flowClosed(summary))).contains(#""age":0,"#))
  }

  @Test("name a live interface, VLAN tags, and IPv6 addresses as RFC 5952 has them")
  func liveAndTagged() throws {
    var flow = Fixtures.flow
    (flow.vlans.count, flow.vlans.outer, flow.vlans.inner) = (2, 100, 7)
    flow.client = Endpoint(IPAddress(high: 0x2001_0DB8_0000_0000, low: 1), port: 1)
    flow.transport = .udp
    var place = Fixtures.place
    place.source = 1
    let line = try #require(Fixtures.line(.transaction(Fixtures.transaction), flow: flow, place: place))
    #expect(line.contains(#""flow_id":1234,"in_iface":"eth0","event_type":"http","vlan":[100,7],"#))
    #expect(
      line.contains(#""src_ip":"2001:db8::1","src_port":1,"dest_ip":"93.184.216.34","dest_port":80,"proto":"UDP""#))
    #expect(!line.contains("pcap_"))
    flow.vlans.count = 1
    #expect(try #require(Fixtures.line(.transaction(Fixtures.transaction), flow: flow)).contains(#""vlan":[100],"#))
  }

  @Test("survive a source that nobody listed")
  func unknownSource() throws {
    var place = Fixtures.place
    place.source = .max
    let line = try #require(Fixtures.line(.transaction(Fixtures.transaction), place: place))
    #expect(line.contains(#""flow_id":1234,"event_type""#))
  }

  @Test("are told apart by flow even when the cache has another one in the same place")
  func cacheCollision() {
    var (encoder, writer) = (Fixtures.encoder, JSONLineWriter())
    var other = Fixtures.flow
    other.id += 256
    other.client.port = 9
    var sameID = Fixtures.flow
    sameID.appProtocol = .tls
    for flow in [Fixtures.flow, other, Fixtures.flow, sameID, Fixtures.flow] {
      let fact = Fact.transaction(Fixtures.transaction)
      let observation = Observation(place: Fixtures.place, flow: flow, fact: fact)
      #expect(encoder.encode(observation, kinds: .http, to: &writer))
      #expect(String(decoding: writer.bytes, as: UTF8.self) == Fixtures.line(fact, flow: flow))
    }
  }

  @Test("are written only for the kinds asked for, and some facts have none")
  func selection() {
    var (encoder, writer) = (Fixtures.encoder, JSONLineWriter())
    let facts: [(Fact, EventKinds)] = [
      (.transaction(Fixtures.transaction), .http), (.flowClosed(FlowSummary()), .flow),
      (.tlsHandshake(EVETLSTests.unanswered), .tls), (.tlsHello(TLSHello(serverName: nil, alpn: [])), []),
      (.encryption(EncryptionSummary()), []), (.flowOpened, []), (.request(Fixtures.request), []),
      (.gap(.toServer, byteCount: 1), []), (.recognised(.http), []),
    ]
    for (fact, kind) in facts {
      let observation = Observation(place: Fixtures.place, flow: Fixtures.flow, fact: fact)
      for asked in EventKinds.all {
        #expect(encoder.encode(observation, kinds: asked, to: &writer) == (asked == kind), "\(kind.name) \(asked.name)")
      }
    }
  }

  @Test("tell counters, ours apart from Suricata's")
  func stats() {
    var (encoder, writer) = (Fixtures.encoder, JSONLineWriter())
    let report = StatsReport(
      timestamp: 0,
      counters: [
        "uptime": .count(3), "tcp": .group(["sessions": .count(2), "reassembly_gap": .count(.max)]),
      ], ownCounters: ["late_masks": .count(0)])
    encoder.encode(report, to: &writer)
    #expect(
      String(decoding: writer.bytes, as: UTF8.self)
        == #"{"timestamp":"1970-01-01T00:00:00.000000+0000","event_type":"stats","stats":{"uptime":3,"#
        + #""tcp":{"sessions":2,"reassembly_gap":18446744073709551615}},"leakwire":{"late_masks":0}}"#)
  }
}
