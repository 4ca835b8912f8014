import Alerts
import Policies

/// Keeps back the alerts that the policy's suppressions are about, and counts them by rule.
struct Suppressor {
  private let rules: [Suppression]
  /// In the order of the rules.
  private(set) var counts: [UInt64]

  init(_ rules: [Suppression]) {
    self.rules = rules
    counts = Array(repeating: 0, count: rules.count)
  }

  var isEmpty: Bool { rules.isEmpty }

  /// - Returns: whether `alert` need not be told; the first rule that says so counts it.
  mutating func silences(_ alert: Alert, of originator: Originator = Originator()) -> Bool {
    guard let index = rules.firstIndex(where: { $0.silences(alert, of: originator) }) else { return false }
    counts[index] &+= 1
    return true
  }
}
