// TLS and QUIC: what stands inside is sealed by the targets.
extension MadeSeeds {
  static let hello = steps(
    (0, Handshake.record(22, Handshake.clientHello(alpn: "h2"))),
    (1, Handshake.record(22, Handshake.serverHello) + Handshake.record(20, [1]) + Handshake.record(23, [1, 2, 3])))

  static var tlsSecrets: [[UInt8]] {
    let extensions = Handshake.message(8, [0, 11, 0, 16, 0, 7, 0, 5, 4] + text("http"))
    return [
      steps(
        (0x11, extensions), (9, []), (8, []), (0, text("POST / HTTP/1.1\r\nHost: a\r\nx-api-key: \(key)\r\n\r\n")),
        (1, text("HTTP/1.1 200 OK\r\n\r\n"))),
      steps(
        (9, []), (8, []), (6, []), (0, text("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n") + frame(4, 0, 0, [])),
        (0x2C, text("lost")), (4, [0, 90]), (0, frame(1, 4, 1, block(requestFields)))),
      steps((2, [23, 3, 3, 0, 2, 1, 1]), (0x1A, [1, 0]), (0x21, [1, 0]), (7, []), (1, text(key))),
    ]
  }

  static let records: [[UInt8]] = (0..<23).flatMap { suite in
    [3, 7, 1].map { kind in
      [UInt8(suite), UInt8(kind)]
        + steps((3, [UInt8](repeating: 5, count: 64)), (0x83, [UInt8](repeating: 9, count: 48)))
    }
  }

  static var keyLogs: [[UInt8]] {
    let random = Handshake.hexadecimal(Handshake.random)
    let secret = Handshake.hexadecimal([UInt8](repeating: 3, count: 32))
    return [
      [9]
        + text(
          "# comment\r\nCLIENT_HANDSHAKE_TRAFFIC_SECRET \(random) \(secret)\nCLIENT_RANDOM \(random) \(secret)0102\n"
            + "\nRSA 0102030405060708 \(secret)\n"
        ),
      [99]
        + text("\u{FEFF}RSA Session-ID:\(random) Master-Key:\(secret)\nEXPORTER_SECRET \(random) \(secret)\nnonsense"),
    ]
  }

  static func crypto(_ bytes: [UInt8]) -> [UInt8] {
    [6, 0, 0x40 | UInt8(truncatingIfNeeded: bytes.count >> 8), UInt8(truncatingIfNeeded: bytes.count)] + bytes
  }

  static var quic: [[UInt8]] {
    let hello = crypto(Handshake.clientHello(alpn: "h3"))
    let answer = crypto(Handshake.serverHello)
    let extensions = crypto(Handshake.message(8, [0, 9, 0, 16, 0, 5, 0, 3, 2] + text("h3")))
    func stream(_ id: UInt8, _ bytes: [UInt8]) -> [UInt8] { [0x0B, id] + bytes }
    let head = frame3(1, [0, 0, 0xD4, 0xD7, 0x50, 9] + text("a.example") + [0xC1])
    return [
      steps(
        (0, hello), (0x81, answer), (5, extensions), (6, stream(0, head + frame3(0, text(key)))),
        (7, stream(0, frame3(1, [0, 0, 0xD9])))),
      steps(
        (0, hello), (2, stream(2, [0])), (1, answer), (6, [0x0E, 0, 0x40, 100, 2, 1, 2] + [4, 0, 0, 1]),
        (10, [0x41, 5, 6, 7, 8] + [UInt8](repeating: 1, count: 40))),
      steps(
        (0, hello.dropLast(20) + []), (0, [6, 0x40, 60] + hello.dropFirst(4).dropFirst(60)),
        (1, answer + [0x1C, 1, 0, 0])),
    ]
  }
}
