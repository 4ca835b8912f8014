import Alerts
import Policies
import Signatures

/// A policy in words, rule by rule with its line.
struct PolicyExplanation {
  private let policy: Policy
  private let file: String

  init(_ policy: Policy, file: String) { (self.policy, self.file) = (policy, file) }

  var lines: [String] {
    ["\(file): \(PolicyFile.summary(policy))"] + destinations + gateways + suppressions + notes
  }

  private var destinations: [String] {
    guard let rules = policy.destinations else { return ["destinations: the policy is silent, none is unexpected"] }
    guard !rules.isEmpty else { return ["destinations: every one is unexpected"] }
    let rows = rules.map { rule in
      let ports = rule.ports.ranges.isEmpty ? "every port" : "port \(rule.ports)"
      let scope = rule.scope.isEmpty ? "" : "; \(rule.scope) (where known)"
      return (rule.place.line, "\(rule.target)", "\(rule.target.meaning); \(ports)\(scope)")
    }
    return ["destinations: everything else is unexpected"] + table(rows)
  }

  private var gateways: [String] {
    guard !policy.gateways.isEmpty else { return [] }
    return ["gateways: may receive keys that are not theirs, and are allowed destinations"]
      + table(
        policy.gateways.map { rule in
          let providers = rule.providers.isEmpty ? "every provider" : rule.providers.sorted().joined(separator: ", ")
          return (rule.place.line, rule.host.text, "keys of \(providers)")
        })
  }

  private var suppressions: [String] {
    guard !policy.suppressions.isEmpty else { return [] }
    return ["suppressions: alerts that are not told, by packet time"]
      + table(policy.suppressions.map { ($0.place.line, $0.selection, "\(ending($0)): \($0.reason)") })
  }

  private func ending(_ rule: Suppression) -> String {
    guard let day = rule.expires else { return "without end" }
    return day < PolicyFile.today ? "expired since \(day.next), not applied from then on" : "until \(day)"
  }

  private var notes: [String] {
    policy.wideRules.map { "note: \($0)" }
      + policy.shadowedRules.map { rule, cover in
        "note: \(rule.place): `\(rule.target)` allows nothing that line \(cover.line) does not allow already"
      }
  }

  private func table(_ rows: [(line: Int, subject: String, meaning: String)]) -> [String] {
    let lines = rows.map { "line \($0.line)" }
    let widths = (
      lines.map(\.count).max() ?? 0, min(40, rows.map(\.subject.count).max() ?? 0)
    )
    return zip(lines, rows).map { line, row in
      "  \(line.padding(toColumns: widths.0))  \(row.subject.padding(toColumns: widths.1))  \(row.meaning)"
    }
  }
}

extension DestinationRule.Target {
  fileprivate var meaning: String {
    switch self {
    case .network: "by address, under any name"
    case .host(let pattern):
      switch (pattern.isSuffix, pattern.hasWildcard) {
      case (true, _): "every name below, not \(pattern.text.dropFirst()) itself"
      case (false, true): "* stands for characters of one label"
      case (false, false): "this name alone"
      }
    }
  }
}

extension Suppression {
  fileprivate var selection: String {
    let parts: [(String, String?)] = [
      ("", detector?.rawValue), ("host ", host?.text), ("provider ", provider), ("signature ", signature),
      ("key ", fingerprint.map { "\($0.prefix(23))…" }), ("", scope.isEmpty ? nil : "\(scope)"),
    ]
    return parts.compactMap { name, value in value.map { name + $0 } }.joined(separator: ", ")
  }
}
