import Capture
import Decryption
import Foundation
import Logging
import Wire

/// The owner's key logs: files that grow or are rotated, and FIFOs. Their lines go to the secrets that all workers ask.
final class KeyLogFiles {
  private struct Log {
    let file: GrowingFile
    var reader = KeyLogReader()
    var hasComplained = false
  }

  private let secrets: TLSSecrets
  private let logger: Logger
  private var logs: [Log]
  /// Whether a log could not be read, or lines of one.
  private(set) var isIncomplete = false
  /// When `poll(before:)` last looked, in nanoseconds of the wall clock.
  private var lastPoll = Int64.min

  /// How long a FIFO may be silent before a replay begins without the rest of it, in seconds.
  private static let silence = 0.5

  init(_ paths: [String], secrets: TLSSecrets, logger: Logger) {
    (self.secrets, self.logger) = (secrets, logger)
    logs = paths.map { Log(file: GrowingFile(path: $0)) }
  }

  /// Opens those that are there, before the rights to do so are given up; nothing is read yet.
  func openAhead() {
    for log in logs { log.file.openAhead() }
  }

  /// Takes what was written before a packet was captured, unless a look since then has.
  ///
  /// - Parameter time: of the capture, in nanoseconds of the wall clock.
  func poll(before time: Int64) {
    guard !logs.isEmpty, time > lastPoll else { return }
    lastPoll = Int64(Date().timeIntervalSince1970 * 1_000_000_000)
    poll()
  }

  /// Takes what has come since the last look, without waiting.
  ///
  /// - Returns: whether a FIFO may still say something.
  @discardableResult
  func poll() -> Bool {
    var isWaiting = false
    for index in logs.indices where poll(&logs[index]) { isWaiting = true }
    return isWaiting
  }

  /// Reads everything that is there before a replay begins, and says what cannot be read.
  func readAll() {
    var (seen, since) = (secrets.counters.lines, Date())
    while poll(), -since.timeIntervalSinceNow < Self.silence {
      if secrets.counters.lines != seen { (seen, since) = (secrets.counters.lines, Date()) }
      Thread.sleep(forTimeInterval: 0.01)
    }
    for log in logs where !log.hasComplained && FileManager.default.fileExists(atPath: log.file.path) == false {
      logger.error("\(log.file.path): no such key log")
      isIncomplete = true
    }
  }

  /// Before live capture: a log may come later.
  func begin() {
    poll()
    for log in logs where FileManager.default.fileExists(atPath: log.file.path) == false {
      logger.notice("\(log.file.path): this key log does not exist yet; it is read once it does")
    }
  }

  /// The run is over: last lines without an end are taken.
  func finish() {
    poll()
    for index in logs.indices {
      logs[index].reader.finish(into: secrets)
      complain(&logs[index])
    }
    let counters = secrets.counters
    guard !logs.isEmpty else { return }
    logger.info(
      "key logs: \(counters.secrets) secrets of \(secrets.connectionCount) connections in \(counters.lines) lines")
  }

  private func poll(_ log: inout Log) -> Bool {
    var reader = log.reader
    defer {
      log.reader = reader
      complain(&log)
    }
    do throws(CaptureError) {
      let state = try log.file.read { text, isAnew in
        if isAnew { reader.finish(into: secrets) }
        reader.read(text, into: secrets)
      }
      return state == .waiting
    } catch {
      if !log.hasComplained { logger.error("key log \(error.description)") }
      (log.hasComplained, isIncomplete) = (true, true)
      return false
    }
  }

  /// Says once for each log that a line of it is none.
  private func complain(_ log: inout Log) {
    guard let line = log.reader.firstMalformedLine, !log.hasComplained else { return }
    (log.hasComplained, isIncomplete) = (true, true)
    logger.error("\(log.file.path):\(line): this is no line of a key log; such lines are passed over and counted")
  }

  /// Reads all that a log holds now.
  ///
  /// - Returns: the number of the first line that is none, where there is one.
  /// - Throws: `cannotOpen` for what is not there or cannot be read.
  static func read(_ path: String, into secrets: TLSSecrets) throws(CaptureError) -> Int? {
    var reader = KeyLogReader()
    let state = try GrowingFile(path: path).read { text, _ in reader.read(text, into: secrets) }
    if state == .absent { throw .cannotOpen(source: path, reason: "no such file") }
    reader.finish(into: secrets)
    return reader.firstMalformedLine
  }
}
