/// By which a value is known again without being kept: equal values have equal marks, others do not but by a chance of
/// 2^-64.
///
/// The hash is keyed anew in each process (SipHash, as Swift's `Hasher` has it), so that nobody can make up a value for a
/// given mark. Marks are never written out.
package struct ValueMark: Hashable, Sendable, BitwiseCopyable {
  private let hash: Int

  package init(_ value: Span<UInt8>) {
    var hasher = Hasher()
    // SAFETY: the bytes are used only inside the closure.
    unsafe value.withUnsafeBytes { unsafe hasher.combine(bytes: $0) }
    hash = hasher.finalize()
  }
}

/// A value that nothing calls a secret, in a message on its way out. It matters where the same went to a provider before.
package struct UnnamedValue: Sendable {
  package let mark: ValueMark
  /// Layers around the value, from outside in.
  package let encodings: [Encoding]
  package let location: CredentialLocation
  package let transport: TransportSecurity

  package init(mark: ValueMark, encodings: [Encoding], location: CredentialLocation, transport: TransportSecurity) {
    (self.mark, self.encodings, self.location, self.transport) = (mark, encodings, location, transport)
  }
}

/// Such values of one message, all that are in its head apart: those are told with the request.
package struct UnnamedValues: Sendable {
  package var values: [UnnamedValue]
  /// The request that carried them.
  package let request: HTTPRequest?
  /// The DNS message that carried them, without its payload.
  package let dns: DNSMessage?

  package init(
    _ values: [UnnamedValue], request: HTTPRequest?, dns: DNSMessage? = nil
  ) {
    (self.values, self.request, self.dns) = (values, request, dns)
  }
}
