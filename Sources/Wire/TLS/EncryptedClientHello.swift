/// The extension `encrypted_client_hello` of a ClientHello in place: RFC 9849 section 5.
///
///     type 1 | KDF 2 | AEAD 2 | config id 1 | enc <0..2^16-1> | payload <1..2^16-1>
///
/// `inner` (type 1) has none of the rest: it stands in a hello that a front server has decrypted and hands on.
package struct EncryptedClientHello: ~Escapable {
  /// `outer`: the hello that carries it names a public server, and the true hello lies encrypted in `payload`; or it is
  /// GREASE (section 6.2), made to look the same.
  package let isOuter: Bool
  /// The encapsulated key; empty in the hello that answers a HelloRetryRequest (section 6.1.5), and only there.
  package let encapsulatedKey: RawSpan
  package let payload: RawSpan

  private static let outer: UInt8 = 0
  private static let inner: UInt8 = 1

  /// - Throws: only `malformed`: the extension is complete.
  @_lifetime(copy content)
  package init(_ content: RawSpan) throws(ParseError) {
    var cursor = ByteCursor(delimited: content)
    switch try cursor.integer(UInt8.self) {
    case Self.outer:
      isOuter = true
      _ = try cursor.bytes(MemoryLayout<UInt32>.size + 1)
      encapsulatedKey = try cursor.vector(UInt16.self)
      payload = try cursor.vector(UInt16.self)
    case Self.inner:
      (isOuter, encapsulatedKey, payload) = (false, content.extracting(last: 0), content.extracting(last: 0))
    default: throw .malformed(.messageType, offset: 0)
    }
  }
}
