/// What may not stand in a JSON string as it is: what RFC 8259 section 7 forbids, and what could drive a terminal, split
/// a line or reorder it in the eyes of a reader.
package enum JSONEscaping {
  /// Whether the UTF-8 in `bytes` from `start` on has anything to escape. May say yes for harmless neighbours of what is
  /// looked for (any character that starts with the same byte); `append` decides.
  static func isNeeded(in bytes: [UInt8], from start: Int) -> Bool {
    let span = bytes.span
    for index in start..<span.count {
      let byte = span[index]
      if byte < 0x20 || byte == 0x22 || byte == 0x5C || byte == 0x7F || byte == 0xC2 || byte == 0xE2 { return true }
    }
    return false
  }

  /// Appends `text` escaped; where it would take more than `limit` bytes, as much as fits with an ellipsis at its end.
  static func append(_ text: String, to bytes: inout [UInt8], limit: Int = .max) {
    let start = bytes.count
    // Where to cut if the text proves too long: the ellipsis takes three bytes.
    var cut = start
    for scalar in text.unicodeScalars {
      append(scalar, to: &bytes)
      let length = bytes.count - start
      guard length <= limit else {
        bytes.removeSubrange(cut...)
        bytes.append(contentsOf: "…".utf8)
        return
      }
      if limit - length >= 3 { cut = bytes.count }
    }
  }

  static func append(_ scalar: Unicode.Scalar, to bytes: inout [UInt8]) {
    switch scalar {
    case "\"", "\\": bytes.append(contentsOf: [UInt8(ascii: "\\"), UInt8(ascii: scalar)])
    case "\n": bytes.append(contentsOf: "\\n".utf8)
    case "\r": bytes.append(contentsOf: "\\r".utf8)
    case "\t": bytes.append(contentsOf: "\\t".utf8)
    case _ where mustHide(scalar): appendHexEscape(scalar, to: &bytes)
    default: bytes.append(contentsOf: UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter)
    }
  }

  /// Controls (C0, DEL, C1), line and paragraph separator, directional marks, embeddings, overrides and isolates.
  /// All are in the Basic Multilingual Plane, so one `\uXXXX` says each.
  static func mustHide(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0..<0x20, 0x7F..<0xA0, 0x200E...0x200F, 0x2028...0x202E, 0x2066...0x2069: true
    default: false
    }
  }

  private static func appendHexEscape(_ scalar: Unicode.Scalar, to bytes: inout [UInt8]) {
    bytes.append(contentsOf: "\\u".utf8)
    for shift in stride(from: UInt32(12), through: 0, by: -4) {
      bytes.append(hexDigit: UInt8(truncatingIfNeeded: scalar.value >> shift))
    }
  }
}

extension [UInt8] {
  /// The low four bits of `nibble` as a lower-case digit.
  mutating func append(hexDigit nibble: UInt8) {
    let digit = nibble & 0x0F
    append(digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "a") + digit - 10)
  }

  /// `number` in decimal, independent of locale.
  mutating func append(decimal number: some FixedWidthInteger) {
    if number < 0 { append(UInt8(ascii: "-")) }
    let start = count
    var rest = number.magnitude
    repeat {
      let (quotient, digit) = rest.quotientAndRemainder(dividingBy: 10)
      append(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: digit))
      rest = quotient
    } while rest > 0
    reverse(from: start)
  }

  /// In place: reversing a slice would copy it out and back.
  private mutating func reverse(from start: Int) {
    var (low, high) = (start, count - 1)
    while low < high {
      swapAt(low, high)
      (low, high) = (low + 1, high - 1)
    }
  }

  /// The last `width` digits of `number`, which is not negative, zeros in front included.
  mutating func append(decimal number: Int, width: Int) {
    let start = count
    var rest = number
    for _ in 0..<width {
      append(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest % 10))
      rest /= 10
    }
    reverse(from: start)
  }
}
