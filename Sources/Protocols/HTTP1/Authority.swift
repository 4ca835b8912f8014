import Wire

/// A host and the port beside it: RFC 9110 section 7.2, liberal in what surrounds them.
struct Authority: Equatable {
  var host: String
  var port: UInt16?

  /// Longest authority read, in bytes.
  private static let byteLimit = 1_024

  /// Reads `Host`'s value, or an authority-form target.
  init?(_ text: Substring) {
    var rest = text.utf8.prefix(Self.byteLimit)
    if let at = rest.lastIndex(of: UInt8(ascii: "@")) { rest = rest[rest.index(after: at)...] }
    var digits = rest.suffix(0)
    if rest.first == UInt8(ascii: "["), let close = rest.firstIndex(of: UInt8(ascii: "]")) {
      digits = rest[rest.index(after: close)...].dropFirst()
      rest = rest[rest.index(after: rest.startIndex)..<close]
    } else if let colon = rest.lastIndex(of: UInt8(ascii: ":")) {
      digits = rest[rest.index(after: colon)...]
      rest = rest[..<colon]
    }
    guard !rest.isEmpty else { return nil }
    host = String(decoding: rest.lazy.map(\.asciiLowercased), as: UTF8.self)
    port = UInt16(String(decoding: digits, as: UTF8.self))
  }

  /// From an absolute-form target (RFC 9112 section 3.2.2) or that of a CONNECT (section 3.2.3).
  init?(ofTarget target: String, method: String) {
    // The usual target is a path: RFC 9112 section 3.2.1.
    if target.utf8.first == UInt8(ascii: "/") { return nil }
    if method == "CONNECT" {
      self.init(target[...])
      return
    }
    guard let start = target.utf8.authorityStart else { return nil }
    self.init(
      target[start...].prefix { $0 != "/" && $0 != "?" && $0 != "#" })
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
}
