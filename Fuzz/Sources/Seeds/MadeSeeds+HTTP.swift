import TestSupport
import Wire

// HTTP in all its versions, and WebSocket.
extension MadeSeeds {
  static let chunked: [[UInt8]] = [
    [0, 9] + text("5;name=value\r\nhello\r\n1a\r\nabcdefghijklmnopqrstuvwxyz\r\n0\r\nTrailer: x\r\n\r\nHTTP/1.1"),
    [0, 200] + text("10\n0123456789abcdef\n0\n\n"), [230, 3] + text("content"),
  ]

  static var http1: [[UInt8]] {
    let post =
      "POST /v1/messages?key=\(key) HTTP/1.1\r\nHost: a.example\r\nAuthorization: Bearer \(key)\r\n"
      + "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n"
    let answer = "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 5\r\n\r\nhello"
    let doh = "POST /dns-query HTTP/1.1\r\nHost: d\r\nContent-Type: application/dns-message\r\nContent-Length: "
    let query = DNSBuilder.query("a.example").bytes
    return [
      steps((1, text(answer)), (0, text(post)), (1, text(answer))),
      steps((0, text(doh + "\(query.count)\r\n\r\n") + query), (8, [0, 10]), (0, text(post))),
      steps(
        (0, text("CONNECT a.example:443 HTTP/1.1\r\nHost: a.example\r\n\r\n")), (1, text("HTTP/1.1 200 OK\r\n\r\n")),
        (0, text(post))),
      steps((0, text("GET / HTTP/1.1\r\nUpgrade: h2c\r\n\r\n")), (1, text("HTTP/1.1 101 X\r\nUpgrade: h2c\r\n\r\n"))),
      steps((1, text("HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n")), (1, Array(decompression[0].dropFirst(2)))),
      steps(
        (1, text("HTTP/1.1 200 OK\r\nContent-Encoding: zstd, br\r\n\r\n")), (0x3F, Array(decompression[3].dropFirst(2)))
      ),
    ]
  }

  static func frame(_ type: UInt8, _ flags: UInt8, _ stream: UInt8, _ payload: [UInt8]) -> [UInt8] {
    Handshake.vector([UInt8](repeating: 0, count: payload.count), 3).prefix(3) + [type, flags, 0, 0, 0, stream]
      + payload
  }

  /// Literal fields, added to the table where `isAdded`; lengths below 127.
  static func block(_ fields: [(String, String)], isAdded: Bool = true) -> [UInt8] {
    fields.flatMap { name, value in
      [isAdded ? 0x40 : 0, UInt8(name.utf8.count)] + text(name) + [UInt8(min(126, value.utf8.count))]
        + text(value).prefix(126)
    }
  }

  static var requestFields: [(String, String)] {
    [(":method", "POST"), (":scheme", "https"), (":authority", "a.example"), (":path", "/v1"), ("x-api-key", key)]
  }

  static var http2: [[UInt8]] {
    let head = frame(1, 4, 1, block(requestFields))
    let answer = frame(1, 4, 1, [0x88] + block([("content-type", "application/json")]))
    let grpc = frame(
      1, 4, 3, [0x83, 0x87, 0xC0] + block([("content-type", "application/grpc"), ("grpc-encoding", "gzip")]))
    return [
      steps((0, head + frame(0, 1, 1, text("{\"key\": \"\(key)\"}"))), (1, answer + frame(0, 1, 1, text("fine")))),
      steps(
        (0, grpc + frame(0, 1, 3, [0, 0, 0, 0, 5] + text("hello"))), (0x3E, head),
        (1, answer + frame(3, 0, 1, [0, 0, 0, 8]))),
      steps(
        (
          0,
          frame(1, 0, 1, block([(":method", "CONNECT"), (":authority", "b:443")])) + frame(9, 4, 1, block([("a", "b")]))
        ),
        (1, answer), (0, frame(0, 0, 1, text("GET / HTTP/1.1\r\n\r\n"))), (8, [0, 0, 9])),
      steps(
        (
          0,
          frame(4, 0, 0, [0, 1, 0, 0, 16, 0]) + frame(1, 0x2C, 5, [2, 0, 0, 0, 0, 1] + block(requestFields) + [0, 0])
        )),
    ]
  }

