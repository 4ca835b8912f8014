/// The host name a TLS client asks for: RFC 6066 section 3.
package enum ServerName {
  /// The one type of name that is defined: `host_name`.
  private static let hostName: UInt8 = 0

  /// Looks through `extensions`, the body of a ClientHello's extension block (RFC 8446 section 4.2).
  ///
  /// - Returns: where the name lies in `extensions`, in bytes, or `nil` when the client sent none.
  /// - Throws: only `malformed`; the block is complete by the time it is cut out of its record.
  package static func find(in extensions: RawSpan) throws(ParseError) -> Range<Int>? {
    guard let body = try TLSExtensions.find(.serverName, in: extensions) else { return nil }
    var list = ByteCursor(delimited: body)
    var names = ByteCursor(delimited: try list.vector(UInt16.self))
    guard try names.integer(UInt8.self) == hostName else { throw .malformed(.messageType, offset: 0) }
    return try extensions.byteOffsets(of: names.vector(UInt16.self))
  }
}
