import Alerts
import ArgumentParser
import Capture
import Foundation

struct SensorCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "sensor", abstract: "Watch live interfaces until stopped.")

  @OptionGroup var shared: SharedOptions

  @Option(
    name: [.customShort("i"), .customLong("interface")],
    help: ArgumentHelp("Interface to watch (repeatable); any is all of them.", valueName: "if"))
  var interfaces: [String] = []

  @Option(
    name: [.customLong("user"), .customShort("Z")],
    help: ArgumentHelp("Become this user once capture is open.", valueName: "name"))
  var user: String?

  @Option(name: .customLong("snaplen"), help: ArgumentHelp("Bytes kept of each packet.", valueName: "bytes"))
  var snaplen: Int?

  @Option(name: .customLong("buffer-size"), help: ArgumentHelp("Kernel buffer in KiB.", valueName: "kib"))
  var bufferKibibytes: Int?

  func run() throws {
    if shared.testsOnly {
      print("leakwire: \(try Setup(shared).report)")
      return
    }
    guard !interfaces.isEmpty else { throw Failure.usage("sensor: name an interface with -i IF, or -i any") }
    var setup = try Setup(shared)
    let failOn = try shared.severity(default: nil)
    if let snaplen {
      guard (64...262_144).contains(snaplen) else { throw Failure.usage("--snaplen \(snaplen): from 64 to 262144") }
      setup.settings.capture.snaplen = snaplen
    }
    if let bufferKibibytes {
      guard (64...1 << 20).contains(bufferKibibytes) else {
        throw Failure.usage("--buffer-size \(bufferKibibytes): from 64 to 1048576 KiB")
      }
      setup.settings.capture.bufferByteCount = bufferKibibytes << 10
    }
    var run = try SensorRun(setup, interfaces: interfaces, filter: shared.analysis.filter, user: user, options: shared)
    throw ExitCode(run.execute(failOn: failOn))
  }
}
