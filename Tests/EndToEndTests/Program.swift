import Foundation
import Testing

/// The built program, run as a user runs it.
enum Program {
  struct Result {
    var code: Int32
    var output: String
    var errors: String
  }

  /// The binary beside the test bundle.
  static var url: URL {
    let bundle = Bundle.allBundles.first { $0.bundlePath.hasSuffix(".xctest") } ?? Bundle.main
    var folder = bundle.bundleURL
    while folder.path != "/" {
      let candidate = folder.appendingPathComponent("leakwire")
      if FileManager.default.isExecutableFile(atPath: candidate.path),
        (try? candidate.resourceValues(forKeys: [.isDirectoryKey]))?.isDirectory != true
      {
        return candidate
      }
      folder = folder.deletingLastPathComponent()
    }
    return URL(fileURLWithPath: "leakwire")
  }

  static let packageFolder = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
  static let captures = packageFolder.appendingPathComponent("Captures")
  static let signatures = packageFolder.appendingPathComponent("Signatures")

  static func run(_ arguments: [String], in folder: URL = captures, input: Data? = nil) throws -> Result {
    let process = Process()
    process.executableURL = url
    process.arguments = arguments
    process.currentDirectoryURL = folder
    // Files, not pipes: a full pipe would stop the program while nobody reads.
    let scratch = try ScratchFolder()
    let (output, errors) = (scratch.file("out"), scratch.file("err"))
    for file in [output, errors] { try Data().write(to: file) }
    process.standardOutput = try FileHandle(forWritingTo: output)
    process.standardError = try FileHandle(forWritingTo: errors)
    if let input {
      let file = scratch.file("in")
      try input.write(to: file)
      process.standardInput = try FileHandle(forReadingFrom: file)
    } else {
      process.standardInput = FileHandle.nullDevice
    }
    try process.run()
    process.waitUntilExit()
    let code = process.terminationReason == .exit ? process.terminationStatus : 128 + process.terminationStatus
    return Result(
      code: code, output: String(decoding: try Data(contentsOf: output), as: UTF8.self),
      errors: String(decoding: try Data(contentsOf: errors), as: UTF8.self))
  }
}

/// A folder that is gone when the test is.
final class ScratchFolder {
  let url: URL

  init() throws {
    url = FileManager.default.temporaryDirectory.appendingPathComponent("leakwire-test-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(at: url) }

  func file(_ name: String) -> URL { url.appendingPathComponent(name) }
}

/// The bundled captures and what README.md's table says of them.
struct BundledCapture: CustomTestStringConvertible, Sendable {
  /// With its ending, `.pcap` or `.pcapng`.
  let fileName: String
  let exitCode: Int32

  var name: String { String(fileName.prefix { $0 != "." }) }
  var testDescription: String { name }
  var file: URL { Program.captures.appendingPathComponent(fileName) }
  var expected: URL { companion("expected.jsonl") }

  /// What `record` tells of the keys that it made; captures without any have no such file.
  var keys: URL { companion("keys.jsonl") }

  /// What `replay` is told of it: the file, and a configuration and a key log where it has them.
  var arguments: [String] {
    [fileName] + option("-c", "config.yaml") + option("--keylog", "keylog")
  }

  /// The kinds of events that `expected` holds: as the README says, more where the server's word stands beside it.
  var events: String {
    let isLogged = FileManager.default.fileExists(atPath: companion("requests.jsonl").path)
    return isLogged ? "alert,http,tls,quic,dns,flow" : "alert,http,flow"
  }

  private func companion(_ ending: String) -> URL { Program.captures.appendingPathComponent("\(name).\(ending)") }

  private func option(_ option: String, _ ending: String) -> [String] {
    FileManager.default.fileExists(atPath: companion(ending).path) ? [option, "\(name).\(ending)"] : []
  }

  static let all: [BundledCapture] = {
    let table = (try? String(contentsOf: Program.captures.appendingPathComponent("README.md"), encoding: .utf8)) ?? ""
    return table.split(separator: "\n").compactMap { row in
      let cells = row.split(separator: "|").map { $0.drop { $0 == " " } }
      guard row.hasPrefix("| `"), let code = cells.last.flatMap({ Int32($0.prefix { $0.isNumber }) }) else {
        return nil
      }
      return BundledCapture(fileName: String(cells[0].dropFirst().prefix { $0 != "`" }), exitCode: code)
    }
  }()
}
