import Alerts
import Capture
import Decryption
import Detection
import Foundation
import Logging
import Outputs

/// Capture files from first to last packet through one pipeline: flows go on from file to file.
struct ReplayRun: ~Copyable {
  private let sources: [CaptureSource]
  private var pipeline: Pipeline
  private let signals: SignalWatch
  private let keyLogs: KeyLogFiles
  private let secrets: TLSSecrets?
  private let logger: Logger
  private let isQuiet: Bool
  private let eventsStats: Bool
  private var filter: PacketFilter?
  private var progress: ProgressLine?
  private var isIncomplete: Bool
  /// Bytes of the files before the one at hand.
  private var finishedBytes: UInt64 = 0
  private let totalBytes: UInt64?
  private let start = ContinuousClock.now

  /// Packets between two looks at signals and the progress line.
  private static let lookInterval: UInt64 = 1_024

  init(
    _ setup: Setup, paths: [String], filter: String?, keyLogs logs: [String], isQuiet: Bool,
    listener: (any RunListener)? = nil
  ) throws(Failure) {
    var setup = setup
    let expansion: CaptureSources
    let packetFilter: PacketFilter?
    do throws(CaptureError) {
      expansion = try captureSources(paths)
      packetFilter = if let filter { try PacketFilter(expression: filter) } else { nil }
    } catch { throw .capture(error) }
    for problem in expansion.problems { setup.logger.error("\(problem.description)") }
    if expansion.skippedFileCount > 0 {
      setup.logger.info("\(expansion.skippedFileCount) files in the folders are no captures and were skipped")
    }
    let secrets = Self.secrets(expansion.sources, setup.secrets)
    setup.secrets = secrets
    let environment = ProcessInfo.processInfo.environment
    let errorStyle = TextStyle(isTerminal: isatty(STDERR_FILENO) == 1, environment: environment)
    let outputStyle = TextStyle(isTerminal: isatty(STDOUT_FILENO) == 1, environment: environment)
    let signals = SignalWatch(handlesReload: false)
    // Who listens tells it in other words.
    let pipeline =
      if let listener {
        try Pipeline(setup, outputs: OutputSet(), listener: listener)
      } else {
        try Pipeline(
          setup,
          outputs: OutputFactory.open(
            setup, sources: expansion.sources.map { .file($0.path == "-" ? "-" : $0.path) },
            tableStyle: setup.settings.outputs.eve == nil ? outputStyle : nil))
      }
    self.secrets = secrets
    keyLogs = KeyLogFiles(logs, secrets: secrets ?? TLSSecrets(), logger: setup.logger)
    self.signals = signals
    self.pipeline = pipeline
    sources = expansion.sources
    self.filter = packetFilter
    isIncomplete = !expansion.problems.isEmpty
    totalBytes = sources.reduce(0 as UInt64?) { sum, source in
      guard let sum, let size = Self.byteCount(of: source) else { return nil }
      return sum &+ size
    }
    progress = errorStyle.allowsProgress && !isQuiet ? ProgressLine(style: errorStyle, start: 0) : nil
    logger = setup.logger
    self.isQuiet = isQuiet
    eventsStats = setup.settings.outputs.events.contains(.stats)
  }

  /// The secrets that the captures hold themselves, added to `given`: they may stand behind the packets they open.
  ///
  /// - Returns: `nil` where there are none and can be none, and nothing needs to wait for any.
  private static func secrets(_ sources: [CaptureSource], _ given: TLSSecrets?) -> TLSSecrets? {
    let all = given ?? TLSSecrets()
    for source in sources { SavefileReader.readSecrets(path: source.path) { take($0, $1, into: all) } }
    let mayCome = sources.contains { SavefileReader.mayHoldSecretsAhead(path: $0.path) }
    return given != nil || mayCome || all.connectionCount > 0 ? all : nil
  }

  /// A block holds whole lines.
  private static func take(_ type: SecretsType, _ text: RawSpan, into secrets: TLSSecrets?) {
    guard type == .tlsKeyLog, let secrets else { return }
    var reader = KeyLogReader()
    reader.read(text, into: secrets)
    reader.finish(into: secrets)
  }

