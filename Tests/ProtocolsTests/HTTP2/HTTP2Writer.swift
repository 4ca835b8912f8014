import Wire

/// Writes HTTP/2 as a peer would, plainly: fields as literals, with or without a place in the dynamic table.
enum HTTP2Writer {
  typealias Fields = [(String, String)]

  static let preface = Array(HTTP2Recognition.preface.utf8)
  static let settings = frame(.settings, stream: 0, [0, 3, 0, 0, 0, 100])
  static let acknowledgement = frame(.settings, .ack, stream: 0, [])

  static func frame(_ type: HTTP2FrameType, _ flags: HTTP2Flags = [], stream: UInt32, _ payload: [UInt8]) -> [UInt8] {
    let length = payload.count
    return [
      UInt8(truncatingIfNeeded: length >> 16), UInt8(truncatingIfNeeded: length >> 8),
      UInt8(truncatingIfNeeded: length),
    ]
      + [type.rawValue, flags.rawValue] + bigEndian(stream) + payload
  }

  static func bigEndian(_ value: UInt32) -> [UInt8] {
    [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: value >> $0) }
  }

  static func headers(_ stream: UInt32, _ fields: Fields, end: Bool = false, indexed: Bool = false) -> [UInt8] {
    frame(.headers, end ? [.endHeaders, .endStream] : .endHeaders, stream: stream, block(fields, indexed: indexed))
  }

  static func data(_ stream: UInt32, _ bytes: [UInt8], end: Bool = false) -> [UInt8] {
    frame(.data, end ? .endStream : [], stream: stream, bytes)
  }

  static func data(_ stream: UInt32, _ text: String, end: Bool = false) -> [UInt8] {
    data(stream, Array(text.utf8), end: end)
  }

  static func block(_ fields: Fields, indexed: Bool = false) -> [UInt8] {
    fields.flatMap { [indexed ? 0x40 : 0] + string($0.0) + string($0.1) }
  }

  private static func string(_ text: String) -> [UInt8] {
    let count = text.utf8.count
    var length: [UInt8] = [UInt8(min(count, 127))]
    if count >= 127 {
      var rest = count - 127
      while rest >= 128 {
        length.append(UInt8(rest & 127 | 128))
        rest >>= 7
      }
      length.append(UInt8(rest))
    }
    return length + Array(text.utf8)
  }

  static func get(_ stream: UInt32, _ path: String = "/a", host: String = "h.test", indexed: Bool = false) -> [UInt8] {
    headers(stream, request("GET", path, host: host), end: true, indexed: indexed)
  }

  static func request(_ method: String, _ path: String, host: String = "h.test") -> Fields {
    [(":method", method), (":scheme", "http"), (":authority", host), (":path", path)]
  }

  static func ok(_ stream: UInt32, _ text: String = "hi") -> [UInt8] {
    headers(stream, [(":status", "200")]) + data(stream, text, end: true)
  }

  /// What the two sides say first.
  static let opening = Dialogue().client(preface + settings).server(settings + acknowledgement).client(acknowledgement)

  /// A message of gRPC: its prefix, and the message.
  static func message(_ bytes: [UInt8], isCompressed: Bool = false) -> [UInt8] {
    [isCompressed ? 1 : 0] + bigEndian(UInt32(bytes.count)) + bytes
  }
}

/// Writes WebSocket frames.
enum WebSocketWriter {
  static func frame(
    _ opcode: WebSocketOpcode, _ payload: [UInt8], final: Bool = true, compressed: Bool = false, key: UInt32? = nil
  ) -> [UInt8] {
    var bytes = [opcode.rawValue | (final ? 0x80 : 0) | (compressed ? 0x40 : 0)]
    let mask: UInt8 = key == nil ? 0 : 0x80
    if payload.count < 126 {
      bytes.append(mask | UInt8(payload.count))
    } else if payload.count < 65_536 {
      bytes += [mask | 126, UInt8(payload.count >> 8), UInt8(payload.count & 0xFF)]
    } else {
      bytes += [mask | 127, 0, 0, 0, 0] + HTTP2Writer.bigEndian(UInt32(payload.count))
    }
    guard let key else { return bytes + payload }
    let octets = HTTP2Writer.bigEndian(key)
    return bytes + octets + payload.enumerated().map { $1 ^ octets[$0 & 3] }
  }

  static func handshake(extensions: String = "") -> Dialogue {
    let granted = extensions.isEmpty ? "" : "Sec-WebSocket-Extensions: \(extensions)\r\n"
    return Dialogue()
      .client("GET /ws HTTP/1.1\r\nHost: h.test\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n")
      .server("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\(granted)\r\n")
  }
}
