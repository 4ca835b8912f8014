import Foundation
import Testing

/// A request as a server logged it, or as the program tells it; told alike, so that the two can be compared.
struct LoggedRequest: Hashable, Comparable, CustomStringConvertible {
  let description: String
  /// Without what the server said.
  let question: String
  /// A CONNECT to a proxy, which stands in clear.
  let isTunnelToServer: Bool

  /// A line of NAME.requests.jsonl.
  init?(log line: Substring) throws {
    guard let entry = try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any] else { return nil }
    let names = ["http/1.1": "HTTP/1.1", "websocket": "HTTP/1.1", "h2": "HTTP/2", "h3": "HTTP/3"]
    let version = names[entry["proto"] as? String ?? ""]
    self.init(
      entry["method"], entry["host"], entry["path"], status: entry["status"], version: version,
      length: entry["response_length"])
  }

  /// An EVE event of the kind http; `nil` where it tells a response alone.
  init?(event: [String: Any]) {
    guard let http = event["http"] as? [String: Any], http["http_method"] != nil else { return nil }
    self.init(
      http["http_method"], http["hostname"], http["url"], status: http["status"], version: http["protocol"] as? String,
      length: http["length"])
  }

  private init(_ method: Any?, _ host: Any?, _ path: Any?, status: Any?, version: String?, length: Any?) {
    let status = (status as? Int).map(String.init) ?? "unanswered"
    let words = [method, host, path].map { $0 as? String ?? "?" }
    question = (words + [version ?? "?"]).joined(separator: " ")
    description = "\(question) \(status) \(length as? Int ?? 0) bytes"
    isTunnelToServer = words[0] == "CONNECT" && version == "HTTP/1.1"
  }

  static func < (one: LoggedRequest, other: LoggedRequest) -> Bool { one.description < other.description }
}

/// A capture beside which the server's word stands.
struct LoggedCapture: CustomTestStringConvertible, Sendable {
  /// In `Captures`, without ending.
  let path: String
  var testDescription: String { path }

  /// All of `Captures` and `Captures/tls`.
  static let all: [LoggedCapture] = ["", "tls/"].flatMap { folder in
    let files = try? FileManager.default.contentsOfDirectory(
      atPath: Program.captures.appendingPathComponent(folder).path)
    let logs = (files ?? []).filter { $0.hasSuffix(".requests.jsonl") }.sorted()
    return logs.map { LoggedCapture(path: folder + $0.prefix { $0 != "." }) }
  }

  /// Those whose secrets stand beside them.
  static let withKeyLog = all.filter(\.hasKeyLog)

  /// In `Captures`, with its ending.
  var filePath: String {
    let classic = "\(path).pcap"
    let exists = FileManager.default.fileExists(atPath: Program.captures.appendingPathComponent(classic).path)
    return exists ? classic : "\(path).pcapng"
  }

  var fileName: String { file.lastPathComponent }
  var file: URL { Program.captures.appendingPathComponent(filePath) }
  var keyLog: URL { Program.captures.appendingPathComponent("\(path).keylog") }
  var hasKeyLog: Bool { FileManager.default.fileExists(atPath: keyLog.path) }

  /// Whether the ClientHellos name the server.
  var isNamed: Bool { !path.hasSuffix("no-sni") }

  var requests: [LoggedRequest] {
    get throws {
      let log = Program.captures.appendingPathComponent("\(path).requests.jsonl")
      let lines = try String(contentsOf: log, encoding: .utf8).split(separator: "\n")
      return try lines.compactMap { try LoggedRequest(log: $0) }.sorted()
    }
  }
}
