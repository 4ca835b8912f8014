/// A ClientHello in place: the body of a complete handshake message, RFC 8446 section 4.1.2.
///
///     version 2 | random 32 | session id <0..32> | cipher suites <2..2^16-2> | compression <1..2^8-1> | extensions
///
/// The framing of the lists is checked once, in `init`; their values are not. GREASE (RFC 8701) puts unknown ones
/// everywhere, and a hello that a server would refuse still says where the client wanted to go.
package struct ClientHello: ~Escapable {
  /// TLS 1.2 at most; TLS 1.3 hides in an extension.
  package let legacyVersion: TLSVersion
  package let random: RawSpan
  package let sessionID: RawSpan
  /// Two bytes each; an odd byte at the end is there as sent.
  package let cipherSuites: RawSpan
  package let compressionMethods: RawSpan
  /// The extension block without its length; empty where the client sent none, as before TLS 1.2.
  package let extensions: RawSpan

  private static let randomByteCount = 32

  /// Views `body`, which follows the handshake header and is as long as that says.
  ///
  /// Bytes behind the extension block are ignored.
  ///
  /// - Throws: only `malformed`: the body is complete.
  @_lifetime(copy body)
  package init(_ body: RawSpan) throws(ParseError) {
    var cursor = ByteCursor(delimited: body)
    let version = TLSVersion(rawValue: try cursor.integer())
    guard version.isTLS else { throw .malformed(.version, offset: 0) }
    legacyVersion = version
    random = try cursor.bytes(Self.randomByteCount)
    sessionID = try cursor.vector(UInt8.self)
    cipherSuites = try cursor.vector(UInt16.self)
    compressionMethods = try cursor.vector(UInt8.self)
    extensions = cursor.isAtEnd ? body.extracting(last: 0) : try cursor.vector(UInt16.self)
  }

  /// The host that the client asks for (RFC 6066 section 3), as sent; `nil` when it named none. Not checked to be a
  /// host name: up to 65,535 bytes of any value.
  ///
  /// - Throws: `malformed` when the extension block is broken before the name's end.
  @_lifetime(copy self)
  package func serverName() throws(ParseError) -> RawSpan? {
    guard let range = try ServerName.find(in: extensions) else { return nil }
    return extensions.extracting(range)
  }

  /// Calls `body` with each protocol that the client offers (RFC 7301 section 3.1), most wanted first, GREASE included,
  /// until it returns false. A name has 0 to 255 bytes of any value; there may be thousands.
  ///
  /// - Throws: `malformed` when the extension block is broken before the list's end; what came before was delivered.
  package func forEachProtocol(_ body: (RawSpan) -> Bool) throws(ParseError) {
    guard let content = try TLSExtensions.find(.applicationLayerProtocols, in: extensions) else { return }
    var cursor = ByteCursor(delimited: content)
    var names = ByteCursor(delimited: try cursor.vector(UInt16.self))
    while !names.isAtEnd {
      guard body(try names.vector(UInt8.self)) else { return }
    }
  }

  /// What the client says of Encrypted Client Hello (RFC 9849 section 5): nothing, or the content of the extension.
  ///
  /// - Throws: `malformed` when the extension block, or the extension, is broken.
  @_lifetime(copy self)
  package func encryptedClientHello() throws(ParseError) -> EncryptedClientHello? {
    guard let content = try TLSExtensions.find(.encryptedClientHello, in: extensions) else { return nil }
    return try EncryptedClientHello(content)
  }
}
