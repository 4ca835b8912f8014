/// Masks the secrets that a finished line still holds, in place, and says how many there were.
///
/// Secrets are masked at birth; this is the last look before a line leaves, by whoever joins matcher and outputs.
package typealias MaskingGuard = (inout [UInt8]) -> Int

/// Applies a `MaskingGuard` to each line and counts what it found. Every find is a defect upstream worth a stats line.
package struct LastLook {
  private let guardian: MaskingGuard?
  /// Secrets that had to be masked this late.
  package private(set) var lateMaskCount: UInt64 = 0

  /// Without a guard every line passes.
  package init(_ guardian: MaskingGuard?) { self.guardian = guardian }

  package mutating func examine(_ line: inout [UInt8]) {
    guard let guardian else { return }
    lateMaskCount &+= UInt64(clamping: guardian(&line))
  }
}
