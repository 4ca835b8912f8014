import Foundation
import Testing

@Suite("Watched secrets, given to the program")
struct WatchedSecretTests {
  /// Stands in the request line of `plaintext-openai`, which makes it a value to watch for.
  private static let value = "/v1/chat/completions"

  private static func detectors(_ result: Program.Result) throws -> [String] {
    try result.output.split(separator: "\n").compactMap { line in
      let event = try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any]
      return (event?["leakwire"] as? [String: Any])?["detector"] as? String
    }
  }

  @Test(
    "from a file that the configuration names",
    arguments: [
      ("canary: true", "canary-key"), ("hosts: [drop.example.org]", "key-exfiltration"),
      ("name: path", "key-exfiltration"), ("providers: [openai]", "plaintext-key"),
    ])
  func configured(_ rule: String, _ expected: String) throws {
    let scratch = try ScratchFolder()
    try Data("\(Self.value)\n".utf8).write(to: scratch.file("value"))
    let configuration = scratch.file("leakwire.yaml")
    try Data("secrets:\n  - file: value\n    \(rule)\n".utf8).write(to: configuration)
    let result = try Program.run(
      ["replay", "plaintext-openai.pcap", "-c", configuration.path, "--eve", "-", "--fail-on", "critical"])
    #expect(try Self.detectors(result).contains(expected))
    #expect(!(result.output + result.errors).contains(Self.value))
  }

  @Test("from a file on the command line")
  func commandLine() throws {
    let scratch = try ScratchFolder()
    let file = scratch.file("deploy-token")
    try Data(Self.value.utf8).write(to: file)
    let result = try Program.run(["replay", "plaintext-openai.pcap", "--watch-secret", "@\(file.path)"])
    #expect(result.code == 1 && result.output.contains("Watched secret deploy-token sent to"))
  }

  @Test(
    "refuses what is no place of a secret, without repeating it",
    arguments: [
      (["--watch-secret", "hunter2-hunter2!"], "never the secret itself"),
      (["--watch-secret", "LEAKWIRE_NO_SUCH_VARIABLE"], "the environment has no LEAKWIRE_NO_SUCH_VARIABLE"),
      (["--watch-secret", "@/nonexistent/token"], "cannot be read"),
      (["--watch-secret", "@/dev/null"], "it takes 8 to 4096"),
    ])
  func refused(_ arguments: [String], _ reason: String) throws {
    let result = try Program.run(["replay", "plaintext-openai.pcap"] + arguments)
    #expect(result.code == 2 && result.errors.contains(reason) && !result.errors.contains("hunter2"))
  }

  @Test("refuses a provider that does not exist")
  func unknownProvider() throws {
    let scratch = try ScratchFolder()
    let configuration = scratch.file("leakwire.yaml")
    try Data("secrets:\n  - { env: HOME, providers: [anthropc] }\n".utf8).write(to: configuration)
    let result = try Program.run(["replay", "plaintext-openai.pcap", "-c", configuration.path])
    #expect(result.code == 2 && result.errors.contains("there is no provider anthropc in the signatures"))
  }

  @Test(
    "refuses a configuration that is wrong, with its place",
    arguments: [
      ("- name: x", "env or file is missing"), ("- { env: A, file: b }", "either env or file"),
      ("- env: a-b", "not the name of an environment variable"), ("- { env: HOME, hosts: ['a b'] }", "not a host"),
      ("- { env: HOME, values: x }", "unknown key"), ("- { env: HOME, canary: maybe }", "canary"),
    ])
  func refusedConfiguration(_ item: String, _ reason: String) throws {
    let scratch = try ScratchFolder()
    let configuration = scratch.file("leakwire.yaml")
    try Data("secrets:\n  \(item)\n".utf8).write(to: configuration)
    let result = try Program.run(["replay", "plaintext-openai.pcap", "-c", configuration.path])
    #expect(result.code == 2 && result.errors.contains(reason), "\(result.errors)")
    #expect(result.errors.contains("leakwire.yaml:2"))
  }
}