  /// Reads everything and reports.
  ///
  /// - Parameter failOn: `nil` where findings are no failure.
  /// - Returns: the exit code.
  mutating func execute(failOn: Severity?) -> Int32 {
    keyLogs.readAll()
    for (index, source) in sources.enumerated() {
      guard signals.stop == nil else { break }
      do throws(CaptureError) {
        try replay(source, UInt32(clamping: index))
      } catch {
        eraseProgress()
        logger.error("\(error.description)")
        isIncomplete = true
      }
      finishedBytes &+= Self.byteCount(of: source) ?? 0
    }
    keyLogs.finish()
    pipeline.finish()
    if eventsStats { pipeline.deliverStats(capture: nil) }
    eraseProgress()
    let lostCount = pipeline.close()
    if !isQuiet { StandardError.write(SummaryLine.text(pipeline.summary(drops: nil, nanoseconds: elapsed))) }
    if lostCount > 0 { logger.error("\(lostCount) events could not be written") }
    for line in pipeline.suppressionReport { logger.debug("\(line)") }
    if let signal = signals.stop { return 128 + signal }
    if let failOn, pipeline.hasFindings(from: failOn) { return Outcome.findings.rawValue }
    return isIncomplete || keyLogs.isIncomplete || lostCount > 0 ? Outcome.incomplete.rawValue : Outcome.clean.rawValue
  }

  private mutating func replay(_ source: CaptureSource, _ index: UInt32) throws(CaptureError) {
    // Those of regular files are known already.
    let lateSecrets = SavefileReader.mayHoldSecretsAhead(path: source.path) ? secrets : nil
    let addSecrets = { (type: SecretsType, text: RawSpan) in Self.take(type, text, into: lateSecrets) }
    var reader = try SavefileReader(path: source.path)
    var goesOn = true
    while goesOn {
      goesOn = false
      var number = reader.packetCount
      let pause = number &+ Self.lookInterval
      try reader.forEachFrame(secrets: addSecrets) { (frame) throws(CaptureError) in
        number &+= 1
        if try filter?.matches(frame) ?? true { pipeline.process(frame, source: index, numberInSource: number) }
        goesOn = number >= pause
        return !goesOn
      }
      keyLogs.poll()
      showProgress(UInt64(clamping: reader.bytesRead))
      if signals.stop != nil { return }
    }
  }

  /// What was read, by the numbers that packets' places have.
  var sourcePaths: [String] { sources.map(\.path) }
  var packetCount: UInt64 { pipeline.packetCount }
  var policyCounts: PolicyCounts? { pipeline.policyCounts }

  // MARK: Progress

  /// `nil` for what has no size, as a FIFO.
  private static func byteCount(of source: CaptureSource) -> UInt64? {
    let attributes = try? FileManager.default.attributesOfItem(atPath: source.path)
    guard attributes?[.type] as? FileAttributeType == .typeRegular else { return nil }
    return (attributes?[.size] as? NSNumber)?.uint64Value
  }

  /// Nanoseconds since the run began.
  private var elapsed: Int64 {
    let (seconds, attoseconds) = (ContinuousClock.now - start).components
    return seconds &* 1_000_000_000 &+ attoseconds / 1_000_000_000
  }

  private mutating func showProgress(_ bytesRead: UInt64) {
    guard progress != nil else { return }
    let state = Progress(
      packets: pipeline.packetCount, bytesRead: finishedBytes &+ bytesRead, totalBytes: totalBytes,
      alerts: pipeline.alertCount)
    let now = elapsed
    if let line = progress?.update(state, now: now) { FileHandle.standardError.write(Data(line.utf8)) }
  }

  private mutating func eraseProgress() {
    if let line = progress?.erase() { FileHandle.standardError.write(Data(line.utf8)) }
  }
}

extension Failure {
  /// The exit code that a capture error means.
  static func capture(_ error: CaptureError) -> Failure {
    switch error {
    case .noPermission, .noSuchInterface: Failure(code: .noPermission, message: error.description)
    case .invalidFilter, .captureFailed: .usage(error.description)
    case .cannotOpen, .notACapture, .unsupported, .damaged: Failure(code: .incomplete, message: error.description)
    }
  }
}
