/// The line before a chunk: RFC 9112 section 7.1.
package enum HTTP1ChunkSize {
  /// Longest line accepted, extensions included, in bytes.
  package static let lineLimit = 4_096

  /// Reads `line`, without its line end. Extensions are stepped over; blanks around the size are forgiven.
  ///
  /// - Returns: the size in bytes, or `nil` when there is none or it would not fit 2^53.
  package static func read(_ line: RawSpan) -> Int? {
    let range = line.trimmed(0..<line.byteCount)
    let octets = line.octets
    var size = 0
    var digits = 0
    for index in range {
      guard let digit = octets[index].hexDigitValue else {
        let isBoundary = octets[index] == UInt8(ascii: ";") || octets[index] == 0x20 || octets[index] == 0x09
        return digits > 0 && isBoundary ? size : nil
      }
      guard size < 1 << 49 else { return nil }
      size = size << 4 | digit
      digits += 1
    }
    return digits > 0 ? size : nil
  }
}

extension UInt8 {
  /// 0 to 15 for a hexadecimal digit of either case.
  package var hexDigitValue: Int? {
    switch self {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): Int(self) - 0x30
    case UInt8(ascii: "a")...UInt8(ascii: "f"): Int(self) - 0x57
    case UInt8(ascii: "A")...UInt8(ascii: "F"): Int(self) - 0x37
    default: nil
    }
  }
}
