/// How much of the traffic could be read: the other half of any verdict, for what could not be read was not judged.
package struct Coverage: Sendable, Equatable {
  /// Flows to one destination, each counted under one heading; those under none carried nothing yet.
  package struct Flows: Sendable, Equatable {
    package var total: UInt64 = 0
    /// Not encrypted: requests were read as they are.
    package var plain: UInt64 = 0
    /// All that was encrypted was opened.
    package var decrypted: UInt64 = 0
    /// Some of it was.
    package var partly: UInt64 = 0
    /// TLS for which no secret was there.
    package var withoutKeys: UInt64 = 0
    /// There were secrets, and they opened nothing.
    package var wrongKeys: UInt64 = 0
    /// Encrypted ClientHello (RFC 9849): even the name is hidden.
    package var hiddenByECH: UInt64 = 0
    /// QUIC for which no secret was there.
    package var hiddenByQUIC: UInt64 = 0
    /// Of all these, flows of which the capture lacks bytes.
    package var gapped: UInt64 = 0

    package init() {}
  }

  /// Flows to AI providers, by the provider's identifier, in its order.
  package var providers: [(id: String, flows: Flows)] = []
  /// Encrypted flows to anywhere else.
  package var elsewhere = Flows()

  package init() {}

  package static func == (left: Coverage, right: Coverage) -> Bool {
    left.elsewhere == right.elsewhere && left.providers.elementsEqual(right.providers) { $0 == $1 }
  }
}
