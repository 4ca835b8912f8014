import Alerts
import Foundation
import Observations
import TestSupport
import Testing

@testable import Outputs

@Suite("Syslog targets")
struct SyslogTargetTests {
  static let good: [(String, SyslogTarget, String)] = [
    ("local", .local, "local"),
    ("udp://log.example", .udp(host: "log.example", port: 514), "udp://log.example:514"),
    ("tcp://10.0.0.1", .tcp(host: "10.0.0.1", port: 601), "tcp://10.0.0.1:601"),
    ("tls://log.example/", .tls(host: "log.example", port: 6514), "tls://log.example:6514"),
    ("TCP://h:1", .tcp(host: "h", port: 1), "tcp://h:1"),
    ("udp://[2001:db8::1]", .udp(host: "2001:db8::1", port: 514), "udp://[2001:db8::1]:514"),
    ("tls://[::1]:65535", .tls(host: "::1", port: 65_535), "tls://[::1]:65535"),
  ]

  @Test("are read, with default ports", arguments: good)
  func reads(_ expected: (text: String, target: SyslogTarget, written: String)) throws {
    let target = try SyslogTarget(parsing: expected.text)
    #expect(target == expected.target)
    #expect(target.description == expected.written)
    #expect(try SyslogTarget(parsing: target.description) == target)
  }

  static let bad: [(String, SyslogTargetError.Problem)] = [
    ("", .form), ("log.example", .form), ("Local", .form), ("http://h", .scheme("http")), ("udp://", .host),
    ("udp://:514", .host), ("udp://a b", .host), ("udp://a/b", .host), ("udp://u@h", .host), ("udp://h\u{1B}", .host),
    ("udp://[::1", .bracket), ("udp://::1", .bareIPv6), ("udp://[::1]514", .port("514")), ("udp://h:", .port(":")),
    ("udp://h:0", .port(":0")), ("udp://h:65536", .port(":65536")), ("udp://h:+5", .port(":+5")),
    ("udp://h:x", .port(":x")),
  ]

  @Test("are refused with the reason", arguments: bad)
  func refuses(_ expected: (text: String, problem: SyslogTargetError.Problem)) throws {
    let error = try #require(throws: SyslogTargetError.self) { _ = try SyslogTarget(parsing: expected.text) }
    #expect(error.problem == expected.problem)
    #expect(error.description.hasPrefix("syslog target “"))
    #expect(!error.description.contains("\u{1B}"))
  }
}

@Suite("Syslog messages, RFC 5424")
struct SyslogFormatTests {
  static let identity = SyslogIdentity(hostName: "sensor1", processID: 42)

  static func message(_ alert: Alert, byteLimit: Int = 8192) -> String {
    var formatter = SyslogFormatter(identity: identity, encoder: Fixtures.encoder, byteLimit: byteLimit)
    return String(decoding: formatter.message(alert), as: UTF8.self)
  }

  @Test("have a header, the main fields, and the event")
  func golden() {
    #expect(
      Self.message(Fixtures.alert)
        == #"<170>1 2026-11-20T23:11:05.123456Z sensor1 leakwire 42 key-exfiltration [leakwire@32473 "#
        + #"severity="critical" destination="webhook.site" fingerprint="\#(Fixtures.masked.fingerprint)" "#
        + #"src_ip="10.0.0.5" src_port="51234" dest_ip="93.184.216.34" dest_port="80" transport="plain" "#
        + #"provider="anthropic" credential="anthropic-api-key" redacted="sk-ant-api03-…x9AA" "#
        + #"location="request-body" count="1"] @cee: "# + Fixtures.line(Fixtures.alert))
  }

  static let priorities: [(Severity, Int)] = [
    (.critical, 170), (.high, 171), (.medium, 172), (.low, 173), (.info, 174),
  ]

  @Test("carry the severity in their priority", arguments: priorities)
  func priority(_ expected: (Severity, Int)) {
    var alert = Fixtures.alert
    alert.severity = expected.0
    #expect(Self.message(alert).hasPrefix("<\(expected.1)>1 "))
  }

