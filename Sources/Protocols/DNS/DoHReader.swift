import Matching
package import Observations
import Wire

/// Collects the body of an HTTP message that holds a DNS message: DNS over HTTPS, RFC 8484.
struct DoHReader {
  /// The longest DNS message there is (RFC 8484 section 6), in bytes; a longer body holds none.
  static let byteLimit = 65_535
  private static let mediaType = "application/dns-message"

  private var body: [UInt8] = []
  private var isTooLong = false

  /// `nil` for a body that is of another type.
  init?(contentType: String?) {
    guard let contentType, contentType.utf8.count >= Self.mediaType.utf8.count else { return nil }
    var rest = contentType.utf8[...]
    // Asked of every message: no string is made. The bit turns capitals into small letters, and leaves "/" and "-".
    for byte in Self.mediaType.utf8 {
      guard let next = rest.popFirst(), next | 0x20 == byte else { return nil }
    }
    guard rest.isEmpty || rest.first == UInt8(ascii: ";") || rest.first == UInt8(ascii: " ") else { return nil }
  }

  /// Takes the next piece of the body, content codings undone.
  mutating func append(_ bytes: RawSpan) {
    guard !isTooLong, body.count + bytes.byteCount <= Self.byteLimit else {
      (body, isTooLong) = ([], true)
      return
    }
    body.append(bytes)
  }

  /// The body is over: tells the message that it was.
  func finish(_ direction: Direction, _ request: HTTPRequest?, _ context: inout AnalysisContext) {
    Self.tell(body, direction, request, &context)
  }

  /// Tells the message in the `dns` parameter of a GET (RFC 8484 section 4.1.1), where there is one.
  static func tellQuery(of request: HTTPRequest, _ context: inout AnalysisContext) {
    guard let bytes = query(inTarget: request.target) else { return }
    tell(bytes, .toServer, request, &context)
  }

  /// Secrets in the bytes as they are were sighted with the body or the request line; here those that names hide.
  private static func tell(
    _ bytes: [UInt8], _ direction: Direction, _ request: HTTPRequest?, _ context: inout AnalysisContext
  ) {
    guard let packet = DNSMessage.packet(dohBody: bytes.rawSpan) else { return }
    var message = DNSMessage(packet, index: 0)
    context.counters.dnsMessages &+= 1
    let secrets = DNSSecrets(maskingIn: &message, bytes.rawSpan, &context)
    context.emit(.dns(message))
    if direction == .toServer { context.emitValues(inNamesOf: message, request: request) }
    for sighting in secrets.asked + secrets.told where !secrets.isInBytes(sighting) {
      context.emit(sighting, at: .dnsName, direction: direction, request: request, dns: message)
    }
  }

  /// The bytes of the `dns` parameter, in base64url without padding.
  private static func query(inTarget target: String) -> [UInt8]? {
    guard let mark = target.firstIndex(ofByte: UInt8(ascii: "?")) else { return nil }
    var rest = target.utf8[target.utf8.index(after: mark)...]
    while !rest.starts(with: "dns=".utf8) {
      guard let next = rest.firstIndex(of: UInt8(ascii: "&")) else { return nil }
      rest = rest[rest.index(after: next)...]
    }
    let value = rest.dropFirst(4).prefix { $0 != UInt8(ascii: "&") }
    return base64url(value)
  }

  private static func base64url(_ text: some Sequence<UInt8>) -> [UInt8]? {
    var bytes: [UInt8] = []
    var (bits, bitCount) = (UInt32(0), 0)
    for character in text {
      if character == UInt8(ascii: "=") { break }
      guard let digit = digit(character), bytes.count < byteLimit else { return nil }
      bits = bits << 6 | digit
      bitCount += 6
      if bitCount >= 8 {
        bitCount -= 8
        bytes.append(UInt8(truncatingIfNeeded: bits >> UInt32(bitCount)))
      }
    }
    return bytes
  }

  private static func digit(_ character: UInt8) -> UInt32? {
    switch character {
    case UInt8(ascii: "A")...UInt8(ascii: "Z"): UInt32(character - UInt8(ascii: "A"))
    case UInt8(ascii: "a")...UInt8(ascii: "z"): UInt32(character - UInt8(ascii: "a")) + 26
    case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt32(character - UInt8(ascii: "0")) + 52
    case UInt8(ascii: "-"): 62
    case UInt8(ascii: "_"): 63
    default: nil
    }
  }
}

extension DNSMessage {
  /// The message that an HTTP body of type `application/dns-message` is; `nil` where it is none.
  package static func read(dohBody bytes: RawSpan) -> DNSMessage? {
    packet(dohBody: bytes).map { DNSMessage($0, index: 0) }
  }

  fileprivate static func packet(dohBody bytes: RawSpan) -> DNSPacket? {
    guard bytes.byteCount <= DoHReader.byteLimit, DNSRecognition.datagram(bytes, isUsualPort: true) == .certain else {
      return nil
    }
    return try? DNSPacket(bytes)
  }
}
