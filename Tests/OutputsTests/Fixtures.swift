import Alerts
import Logging
import Observations
import Synchronization
import TestSupport
import Wire

@testable import Outputs

/// Facts and alerts as the halves would make them; all secrets are masked forms of nothing.
enum Fixtures {
  /// 2026-11-20 23:11:05.123456789 UTC.
  static let time: Int64 = 1_795_216_265_123_456_789

  static let place = PacketPlace(packet: 7, step: 1, numberInSource: 5, source: 0, timestamp: time)

  static let flow = FlowContext(
    id: 1234, client: Endpoint(IPAddress(ipv4: 0x0A00_0005), port: 51_234),
    server: Endpoint(IPAddress(ipv4: 0x5DB8_D822), port: 80), transport: .tcp, appProtocol: .http)

  static let masked = MaskedCredential(
    signature: "anthropic-api-key", issuers: ["anthropic"], redacted: "sk-ant-api03-…x9AA",
    fingerprint: "sha256:" + String(repeating: "0a", count: 32), length: 108, encodings: [.base64])

  static let request = HTTPRequest(
    method: "POST", target: "/collect?id=1", version: "HTTP/1.1", host: "webhook.site", port: 8080,
    userAgent: "curl/8.5.0", contentType: "application/json", referer: "http://a/",
    fields: [HTTPField(name: "Host", value: "webhook.site:8080"), HTTPField(name: "X-Note", value: "a\"b")], index: 3)

  static let response = HTTPResponse(
    version: "HTTP/1.1", status: 302, contentType: "text/html", location: "/next",
    fields: [HTTPField(name: "Location", value: "/next")])

  static let transaction = HTTPTransaction(
    request: request, response: response, requestBodyByteCount: 40, responseBodyByteCount: 1700)

  static var alert: Alert {
    Alert(
      place: place, flow: flow, detector: .keyExfiltration, severity: .critical,
      message: "Anthropic key sent to webhook.site, which is not Anthropic", provider: "anthropic",
      credential: SightedCredential(masked: masked, location: .requestBody),
      destination: Destination(
        host: "webhook.site", source: .httpHost, expected: ["api.anthropic.com"], category: "exfil-sink"),
      transport: .plain, evidence: #"{"key":"sk-ant-api03-…x9AA"}"#, attack: ["T1567"],
      advice: "Revoke the key and find the process that sent it.", http: request)
  }

  /// An alert in which everything that a stranger can choose is long and hostile.
  static func hostileAlert(_ text: String) -> Alert {
    var alert = alert
    alert.flow = longestFlow
    alert.message = text
    alert.evidence = text
    alert.advice = text
    alert.destination = Destination(
      host: text, source: .httpHost, expected: Array(repeating: text, count: 20), category: text)
    alert.credential?.masked.encodings = Array(repeating: .jsonEscape, count: 20)
    alert.credential?.masked.redacted = text
    alert.attack = Array(repeating: "T1567", count: 10)
    alert.http = HTTPRequest(
      method: text, target: text, version: text, host: text, port: 65_535, userAgent: text,
      fields: [HTTPField(name: text, value: text)])
    alert.tls = TLSHello(serverName: text, alpn: [text])
    return alert
  }

  /// The flow whose fields take the most room.
  static var longestFlow: FlowContext {
    var vlans = VLANTags()
    (vlans.count, vlans.outer, vlans.inner) = (2, 4094, 4093)
    return FlowContext(
      id: 1 << 53 - 1, client: Endpoint(IPAddress(high: .max, low: .max), port: 65_535),
      server: Endpoint(IPAddress(high: .max, low: .max - 1), port: 65_534), transport: .tcp, vlans: vlans,
      appProtocol: .http)
  }

  static let encoder = EVEEncoder(sources: [.file("a.pcap"), .interface("eth0")])

  static func line(_ alert: Alert, detail: AlertDetail = .full) -> String {
    var (encoder, line) = (encoder, JSONLineWriter())
    encoder.encode(alert, detail: detail, to: &line)
    return String(decoding: line.bytes, as: UTF8.self)
  }

  static func line(_ fact: Fact, flow: FlowContext = flow, place: PacketPlace = place) -> String? {
    var (encoder, line) = (encoder, JSONLineWriter())
    let observation = Observation(place: place, flow: flow, fact: fact)
    guard encoder.encode(observation, kinds: [.alert, .http, .tls, .flow, .stats], to: &line) else { return nil }
    return String(decoding: line.bytes, as: UTF8.self)
  }
}

/// Keeps what was logged, for the tests that look.
final class LogRecorder: LogHandler {
  private let lines = Mutex<[String]>([])
  var messages: [String] { lines.withLock { $0 } }

  /// Returns once something was logged that contains `text`; the test's time limit bounds it.
  func wait(for text: String) async throws {
    while !messages.contains(where: { $0.contains(text) }) { try await Task.sleep(for: .milliseconds(2)) }
  }

  static func logger() -> (Logger, LogRecorder) {
    let recorder = LogRecorder()
    return (Logger(label: "test") { _ in recorder }, recorder)
  }

  var metadata: Logger.Metadata {
    get { [:] }
    set { _ = newValue }
  }
  var logLevel: Logger.Level {
    get { .trace }
    set { _ = newValue }
  }
  subscript(metadataKey key: String) -> Logger.Metadata.Value? {
    get { nil }
    set { _ = newValue }
  }

  func log(event: LogEvent) {
    lines.withLock { $0.append("\(event.level): \(event.message)") }
  }
}
