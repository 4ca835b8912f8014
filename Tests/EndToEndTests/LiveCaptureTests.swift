import Capture
import Foundation
import TestSupport
import Testing

/// Whether this process is root and may capture: in some containers root may not.
private let mayCapture: Bool = {
  do throws(CaptureError) {
    _ = try LiveCapture(interface: RunningSensor.loopback).linkType
    return geteuid() == 0
  } catch {
    return false
  }
}()

/// What a user sees of `leakwire sensor`, with real packets on the loopback interface.
@Suite("The sensor, live", .enabled(if: mayCapture, "live capture needs root"), .serialized)
struct LiveCaptureTests {
  /// How long an alert may take to come, in seconds.
  private static let patience = 10

  private func freshKey() -> String {
    var generator = SeededGenerator(seed: .random(in: .min ... .max))
    return SyntheticKey.openAIProject(&generator)
  }

  @Test("tells of a key sent to a stranger, survives rotation, reports when asked, and ends when told")
  func watches() throws {
    let server = try WebServer()
    defer { server.stop() }
    let sensor = try RunningSensor(port: server.port)
    let keys = [freshKey(), freshKey()]
    try server.request(host: "collector.example", key: keys[0])
    #expect(sensor.waits(seconds: Self.patience) { !sensor.alerts().isEmpty }, "\(sensor.messages)")
    let alert = try #require(sensor.alerts().first)
    #expect(alert["detector"] as? String == "key-exfiltration")
    #expect((alert["destination"] as? [String: Any])?["host"] as? String == "collector.example")
    #expect(sensor.waits(seconds: Self.patience) { sensor.events().contains { $0["event_type"] as? String == "http" } })

    // SIGHUP: the log that was moved away is left, a new one begun.
    let rotated = sensor.scratch.file("eve.json.1")
    try FileManager.default.moveItem(at: sensor.eve, to: rotated)
    sensor.signal(SIGHUP)
    #expect(sensor.waits(seconds: Self.patience) { sensor.messages.contains("logs reopened; configuration") })
    #expect(FileManager.default.fileExists(atPath: sensor.eve.path))
    try server.request(host: "collector.example", key: keys[1])
    #expect(sensor.waits(seconds: Self.patience) { !sensor.alerts().isEmpty }, "\(sensor.messages)")
    #expect(sensor.alerts(in: rotated).count == 1)

    // SIGUSR1: a line of counters.
    #expect(!sensor.messages.contains(" packets, "))
    sensor.signal(SIGUSR1)
    #expect(sensor.waits(seconds: Self.patience) { sensor.messages.contains(" packets, ") })
    #expect(sensor.messages.contains("2 alerts"))

    sensor.signal(SIGTERM)
    #expect(sensor.exitCode(within: 5) == 128 + SIGTERM)
    for text in [sensor.messages, "\(sensor.events())", "\(sensor.events(in: rotated))"] {
      // A failed expectation would print what must not be printed.
      let leaks = keys.contains { text.contains($0.dropFirst(8).prefix(20)) }
      #expect(!leaks)
    }
  }

  @Test(
    "looks inside TLS with a key log that begins and grows while it watches",
    .enabled(if: TestCertificate.opensslPath != nil, "needs the openssl command to make a certificate"))
  func decrypts() throws {
    let scratch = try ScratchFolder()
    let server = try WebServer(certificate: TestCertificate(names: "DNS:collector.example", in: scratch.url))
    defer { server.stop() }
    let keyLog = scratch.file("keys.log")
    let sensor = try RunningSensor(port: server.port, ["--keylog", keyLog.path])
    #expect(sensor.messages.contains("does not exist yet"))
    try Data("# begins\n".utf8).write(to: keyLog)
    for count in 1...3 {
      try server.request(host: "collector.example", key: freshKey(), keyLog: keyLog)
      #expect(sensor.waits(seconds: Self.patience) { sensor.alerts().count == count }, "\(sensor.messages)")
    }
    for alert in sensor.alerts() {
      #expect(alert["detector"] as? String == "key-exfiltration")
      #expect(alert["transport"] as? String == "tls-decrypted")
    }
    sensor.signal(SIGTERM)
    #expect(sensor.exitCode(within: 5) == 128 + SIGTERM)
    #expect(sensor.messages.contains("elsewhere 3 encrypted flows (3 decrypted)"), "\(sensor.messages)")
  }

