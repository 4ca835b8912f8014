import Observations
import Wire

/// Recognises TLS by content and reads what the client says in clear.
enum TLSRecognition {
  enum Result {
    /// A whole ClientHello.
    case hello(TLSHello)
    /// Records of a connection whose hello is not here, or says nothing readable.
    case records
    case waiting
    case no
  }

  /// Longest ClientHello waited for, in bytes; post-quantum key shares make them some 2 KiB long.
  static let helloByteLimit = 65_536

  /// - Parameter bytes: what one side sent first.
  static func probe(_ bytes: RawSpan) -> Result {
    let octets = bytes.octets
    guard bytes.byteCount > 0, (20...23).contains(octets[0]) else { return .no }
    guard bytes.byteCount < 3 || (octets[1] == 3 && octets[2] <= 4) else { return .no }
    guard bytes.byteCount >= TLSRecordHeader.byteCount else {
      return bytes.byteCount < 2 || octets[1] == 3 ? .waiting : .no
    }
    guard let first = try? TLSRecordHeader(bytes) else { return .no }
    guard first.contentType == .handshake else { return .records }
    guard bytes.byteCount > TLSRecordHeader.byteCount else { return .waiting }
    // A client speaks first with a ClientHello (1); a server's flight and anything encrypted is stepped over.
    guard octets[TLSRecordHeader.byteCount] == 1 else { return .records }
    return hello(in: bytes)
  }

  /// Joins the records that the ClientHello is spread over (RFC 8446 section 5.1).
  private static func hello(in bytes: RawSpan) -> Result {
    var message: [UInt8] = []
    var position = 0
    while bytes.byteCount - position >= TLSRecordHeader.byteCount {
      guard let record = try? TLSRecordHeader(bytes.extracting(position...)), record.contentType == .handshake
      else { return .records }
      let start = position + TLSRecordHeader.byteCount
      let end = min(bytes.byteCount, start + record.length)
      message.append(bytes.extracting(start..<end))
      if let length = helloByteCount(message), message.count >= length {
        return read(Array(message[4..<length]))
      }
      guard message.count < helloByteLimit else { return .records }
      guard start + record.length <= bytes.byteCount else { break }
      position = start + record.length
    }
    return bytes.byteCount < helloByteLimit ? .waiting : .records
  }

  /// Length of the handshake message with its 4-byte header.
  private static func helloByteCount(_ message: [UInt8]) -> Int? {
    guard message.count >= 4 else { return nil }
    return 4 + (Int(message[1]) << 16 | Int(message[2]) << 8 | Int(message[3]))
  }

  private static func read(_ body: [UInt8]) -> Result {
    guard let hello = try? ClientHello(body.rawSpan) else { return .records }
    var name: String?
    if let bytes = try? hello.serverName() { name = bytes.text(in: 0..<bytes.byteCount).lowercased() }
    var protocols: [String] = []
    // What is readable of a damaged list is kept.
    try? hello.forEachProtocol { bytes in
      protocols.append(bytes.text(in: 0..<bytes.byteCount))
      return protocols.count < 32
    }
    return .hello(TLSHello(serverName: name, alpn: protocols))
  }
}
