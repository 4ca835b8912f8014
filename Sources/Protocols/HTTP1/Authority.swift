import Wire

/// A host and the port beside it: RFC 9110 section 7.2, liberal in what surrounds them.
struct Authority: Equatable {
  var host: String
  var port: UInt16?

  /// Longest authority read, in bytes.
  private static let byteLimit = 1_024

  /// Reads `Host`'s value, or an authority-form target, in `range` of `bytes`.
  init?(_ bytes: RawSpan, in range: Range<Int>) {
    let octets = bytes.octets
    let end = min(range.upperBound, range.lowerBound + Self.byteLimit)
    var (start, colon, close) = (range.lowerBound, end, range.lowerBound)
    for index in range.lowerBound..<max(range.lowerBound, end) {
      switch octets[index] {
      case UInt8(ascii: "@"): (start, colon) = (index + 1, end)
      case UInt8(ascii: ":"): colon = index
      case UInt8(ascii: "]"): (close, colon) = (index, end)
      default: break
      }
    }
    var host = start..<max(start, colon)
    // RFC 3986 section 3.2.2: an IPv6 address stands in brackets.
    if !host.isEmpty, octets[start] == UInt8(ascii: "["), close > start { host = start + 1..<close }
    guard !host.isEmpty else { return nil }
    self.host = bytes.lowercasedText(in: host)
    port = colon < end ? UInt16(bytes.text(in: colon + 1..<end)) : nil
  }

  /// From an absolute-form target (RFC 9112 section 3.2.2) or that of a CONNECT (section 3.2.3).
  init?(ofTarget target: Range<Int>, isConnect: Bool, in bytes: RawSpan) {
    let octets = bytes.octets
    // The usual target is a path: RFC 9112 section 3.2.1.
    guard !target.isEmpty, octets[target.lowerBound] != UInt8(ascii: "/") else { return nil }
    if isConnect {
      self.init(bytes, in: target)
      return
    }
    var start = target.lowerBound
    while start < target.upperBound, octets[start].isSchemeCharacter { start += 1 }
    guard start > target.lowerBound, bytes.hasPrefix("://", at: start), start + 3 <= target.upperBound else {
      return nil
    }
    start += 3
    var end = start
    while end < target.upperBound, !octets[end].endsAuthority { end += 1 }
    self.init(bytes, in: start..<end)
  }
}

extension RawSpan {
  /// Host names are compared in lower case, whatever the locale; most are sent so.
  fileprivate func lowercasedText(in range: Range<Int>) -> String {
    let octets = self.octets
    for index in range where octets[index].asciiLowercased != octets[index] {
      return text(in: range).lowercased()
    }
    return text(in: range)
  }
}

extension String.UTF8View {
  /// Where the authority of an absolute URI begins: behind `scheme://` (RFC 3986 section 3).
  var authorityStart: Index? {
    guard let colon = firstIndex(where: { !$0.isSchemeCharacter }), colon > startIndex else { return nil }
    let rest = self[colon...]
    return rest.starts(with: "://".utf8) ? index(colon, offsetBy: 3) : nil
  }
}

extension UInt8 {
  fileprivate var isSchemeCharacter: Bool {
    asciiLowercased &- UInt8(ascii: "a") < 26 || self &- 0x30 < 10 || self == UInt8(ascii: "+")
      || self == UInt8(ascii: "-") || self == UInt8(ascii: ".")
  }

  fileprivate var endsAuthority: Bool {
    self == UInt8(ascii: "/") || self == UInt8(ascii: "?") || self == UInt8(ascii: "#")
  }
}
