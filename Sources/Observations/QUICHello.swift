/// The ClientHello of a QUIC connection: RFC 9001 section 4. Immutable, shared.
package final class QUICHello: Sendable {
  /// The version of the packet that carried it, in hexadecimal without leading zeros, as EVE has it.
  package let version: String
  package let hello: TLSHello
  /// <https://github.com/salesforce/ja3>
  package let ja3: TLSFingerprint?
  /// <https://github.com/FoxIO-LLC/ja4>, beginning with `q`.
  package let ja4: String?

  package init(version: String, hello: TLSHello, ja3: TLSFingerprint?, ja4: String?) {
    (self.version, self.hello, self.ja3, self.ja4) = (version, hello, ja3, ja4)
  }
}
