import ArgumentParser

struct PolicyCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "policy", abstract: "Learn which destinations are used as a policy file; check one.",
    subcommands: [PolicyLearnCommand.self, PolicyCheckCommand.self])
}
