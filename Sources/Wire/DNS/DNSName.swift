/// Domain names as they stand in messages: RFC 1035 section 3.1 and, for compression, section 4.1.4.
///
/// As text, labels are joined by dots without one at the end; the root is `.`. A dot or a backslash inside a label is
/// written with a backslash, a byte that is neither printable nor part of UTF-8 as `\DDD` in decimal (RFC 1035 section
/// 5.1). Blanks and UTF-8 stay as they are, as multicast DNS uses them (RFC 6763 section 4.1.1).
package enum DNSName {
  /// RFC 1035 section 2.3.4, the length bytes and the root's zero included.
  package static let byteLimit = 255
  /// Pointers followed in one name: 127 labels of one character are the most that 255 bytes can hold.
  package static let hopLimit = 128

  /// Reads the name at `offset` of `message`.
  ///
  /// - Returns: the text, and where the bytes behind the name start.
  /// - Throws: `malformed(.nameCompression)` for a pointer that does not point backwards, `malformed(.lengthField)` for
  ///   a name that is too long or leaves the message, or a label type that was never used.
  package static func read(_ message: RawSpan, at offset: Int) throws(ParseError) -> (text: String, end: Int) {
    var text: [UInt8] = []
    let end = try walk(message, from: offset) { label in
      if !text.isEmpty { text.append(UInt8(ascii: ".")) }
      DNSText.append(label, escaping: UInt8(ascii: "."), to: &text)
    }
    return (text.isEmpty ? "." : String(decoding: text, as: UTF8.self), end)
  }

  /// Steps over the name at `offset` without following its pointer.
  ///
  /// - Returns: where the bytes behind it start.
  package static func end(_ message: RawSpan, at offset: Int) throws(ParseError) -> Int {
    var position = offset
    while true {
      let length = try byte(message, position)
      switch length {
      case 0: return position + 1
      case 0xC0...:
        _ = try byte(message, position + 1)
        return position + 2
      case ..<0x40: position += 1 + Int(length)
      default: throw .malformed(.lengthField, offset: position)
      }
    }
  }

  private static func walk(
    _ message: RawSpan, from offset: Int, _ take: (RawSpan) -> Void
  ) throws(ParseError) -> Int {
    var (position, end) = (offset, Int?.none)
    // Every pointer must lead below where the labels it ends began: the walk cannot come by the same place twice.
    var (floor, hops, byteCount) = (offset, 0, 1)
    while true {
      let length = try byte(message, position)
      switch length {
      case 0: return end ?? position + 1
      case ..<0x40:
        let start = position + 1
        position = start + Int(length)
        byteCount += 1 + Int(length)
        guard position <= message.byteCount, byteCount <= byteLimit else {
          throw .malformed(.lengthField, offset: start - 1)
        }
        take(message.extracting(start..<position))
      case 0xC0...:
        let target = Int(length & 0x3F) << 8 | Int(try byte(message, position + 1))
        if end == nil { end = position + 2 }
        hops += 1
        guard target < floor, target >= DNSHeader.byteCount, hops <= hopLimit else {
          throw .malformed(.nameCompression, offset: position)
        }
        (position, floor) = (target, target)
      default: throw .malformed(.lengthField, offset: position)
      }
    }
  }

  private static func byte(_ message: RawSpan, _ offset: Int) throws(ParseError) -> UInt8 {
    guard offset >= 0, offset < message.byteCount else { throw .malformed(.lengthField, offset: offset) }
    return message.bigEndian(at: offset)
  }
}

/// Makes bytes of DNS readable: RFC 1035 section 5.1.
enum DNSText {
  /// Appends `bytes`, with backslashes before `special` and before backslashes, and `\DDD` for what is not readable.
  static func append(_ bytes: RawSpan, escaping special: UInt8?, to text: inout [UInt8]) {
    let octets = bytes.octets
    var index = 0
    while index < octets.count {
      let byte = octets[index]
      if byte >= 0x80 {
        let length = scalarByteCount(octets, at: index)
        if length > 0 {
          for offset in 0..<length { text.append(octets[index + offset]) }
        } else {
          appendDecimal(byte, to: &text)
        }
        index += max(1, length)
        continue
      }
      if byte == UInt8(ascii: "\\") || byte == special {
        text.append(UInt8(ascii: "\\"))
        text.append(byte)
      } else if byte < 0x20 || byte == 0x7F {
        appendDecimal(byte, to: &text)
      } else {
        text.append(byte)
      }
      index += 1
    }
  }

  private static func appendDecimal(_ byte: UInt8, to text: inout [UInt8]) {
    text.append(UInt8(ascii: "\\"))
    text.append(UInt8(ascii: "0") + byte / 100)
    text.append(UInt8(ascii: "0") + byte / 10 % 10)
    text.append(UInt8(ascii: "0") + byte % 10)
  }

  /// Bytes of the UTF-8 sequence at `index`, whose first byte is at least 0x80: 2 to 4, or 0 where there is none.
  private static func scalarByteCount(_ octets: Span<UInt8>, at index: Int) -> Int {
    let length: Int
    switch octets[index] {
    case 0xC2...0xDF: length = 2
    case 0xE0...0xEF: length = 3
    case 0xF0...0xF4: length = 4
    default: return 0
    }
    guard index + length <= octets.count else { return 0 }
    for offset in 1..<length where octets[index + offset] & 0xC0 != 0x80 { return 0 }
    let second = octets[index + 1]
    switch octets[index] {
    case 0xE0: return second >= 0xA0 ? length : 0
    case 0xED: return second < 0xA0 ? length : 0
    case 0xF0: return second >= 0x90 ? length : 0
    case 0xF4: return second < 0x90 ? length : 0
    default: return length
    }
  }
}
