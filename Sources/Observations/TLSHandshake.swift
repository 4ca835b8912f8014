package import Wire

/// What a TLS client asked for: RFC 8446 section 4.1.2.
package struct TLSHello: Sendable, Equatable {
  /// The host that the client means to reach (RFC 6066 section 3), lower case; `nil` when it named none, or hid it.
  package var serverName: String?
  /// The protocols offered (RFC 7301), most wanted first; at most 32.
  package var alpn: [String]
  package var encryptedHello: EncryptedHello
  /// The name in clear of a hello that hides, or may hide, another one (RFC 9849): that of the front server. It is no
  /// destination; where `encryptedHello` is `possible` the same name also stands in `serverName`.
  package var publicName: String?

  package init(
    serverName: String?, alpn: [String], encryptedHello: EncryptedHello = .none, publicName: String? = nil
  ) {
    (self.serverName, self.alpn) = (serverName, alpn)
    (self.encryptedHello, self.publicName) = (encryptedHello, publicName)
  }
}

/// Whether a ClientHello hides the true one: RFC 9849.
///
/// Browsers put a meaningless extension (GREASE, section 6.2) into nearly every hello, and it is made so that nobody
/// outside can tell it from a true one. If each of them cost the hello its name, the sensor would know hardly any
/// browser's destination; so a name counts until there is a sign that it is a front.
package enum EncryptedHello: Sendable, Equatable {
  /// There is no such extension; or it is GREASE for sure: the client sent it again unchanged after a
  /// HelloRetryRequest, which only GREASE does.
  case none
  /// It is there, and nothing tells what it is.
  case possible
  /// It is true: the name in clear is one that exists for fronts only, or the hello after a HelloRetryRequest has the
  /// empty key that only a true one has (section 6.1.5).
  case certain
}

/// The server's own certificate, as far as EVE tells of it.
package struct TLSCertificate: Sendable, Equatable {
  /// `C=US, O=Example, CN=example.com`, in the certificate's order.
  package var subject: String
  package var issuer: String
  /// Bytes in hexadecimal, `0A:1B`.
  package var serial: String
  /// SHA-1 over the whole certificate, `0a:1b:…`.
  package var fingerprint: String
  /// `2026-01-31T23:59:59`, UTC; `nil` where it could not be read.
  package var notBefore: String?
  package var notAfter: String?
  /// Names and addresses of RFC 5280 section 4.2.1.6, in order; at most 100.
  package var alternativeNames: [String]

  package init(
    subject: String, issuer: String, serial: String, fingerprint: String, notBefore: String?, notAfter: String?,
    alternativeNames: [String]
  ) {
    (self.subject, self.issuer, self.serial, self.fingerprint) = (subject, issuer, serial, fingerprint)
    (self.notBefore, self.notAfter, self.alternativeNames) = (notBefore, notAfter, alternativeNames)
  }
}

/// What a client's hello looks like, whoever sent it.
package struct TLSFingerprint: Sendable, Equatable {
  /// The text that was hashed, where there is one.
  package var text: String
  package var hash: String

  package init(text: String, hash: String) { (self.text, self.hash) = (text, hash) }
}

/// A TLS handshake as far as it could be read: told once for each connection. Immutable, shared.
package final class TLSHandshake: Sendable {
  package let hello: TLSHello
  /// What both sides agreed on; `nil` when the server did not answer.
  package let version: TLSVersion?
  package let cipherSuite: UInt16?
  /// The protocol that the server chose; in TLS 1.3 only known where the handshake was decrypted.
  package let serverALPN: String?
  /// Whether an earlier session went on, by its id, a ticket or a pre-shared key, rather than a new one begun.
  package let isResumed: Bool
  /// <https://github.com/salesforce/ja3>; `nil` for an SSL 2.0 hello.
  package let ja3: TLSFingerprint?
  /// The same of the server.
  package let ja3s: TLSFingerprint?
  /// <https://github.com/FoxIO-LLC/ja4>
  package let ja4: String?
  package let certificate: TLSCertificate?
  /// Whether the server asked for a second ClientHello (RFC 8446 section 4.1.4).
  package let wasRetried: Bool

  package init(
    hello: TLSHello, version: TLSVersion?, cipherSuite: UInt16?, serverALPN: String?, isResumed: Bool,
    ja3: TLSFingerprint?, ja3s: TLSFingerprint?, ja4: String?, certificate: TLSCertificate?, wasRetried: Bool
  ) {
    (self.hello, self.version, self.cipherSuite, self.serverALPN) = (hello, version, cipherSuite, serverALPN)
    (self.isResumed, self.ja3, self.ja3s, self.ja4) = (isResumed, ja3, ja3s, ja4)
    (self.certificate, self.wasRetried) = (certificate, wasRetried)
  }
}