  @Test("takes up a changed policy at SIGHUP, and keeps the old one where the new one is wrong")
  func reloadsPolicy() throws {
    let server = try WebServer()
    defer { server.stop() }
    let scratch = try ScratchFolder()
    let policy = scratch.file("policy.yaml")
    try Data("version: 1\nsuppressions: [{ host: collector.example, reason: a test }]\n".utf8).write(to: policy)
    let sensor = try RunningSensor(port: server.port, ["--policy", policy.path, "-v"])
    func requests(_ count: Int) throws {
      try server.request(host: "collector.example", key: freshKey())
      let isSeen = sensor.waits(seconds: Self.patience) {
        sensor.events().filter { $0["event_type"] as? String == "http" }.count == count
      }
      #expect(isSeen, "\(sensor.messages)")
    }
    try requests(1)
    try Data("version: 1\nsupressions: []\n".utf8).write(to: policy)
    sensor.signal(SIGHUP)
    #expect(sensor.waits(seconds: Self.patience) { sensor.messages.contains("policy.yaml:2:1: unknown key") })
    try requests(2)
    #expect(sensor.alerts().isEmpty)
    try Data("version: 1\n".utf8).write(to: policy)
    sensor.signal(SIGHUP)
    #expect(sensor.waits(seconds: Self.patience) { sensor.messages.contains("2 alerts suppressed: a test") })
    try requests(3)
    #expect(sensor.waits(seconds: Self.patience) { sensor.alerts().count == 1 }, "\(sensor.messages)")
    sensor.signal(SIGTERM)
    #expect(sensor.exitCode(within: 5) == 128 + SIGTERM)
  }

  @Test(
    "reads a key log that its owner keeps to itself, once opened",
    .enabled(if: TestCertificate.opensslPath != nil, "needs the openssl command to make a certificate"),
    arguments: [[], ["--user", "nobody"]])
  func readsPrivateKeyLogs(_ user: [String]) throws {
    let scratch = try ScratchFolder()
    let server = try WebServer(certificate: TestCertificate(names: "DNS:collector.example", in: scratch.url))
    defer { server.stop() }
    let keyLog = scratch.file("keys.log")
    // Of somebody who is neither root nor the sensor's user.
    let rights: [FileAttributeKey: Any] = [.posixPermissions: 0o600, .ownerAccountID: 12_345]
    #expect(FileManager.default.createFile(atPath: keyLog.path, contents: nil, attributes: rights))
    try FileManager.default.setAttributes(rights, ofItemAtPath: keyLog.path)
    let sensor = try RunningSensor(port: server.port, ["--keylog", keyLog.path] + user)
    try server.request(host: "collector.example", key: freshKey(), keyLog: keyLog)
    #expect(sensor.waits(seconds: Self.patience) { sensor.alerts().count == 1 }, "\(sensor.messages)")
    #expect(!sensor.messages.contains("cannot be read"))
  }

  @Test("becomes another user once capture is open", arguments: ["nobody"])
  func becomes(user: String) throws {
    let server = try WebServer()
    defer { server.stop() }
    let sensor = try RunningSensor(port: server.port, ["--user", user])
    let owner = try FileManager.default.attributesOfItem(atPath: sensor.eve.path)[.ownerAccountName] as? String
    #expect(owner == user)
    try server.request(host: "collector.example", key: freshKey())
    #expect(sensor.waits(seconds: Self.patience) { !sensor.alerts().isEmpty }, "\(sensor.messages)")
    sensor.signal(SIGINT)
    #expect(sensor.exitCode(within: 5) == 128 + SIGINT)
  }

  @Test("says what it saw although it is told to stop twice at once")
  func survivesAnEcho() throws {
    let server = try WebServer()
    defer { server.stop() }
    let sensor = try RunningSensor(port: server.port)
    for _ in 0..<3 { sensor.signal(SIGTERM) }
    #expect(sensor.exitCode(within: 5) == 128 + SIGTERM)
    #expect(sensor.messages.contains(" packets, "))
  }

  @Test("refuses a user that does not exist")
  func refusesUnknownUser() throws {
    let result = try Program.run(["sensor", "-i", RunningSensor.loopback, "--user", "no-such-user"])
    #expect(result.code == 2)
    #expect(result.errors.contains("no-such-user"))
  }
}
