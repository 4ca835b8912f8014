import Decryption
import Observations
import Protocols
import TestSupport
import Testing
import Wire

@Suite("What is inside TLS, where its secrets are given")
struct TLSDecryptionTests {
  typealias Script = TLSScript

  /// Labels of a key log in the order in which a connection comes to need them.
  static let labels = [
    "SERVER_HANDSHAKE_TRAFFIC_SECRET", "CLIENT_HANDSHAKE_TRAFFIC_SECRET", "SERVER_TRAFFIC_SECRET_0",
    "CLIENT_TRAFFIC_SECRET_0",
  ]
  static func secret(_ label: String) -> [UInt8] { [UInt8](repeating: UInt8(label.utf8.count), count: 32) }
  static let early = "CLIENT_EARLY_TRAFFIC_SECRET"
  static let master = [UInt8](repeating: 0x4D, count: 48)

  static func secrets(without missing: [String] = []) -> TLSSecrets {
    let secrets = TLSSecrets()
    add(to: secrets, without: missing)
    return secrets
  }

  static func add(to secrets: TLSSecrets, without missing: [String] = []) {
    for label in labels + [early] where !missing.contains(label) { secrets.add(label, secret(label)) }
    if !missing.contains("CLIENT_RANDOM") { secrets.add("CLIENT_RANDOM", master) }
  }

  static let request = Array("POST /in HTTP/1.1\r\nHost: h.test\r\nContent-Length: 48\r\n\r\n\(TestKeys.make())".utf8)
  static let response = Array("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok".utf8)

  struct Case: CustomTestStringConvertible, Sendable {
    var testDescription: String
    var lines: [(Direction, [UInt8])]
    var told: [String]
  }

  @Test("is read like plain text", arguments: 0..<5)
  func reads(index: Int) throws {
    let input = try Self.cases.get()[index]
    var flow = try TLSFlow(secrets: Self.allSecrets())
    for (direction, bytes) in input.lines { flow.send(direction, bytes) }
    #expect(flow.close().lines == input.told, "\(input.testDescription)")
  }

  @Test("is read the same whatever the cut", arguments: 0..<5, [1, 5, 17, 250])
  func cuts(index: Int, size: Int) throws {
    let input = try Self.cases.get()[index]
    var flow = try TLSFlow(secrets: Self.allSecrets())
    for (direction, bytes) in input.lines {
      for start in stride(from: 0, to: bytes.count, by: size) {
        flow.send(direction, Array(bytes[start..<min(bytes.count, start + size)]))
      }
    }
    #expect(flow.close().lines == input.told, "\(input.testDescription)")
  }

  @Test("is read when the secrets come later, at any time", arguments: 0..<4)
  func lateSecrets(index: Int) throws {
    let input = try Self.cases.get()[index]
    for arrival in 0...input.lines.count {
      let secrets = TLSSecrets()
      var flow = try TLSFlow(secrets: secrets)
      for (number, (direction, bytes)) in input.lines.enumerated() {
        if number == arrival { Self.add(to: secrets) }
        flow.send(direction, bytes)
      }
      Self.add(to: secrets)
      let told = flow.close().lines
      #expect(told.contains("key request-body tls-decrypted"), "secrets before line \(arrival)")
      #expect(told.last == input.told.last, "secrets before line \(arrival)")
      #expect(flow.context.counters.tlsWrongKeys == 0)
    }
  }

  @Test("what does not fit while the secret is missing is given up, what follows is not")
  func heldLimit() throws {
    var client = TLS12Sealer(master: Self.master, isClient: true)
    let opening = try Self.tls12().lines[..<4]
    _ = try client.record(22, Script.message(20, [UInt8](repeating: 3, count: 12)))
    let secrets = TLSSecrets()
    var flow = try TLSFlow(secrets: secrets, heldRecordByteLimit: 20_000)
    for (direction, bytes) in opening { flow.send(direction, bytes) }
    for _ in 0..<10 { flow.send(.toServer, try client.record(23, [UInt8](repeating: 0x20, count: 5000))) }
    #expect(flow.context.counters.tlsHeldLimitReached == 1)
    Self.add(to: secrets)
    flow.send(.toServer, try client.record(23, Self.request))
    let told = flow.close().lines
    #expect(told.contains("key request-body tls-decrypted"))
    #expect(told.last?.hasPrefix("partly") == true)
  }

