import Alerts

/// How text for people may look where it is shown.
package struct TextStyle: Sendable, Equatable {
  package var usesColour: Bool
  /// Columns that a line may take; at least 80, which the table's columns need.
  package var width: Int

  package init(usesColour: Bool = false, width: Int = 100) {
    (self.usesColour, self.width) = (usesColour, max(80, width))
  }

  /// Colour only on a terminal that understands it, and never where `NO_COLOR` is set to anything (no-color.org).
  package init(isTerminal: Bool, environment: [String: String], width: Int = 100) {
    let isRefused = environment["NO_COLOR"].map { !$0.isEmpty } ?? false
    self.init(usesColour: isTerminal && !isRefused && environment["TERM"] != "dumb", width: width)
  }

  /// Whether a line that is drawn over itself makes sense: the conditions of colour.
  package var allowsProgress: Bool { usesColour }

  /// `text` in the colour of `severity`: ECMA-48 SGR.
  func coloured(_ text: String, _ severity: Severity) -> String {
    guard usesColour else { return text }
    let code =
      switch severity {
      case .critical: "1;31"
      case .high: "31"
      case .medium: "33"
      case .low: "36"
      case .info: "2"
      }
    return "\u{1B}[\(code)m\(text)\u{1B}[0m"
  }
}
