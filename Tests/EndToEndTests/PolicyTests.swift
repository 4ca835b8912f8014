import Foundation
import Testing

@Suite("Policies, as a user works with them")
struct PolicyTests {
  /// A policy learnt from a bundled capture, in a file of its own.
  private struct Learnt {
    let scratch: ScratchFolder
    let file: URL
    let text: String

    init(from capture: BundledCapture) throws {
      scratch = try ScratchFolder()
      file = scratch.file("policy.yaml")
      let result = try Program.run(["policy", "learn"] + capture.arguments + ["-o", file.path])
      #expect(result.code == 0 && result.output.isEmpty, "\(result.errors)")
      text = try String(contentsOf: file, encoding: .utf8)
    }

    /// The destinations that stand in it.
    var hosts: [String] {
      text.split(separator: "\n").compactMap { line in
        line.hasPrefix("  - host: ") ? line.dropFirst(10).trimmingCharacters(in: CharacterSet(charactersIn: "\"")) : nil
      }
    }

    /// The same without one destination.
    func without(_ host: String) throws -> URL {
      var lines = text.components(separatedBy: "\n")
      let start = try #require(lines.firstIndex { $0 == "  - host: \(host)" || $0 == "  - host: \"\(host)\"" })
      let count = lines[start + 1].hasPrefix("    ") ? 2 : 1
      lines.removeSubrange(start..<start + count)
      let text = lines.joined(separator: "\n")
      let file = scratch.file("without.yaml")
      let isEmpty = !text.contains("- host:")
      try Data((isEmpty ? text.replacing("destinations:", with: "destinations: []") : text).utf8).write(to: file)
      return file
    }
  }

