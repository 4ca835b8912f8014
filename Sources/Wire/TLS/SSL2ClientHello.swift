/// A ClientHello in the framing of SSL 2.0, with which old clients offered SSL 3.0 and TLS: RFC 5246 appendix E.2.
///
///     0x80 and length 2 | type 1 | version 2 | cipher specs' length 2 | session id's length 2 | challenge's length 2 |
///     cipher specs, 3 bytes each | session id | challenge
///
/// What follows it on the wire are ordinary records, unless the server speaks SSL 2.0 alone.
package struct SSL2ClientHello: ~Escapable {
  package let version: TLSVersion
  /// Three bytes each; those of SSL 3.0 and TLS start with a zero.
  package let cipherSpecs: RawSpan
  package let challenge: RawSpan
  /// Bytes of the whole message, its length field included.
  package let byteCount: Int

  package static let headerByteCount = 11

  /// Reads the hello that `bytes` start with.
  ///
  /// - Throws: `incomplete` while all bytes so far fit, `malformed` as soon as one does not.
  @_lifetime(copy bytes)
  package init(_ bytes: RawSpan) throws(ParseError) {
    try Self.checkStart(bytes)
    try bytes.require(Self.headerByteCount)
    version = TLSVersion(rawValue: bytes.bigEndian(at: 3))
    let length = Int(bytes.bigEndian(at: 0, as: UInt16.self) & 0x7FFF)
    let specLength = Int(bytes.bigEndian(at: 5, as: UInt16.self))
    let sessionLength = Int(bytes.bigEndian(at: 7, as: UInt16.self))
    let challengeLength = Int(bytes.bigEndian(at: 9, as: UInt16.self))
    let headerLength = Self.headerByteCount - 2
    guard specLength > 0, specLength.isMultiple(of: 3), sessionLength == 0 || sessionLength == 16,
      (16...32).contains(challengeLength), headerLength + specLength + sessionLength + challengeLength == length
    else { throw .malformed(.lengthField, offset: 0) }
    byteCount = length + 2
    try bytes.require(byteCount)
    let specEnd = Self.headerByteCount + specLength
    cipherSpecs = bytes.extracting(Self.headerByteCount..<specEnd)
    challenge = bytes.extracting(specEnd + sessionLength..<byteCount)
  }

  /// The bytes that hardly vary, as far as they are there: a long length, type 1, a version.
  private static func checkStart(_ bytes: RawSpan) throws(ParseError) {
    let octets = bytes.octets
    guard bytes.byteCount < 1 || octets[0] & 0x80 != 0 else { throw .malformed(.lengthField, offset: 0) }
    guard bytes.byteCount < 3 || octets[2] == TLSHandshakeType.clientHello.rawValue else {
      throw .malformed(.messageType, offset: 2)
    }
    guard bytes.byteCount < 4 || octets[3] == 3 || octets[3] == 0 else { throw .malformed(.version, offset: 3) }
    guard bytes.byteCount < 5 || (octets[3] == 3 ? octets[4] <= 4 : octets[4] == 2) else {
      throw .malformed(.version, offset: 3)
    }
  }
}
