import Alerts
import Foundation
import Logging
import NIOCore
import NIOSSL
import TestSupport
import Testing

@testable import Outputs

@Suite("Syslog delivery", .timeLimit(.minutes(1)))
struct SyslogSinkTests {
  private let directory = TemporaryDirectory()

  private func options(_ target: SyslogTarget) -> SyslogOptions {
    var options = SyslogOptions(target: target, identity: SyslogFormatTests.identity)
    options.timing.firstRetry = .milliseconds(10)
    options.timing.longestRetry = .milliseconds(40)
    return options
  }

  private func sink(_ options: SyslogOptions, _ logger: Logger = LogRecorder.logger().0) throws -> SyslogSink {
    try SyslogSink(options: options, encoder: Fixtures.encoder, logger: logger)
  }

  /// An alert told from others by its count.
  private static func alert(_ number: Int) -> Alert {
    var alert = Fixtures.alert
    alert.count = number
    return alert
  }

  private static func messages(_ numbers: ClosedRange<Int>) -> [String] {
    numbers.map { SyslogFormatTests.message(alert($0)) }
  }

  @Test("sends a datagram a message over UDP")
  func udp() async throws {
    let server = try await SyslogServer(.udp(port: 0))
    var sink = try sink(options(.udp(host: "127.0.0.1", port: server.port)))
    for number in 1...3 { sink.deliver(Self.alert(number)) }
    #expect(sink.close() == 0)
    #expect(await server.next(3) == Self.messages(1...3))
  }

  @Test("counts octets over TCP, and delivers everything before it closes")
  func tcp() async throws {
    let server = try await SyslogServer(.tcp(port: 0))
    var sink = try sink(options(.tcp(host: "127.0.0.1", port: server.port)))
    for number in 1...500 { sink.deliver(Self.alert(number)) }
    #expect(sink.close() == 0)
    #expect(await server.next(500) == Self.messages(1...500))
  }

  @Test("resolves a host name")
  func hostName() async throws {
    let server = try await SyslogServer(.tcp(port: 0))
    var sink = try sink(options(.tcp(host: "localhost", port: server.port)))
    sink.deliver(Self.alert(1))
    #expect(sink.close() == 0)
    #expect(await server.next(1) == Self.messages(1...1))
  }

  @Test("sends datagrams to the local daemon")
  func local() async throws {
    let path = directory.path("log")
    let daemon = try LocalDaemon(path: path)
    var options = options(.local)
    options.localPath = path
    var sink = try sink(options)
    for number in 1...50 { sink.deliver(Self.alert(number)) }
    #expect(daemon.receive(50) == Self.messages(1...50))
    #expect(sink.close() == 0)
  }

  @Test("falls back to a stream where the local daemon has one, NUL after each message")
  func localStream() async throws {
    let path = directory.path("log")
    let server = try await SyslogServer(.unixStream(path: path))
    var options = options(.local)
    options.localPath = path
    var sink = try sink(options)
    for number in 1...3 { sink.deliver(Self.alert(number)) }
    #expect(sink.close() == 0)
    #expect(await server.next(3) == Self.messages(1...3))
  }

  @Test("keeps what fits its queue while the server is away, and then says first how many were lost")
  func queueBound() async throws {
    let (logger, log) = LogRecorder.logger()
    let port = try await SyslogServer.deadPort()
    var options = options(.tcp(host: "127.0.0.1", port: port))
    options.queueCapacity = 5
    var sink = try sink(options, logger)
    for number in 1...12 { sink.deliver(Self.alert(number)) }
    try await log.wait(for: "is away")
    let server = try await SyslogServer(.tcp(port: Int(port)))
    let received = await server.next(6)
    #expect(received.first?.hasSuffix("7 alerts were lost while the server was away") == true)
    #expect(Array(received.dropFirst()) == Self.messages(1...5))
    #expect(sink.lostCount == 7)
    #expect(sink.close() == 0)
    #expect(log.messages.contains { $0.hasPrefix("warning: syslog server tcp://127.0.0.1:\(port) is away: ") })
    #expect(log.messages.filter { $0.contains("is away") }.count == 1)
    #expect(log.messages.contains("notice: syslog server tcp://127.0.0.1:\(port) is back"))
  }

  @Test("reports datagrams that were refused once somebody listens")
  func refusedDatagrams() async throws {
    let (logger, log) = LogRecorder.logger()
    let port = try await SyslogServer.deadPort()
    var sink = try sink(options(.udp(host: "127.0.0.1", port: port)), logger)
    sink.deliver(Self.alert(1))
    try await log.wait(for: "is away")
    let server = try await SyslogServer(.udp(port: Int(port)))
    let received = await server.next(1)
    #expect(received.first?.hasSuffix("1 alert was lost while the server was away") == true)
    #expect(sink.close() == 0)
  }

  @Test("dials again after the server closed the connection")
  func reconnects() async throws {
    let server = try await SyslogServer(.fickle)
    var sink = try sink(options(.tcp(host: "127.0.0.1", port: server.port)))
    sink.deliver(Self.alert(1))
    #expect(await server.next(1) == Self.messages(1...1))
    // What the kernel takes before the end of the connection is known cannot be saved: repeat until a new one is used.
    let arrival = Task { await server.next(1) }
    let expected = Self.messages(2...2)
    var isThere = false
    let watcher = Task { _ = await arrival.value }
    while !isThere {
      sink.deliver(Self.alert(2))
      isThere = await Self.finishes(watcher, within: .milliseconds(20))
    }
    #expect(await arrival.value == expected)
    _ = sink.close()
  }