  static var hpack: [[UInt8]] {
    [
      steps(
        (0, block(requestFields)), (0, [0x82, 0x87, 0xBE, 0xBF, 0xC0, 0xFF, 0x80, 1]), (1, [0, 16, 0]),
        (0, [0x3F, 0xE1, 0x1F] + block([("a", "b")], isAdded: false))),
      steps(
        (0, [0x41, 0x8C, 0xF1, 0xE3, 0xC2, 0xE5, 0xF2, 0x3A, 0x6B, 0xA0, 0xAB, 0x90, 0xF4, 0xFF]), (2, []),
        (0, [0xBE])),
    ]
  }

  static let qpackInstructions: [UInt8] =
    [0x3F, 0xBD, 0x01, 0xC0, 0x09] + text("a.example") + [0x44] + text("some") + [0x05] + text("thing") + [0x81, 0x03]
    + text("abc") + [0x01]

  static var qpack: [[UInt8]] {
    let literal = [0, 0, 0xD1, 0x27, 0] + text("x-field") + [5] + text("value")
    return [
      [9]
        + steps(
          (1, [1, 0x20]), (3, qpackInstructions), (0, [3, 0x81, 0x10, 0x11]), (0, literal), (0, [2, 0, 0x80, 0x81])),
      [77]
        + steps(
          (0, [5, 0, 0x80]), (1, [1, 0x20]), (3, qpackInstructions), (0, [4, 0, 0x80, 0x10]), (2, []),
          (0, [5, 0, 0x80])),
    ]
  }

  /// A frame of HTTP/3 with a payload below 16 KiB.
  static func frame3(_ type: UInt8, _ payload: [UInt8]) -> [UInt8] {
    [type, 0x40 | UInt8(truncatingIfNeeded: payload.count >> 8), UInt8(truncatingIfNeeded: payload.count)] + payload
  }

  /// A section of literal lines, without the tables.
  static var section: [UInt8] {
    [0, 0]
      + requestFields.flatMap { name, value in
        let (count, short) = (name.utf8.count, text(value).prefix(126))
        let prefix: [UInt8] = count < 7 ? [0x20 | UInt8(count)] : [0x27, UInt8(count - 7)]
        return prefix + text(name) + [UInt8(short.count)] + short
      }
  }

  static var http3: [[UInt8]] {
    let head = frame3(1, [0, 0, 0xD4, 0xD7, 0x50, 9] + text("a.example") + [0xC1])
    let answer = frame3(1, [0, 0, 0xD9, 0xF5]) + frame3(0, text("fine"))
    return [
      steps(
        (0, [2, 0] + frame3(4, [1, 0x40, 0xDC])), (1, [3, 0] + frame3(4, [1, 0x40, 0xDC])),
        (0, [6, 2] + qpackInstructions),
        (0, [0] + head + frame3(0, text(key))), (1, [0] + answer), (10, [0]), (11, [0])),
      steps(
        (1, [3, 0] + frame3(4, [1, 0x40, 0xDC])), (0, [0] + frame3(1, [3, 0, 0x80]) + frame3(0, text("later"))),
        (0x1E, [6, 2] + qpackInstructions),
        (8, [0, 9]), (0, [4] + frame3(1, section)), (10, [4])),
    ]
  }

  static var webSocket: [[UInt8]] {
    let masked = [0x81, 0x85, 1, 2, 3, 4] + zip(text("hello"), [1, 2, 3, 4, 1] as [UInt8]).map { $0 ^ $1 }
    let deflated = Array(decompression[2].dropFirst(2).dropLast(4))
    let compressed = [0xC1, UInt8(deflated.count)] + deflated
    let keyed = [0x81, 126, 0, UInt8(truncatingIfNeeded: key.utf8.count)] + text(key)
    return [
      [0] + steps((0, masked + [0x89, 0x80, 0, 0, 0, 0]), (1, [0x01, 2, 65, 66, 0x80, 1, 67]), (1, keyed)),
      [1]
        + steps(
          (1, compressed + compressed), (0x3F, compressed),
          (0, [0xC1, 0x85, 0, 0, 0, 0, 0x4A, 0x4C, 0x4A, 0x06, 0x00]), (9, [0, 3])),
      [2] + steps((1, compressed + [0x41, 2] + deflated.prefix(2)), (1, [0x80, 3] + deflated.prefix(3)), (10, [])),
    ]
  }
}
