/// Why a catalogue could not be made into a matcher.
package enum MatchingError: Error, Equatable, CustomStringConvertible {
  /// A form of `signature` that the matcher cannot look for.
  case unusableForm(signature: String, reason: String)
  /// Vectorscan refused the anchors.
  case notCompiled(reason: String)
  /// Vectorscan needs SSE4.2 on x86, NEON on ARM.
  case unsupportedProcessor
  case outOfMemory

  package var description: String {
    switch self {
    case .unusableForm(let signature, let reason): "signature \(signature): \(reason)"
    case .notCompiled(let reason): "the signatures could not be compiled: \(reason)"
    case .unsupportedProcessor: "this processor lacks the vector instructions that Vectorscan needs"
    case .outOfMemory: "out of memory while compiling the signatures"
    }
  }
}