  @Test("a secret that does not fit opens nothing, and is counted", arguments: [0, 3])
  func wrongSecret(index: Int) throws {
    let secrets = TLSSecrets()
    for label in Self.labels { secrets.add(label, [UInt8](repeating: 0xBA, count: 32)) }
    secrets.add("CLIENT_RANDOM", [UInt8](repeating: 0xBA, count: 48))
    var flow = try TLSFlow(secrets: secrets)
    for (direction, bytes) in try Self.cases.get()[index].lines { flow.send(direction, bytes) }
    let told = flow.close().lines
    #expect(told.last?.hasPrefix("wrong-keys") == true)
    #expect(flow.context.counters.tlsWrongKeys == 2)
    #expect(told.contains { $0.hasPrefix("TLS 1.") })
  }

  @Test("records lost in the capture do not stop it", arguments: [0, 3], [true, false])
  func gaps(index: Int, isInside: Bool) throws {
    var lines = try Self.cases.get()[index].lines
    var flow = try TLSFlow(secrets: Self.allSecrets())
    let last = lines.removeLast()
    for (direction, bytes) in lines { flow.send(direction, bytes) }
    // Three records of the server are lost; then, or inside the first of them, the capture goes on.
    var server: [[UInt8]] = []
    if index == 0 {
      var sealer = TLS13Sealer(secret: Self.secret(Self.labels[2]))
      server = try (0..<6).map { _ in try sealer.record(23, Self.response) }
    } else {
      var sealer = TLS12Sealer(master: Self.master, isClient: false)
      server = try (0..<6).map { _ in try sealer.record(23, Self.response) }
    }
    if isInside {
      flow.send(last.0, Array(server[1][..<20]))
      flow.lose(last.0, 10)
      flow.send(last.0, Array(server[1][30...]) + server[2])
    } else {
      flow.lose(last.0, 0)
      flow.send(last.0, server[5])
    }
    let told = flow.close().lines
    #expect(told.contains("/in > 200"))
    #expect(told.last?.hasPrefix(isInside ? "partly" : "decrypted") == true)
  }

  @Test("a record with a hole leaves a hole of its size in what is inside", arguments: [0, 3])
  func sizedGap(index: Int) throws {
    var flow = try TLSFlow(secrets: Self.allSecrets())
    for (direction, bytes) in try Self.cases.get()[index].lines { flow.send(direction, bytes) }
    let head = Array("POST /a HTTP/1.1\r\nHost: h.test\r\nContent-Length: 300\r\n\r\n".utf8)
    let body = [UInt8](repeating: 0x20, count: 100)
    let next = Array("GET /next HTTP/1.1\r\nHost: h.test\r\n\r\n".utf8)
    var records: [[UInt8]] = []
    if index == 0 {
      var sealer = TLS13Sealer(secret: Self.secret(Self.labels[3]))
      sealer.updateKey()
      _ = try (sealer.record(23, []), sealer.record(23, []))
      records = try [head, body, body, body, next].map { try sealer.record(23, $0) }
    } else {
      var sealer = TLS12Sealer(master: Self.master, isClient: true)
      _ = try (sealer.record(23, []), sealer.record(23, []), sealer.record(23, []))
      records = try [head, body, body, body, next].map { try sealer.record(23, $0) }
    }
    flow.send(.toServer, records[0] + records[1] + Array(records[2][..<30]))
    flow.lose(.toServer, 20)
    flow.send(.toServer, Array(records[2][50...]) + records[3] + records[4])
    let told = flow.close().lines
    #expect(told.contains("/a > 0"))
    #expect(told.contains("/next > 0"))
    #expect(flow.context.counters.httpResynchronisations == 0)
  }

  @Test("seeded corruption never traps, and never opens what was changed", arguments: [0x715_0011] as [UInt64])
  func corruption(seed: UInt64) throws {
    var generator = SeededGenerator(seed: seed)
    for round in 0..<250 {
      let input = try Self.cases.get()[round % 5]
      var flow = try TLSFlow(secrets: Self.allSecrets(), heldRecordByteLimit: 2000)
      for (direction, bytes) in input.lines {
        var bytes = bytes
        for _ in 0..<Int(generator.next() % 3) {
          bytes[Int(generator.next() % UInt64(bytes.count))] = UInt8(truncatingIfNeeded: generator.next())
        }
        if generator.next() % 6 == 0 { flow.lose(direction, Int(generator.next() % 300)) }
        flow.send(direction, bytes)
      }
      _ = flow.close()
    }
  }
}
