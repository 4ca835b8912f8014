/// The header of a handshake message: RFC 8446 section 4. A message may span records, and a record hold several.
package struct TLSHandshakeHeader: BitwiseCopyable, Sendable {
  package static let byteCount = 4

  package let messageType: TLSHandshakeType
  /// Bytes of message body that follow this header: below 2^24.
  package let length: Int

  /// - Throws: `incomplete` below four bytes.
  package init(_ bytes: RawSpan) throws(ParseError) {
    try bytes.require(Self.byteCount)
    let word = bytes.bigEndian(at: 0, as: UInt32.self)
    messageType = TLSHandshakeType(rawValue: UInt8(truncatingIfNeeded: word >> 24))
    length = Int(word & 0xFF_FFFF)
  }
}

/// The type of a handshake message: RFC 8446 section 4.
package struct TLSHandshakeType: RawRepresentable, Hashable, Sendable, BitwiseCopyable {
  package let rawValue: UInt8
  package init(rawValue: UInt8) { self.rawValue = rawValue }

  package static let clientHello = TLSHandshakeType(rawValue: 1)
  package static let serverHello = TLSHandshakeType(rawValue: 2)
  package static let newSessionTicket = TLSHandshakeType(rawValue: 4)
  package static let endOfEarlyData = TLSHandshakeType(rawValue: 5)
  package static let encryptedExtensions = TLSHandshakeType(rawValue: 8)
  package static let clientKeyExchange = TLSHandshakeType(rawValue: 16)
  package static let finished = TLSHandshakeType(rawValue: 20)
  package static let keyUpdate = TLSHandshakeType(rawValue: 24)
  package static let certificate = TLSHandshakeType(rawValue: 11)
}
