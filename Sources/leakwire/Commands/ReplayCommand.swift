import Alerts
import ArgumentParser
import Capture
import Foundation
import Outputs

struct ReplayCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "replay", abstract: "Analyse capture files: pcap or pcapng, plain, gzip or zstd.")

  @OptionGroup var shared: SharedOptions

  @Argument(help: ArgumentHelp("Files, folders, or - for standard input.", valueName: "path"))
  var paths: [String] = []

  func run() throws {
    let setup = try Setup(shared)
    let failOn = try shared.severity(default: setup.settings.failOn) ?? .high
    guard !shared.testsOnly else {
      print("leakwire: \(setup.report)")
      return
    }
    guard !paths.isEmpty else { throw Failure.usage("replay: name a capture file, a folder, or - for standard input") }
    var run = try ReplayRun(
      setup, paths: paths, filter: shared.analysis.filter, keyLogs: shared.analysis.keyLogs,
      isQuiet: shared.analysis.isQuiet)
    throw ExitCode(run.execute(failOn: failOn))
  }
}
