import Decryption
import Observations
import Protocols
import TestSupport
import Wire

/// Whole connections, sealed when the tests run, and what should be told of them.
extension TLSDecryptionTests {
  static func tls13() throws -> Case {
    var (server, client) = (
      TLS13Sealer(secret: secret(labels[0])), TLS13Sealer(secret: secret(labels[1]))
    )
    let flight =
      Script.message(8, Script.block([Script.protocols(["http/1.1"])]))
      + Script.message(11, Script.certificate(isTLS13: true)) + Script.message(20, [UInt8](repeating: 1, count: 32))
    var lines: [(Direction, [UInt8])] = [
      (.toServer, TLSHandshakeTests.hello),
      (
        .toClient,
        try TLSHandshakeTests.answer13 + Script.changeCipherSpec + server.record(22, Array(flight[..<100]), padding: 9)
          + server.record(22, Array(flight[100...]))
      ),
      (
        .toServer,
        try Script.changeCipherSpec + client.record(22, Script.message(20, [UInt8](repeating: 2, count: 32)))
      ),
    ]
    (server, client) = (TLS13Sealer(secret: secret(labels[2])), TLS13Sealer(secret: secret(labels[3])))
    lines.append((.toClient, try server.record(22, Script.message(4, [UInt8](repeating: 0, count: 20)))))
    // A certificate that was asked for later ends in a Finished of its own: RFC 8446 section 4.6.2.
    let finished = Script.message(20, [UInt8](repeating: 4, count: 32))
    let later = try client.record(22, Script.message(11, Script.certificate(isTLS13: true)) + finished)
    let update = try client.record(22, Script.message(24, [1]))
    client.updateKey()
    lines.append((.toServer, try later + update + client.record(23, Array(request[..<60]))))
    lines.append((.toServer, try client.record(23, Array(request[60...]), padding: 100)))
    lines.append((.toClient, try server.record(23, response)))
    return Case(
      testDescription: "TLS 1.3 with padding, a ticket, a later certificate and a key update", lines: lines,
      told: [
        TLSHandshakeTests.hello13Told, "TLS 1.3 api.example http/1.1 0A:1B:2C", "key request-body tls-decrypted",
        "/in > 200", "decrypted 7/5/5 6/4/4",
      ])
  }

  static func early(isRefused: Bool) throws -> Case {
    var (first, client) = (TLS13Sealer(secret: secret(early)), TLS13Sealer(secret: secret(labels[1])))
    var server = TLS13Sealer(secret: secret(labels[0]))
    let hello = Script.handshake(
      1, Script.clientHello([Script.name("api.example"), Script.offersTLS13, (42, []), (41, [1, 2, 3])]))
    let finished = Script.message(20, [UInt8](repeating: 2, count: 32))
    let sent = try [first.record(23, request), first.record(23, [0x0D, 0x0A])]
    let end = isRefused ? [] : try first.record(22, Script.message(5, []))
    let selection: [Script.Extension] = isRefused ? [] : [(41, [0, 0])]
    let acceptance: [Script.Extension] = isRefused ? [] : [(42, [])]
    var (answers, application) = (TLS13Sealer(secret: secret(labels[2])), TLS13Sealer(secret: secret(labels[3])))
    let lines: [(Direction, [UInt8])] = [
      (.toServer, hello + Script.changeCipherSpec + sent[0]),
      (
        .toClient,
        try Script.handshake(2, Script.serverHello(suite: 0x1301, [Script.selectsTLS13] + selection))
          + server.record(22, Script.message(8, Script.block(acceptance)) + finished)
      ),
      (.toServer, try sent[1] + end + client.record(22, finished)),
      (.toServer, try application.record(23, Array("GET /late HTTP/1.1\r\nHost: h.test\r\n\r\n".utf8))),
      (.toClient, try answers.record(23, response)),
    ]
    return Case(
      testDescription: isRefused ? "early data that is refused" : "early data", lines: lines,
      told: ["hello api.example [] none -", "key request-body tls-decrypted"]
        + (isRefused
          ? ["/in > 0", "TLS 1.3 api.example - -", "/late > 200", "decrypted 6/4/4 3/2/2"]
          : ["TLS 1.3 api.example - - resumed", "/in > 200", "/late > 0", "decrypted 7/5/5 3/2/2"]))
  }

  static func tls12() throws -> Case {
    var (client, server) = (TLS12Sealer(master: master, isClient: true), TLS12Sealer(master: master, isClient: false))
    let finished = Script.message(20, [UInt8](repeating: 3, count: 12))
    let answer = TLSHandshakeTests.answer12(alpn: true) + TLSHandshakeTests.certificate
    let lines: [(Direction, [UInt8])] = [
      (.toServer, TLSHandshakeTests.hello12), (.toClient, answer),
      (.toServer, try Script.changeCipherSpec + client.record(22, finished)),
      (.toClient, try Script.changeCipherSpec + server.record(22, finished)),
      (.toServer, try client.record(23, Array(request[..<3]))),
      (.toServer, try client.record(23, Array(request[3...]))), (.toClient, try server.record(23, response)),
    ]
    return Case(
      testDescription: "TLS 1.2", lines: lines,
      told: [
        TLSHandshakeTests.hello12Told, "TLS 1.2 old.example h2 0A:1B:2C", "key request-body tls-decrypted",
        "/in > 200", "decrypted 5/3/3 5/2/2",
      ])
  }

  /// A new handshake inside: its random names other secrets.
  static func renegotiation() throws -> Case {
    var (client, server) = (TLS12Sealer(master: master, isClient: true), TLS12Sealer(master: master, isClient: false))
    let other = [UInt8](repeating: 0xC2, count: 32)
    let finished = Script.message(20, [UInt8](repeating: 3, count: 12))
    let second = Script.message(1, Script.clientHello(random: other, suites: [0xC02F], [Script.name("old.example")]))
    var lines = Array(try tls12().lines[..<4])
    _ = try (client.record(22, finished), server.record(22, finished))
    lines.append((.toServer, try client.record(22, second)))
    lines.append((.toClient, try server.record(22, Array(TLSHandshakeTests.answer12()[5...]))))
    let (clientChange, serverChange) = (try client.record(20, [1]), try server.record(20, [1]))
    client = TLS12Sealer(master: master, clientRandom: other, isClient: true)
    server = TLS12Sealer(master: master, clientRandom: other, isClient: false)
    lines.append((.toServer, try clientChange + client.record(22, finished) + client.record(23, request)))
    lines.append((.toClient, try serverChange + server.record(22, finished) + server.record(23, response)))
    return Case(
      testDescription: "TLS 1.2 renegotiated", lines: lines,
      told: [
        TLSHandshakeTests.hello12Told, "TLS 1.2 old.example h2 0A:1B:2C", "key request-body tls-decrypted",
        "/in > 200", "decrypted 7/5/5 8/5/5",
      ])
  }

  static let cases = Result {
    try [tls13(), early(isRefused: false), early(isRefused: true), tls12(), renegotiation()]
  }

  static func allSecrets() -> TLSSecrets {
    let all = secrets()
    all.add("CLIENT_RANDOM", random: [UInt8](repeating: 0xC2, count: 32), master)
    return all
  }
}
