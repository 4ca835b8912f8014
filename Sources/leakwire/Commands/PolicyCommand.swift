import ArgumentParser

struct PolicyCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "policy", abstract: "Learn which destinations are used as a policy file; check one.",
    subcommands: [PolicyLearnCommand.self, PolicyCheckCommand.self])
}

/// What the commands about policies need of a replay's options.
struct CaptureOptions: ParsableArguments {
  @Option(
    name: [.customShort("c"), .customLong("config")], help: ArgumentHelp("Configuration file.", valueName: "file"))
  var configurationFile: String?

  @Option(
    name: [.customShort("s"), .customLong("signatures")],
    help: ArgumentHelp("Signatures beside the built-in ones (repeatable).", valueName: "dir"))
  var addedSignatures: [String] = []

  @Option(name: .customShort("S"), help: ArgumentHelp("Signatures instead of the built-in ones.", valueName: "dir"))
  var onlySignatures: String?

  @Option(name: [.customShort("f"), .customLong("filter")], help: ArgumentHelp("Capture filter.", valueName: "bpf"))
  var filter: String?

  @Option(
    name: .customLong("keylog"),
    help: ArgumentHelp("TLS key log (NSS format); repeatable.", valueName: "file"))
  var keyLogs: [String] = []

  @Flag(name: .customShort("q"), help: "Say nothing but errors.")
  var isQuiet = false

  /// The same as options of a replay.
  func shared(policy: String? = nil) throws -> SharedOptions {
    var words: [String] = isQuiet ? ["-q"] : []
    func add(_ name: String, _ values: [String]) { for value in values { words += ["\(name)=\(value)"] } }
    add("--config", configurationFile.map { [$0] } ?? [])
    add("--signatures", addedSignatures)
    add("--filter", filter.map { [$0] } ?? [])
    add("--keylog", keyLogs)
    add("--policy", policy.map { [$0] } ?? [])
    if let onlySignatures { words += ["-S", onlySignatures] }
    return try SharedOptions.parse(words)
  }
}
