import ArgumentParser
import Foundation

/// The command line: `leakwire COMMAND`.
struct Leakwire: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "leakwire",
    abstract: "See AI keys leaving a host: in capture files or live, without a proxy, a CA or eBPF.",
    version: Version.text,
    subcommands: [
      ReplayCommand.self, SensorCommand.self, SignaturesCommand.self, PolicyCommand.self, DoctorCommand.self,
    ])

  @Flag(name: .customLong("dump-config"), help: "Print the default configuration, commented, and exit.")
  var dumpsConfiguration = false

  func run() throws {
    guard dumpsConfiguration else { throw CleanExit.helpRequest(self) }
    print(DefaultConfiguration.text, terminator: "")
  }
}

enum Version {
  static let text = "0.1.0"
}

@main
enum Main {
  static func main() {
    // A reader that goes away (`leakwire … | head`) must not kill the sensor: the write fails and is reported.
    signal(SIGPIPE, SIG_IGN)
    let arguments = Array(CommandLine.arguments.dropFirst())
    do {
      var command = try Leakwire.parseAsRoot(arguments)
      try command.run()
    } catch let failure as Failure {
      StandardError.write("leakwire: \(failure.message)")
      exit(failure.code.rawValue)
    } catch let outcome as ExitCode {
      exit(outcome.rawValue)
    } catch {
      finish(error, arguments)
    }
  }

  /// Help and version go to standard output and exit 0; everything else is a usage error.
  private static func finish(_ error: any Error, _ arguments: [String]) -> Never {
    let message = Leakwire.fullMessage(for: error)
    guard Leakwire.exitCode(for: error) != .success else {
      print(message)
      if let examples = HelpExamples.text(for: arguments), message.contains("USAGE:") { print("\n\(examples)") }
      exit(Outcome.clean.rawValue)
    }
    StandardError.write(message)
    exit(Outcome.usage.rawValue)
  }
}

/// Exit codes, as other tools may rely on them.
enum Outcome: Int32 {
  case clean = 0
  case findings = 1
  case usage = 2
  case incomplete = 3
  case noPermission = 4
}

/// An error that ends the run with one clear line.
struct Failure: Error {
  var code: Outcome
  var message: String

  static func usage(_ message: String) -> Failure { Failure(code: .usage, message: message) }
}

enum StandardError {
  static func write(_ line: String) { FileHandle.standardError.write(Data("\(line)\n".utf8)) }
}
