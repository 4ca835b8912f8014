import Alerts
import ArgumentParser
import Detection
import Foundation
import Observations
import Outputs
import Policies
import Signatures
import Wire

struct PolicyCheckCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check", abstract: "Say what a policy means, and what it would flag in captures.",
    usage: "leakwire policy check [<options>] <file> [<capture> ...]")

  @OptionGroup var analysis: AnalysisOptions

  @Option(
    name: .customLong("fail-on"),
    help: ArgumentHelp("Exit 1 from this severity on (default: medium).", valueName: "severity"))
  var failOn: String?

  @Argument(help: ArgumentHelp("The policy file.", valueName: "file"))
  var file: String

  @Argument(help: ArgumentHelp("Files, folders, or - for standard input.", valueName: "capture"))
  var paths: [String] = []

  func run() throws {
    var shared = try SharedOptions.of(analysis)
    (shared.policyFile, shared.failOn) = (file, failOn)
    let severity = try shared.severity(default: .medium)
    let setup = try Setup(shared)
    guard let policy = setup.settings.detection.policy else { return }
    if !analysis.isQuiet { show(PolicyExplanation(policy, file: file).lines) }
    guard !paths.isEmpty else { return }
    let ear = CheckingEar()
    var run = try ReplayRun(
      setup, paths: paths, filter: analysis.filter, keyLogs: analysis.keyLogs, isQuiet: true, listener: ear)
    let code = run.execute(failOn: severity)
    let verdict = PolicyVerdict(policy, ear, run.policyCounts, sources: run.sourcePaths)
    show((analysis.isQuiet ? [] : [""]) + verdict.lines(OutputFactory.guardian(setup)))
    throw ExitCode(code)
  }

  private func show(_ lines: [String]) {
    for line in lines { print(line) }
  }
}

/// Keeps the alerts of a run.
private final class CheckingEar: RunListener {
  /// Alerts shown; beyond it they are only counted.
  private static let limit = 10_000
  private(set) var alerts: [Alert] = []
  private(set) var droppedCount = 0

  func hear(_ observation: Observation) {}

  func hear(_ alert: Alert) {
    guard alerts.count < Self.limit else {
      droppedCount += 1
      return
    }
    alerts.append(alert)
  }
}

/// What a policy would have flagged in captures, and which of its rules were of use.
private struct PolicyVerdict {
  private let policy: Policy
  private let ear: CheckingEar
  private let counts: PolicyCounts?
  private let names: [String]

  init(_ policy: Policy, _ ear: CheckingEar, _ counts: PolicyCounts?, sources: [String]) {
    (self.policy, self.ear, self.counts) = (policy, ear, counts)
    names = sources.map { $0 == "-" ? "-" : URL(fileURLWithPath: $0).lastPathComponent }
  }

  func lines(_ guardian: MaskingGuard?) -> [String] {
    var lines = [ear.alerts.isEmpty ? "would flag nothing" : "would flag"]
    var time = PacketTime()
    lines += ear.alerts.map { row($0, &time, guardian) }
    if ear.droppedCount > 0 { lines.append("  and \(ear.droppedCount) more") }
    for (rule, count) in zip(policy.suppressions, counts?.suppressed ?? []) where count > 0 {
      lines.append("suppressed \(count) by line \(rule.place.line): \(rule.reason)")
    }
    let unused = zip(policy.destinations ?? [], counts?.allowed ?? []).filter { $0.1 == 0 }.map(\.0)
    if !unused.isEmpty {
      let list = unused.prefix(20).map { "line \($0.place.line) \($0.target)" }.joined(separator: ", ")
      lines.append("not used here: \(list)\(unused.count > 20 ? " and \(unused.count - 20) more" : "")")
    }
    return lines
  }

  /// Hosts are what strangers chose: they come last, and lose what could harm a terminal.
  private func row(_ alert: Alert, _ time: inout PacketTime, _ guardian: MaskingGuard?) -> String {
    let source = Int(clamping: alert.place.source)
    let place = "\(names.indices.contains(source) ? names[source] : "?"):\(alert.place.numberInSource)"
    let cells = [
      Printable.cell(alert.severity.rawValue, columns: 8), Printable.cell(alert.detector.rawValue, columns: 22),
      time.readable(alert.place.timestamp), place, alert.message + (alert.count > 1 ? " ×\(alert.count)" : ""),
    ]
    var bytes = Array(Printable.text(cells.joined(separator: "  "), columns: 240).utf8)
    _ = guardian?(&bytes)
    return "  " + String(decoding: bytes, as: UTF8.self)
  }
}