  @Test("never blocks whoever delivers, nor waits longer than its deadline, for a server that does not read")
  func deafServer() async throws {
    let server = try await SyslogServer(.deaf)
    var options = options(.tcp(host: "127.0.0.1", port: server.port))
    options.queueCapacity = 100
    options.timing.closeDeadline = .milliseconds(100)
    let (logger, log) = LogRecorder.logger()
    var sink = try sink(options, logger)
    var alert = Self.alert(1)
    alert.evidence = String(repeating: "e", count: 6000)
    // More than the socket buffers of both sides take: 24 MB.
    for _ in 0..<4000 { sink.deliver(alert) }
    let undelivered = sink.close()
    #expect(undelivered >= 100)
    #expect(
      log.messages.last == "error: \(undelivered) alerts could not be sent to syslog tcp://127.0.0.1:\(server.port)")
  }

  @Test("gives up at the end when nobody is there, and says what was not sent")
  func nobody() async throws {
    let port = try await SyslogServer.deadPort()
    var options = options(.tcp(host: "127.0.0.1", port: port))
    options.timing.closeDeadline = .milliseconds(100)
    var sink = try sink(options)
    for number in 1...3 { sink.deliver(Self.alert(number)) }
    #expect(sink.close() == 3)
  }

  @Test("closes at once when there is nothing to send")
  func idle() async throws {
    let port = try await SyslogServer.deadPort()
    let sink = try sink(options(.tcp(host: "127.0.0.1", port: port)))
    #expect(sink.close() == 0)
  }

  /// Whether `task` is over within `time`.
  private static func finishes(_ task: Task<Void, Never>, within time: Duration) async -> Bool {
    await withTaskGroup(of: Bool.self) { group in
      group.addTask {
        await task.value
        return true
      }
      group.addTask {
        try? await Task.sleep(for: time)
        return false
      }
      defer { group.cancelAll() }
      return await group.next() ?? false
    }
  }

  @Suite(
    "Over TLS", .enabled(if: TestCertificate.opensslPath != nil, "needs the openssl command to make a certificate"))
  struct OverTLS {
    private let directory = TemporaryDirectory()

    @Test("delivers to a server whose certificate the CA file vouches for", arguments: ["localhost", "127.0.0.1"])
    func trusted(host: String) async throws {
      let certificate = try TestCertificate(names: "DNS:localhost,IP:127.0.0.1", in: directory.url)
      let server = try await SyslogServer(.tls(try certificate.serverContext))
      var options = SyslogOptions(
        target: .tls(host: host, port: server.port), identity: SyslogFormatTests.identity)
      options.certificateFile = certificate.certificatePath
      var sink = try SyslogSink(options: options, encoder: Fixtures.encoder, logger: LogRecorder.logger().0)
      for number in 1...3 { sink.deliver(SyslogSinkTests.alert(number)) }
      #expect(sink.close() == 0)
      #expect(await server.next(3) == SyslogSinkTests.messages(1...3))
    }

    struct Distrust: Sendable, CustomTestStringConvertible {
      let testDescription: String
      let names: String
      let usesCertificateFile: Bool
    }

    static let distrusts = [
      Distrust(testDescription: "an unknown issuer", names: "DNS:localhost", usesCertificateFile: false),
      Distrust(testDescription: "another name", names: "DNS:other.example", usesCertificateFile: true),
    ]

    @Test("tells a server nothing whose certificate has", arguments: distrusts)
    func distrusted(_ distrust: Distrust) async throws {
      let (logger, log) = LogRecorder.logger()
      let certificate = try TestCertificate(names: distrust.names, in: directory.url)
      let server = try await SyslogServer(.tls(try certificate.serverContext))
      var options = SyslogOptions(
        target: .tls(host: "localhost", port: server.port), identity: SyslogFormatTests.identity)
      if distrust.usesCertificateFile { options.certificateFile = certificate.certificatePath }
      options.timing.firstRetry = .milliseconds(10)
      options.timing.closeDeadline = .milliseconds(300)
      var sink = try SyslogSink(options: options, encoder: Fixtures.encoder, logger: logger)
      sink.deliver(SyslogSinkTests.alert(1))
      try await log.wait(for: "is away")
      #expect(sink.close() == 1)
      #expect(log.messages.filter { $0.contains("is away") }.count == 1)
    }

    @Test("refuses a CA file that is none")
    func noCertificates() throws {
      let path = directory.path("ca.pem")
      try "nothing".write(toFile: path, atomically: true, encoding: .utf8)
      var options = SyslogOptions(target: .tls(host: "h", port: 1), identity: SyslogFormatTests.identity)
      options.certificateFile = path
      let error = try #require(throws: OutputError.self) {
        let sink = try SyslogSink(options: options, encoder: Fixtures.encoder, logger: LogRecorder.logger().0)
        _ = sink.close()
      }
      #expect(error.description.contains("ca.pem"))
    }
  }
}
