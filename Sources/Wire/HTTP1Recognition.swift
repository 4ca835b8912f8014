/// The answer to "is this HTTP/1?", asked of the first bytes of one direction.
package enum Recognition: Sendable { case certain, possible, no }

/// Recognises HTTP/1 by content, on any port.
package enum HTTP1Recognition {
  /// Methods that a request may begin with and be believed at once (RFC 9110, WebDAV, UPnP and relatives).
  private static let methods: [String] = [
    "GET ", "POST ", "PUT ", "HEAD ", "DELETE ", "OPTIONS ", "PATCH ", "CONNECT ", "TRACE ", "PROPFIND ", "REPORT ",
    "SUBSCRIBE ", "NOTIFY ", "M-SEARCH ", "SEARCH ", "MKCOL ", "COPY ", "MOVE ", "LOCK ", "UNLOCK ",
  ]
  /// The longest method believed before its blank has arrived, in bytes.
  private static let methodLimit = 32
  /// Bytes of CR and LF believed before a request line, which RFC 9112 section 2.2 asks servers to ignore.
  private static let emptyLineLimit = 64
  /// How far the end of a request line may be away before the first line is decided without it, in bytes.
  private static let lineLimit = 16_384

  /// Looks at bytes that the client may have sent first.
  ///
  /// `certain` needs the whole request line; `possible` waits for more of it.
  package static func request(_ bytes: RawSpan) -> Recognition {
    let octets = bytes.octets
    var start = 0
    while start < min(bytes.byteCount, emptyLineLimit), octets[start] == 0x0D || octets[start] == 0x0A { start += 1 }
    var position = start
    while position < bytes.byteCount, octets[position].isTokenCharacter { position += 1 }
    guard position - start <= methodLimit else { return .no }
    guard position < bytes.byteCount else { return .possible }
    guard position > start, octets[position].isBlank else { return .no }
    guard let feed = bytes.firstOffset(of: 0x0A, from: position) else {
      return bytes.byteCount < lineLimit && isText(bytes, upTo: min(bytes.byteCount, 64)) ? .possible : .no
    }
    let line = bytes.trimmed(start..<feed)
    var version = line.upperBound
    while version > position, !octets[version - 1].isBlank { version -= 1 }
    return bytes.hasHTTP1Version(at: version) ? .certain : .no
  }

  /// Looks at bytes that the server may have sent first.
  package static func response(_ bytes: RawSpan) -> Recognition {
    guard bytes.byteCount >= 12 else {
      let known = "HTTP/1."
      return bytes.equals(known, prefix: min(bytes.byteCount, known.byteCount)) ? .possible : .no
    }
    guard bytes.hasHTTP1Version(at: 0) else { return .no }
    let octets = bytes.octets
    return octets[8].isBlank && octets[9] &- 0x30 < 10 ? .certain : .no
  }

  /// A cheap test, for the first bytes of a segment in the middle of a stream: could a message start here?
  package static func mayStartMessage(_ bytes: RawSpan) -> Bool {
    guard bytes.byteCount >= 8 else { return false }
    // Three letters, or `M-S`, begin every method and the version too; hardly anything else gets further.
    let octets = bytes.octets
    guard octets[0].isUppercaseLetter, octets[2].isUppercaseLetter,
      octets[1].isUppercaseLetter || octets[1] == UInt8(ascii: "-")
    else { return false }
    if bytes.hasHTTP1Version(at: 0) { return true }
    return methods.contains { bytes.hasPrefix($0) }
  }

  private static func isText(_ bytes: RawSpan, upTo end: Int) -> Bool {
    let octets = bytes.octets
    for index in 0..<end where octets[index] < 0x09 { return false }
    return true
  }
}

extension UInt8 {
  fileprivate var isUppercaseLetter: Bool { self &- UInt8(ascii: "A") < 26 }
}

extension RawSpan {
  /// Whether `HTTP/1.` and a digit or whatever else stands at `offset`, in any case: one load and one comparison.
  func hasHTTP1Version(at offset: Int) -> Bool {
    guard offset >= 0, offset <= byteCount - 8 else { return false }
    // Setting bit 5 makes letters lower case and leaves the digit, the slash and the dot as they are.
    let word = (bigEndian(at: offset, as: UInt64.self) | 0x2020_2020_2020_2020) >> 8
    return word == 0x68_7474_702F_312E
  }

  /// Whether the first `count` bytes are the first `count` bytes of `text`.
  fileprivate func equals(_ text: String, prefix count: Int) -> Bool {
    let octets = self.octets
    var index = 0
    for expected in text.utf8.prefix(count) {
      if octets[index].asciiLowercased != expected.asciiLowercased { return false }
      index += 1
    }
    return true
  }
}
