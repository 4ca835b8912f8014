/// The certificates of a Certificate message: RFC 5246 section 7.4.2 and RFC 8446 section 4.4.2.
///
///     TLS 1.3 only: context <0..255> |
///     list <0..2^24-1> of: certificate <1..2^24-1> | TLS 1.3 only: extensions <0..2^16-1>
package enum TLSCertificateList {
  /// Calls `body` with each certificate, the peer's own first, until it returns false.
  ///
  /// - Parameter body: the message's body; it may be cut short, and what lies whole in it is delivered.
  /// - Throws: `malformed` when a length does not fit; what came before was delivered.
  package static func forEach(
    in message: RawSpan, isTLS13: Bool, _ body: (_ certificate: RawSpan) -> Bool
  ) throws(ParseError) {
    var cursor = ByteCursor(delimited: message)
    if isTLS13 { _ = try cursor.vector(UInt8.self) }
    _ = try length(&cursor)
    while !cursor.isAtEnd {
      let count = try length(&cursor)
      guard body(try cursor.bytes(count)) else { return }
      if isTLS13 { _ = try cursor.vector(UInt16.self) }
    }
  }

  private static func length(_ cursor: inout ByteCursor) throws(ParseError) -> Int {
    let high = try cursor.integer(UInt8.self)
    return Int(high) << 16 | Int(try cursor.integer(UInt16.self))
  }
}
