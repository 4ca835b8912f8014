/// A ServerHello or HelloRetryRequest in place: the body of a complete handshake message, RFC 8446 section 4.1.3 and
/// RFC 5246 section 7.4.1.3.
///
///     version 2 | random 32 | session id <0..32> | cipher suite 2 | compression 1 | extensions
///
/// Drafts of TLS 1.3 before the 22nd wrote neither session id nor compression; they are read as they were written.
package struct ServerHello: ~Escapable {
  /// TLS 1.2 at most; see `version`.
  package let legacyVersion: TLSVersion
  package let random: RawSpan
  package let sessionID: RawSpan
  package let cipherSuite: UInt16
  /// The extension block without its length; empty where there is none.
  package let extensions: RawSpan

  private static let randomByteCount = 32
  /// SHA-256 of `HelloRetryRequest`, which stands in place of the random: RFC 8446 section 4.1.3.
  private static let retryRandom: [UInt64] = [
    0xCF21_AD74_E59A_6111, 0xBE1D_8C02_1E65_B891, 0xC2A2_1116_7ABB_8C5E, 0x079E_09E2_C8A8_339C,
  ]

  /// Views `body`, which follows the handshake header and is as long as that says.
  ///
  /// - Throws: only `malformed`: the body is complete.
  @_lifetime(copy body)
  package init(_ body: RawSpan) throws(ParseError) {
    var cursor = ByteCursor(delimited: body)
    let version = TLSVersion(rawValue: try cursor.integer())
    guard version.isTLS || version.isDraft else { throw .malformed(.version, offset: 0) }
    legacyVersion = version
    random = try cursor.bytes(Self.randomByteCount)
    sessionID = version.isDraft ? body.extracting(last: 0) : try cursor.vector(UInt8.self)
    cipherSuite = try cursor.integer()
    if !version.isDraft { _ = try cursor.integer(UInt8.self) }
    extensions = cursor.isAtEnd ? body.extracting(last: 0) : try cursor.vector(UInt16.self)
  }

  /// Whether this asks for another ClientHello rather than answers one: RFC 8446 section 4.1.4.
  package var isRetryRequest: Bool {
    (0..<4).allSatisfy { random.bigEndian(at: $0 * 8, as: UInt64.self) == Self.retryRandom[$0] }
  }

  /// The version that both sides speak from here on: that of `supported_versions` (RFC 8446 section 4.2.1), else the
  /// legacy one.
  package var version: TLSVersion {
    guard let chosen = try? TLSExtensions.find(.supportedVersions, in: extensions), chosen.byteCount == 2 else {
      return legacyVersion
    }
    return TLSVersion(rawValue: chosen.bigEndian(at: 0))
  }

  /// Whether the server's extensions hold `type`; what stands behind a flaw is not seen.
  package func hasExtension(_ type: TLSExtensionType) -> Bool {
    (try? TLSExtensions.find(type, in: extensions)) != nil
  }

  /// The protocol that the server chose (RFC 7301 section 3.1); in TLS 1.3 it stands in EncryptedExtensions instead.
  @_lifetime(copy self)
  package func selectedProtocol() throws(ParseError) -> RawSpan? { try Self.selectedProtocol(in: extensions) }

  /// The same in any block of a server's extensions.
  @_lifetime(copy extensions)
  package static func selectedProtocol(in extensions: RawSpan) throws(ParseError) -> RawSpan? {
    guard let content = try TLSExtensions.find(.applicationLayerProtocols, in: extensions) else { return nil }
    var cursor = ByteCursor(delimited: content)
    var names = ByteCursor(delimited: try cursor.vector(UInt16.self))
    return try names.vector(UInt8.self)
  }
}