  /// Client and host of every `unexpected-destination` that a replay tells, repeats and all.
  private func unexpected(_ capture: BundledCapture, _ policy: URL) throws -> [String] {
    let result = try Program.run(
      ["replay"] + capture.arguments + ["--eve", "-", "--policy", policy.path])
    return try result.output.split(separator: "\n").compactMap { line in
      let event = try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any]
      let ours = event?["leakwire"] as? [String: Any]
      guard ours?["detector"] as? String == "unexpected-destination" else { return nil }
      let host = (ours?["destination"] as? [String: Any])?["host"] as? String
      return "\(event?["src_ip"] as? String ?? "") \(host ?? "")"
    }
  }

  private static func capture(_ name: String) throws -> BundledCapture {
    try #require(BundledCapture.all.first { $0.name == name })
  }

  @Test("what was learnt from a capture flags nothing in it", arguments: BundledCapture.all)
  func acceptsItsOwn(_ capture: BundledCapture) throws {
    let learnt = try Learnt(from: capture)
    #expect(try unexpected(capture, learnt.file).isEmpty)
    let plain = try Program.run(["replay"] + capture.arguments + ["--eve", "-"])
    let with = try Program.run(
      ["replay"] + capture.arguments + ["--eve", "-", "--policy", learnt.file.path])
    #expect(with.output == plain.output, "a policy that allows everything changes no other alert")
  }

  @Test("taking one host out gives one alert for it", arguments: BundledCapture.all)
  func tellsOneHost(_ capture: BundledCapture) throws {
    let learnt = try Learnt(from: capture)
    for host in learnt.hosts {
      let told = try unexpected(capture, learnt.without(host))
      #expect(told.count == 1 && told.allSatisfy { $0.hasSuffix(" \(host)") }, "\(told)")
    }
  }

  @Test(
    "another capture gives exactly one alert for each new host",
    arguments: ["gzip-leak", "openai-tls", "telnyx-upload"])
  func tellsNewHosts(name: String) throws {
    let developer = try Learnt(from: Self.capture("clean-developer"))
    let other = try Self.capture(name)
    let new = Set(try Learnt(from: other).hosts).subtracting(developer.hosts)
    #expect(!new.isEmpty)
    let told = try unexpected(other, developer.file)
    #expect(told.count == new.count)
    #expect(Set(told.compactMap { $0.split(separator: " ").last.map(String.init) }) == new)
  }

  @Test("a learnt policy is sorted, tells where it is from, and holds no key")
  func isReviewable() throws {
    let learnt = try Learnt(from: Self.capture("base64-leak"))
    #expect(learnt.hosts == learnt.hosts.sorted() && !learnt.hosts.isEmpty)
    #expect(learnt.text.contains("base64-leak.pcap:"))
    #expect(learnt.text.contains("# LOOK: key-exfiltration"))
    let again = try Program.run(["policy", "learn", "base64-leak.pcap"])
    #expect(again.output == learnt.text)
    #expect(again.errors.contains("learnt from"))
    for line in try String(contentsOf: Self.capture("base64-leak").keys, encoding: .utf8).split(separator: "\n") {
      let key = try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any]
      let fingerprint = try #require(key?["fingerprint"] as? String)
      #expect(!learnt.text.contains(fingerprint))
    }
  }

  @Test("an allowed destination silences no alert about a key; a suppression does, and -v says so")
  func suppresses() throws {
    let scratch = try ScratchFolder()
    let file = scratch.file("policy.yaml")
    let allowed = "version: 1\ndestinations: [{ host: collector.example.net }]\n"
    func replay() throws -> Program.Result {
      try Program.run([
        "replay", "gzip-leak.pcap", "--eve", "-", "--policy", file.path, "-v", "--events", "alert,stats",
      ])
    }
    try Data(allowed.utf8).write(to: file)
    let told = try replay()
    #expect(told.code == 1 && told.output.contains("key-exfiltration"))
    func suppressed(until day: String) -> Data {
      Data((allowed + "suppressions: [{ host: collector.example.net, reason: a test, expires: \(day) }]\n").utf8)
    }
    try suppressed(until: "2099-12-31").write(to: file)
    let silent = try replay()
    #expect(silent.code == 0 && !silent.output.contains("key-exfiltration"), "\(silent.errors)")
    #expect(silent.errors.contains("policy.yaml:3:16: 1 alert suppressed: a test"), "\(silent.errors)")
    #expect(silent.output.contains("\"policy\":{\"contacts\":1,\"unexpected\":0,\"suppressed\":1}"))
    try suppressed(until: "2020-01-31").write(to: file)
    let expired = try replay()
    #expect(expired.code == 1 && expired.output.contains("key-exfiltration"))
    #expect(expired.errors.contains("policy.yaml:3:16: the suppression is expired since 2020-02-01: not applied"))
  }

  @Test("check explains the rules, and says what they would flag")
  func checks() throws {
    let scratch = try ScratchFolder()
    let file = scratch.file("policy.yaml")
    let text = """
      version: 1
      destinations:
        - host: .example.net
        - host: collector.example.net
        - { network: 10.0.0.0/8, ports: [443, 8000-8099], scope: { process: node } }
      gateways:
        - { host: gw.example, providers: [openai] }
      suppressions:
        - { detector: plaintext-key, reason: old, expires: 2020-01-31 }
      """
    try Data(text.utf8).write(to: file)
    let good = try Program.run(["policy", "check", file.path])
    #expect(good.code == 0, "\(good.errors)")
    for part in [
      "3 destinations, 1 gateway, 1 suppression", "every name below, not example.net itself; every port",
      "port 443, 8000-8099; process node (where known)", "keys of openai", "expired since 2020-02-01, not applied",
      "policy.yaml:4:5: `collector.example.net` allows nothing that line 3 does not allow already",
    ] { #expect(good.output.contains(part), "\(part) in \(good.output)") }
    let flagged = try Program.run(["policy", "check", file.path, "telnyx-upload.pcap"])
    #expect(flagged.code == 1)
    #expect(flagged.output.contains("unexpected-destination") && flagged.output.contains("known-bad-destination"))
    #expect(flagged.output.contains("not used here: line 3 .example.net"))
    #expect(try Program.run(["policy", "check", file.path, "gzip-leak.pcap", "--fail-on", "critical"]).code == 1)
    let learnt = try Learnt(from: Self.capture("clean-developer"))
    let clean = try Program.run(["policy", "check", learnt.file.path, "clean-developer.pcap"])
    #expect(clean.code == 0 && clean.output.contains("would flag nothing"), "\(clean.output)")
  }

  @Test(
    "a policy with a mistake is refused with file, line and column, by every command",
    arguments: [
      ("version: 1\ndestination: []", "policy.yaml:2:1: unknown key `destination`, did you mean `destinations`?"),
      ("version: 1\ngateways: [{ host: a.test, providers: [antropic] }]", "policy.yaml:2:12: there is no provider"),
      ("version: 1\ngateways: [{ host: a.test, providers: [antropic] }]", "did you mean `anthropic`?"),
      ("version: 1\ndestinations: [{ host: \"http://a.test\" }]", "policy.yaml:2:24: `http://a.test` is no host"),
      ("version: 1\nsuppressions: [{ host: a.test }]", "policy.yaml:2:16: a suppression needs the key `reason`"),
    ])
  func refuses(text: String, says: String) throws {
    let scratch = try ScratchFolder()
    let file = scratch.file("policy.yaml")
    try Data(text.utf8).write(to: file)
    for command in [["policy", "check", file.path], ["replay", "-T", "--policy", file.path]] {
      let result = try Program.run(command)
      #expect(result.code == 2 && result.errors.contains(says), "\(result.errors)")
    }
    let absent = try Program.run(["replay", "loopback.pcap", "--policy", "none.yaml"])
    #expect(absent.code == 2 && absent.errors.contains("none.yaml: there is no such file"))
  }

  @Test("a tested configuration tells of the policy, and the same policy gives the same bytes at any worker count")
  func isDeterministic() throws {
    let learnt = try Learnt(from: Self.capture("clean-developer"))
    let tested = try Program.run(["replay", "-T", "--policy", learnt.file.path])
    #expect(tested.code == 0 && tested.output.contains("policy: \(learnt.hosts.count) destinations"))
    let runs = try ["1", "3"].map {
      try Program.run(
        ["replay", "telnyx-upload.pcap", "--eve", "-", "--policy", learnt.file.path, "--workers", $0]
      ).output
    }
    #expect(runs[0] == runs[1] && runs[0].contains("unexpected-destination"))
  }

  @Test("learning says what it could not read, and needs a capture")
  func tellsProblems() throws {
    #expect(try Program.run(["policy", "learn"]).code == 2)
    let missing = try Program.run(["policy", "learn", "nothing.pcap"])
    #expect(missing.code == 3 && missing.errors.contains("nothing.pcap"))
    #expect(missing.output.contains("destinations: []"))
    let unwritable = try Program.run(["policy", "learn", "loopback.pcap", "-o", "/nowhere/policy.yaml"])
    #expect(unwritable.code == 2 && unwritable.errors.contains("/nowhere/policy.yaml: cannot be written"))
  }
}
