extension RawSpan {
  /// The offset of the first `byte` at or after `start`, sixteen bytes at a time.
  package func firstOffset(of byte: UInt8, from start: Int = 0) -> Int? {
    var offset = Swift.max(0, start)
    let width = ByteBlock.Vector.scalarCount
    while offset <= byteCount &- width {
      let flags = vector(at: offset).equal(byte).flags
      if flags != 0 { return offset &+ flags.trailingZeroBitCount }
      offset &+= width
    }
    guard offset < byteCount, byteCount < width else {
      // The last bytes once more, less those that were looked at.
      guard offset < byteCount else { return nil }
      let last = byteCount &- width
      let flags = vector(at: last).equal(byte).flags &>> UInt64(offset &- last)
      return flags == 0 ? nil : offset &+ flags.trailingZeroBitCount
    }
    let octets = self.octets
    while offset < byteCount {
      if octets[offset] == byte { return offset }
      offset &+= 1
    }
    return nil
  }

  /// Whether the bytes from `offset` on begin with the ASCII `text`, case ignored when `ignoringCase`.
  package func hasPrefix(_ text: String, at offset: Int = 0, ignoringCase: Bool = false) -> Bool {
    guard offset >= 0, text.byteCount <= byteCount - offset else { return false }
    return equals(text, in: offset..<offset + text.byteCount, ignoringCase: ignoringCase)
  }

  /// Whether the bytes in `range` are the ASCII `text`.
  package func equals(_ text: String, in range: Range<Int>, ignoringCase: Bool = true) -> Bool {
    guard range.count == text.byteCount, range.lowerBound >= 0, range.upperBound <= byteCount else { return false }
    let octets = self.octets
    var index = range.lowerBound
    for expected in text.utf8 {
      let actual = octets[index]
      if actual != expected, !ignoringCase || actual.asciiLowercased != expected.asciiLowercased { return false }
      index += 1
    }
    return true
  }
}

extension String {
  package var byteCount: Int { utf8.count }
}

extension UInt8 {
  /// `A`-`Z` as `a`-`z`, whatever the locale; every other byte as it is.
  package var asciiLowercased: UInt8 { self &- 0x41 < 26 ? self | 0x20 : self }

  /// RFC 9110 section 5.6.2: the characters of a token.
  package var isTokenCharacter: Bool {
    switch self {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"):
      true
    case UInt8(ascii: "!"), UInt8(ascii: "#"), UInt8(ascii: "$"), UInt8(ascii: "%"), UInt8(ascii: "&"),
      UInt8(ascii: "'"), UInt8(ascii: "*"), UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "."),
      UInt8(ascii: "^"), UInt8(ascii: "_"), UInt8(ascii: "`"), UInt8(ascii: "|"), UInt8(ascii: "~"):
      true
    default: false
    }
  }
}
