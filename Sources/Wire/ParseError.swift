/// Why bytes could not be read as the expected message.
package enum ParseError: Error, Equatable {
  /// The message continues past the bytes at hand: offer it again with at least `needed` more bytes.
  case incomplete(needed: Int)
  /// No later byte can repair the message. `offset` counts bytes from the start of the input.
  case malformed(Flaw, offset: Int)

  package enum Flaw: Equatable, Sendable {
    case lengthField, messageType, nameCompression, startLine
    /// A version number that this format never had.
    case version
    /// More headers, one inside another, than any honest sender writes.
    case headerCount
    /// A fragment that cannot lie where it says.
    case fragmentOffset
  }
}
