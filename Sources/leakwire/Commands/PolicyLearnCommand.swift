import Alerts
import ArgumentParser
import Detection
import Foundation
import Observations
import Outputs
import Policies
import Signatures
import Wire

struct PolicyLearnCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "learn", abstract: "Write the destinations that captures show as a policy file, to be reviewed.",
    usage: "leakwire policy learn [<options>] <capture> ...")

  @OptionGroup var analysis: AnalysisOptions

  @Option(
    name: [.customShort("o"), .customLong("output")],
    help: ArgumentHelp("Write it there (default: standard output).", valueName: "file"))
  var output: String?

  @Argument(help: ArgumentHelp("Files, folders, or - for standard input.", valueName: "capture"))
  var paths: [String] = []

  func run() throws {
    guard !paths.isEmpty else {
      throw Failure.usage("policy learn: name a capture file, a folder, or - for standard input")
    }
    let setup = try Setup(.of(analysis))
    let ear = LearningEar(PolicyLearner(settings: setup.settings.detection))
    var run = try ReplayRun(
      setup, paths: paths, filter: analysis.filter, keyLogs: analysis.keyLogs, isQuiet: true, listener: ear)
    let code = run.execute(failOn: nil)
    let draft = PolicyDraft(setup, ear.learner, sources: run.sourcePaths, packetCount: run.packetCount)
    try write(draft.checkedText())
    if !analysis.isQuiet { for line in draft.report { StandardError.write("leakwire: \(line)") } }
    throw ExitCode(code)
  }

  private func write(_ text: String) throws(Failure) {
    guard let output, output != "-" else {
      print(text, terminator: "")
      return
    }
    do {
      try Data(text.utf8).write(to: URL(fileURLWithPath: output), options: .atomic)
    } catch { throw .usage("\(output): cannot be written: \(error.localizedDescription)") }
  }
}

/// Passes what a run observes to the learner.
private final class LearningEar: RunListener {
  private(set) var learner: PolicyLearner

  init(_ learner: PolicyLearner) { self.learner = learner }

  func hear(_ observation: Observation) { learner.observe(observation) }
  func hear(_ alert: Alert) { learner.note(alert) }
}

/// What was learnt, as text.
private struct PolicyDraft {
  private let text: String
  /// What to say beside it, for people.
  private(set) var report: [String] = []

  init(_ setup: Setup, _ learner: PolicyLearner, sources: [String], packetCount: UInt64) {
    let guardian = OutputFactory.guardian(setup)
    let sights = learner.destinations.filter { sight in
      var bytes = Array(sight.host.utf8)
      return guardian.map { $0(&bytes) == 0 } ?? true
    }
    let names = sources.map { $0 == "-" ? "standard input" : URL(fileURLWithPath: $0).lastPathComponent }
    let from = names.count == 1 ? names[0] : PolicyFile.count(names.count, "capture")
    var time = PacketTime()
    let learnt = sights.map { sight in
      LearntDestination(
        host: sight.host, ports: PortSet(sight.ports.sorted()),
        evidence: Self.evidence(sight, names, &time).map { Self.masked($0, guardian) })
    }
    text = PolicyWriter.text(
      learnt,
      heading: [
        Self.masked("Learnt by `leakwire policy learn` from \(from), \(packetCount) packets.", guardian),
        "Review it, then keep it with the code: `leakwire replay --policy FILE` flags everything else.",
      ])
    report.append("\(PolicyFile.count(sights.count, "destination")) learnt from \(packetCount) packets")
    let alarming = sights.filter { !$0.alarms.isEmpty }.count
    if alarming > 0 { report.append("\(alarming) of them raised alerts: look for LOOK in the file") }
    let hidden = learner.destinations.count - sights.count
    if hidden > 0 { report.append("\(hidden) left out: their names hold keys") }
    if learner.droppedCount > 0 {
      report.append("\(learner.droppedCount) contacts left out: more than \(PolicyLearner.limit) destinations")
    }
  }

  /// - Throws: when the text is more than a policy file may be.
  func checkedText() throws(Failure) -> String {
    do throws(SignatureError) {
      _ = try PolicyReader.read(text: text, file: "what was learnt")
      return text
    } catch { throw .usage("\(error)\nleakwire: learn from less, with -f or fewer captures") }
  }

  private static func evidence(_ sight: PolicyLearner.Sight, _ names: [String], _ time: inout PacketTime) -> [String] {
    let source = Int(clamping: sight.place.source)
    let capture = names.indices.contains(source) ? names[source] : "?"
    let contacts = PolicyFile.count(Int(clamping: sight.contactCount), "contact")
    let first =
      "first seen \(time.readable(sight.place.timestamp)), \(capture):\(sight.place.numberInSource), "
      + "from \(sight.client), by \(sight.source.rawValue); \(contacts)"
    let alarms = sight.alarms.map(\.rawValue).sorted()
    return alarms.isEmpty ? [first] : [first, "LOOK: \(alarms.joined(separator: ", ")) in the same traffic"]
  }

  private static func masked(_ line: String, _ guardian: MaskingGuard?) -> String {
    var bytes = Array(line.utf8)
    guard let guardian, guardian(&bytes) > 0 else { return line }
    return String(decoding: bytes, as: UTF8.self)
  }
}
