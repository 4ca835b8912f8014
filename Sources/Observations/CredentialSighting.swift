package import Wire

/// A secret seen at a place. It tells the secret's shape and fingerprint, never the secret.
package struct CredentialSighting: Sendable {
  package var credential: MaskedCredential
  package var location: CredentialLocation
  package var direction: Direction
  package var transport: TransportSecurity
  /// The request that carried it, or that the carrying response answers.
  package var request: HTTPRequest?
  /// One line of masked context for a person.
  package var evidence: String
  /// The DNS message that carried it.
  package var dns: DNSMessage?

  package init(
    credential: MaskedCredential, location: CredentialLocation, direction: Direction, transport: TransportSecurity,
    request: HTTPRequest?, evidence: String, dns: DNSMessage? = nil
  ) {
    (self.credential, self.location, self.direction) = (credential, location, direction)
    (self.transport, self.request, self.evidence, self.dns) = (transport, request, evidence, dns)
  }
}

/// What may be known of a secret outside the matcher.
package struct MaskedCredential: Sendable, Equatable {
  /// The id of the signature that matched, such as `anthropic-api-key`.
  package var signature: String
  /// Ids of the providers that issue keys of this form: one, or several where the form does not tell.
  package var issuers: [String]
  /// Fixed prefix, an ellipsis, the last four characters.
  package var redacted: String
  /// `sha256:` and 64 hex digits, over the secret's own bytes.
  package var fingerprint: String
  /// Length of the secret in bytes.
  package var length: Int
  /// Layers around the secret, from outside in.
  package var encodings: [Encoding]
  /// By which the secret is known again where nothing shows its form.
  package var mark: ValueMark?

  package init(
    signature: String, issuers: [String], redacted: String, fingerprint: String, length: Int, encodings: [Encoding],
    mark: ValueMark? = nil
  ) {
    (self.signature, self.issuers, self.redacted) = (signature, issuers, redacted)
    (self.fingerprint, self.length, self.encodings, self.mark) = (fingerprint, length, encodings, mark)
  }
}

/// A layer that hides a secret from a plain search.
package enum Encoding: String, Sendable, CaseIterable {
  case base64, base64url, hex, percent
  case jsonEscape = "json-escape"
  case gzip, deflate, zstd, br, zip, reversed
}

/// Where in the traffic a secret was.
package enum CredentialLocation: String, Sendable, CaseIterable {
  case requestLine = "request-line"
  case requestHeader = "request-header"
  case requestBody = "request-body"
  case responseHeader = "response-header"
  case responseBody = "response-body"
  case websocket
  case dnsName = "dns-name"
  case stream
  case datagram
}

/// How the bytes were protected on the wire.
package enum TransportSecurity: String, Sendable {
  case plain
  case tlsDecrypted = "tls-decrypted"
  case tls, quic, dns, udp
}
