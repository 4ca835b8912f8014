import Foundation

/// `leakwire sensor` as a process of its own, on the loopback interface.
final class RunningSensor {
  #if os(Linux)
    static let loopback = "lo"
  #else
    static let loopback = "lo0"
  #endif

  let scratch: ScratchFolder
  let eve: URL
  private let process = Process()
  private let errors: URL

  /// Starts it, and waits until it watches `port`.
  init(port: Int, _ arguments: [String] = []) throws {
    scratch = try ScratchFolder()
    (eve, errors) = (scratch.file("eve.json"), scratch.file("err"))
    // A user other than root shall be able to write there.
    try FileManager.default.setAttributes([.posixPermissions: 0o777], ofItemAtPath: scratch.url.path)
    try Data().write(to: errors)
    process.executableURL = Program.url
    process.arguments =
      [
        "sensor", "-i", Self.loopback, "-f", "tcp port \(port)", "--eve", eve.path, "--events", "alert,http",
      ] + arguments
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = FileHandle.nullDevice
    process.standardError = try FileHandle(forWritingTo: errors)
    try process.run()
    guard waits(seconds: 30, for: { messages.contains("watching \(Self.loopback)") }) else {
      throw Trouble(description: "the sensor does not say that it watches: \(messages)")
    }
  }

  struct Trouble: Error, CustomStringConvertible { let description: String }

  deinit {
    guard process.isRunning else { return }
    kill(process.processIdentifier, SIGKILL)
    process.waitUntilExit()
  }

  /// All that it said on standard error.
  var messages: String { Self.text(of: errors) }

  /// The EVE lines of `file` so far, as objects.
  func events(in file: URL? = nil) -> [[String: Any]] {
    Self.text(of: file ?? eve).split(separator: "\n").compactMap { line in
      (try? JSONSerialization.jsonObject(with: Data(line.utf8))) as? [String: Any]
    }
  }

  /// The `leakwire` objects of the alerts so far.
  func alerts(in file: URL? = nil) -> [[String: Any]] {
    events(in: file).filter { $0["event_type"] as? String == "alert" }.compactMap { $0["leakwire"] as? [String: Any] }
  }

  func signal(_ number: Int32) { kill(process.processIdentifier, number) }

  /// - Returns: the exit code; `nil` where it still runs after `seconds`, or ended by a signal that it did not handle.
  func exitCode(within seconds: Int) -> Int32? {
    guard waits(seconds: seconds, for: { !process.isRunning }), process.terminationReason == .exit else { return nil }
    return process.terminationStatus
  }

  /// Looks every 50 ms, `seconds` long at most, whether `condition` holds.
  func waits(seconds: Int, for condition: () -> Bool) -> Bool {
    for _ in 0..<seconds * 20 {
      if condition() { return true }
      usleep(50_000)
    }
    return condition()
  }

  private static func text(of file: URL) -> String {
    String(decoding: (try? Data(contentsOf: file)) ?? Data(), as: UTF8.self)
  }
}
