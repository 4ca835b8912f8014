import TestSupport

/// Keys of real forms, made up when the tests run, valid nowhere.
enum SyntheticKey {
  /// As OpenAI makes them for projects.
  static func openAIProject(_ generator: inout SeededGenerator) -> String {
    let halves = (0..<2).map { _ in generator.text(74, of: Alphabets.base64url) }
    return "sk-proj-" + halves.joined(separator: "T3BlbkFJ")
  }
}
