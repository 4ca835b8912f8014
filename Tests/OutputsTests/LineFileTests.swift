import Foundation
import Logging
import Testing

@testable import Outputs

@Suite("Lines in a file")
struct LineFileTests {
  private let directory = TemporaryDirectory()

  @Test("are appended, buffered, and all there after closing")
  func append() throws {
    let path = directory.path("a.json")
    try "before\n".write(toFile: path, atomically: true, encoding: .utf8)
    var file = try LineFile(path: path, logger: LogRecorder.logger().0)
    file.append(Array("one".utf8))
    #expect(try contents(path) == "before\n")
    file.append(Array("two".utf8), isUrgent: true)
    #expect(try contents(path) == "before\none\ntwo\n")
    file.append(Array("three".utf8))
    #expect(file.close() == 0)
    #expect(try contents(path) == "before\none\ntwo\nthree\n")
  }

  @Test("are written without a flush once enough of them wait")
  func threshold() throws {
    let path = directory.path("a.json")
    var file = try LineFile(path: path, logger: LogRecorder.logger().0)
    let line = [UInt8](repeating: UInt8(ascii: "x"), count: 999)
    for _ in 0..<66 { file.append(line) }
    #expect(try contents(path).utf8.count == 66_000)
    #expect(file.close() == 0)
  }

  @Test("go to a new file once the old one was moved away")
  func rotation() throws {
    let path = directory.path("eve.json")
    var file = try LineFile(path: path, logger: LogRecorder.logger().0)
    file.append(Array("old".utf8))
    try FileManager.default.moveItem(atPath: path, toPath: path + ".1")
    file.append(Array("still old".utf8))
    file.reopen()
    file.append(Array("new".utf8))
    #expect(file.close() == 0)
    #expect(try contents(path + ".1") == "old\nstill old\n")
    #expect(try contents(path) == "new\n")
  }

  @Test("stay in the old file when the new one cannot be opened, which is said")
  func failedRotation() throws {
    let (logger, log) = LogRecorder.logger()
    let folder = directory.path("logs")
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: false)
    var file = try LineFile(path: folder + "/eve.json", logger: logger)
    try FileManager.default.moveItem(atPath: folder, toPath: folder + ".old")
    file.reopen()
    file.append(Array("line".utf8))
    #expect(file.close() == 0)
    #expect(try contents(folder + ".old/eve.json") == "line\n")
    #expect(log.messages.count == 1)
    #expect(log.messages.first?.hasSuffix("No such file or directory; the old file stays in use") == true)
  }

  @Test("wait for room on a full disk; trouble is said once, and once that it is over")
  func fullDisk() throws {
    let (logger, log) = LogRecorder.logger()
    let path = directory.path("eve.json")
    try FileManager.default.createSymbolicLink(atPath: path, withDestinationPath: "/dev/full")
    var file = try LineFile(path: path, logger: logger)
    for number in 0..<3 { file.append(Array("line \(number)".utf8), isUrgent: true) }
    file.flush()
    #expect(log.messages.count == 1)
    #expect(log.messages.first?.contains("No space left on device") == true)
    try FileManager.default.removeItem(atPath: path)
    file.reopen()
    #expect(try contents(path) == "line 0\nline 1\nline 2\n")
    #expect(log.messages.count == 2)
    #expect(log.messages.last == "notice: events are written to \(path) again; 0 were lost meanwhile")
    #expect(file.close() == 0)
  }

  @Test("are dropped whole and counted when the disk stays full")
  func bound() throws {
    let (logger, log) = LogRecorder.logger()
    var file = try LineFile(path: "/dev/full", logger: logger)
    let line = [UInt8](repeating: UInt8(ascii: "x"), count: 65_535)
    let room = LineFile.pendingByteLimit / 65_536
    for _ in 0..<room + 10 { file.append(line) }
    #expect((9...11).contains(file.lostCount))
    #expect(file.close() == UInt64(room + 10))
    #expect(log.messages.count == 2)
    #expect(log.messages.last == "error: \(room + 10) events could not be written to /dev/full")
  }

  @Test("name the path and the reason when it cannot be opened")
  func unopenable() throws {
    let error = try #require(throws: OutputError.self) {
      let file = try LineFile(path: directory.path("none") + "/a\u{1B}.json", logger: LogRecorder.logger().0)
      _ = file.close()
    }
    #expect(error.description.hasSuffix(#"a\u{1b}.json for writing: No such file or directory"#))
  }

  private func contents(_ path: String) throws -> String { try String(contentsOfFile: path, encoding: .utf8) }
}

/// A folder of a test's own, gone with it.
final class TemporaryDirectory: Sendable {
  private let root: String

  init() {
    // Short, because the path of a Unix socket has 104 bytes at most.
    root = FileManager.default.temporaryDirectory.appendingPathComponent("lw-\(UInt32.random(in: 0 ... .max))").path
    try? FileManager.default.createDirectory(atPath: root, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(atPath: root) }

  var url: URL { URL(fileURLWithPath: root) }
  func path(_ name: String) -> String { root + "/" + name }
}
