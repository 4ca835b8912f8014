import Alerts
import Foundation
import Observations
import Testing

@testable import Outputs

@Suite("EVE alerts")
struct EVEAlertTests {
  @Test("tell everything that the alert knows, in a fixed order")
  func golden() {
    let alert =
      #""alert":{"action":"allowed","gid":1,"signature_id":9320001,"rev":1,"#
      + #""signature":"Anthropic key sent to webhook.site, which is not Anthropic","#
      + #""category":"Successful Credential Theft Detected","severity":1,"#
      + #""metadata":{"mitre_technique_id":["T1567"],"signature_severity":["Critical"]}}"#
    let http =
      #""http":{"hostname":"webhook.site","http_port":8080,"url":"/collect?id=1","#
      + #""http_user_agent":"curl/8.5.0","http_refer":"http://a/","http_method":"POST","protocol":"HTTP/1.1","#
      + #""request_headers":[{"name":"Host","value":"webhook.site:8080"},{"name":"X-Note","value":"a\"b"}]}"#
    let leakwire =
      #""leakwire":{"detector":"key-exfiltration","severity":"critical","provider":"anthropic","#
      + #""credential":{"signature":"anthropic-api-key","redacted":"sk-ant-api03-…x9AA","#
      + #""fingerprint":"sha256:\#(String(repeating: "0a", count: 32))","length":108,"encodings":["base64"],"#
      + #""location":"request-body"},"destination":{"host":"webhook.site","host_source":"http-host","#
      + #""expected":["api.anthropic.com"],"category":"exfil-sink"},"transport":"plain","#
      + #""evidence":"{\"key\":\"sk-ant-api03-…x9AA\"}","count":1,"attack":["T1567"],"#
      + #""advice":"Revoke the key and find the process that sent it."}"#
    #expect(
      Fixtures.line(Fixtures.alert)
        == EVEEncoderTests.start("alert") + #","direction":"to_server","tx_id":3,\#(alert),\#(http),\#(leakwire)}"#)
  }

  @Test("leave out what is not known")
  func absences() throws {
    var alert = Fixtures.alert
    (alert.provider, alert.credential, alert.http, alert.destination.category) = (nil, nil, nil, nil)
    alert.attack = []
    let object = try parse(Fixtures.line(alert))
    #expect(object["http"] == nil && object["tls"] == nil)
    let leakwire = try #require(object["leakwire"] as? [String: Any])
    #expect(leakwire["provider"] == nil && leakwire["credential"] == nil && leakwire["process"] == nil)
    #expect((leakwire["destination"] as? [String: Any])?["category"] == nil)
    #expect(leakwire["attack"] as? [String] == [])
  }

  static let directions: [(CredentialLocation, String?)] = [
    (.requestLine, "to_server"), (.requestHeader, "to_server"), (.requestBody, "to_server"), (.dnsName, "to_server"),
    (.responseHeader, "to_client"), (.responseBody, "to_client"), (.websocket, nil), (.stream, nil), (.datagram, nil),
  ]

  @Test("keep the client as source and say which side spoke", arguments: directions)
  func direction(_ expected: (CredentialLocation, String?)) throws {
    var alert = Fixtures.alert
    alert.credential?.location = expected.0
    let object = try parse(Fixtures.line(alert))
    #expect(object["direction"] as? String == expected.1)
    #expect(object["src_ip"] as? String == "10.0.0.5")
  }

  @Test("have a category, and the severity that rules expect", arguments: DetectorID.allCases)
  func categories(_ detector: DetectorID) throws {
    for severity in Severity.allCases {
      var alert = Fixtures.alert
      (alert.detector, alert.severity) = (detector, severity)
      let object = try #require(try parse(Fixtures.line(alert))["alert"] as? [String: Any])
      #expect((object["category"] as? String)?.isEmpty == false)
      #expect(object["severity"] as? Int == severity.eveSeverity)
      #expect(object["signature_id"] as? Int == detector.signatureID)
    }
  }

  @Test("stay whole JSON at every level of detail, and shrink", arguments: AlertDetail.allCases)
  func detail(_ detail: AlertDetail) throws {
    let line = Fixtures.line(Fixtures.alert, detail: detail)
    let leakwire = try #require(try parse(line)["leakwire"] as? [String: Any])
    #expect((leakwire["evidence"] != nil) == (detail == .full))
    #expect((leakwire["advice"] != nil) == (detail < .withoutContext))
    #expect((leakwire["credential"] as? [String: Any])?["fingerprint"] != nil)
    if let next = AlertDetail(rawValue: detail.rawValue + 1) {
      #expect(Fixtures.line(Fixtures.alert, detail: next).utf8.count < line.utf8.count)
    }
  }

  private func parse(_ line: String) throws -> [String: Any] {
    try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
  }
}