  @Test("have message identifiers that the grammar allows", arguments: DetectorID.allCases)
  func identifiers(_ detector: DetectorID) {
    let name = detector.rawValue
    #expect((1...32).contains(name.utf8.count))
    #expect(name.utf8.allSatisfy { (33...126).contains($0) })
  }

  @Test("have a host name that the grammar allows")
  func hostNames() {
    #expect(SyslogIdentity(hostName: "", processID: 1).hostName == "-")
    #expect(SyslogIdentity(hostName: "a b\né", processID: 1).hostName == "a?b??")
    #expect(SyslogIdentity(hostName: String(repeating: "h", count: 300), processID: 1).hostName.utf8.count == 255)
    #expect(SyslogIdentity(hostName: "h", processID: 1, facility: 200).facility == 23)
  }

  @Test("report losses without a time of their own", arguments: [(1, "1 alert was"), (7, "7 alerts were")])
  func lossReport(_ expected: (Int, String)) {
    var formatter = SyslogFormatter(identity: Self.identity, encoder: Fixtures.encoder, byteLimit: 2048)
    #expect(
      String(decoding: formatter.lossReport(alertCount: expected.0), as: UTF8.self)
        == #"<172>1 - sensor1 leakwire 42 lost-alerts [leakwire@32473 lost="\#(expected.0)"] "#
        + "\(expected.1) lost while the server was away")
  }

  static let values: [(String, String)] = [
    ("plain", "plain"), (#"a"b\c]d"#, #"a\"b\\c\]d"#), ("a\nb", #"a\\nb"#), ("\u{1B}[", #"\\u001b["#),
    ("\u{2028}é…", #"\\u2028é…"#), ("", ""),
  ]

  @Test("escape values of structured data", arguments: values)
  func structuredData(_ expected: (String, String)) {
    var data = StructuredData(id: "x@1")
    data.append("k", expected.0)
    data.append("absent", nil)
    #expect(String(decoding: data.bytes, as: UTF8.self) == #"[x@1 k="\#(expected.1)"]"#)
  }

  @Test("cut values of structured data at whole escapes", arguments: 3...30)
  func cutData(limit: Int) throws {
    var data = StructuredData(id: "x@1", valueByteLimit: limit)
    data.append("k", "ab]\u{1B}é\"🔑\\n0123456789")
    #expect(data.bytes.count - #"[x@1 k=""]"#.utf8.count <= limit)
    let parsed = try #require(SyslogGrammar.structuredData(data.bytes[...]))
    #expect(parsed.values["k"]?.hasSuffix("…") == true)
  }

  static let hostile = [
    String(repeating: "a", count: 3000), String(repeating: "\"]\\", count: 1000),
    String(repeating: "\u{1B}", count: 500),
    String(repeating: "é\u{2028}🔑", count: 500), "short\n<13>1 - - - - - - forged", "",
  ]

  @Test("fit a datagram, keep to the grammar and carry whole JSON, whatever is in the traffic", arguments: hostile)
  func fits(_ text: String) throws {
    let identity = SyslogIdentity(hostName: String(repeating: "h", count: 255), processID: .max)
    let sources: [TrafficSource] = [.file(String(repeating: "/\u{1}", count: 300))]
    for limit in [2048, 8192] {
      var formatter = SyslogFormatter(
        identity: identity, encoder: EVEEncoder(sources: sources), byteLimit: limit)
      var alert = Fixtures.hostileAlert(text)
      alert.place.numberInSource = .max
      alert.count = .max
      let bytes = formatter.message(alert)
      #expect(bytes.count <= limit)
      #expect(bytes.allSatisfy { $0 >= 0x20 && $0 != 0x7F })
      let message = try #require(SyslogGrammar.message(bytes))
      #expect(message.id == "key-exfiltration")
      #expect(message.values["fingerprint"] == Fixtures.masked.fingerprint)
      let json = try #require(try JSONSerialization.jsonObject(with: Data(message.json)) as? [String: Any])
      #expect(json["event_type"] as? String == "alert")
    }
  }

  @Test("shrink in steps, evidence first")
  func steps() throws {
    var alert = Fixtures.alert
    alert.evidence = String(repeating: "e", count: 1500)
    let first = Self.message(alert, byteLimit: 2048)
    #expect(!first.contains(#""evidence""#) && first.contains(#""advice""#))
    alert.advice = String(repeating: "a", count: 1500)
    let second = Self.message(alert, byteLimit: 2048)
    #expect(!second.contains(#""advice""#) && second.contains(#""category":"exfil-sink""#))
  }

  @Test("are framed by counting octets, not characters")
  func octetCounting() {
    let frame = SyslogFraming.octetCounting.frame(Array("aé→".utf8))
    #expect(String(decoding: frame, as: UTF8.self) == "6 aé→")
    #expect(SyslogFraming.nulTerminated.frame([1]) == [1, 0])
    #expect(SyslogFraming.datagram.frame([1]) == [1])
  }
}

/// A strict reader of RFC 5424 section 6, as a collector would be.
enum SyslogGrammar {
  struct Message {
    var id: String
    var values: [String: String]
    var json: [UInt8]
  }

  static func message(_ bytes: [UInt8]) -> Message? {
    var rest = bytes[...]
    guard rest.popFirst() == UInt8(ascii: "<"), let end = rest.firstIndex(of: UInt8(ascii: ">")),
      let priority = Int(String(decoding: rest[..<end], as: UTF8.self)), (0...191).contains(priority)
    else { return nil }
    rest = rest[(end + 1)...]
    let limits = [2, 32, 255, 48, 128, 32]
    var header: [String] = []
    for limit in limits {
      guard let space = rest.firstIndex(of: UInt8(ascii: " ")) else { return nil }
      let field = rest[..<space]
      guard (1...limit).contains(field.count), field.allSatisfy({ (33...126).contains($0) }) else { return nil }
      header.append(String(decoding: field, as: UTF8.self))
      rest = rest[(space + 1)...]
    }
    guard header[0] == "1", let data = structuredData(rest) else { return nil }
    let text = Array(data.rest)
    let cookie = Array(" @cee: ".utf8)
    guard text.starts(with: cookie) else { return nil }
    return Message(id: header[5], values: data.values, json: Array(text.dropFirst(cookie.count)))
  }

  static func structuredData(_ bytes: ArraySlice<UInt8>) -> (values: [String: String], rest: ArraySlice<UInt8>)? {
    var rest = bytes
    func word() -> [UInt8] {
      let word = rest.prefix { $0 != UInt8(ascii: "=") && $0 != UInt8(ascii: " ") && $0 != UInt8(ascii: "]") }
      rest = rest.dropFirst(word.count)
      return Array(word)
    }
    guard rest.popFirst() == UInt8(ascii: "["), word().contains(UInt8(ascii: "@")) else { return nil }
    var values: [String: String] = [:]
    while rest.first == UInt8(ascii: " ") {
      rest = rest.dropFirst()
      let name = word()
      guard (1...32).contains(name.count), rest.popFirst() == UInt8(ascii: "="), rest.popFirst() == UInt8(ascii: "\"")
      else { return nil }
      var value: [UInt8] = []
      while let byte = rest.popFirst(), byte != UInt8(ascii: "\"") {
        if byte == UInt8(ascii: "]") { return nil }
        guard byte == UInt8(ascii: "\\") else {
          value.append(byte)
          continue
        }
        guard let escaped = rest.popFirst() else { return nil }
        value.append(escaped)
      }
      guard let text = String(validating: value, as: UTF8.self) else { return nil }
      values[String(decoding: name, as: UTF8.self)] = text
    }
    guard rest.popFirst() == UInt8(ascii: "]") else { return nil }
    return (values, rest)
  }
}
