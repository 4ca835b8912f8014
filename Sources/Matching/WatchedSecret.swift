package import Signatures
import Wire

/// A value that its owner wants watched, as far as looking for it needs: how it begins, its length and its SHA-256.
///
/// It is found anywhere, also inside a longer word, plain and in the encodings that the scan looks for itself.
package struct WatchedSecret: Sendable {
  /// Shorter values stand in traffic by chance; longer ones are not held. In bytes.
  package static let lengths = 8...CredentialForm.longest
  /// What is kept of the value, at most, and never more than half of it.
  private static let longestPrefix = 16

  /// Stands in for a signature of the catalogue.
  package let signature: CredentialSignature
  let prefix: [UInt8]
  let length: Int
  let isText: Bool
  let digest: [UInt8]

  /// - Parameters:
  ///   - id: what sightings call it.
  ///   - issuers: ids of the providers that may receive it.
  /// - Returns: `nil` for a value that is too short or too long.
  package init?(id: String, issuers: [String], value: [UInt8]) {
    guard Self.lengths.contains(value.count) else { return nil }
    signature = CredentialSignature(id: id, issuers: issuers, description: "Watched secret", forms: [])
    prefix = Array(value.prefix(min(Self.longestPrefix, value.count / 2)))
    (length, isText) = (value.count, value.allSatisfy(TextStretches.isText))
    digest = Array(value.span.sha256)
  }
}
