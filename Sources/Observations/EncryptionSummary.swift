/// How much of an encrypted flow could be read, and its shape on the wire; told when it is over.
package struct EncryptionSummary: Sendable, Equatable, BitwiseCopyable {
  package enum Visibility: String, Sendable, BitwiseCopyable {
    /// All protected records that the capture holds were opened.
    case decrypted
    /// Some were.
    case partly
    /// No secret for this flow was there.
    case noKeys = "no-keys"
    /// There were secrets, and they opened nothing.
    case wrongKeys = "wrong-keys"
    /// No secret, and even the name of the destination is encrypted (RFC 9849).
    case hiddenName = "hidden-name"
  }

  /// One direction.
  package struct Side: Sendable, Equatable, BitwiseCopyable {
    package var records: UInt64 = 0
    /// Bytes inside records, without their headers.
    package var bytes: UInt64 = 0
    /// Protected records among them, and how many of these were opened.
    package var protectedRecords: UInt64 = 0
    package var openedRecords: UInt64 = 0
    /// Packet times of the first and the last record of application data, in nanoseconds since the Unix epoch; in
    /// TLS 1.3 the encrypted part of the handshake looks the same and counts as such.
    package var firstApplicationData: Int64?
    package var lastApplicationData: Int64?
    /// Holes in the capture.
    package var gaps: UInt32 = 0
    package init() {}
  }

  package var visibility = Visibility.noKeys
  package var toServer = Side()
  package var toClient = Side()
  package init() {}
}
