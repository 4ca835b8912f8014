import Alerts
import Detection
import Foundation
import Observations
import Signatures
import Wire

/// The world as it is shipped: the signature files of this repository.
extension Scene {
  static let bundledCatalogue: Catalogue = {
    let directory = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appendingPathComponent("../../Signatures").standardizedFileURL.path
    return CatalogueLoader.survey(directories: [directory]).catalogue
  }()

  static func watch(_ change: (inout DetectionSettings) -> Void = { _ in }) -> Detection {
    var settings = DetectionSettings()
    change(&settings)
    return Detection(catalogue: bundledCatalogue, settings: settings)
  }

  /// A flow to the resolver of the network.
  static let resolver: FlowContext = {
    let addresses = (IPAddress(client) ?? IPAddress(ipv4: 0), IPAddress("192.168.1.1") ?? IPAddress(ipv4: 0))
    return FlowContext(
      id: 53, client: Endpoint(addresses.0, port: 40_053), server: Endpoint(addresses.1, port: 53), transport: .udp)
  }()

  static func question(_ name: String, _ type: DNSRecordType = .a, id: UInt16 = 7) -> DNSMessage {
    DNSMessage(id: id, flags: DNSFlags(rawValue: 0x0100), queries: [DNSQuestion(name: name, type: type)])
  }

  static func answer(to question: DNSMessage, address: String? = nil, code: UInt16 = 0) -> DNSMessage {
    var answer = question
    answer.flags = DNSFlags(rawValue: 0x8180 | code)
    if let address = address.flatMap({ IPAddress($0) }), let name = question.queries.first?.name {
      answer.answers = [DNSRecord(name: name, type: .a, timeToLive: 60, data: .address(address))]
    }
    return answer
  }

  static func get(_ host: String?, target: String = "/", method: String = "GET", userAgent: String? = nil)
    -> HTTPRequest
  {
    HTTPRequest(method: method, target: target, version: "HTTP/1.1", host: host, port: nil, userAgent: userAgent)
  }

  static func summary(sent: UInt64, received: UInt64, start: Int64 = 0, end: Int64 = 1) -> FlowSummary {
    var summary = FlowSummary()
    (summary.toServer.bytes, summary.toClient.bytes) = (sent, received)
    (summary.start, summary.end) = (start * second, end * second)
    return summary
  }

  /// Another flow than the ones with the same addresses.
  static func flow(_ id: UInt64, to server: String = "198.51.100.9", from client: String = client) -> FlowContext {
    var flow = flow(to: server, port: 443, from: client)
    flow.id = 1_000_000 + id
    return flow
  }
}
