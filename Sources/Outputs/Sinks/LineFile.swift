package import Logging

/// Lines appended to a file or to standard output, buffered, through trouble and rotation.
///
/// A full disk costs memory first: unwritten lines wait, up to `pendingByteLimit`, and a line that was cut by the disk's
/// end is completed when there is room again. Lines that come when the buffer is full are dropped whole and counted. One
/// message says that it began, one that it is over.
package struct LineFile: ~Copyable {
  /// Buffered bytes at which the file is written.
  static let writeThreshold = 65_536
  /// Bytes that may wait for a file that takes none.
  static let pendingByteLimit = 4 << 20

  private let path: String
  private let logger: Logger
  private var file: FileDescriptor
  /// Write each line at once, because a person looks on.
  private let isInteractive: Bool
  private var pending: [UInt8] = []
  /// Bytes of the first pending line that the file already has.
  private var writtenOfFirstLine = 0
  /// The trouble that the log was told about; `nil` while writes succeed.
  private var trouble: SystemError?
  private var nextAttempt = writeThreshold
  private var reportedLostCount: UInt64 = 0
  /// Lines that were dropped, or were still unwritten at the end.
  package private(set) var lostCount: UInt64 = 0

  /// Opens `path` for appending; `-` is standard output.
  package init(path: String, logger: Logger) throws(OutputError) {
    (self.path, self.logger) = (path, logger)
    file = path == "-" ? .standardOutput : try FileDescriptor(appendingTo: path)
    isInteractive = file.isTerminal
    pending.reserveCapacity(Self.writeThreshold + 4096)
  }

  /// The reader of our pipe is gone, as after `| head`: nothing written from here on is seen by anybody.
  package var isAbandoned: Bool { trouble?.isBrokenPipe ?? false }

  /// Appends `line` and a line feed. An urgent line is written at once.
  package mutating func append(_ line: [UInt8], isUrgent: Bool = false) {
    guard pending.count + line.count < Self.pendingByteLimit, !isAbandoned else {
      lostCount &+= 1
      return
    }
    pending.append(contentsOf: line)
    pending.append(UInt8(ascii: "\n"))
    let isDue = pending.count >= nextAttempt || (trouble == nil && (isUrgent || isInteractive))
    if isDue { flush() }
  }

  /// Writes what is buffered.
  package mutating func flush() {
    guard !pending.isEmpty, !isAbandoned else { return }
    let (written, error) = file.write(pending, from: 0)
    removeWritten(written)
    // While the file takes nothing, try again once per threshold of new bytes, not once per line.
    nextAttempt = pending.count + Self.writeThreshold
    note(error)
  }

  /// Closes the file and opens the path anew, for a log that was rotated. Where that fails the old file stays in use.
  package mutating func reopen() {
    flush()
    guard path != "-" else { return }
    do throws(OutputError) {
      file = try FileDescriptor(appendingTo: path)
    } catch {
      logger.error("\(error); the old file stays in use")
      return
    }
    // The rest of a line that the old file has the start of is of no use in the new one.
    if writtenOfFirstLine > 0, let end = pending.firstIndex(of: UInt8(ascii: "\n")) {
      pending.removeSubrange(...end)
      writtenOfFirstLine = 0
      lostCount &+= 1
    }
    if isAbandoned { trouble = nil }
    flush()
  }

  /// Writes what is left and closes.
  ///
  /// - Returns: Lines lost over the whole run.
  package consuming func close() -> UInt64 {
    flush()
    lostCount &+= UInt64(clamping: pending.lazy.filter { $0 == UInt8(ascii: "\n") }.count)
    if lostCount > reportedLostCount, !isAbandoned {
      logger.error("\(lostCount) events could not be written to \(Printable.text(path))")
    }
    return lostCount
  }

  private mutating func removeWritten(_ count: Int) {
    if count == pending.count {
      pending.removeAll(keepingCapacity: true)
      writtenOfFirstLine = 0
      return
    }
    let lastEnd = pending[..<count].lastIndex(of: UInt8(ascii: "\n"))
    writtenOfFirstLine = lastEnd.map { count - $0 - 1 } ?? writtenOfFirstLine + count
    pending.removeSubrange(..<count)
  }

  /// Says that trouble began or is over: once each.
  private mutating func note(_ error: SystemError?) {
    defer { trouble = error }
    if let error {
      guard trouble == nil, !error.isBrokenPipe else { return }
      logger.error("cannot write events to \(Printable.text(path)): \(error); they wait in memory as far as it goes")
    } else if trouble != nil {
      let lost = lostCount - reportedLostCount
      reportedLostCount = lostCount
      logger.notice("events are written to \(Printable.text(path)) again; \(lost) were lost meanwhile")
    }
  }
}
