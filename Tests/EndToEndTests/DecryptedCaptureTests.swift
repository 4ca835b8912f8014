import Foundation
import TestSupport
import Testing

@Suite("Decrypted captures: the requests that the server logged, all of them and no others")
struct DecryptedCaptureTests {
  /// What the program says of one capture.
  private struct Told {
    var requests: [LoggedRequest] = []
    /// Names in ClientHellos.
    var names: Set<String> = []
  }

  /// By the name of the file, as several may be replayed at a time.
  private func replay(_ files: [String], keyLog: URL? = nil) throws -> [String: Told] {
    let secrets = keyLog.map { ["--keylog", $0.path] } ?? []
    let result = try Program.run(["replay"] + files + ["--eve", "-", "--events", "http,tls,quic"] + secrets)
    try #require(result.code <= 1, "\(result.errors)")
    var told: [String: Told] = [:]
    for line in result.output.split(separator: "\n") {
      guard let event = try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any],
        let file = event["pcap_filename"] as? String
      else { continue }
      let name = (file as NSString).lastPathComponent
      if let request = LoggedRequest(event: event) { told[name, default: Told()].requests.append(request) }
      let hello = (event["tls"] ?? event["quic"]) as? [String: Any]
      if let server = hello?["sni"] as? String { told[name, default: Told()].names.insert(server) }
    }
    return told
  }

  @Test("there are captures of each version and of each protocol inside")
  func matrixIsThere() {
    let paths = LoggedCapture.all.map(\.path)
    for prefix in ["tls10-", "tls11-", "tls12-", "tls13-", "h2-", "h2c-", "h3-", "websocket-", "java-", "node-"] {
      #expect(paths.contains { $0.hasPrefix("tls/" + prefix) }, "\(prefix)")
    }
  }

  @Test("with its secrets", arguments: LoggedCapture.all)
  func tellsWhatTheServerLogged(_ capture: LoggedCapture) throws {
    let told = try replay([capture.filePath], keyLog: capture.hasKeyLog ? capture.keyLog : nil)
    #expect(told[capture.fileName]?.requests.sorted() == (try capture.requests))
  }

  @Test("without them, the name alone")
  func tellsNameAlone() throws {
    let told = try replay(LoggedCapture.withKeyLog.map(\.filePath))
    for capture in LoggedCapture.withKeyLog {
      let (said, logged) = (told[capture.fileName] ?? Told(), try capture.requests)
      #expect(said.requests == logged.filter(\.isTunnelToServer), "\(capture)")
      #expect(said.names.count == (capture.isNamed ? 1 : 0), "\(capture)")
      #expect(logged.allSatisfy { request in said.names.allSatisfy { request.description.contains($0) } }, "\(capture)")
    }
  }

  @Test("with one wrong digit in each secret, no more than without")
  func wrongSecretsOpenNothing() throws {
    let scratch = try ScratchFolder()
    let lines = try LoggedCapture.withKeyLog.flatMap {
      try String(contentsOf: $0.keyLog, encoding: .utf8).split(separator: "\n").filter { !$0.hasPrefix("#") }
    }
    let wrong = lines.map { $0.dropLast() + ($0.last == "0" ? "1" : "0") }
    try Data(wrong.joined(separator: "\n").utf8).write(to: scratch.file("keylog"))
    let told = try replay(LoggedCapture.withKeyLog.map(\.filePath), keyLog: scratch.file("keylog"))
    for capture in LoggedCapture.withKeyLog {
      let said = told[capture.fileName]?.requests ?? []
      #expect(said == (try capture.requests.filter(\.isTunnelToServer)), "\(capture)")
    }
  }

  @Test("with bytes of the packets changed, much is told and nothing fails", arguments: 1...4)
  func survivesDamage(seed: Int) throws {
    let scratch = try ScratchFolder()
    var generator = SeededGenerator(seed: UInt64(seed))
    var secrets = Data()
    var made: [LoggedRequest] = []
    for capture in LoggedCapture.withKeyLog {
      let damaged = damage(Array(try Data(contentsOf: capture.file)), &generator)
      try Data(damaged).write(to: scratch.file(capture.fileName))
      secrets += try Data(contentsOf: capture.keyLog) + Data("\n".utf8)
      made += try capture.requests
    }
    try secrets.write(to: scratch.file("keylog"))
    let files = LoggedCapture.withKeyLog.map { scratch.file($0.fileName).path }
    let questions = Set(made.map(\.question))
    let told = try replay(files, keyLog: scratch.file("keylog")).values.flatMap(\.requests)
    let known = told.count { questions.contains($0.question) }
    #expect(known > made.count / 4)
    // In the middle of a body that lost its place a line may look like a request.
    #expect(told.count - known < made.count / 20)
  }

  /// Changes one byte in each of some packets of a capture in the classic format, behind their TCP or UDP header.
  private func damage(_ whole: [UInt8], _ generator: inout SeededGenerator) -> [UInt8] {
    let (fileHeader, recordHeader, packetHeaders) = (24, 16, 66)
    var bytes = whole
    var start = fileHeader
    while start + recordHeader <= bytes.count {
      let length = Int(bytes[start + 8]) | Int(bytes[start + 9]) << 8 | Int(bytes[start + 10]) << 16
      let payloadByteCount = length - packetHeaders
      if payloadByteCount > 0, generator.next() % 4 == 0 {
        let position = start + recordHeader + packetHeaders + Int(generator.next() % UInt64(payloadByteCount))
        bytes[position] ^= UInt8(1 + generator.next() % 255)
      }
      start += recordHeader + length
    }
    return bytes
  }
}
