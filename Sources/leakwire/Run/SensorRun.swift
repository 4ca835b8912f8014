import Alerts
import Capture
import Decryption
import Foundation
import Logging
import Outputs
import Wire

/// Live interfaces through one pipeline until a signal, or the loss of every interface, ends it.
struct SensorRun: ~Copyable {
  private let captures: [InterfaceCapture]
  private var pipeline: Pipeline
  private let signals: SignalWatch
  private let keyLogs: KeyLogFiles
  private let secrets: TLSSecrets?
  private let logger: Logger
  private let options: SharedOptions
  private let eventsStats: Bool
  private let start = ContinuousClock.now
  private var lastStats = ContinuousClock.now

  /// A capture handle that an array can hold.
  private final class InterfaceCapture {
    let name: String
    var capture: LiveCapture
    var packetCount: UInt64 = 0
    var isOpen = true

    init(_ name: String, _ options: LiveOptions) throws(CaptureError) {
      self.name = name
      capture = try LiveCapture(interface: name, options: options)
      if let warning = capture.warning { StandardError.write("leakwire: \(name): \(warning)") }
    }
  }

  /// How long one wait for packets lasts, in milliseconds; signals are seen at least as often.
  private static let waitMilliseconds: Int32 = 200
  private static let statsInterval = Duration.seconds(60)

  init(
    _ setup: Setup, interfaces: [String], filter: String?, user: String?, options: SharedOptions
  ) throws(Failure) {
    let settings = setup.settings
    var live = LiveOptions()
    live.snapshotByteCount = settings.capture.snaplen
    live.bufferByteCount = settings.capture.bufferByteCount
    live.isPromiscuous = settings.capture.isPromiscuous
    live.filter = filter
    var opened: [InterfaceCapture] = []
    do throws(CaptureError) {
      for name in interfaces { opened.append(try InterfaceCapture(name, live)) }
    } catch { throw .capture(error) }
    // Programs keep their key logs to themselves: opened while that is allowed, read afterwards.
    let keyLogs = KeyLogFiles(
      options.analysis.keyLogs, secrets: setup.secrets ?? TLSSecrets(), logger: setup.logger)
    keyLogs.openAhead()
    // Before the first thread starts and the first output opens: both get the rights that the run keeps.
    let rights = try Privileges.drop(to: user)
    setup.logger.debug("\(rights)")
    let signals = SignalWatch(handlesReload: true)
    let environment = ProcessInfo.processInfo.environment
    let style = TextStyle(isTerminal: isatty(STDOUT_FILENO) == 1, environment: environment)
    let showsTable = settings.outputs.eve == nil && settings.outputs.syslog == nil
    let pipeline = try Pipeline(
      setup,
      outputs: OutputFactory.open(
        setup, sources: interfaces.map { .interface($0) }, tableStyle: showsTable ? style : nil))
    (secrets, self.keyLogs) = (setup.secrets, keyLogs)
    (captures, self.signals) = (opened, signals)
    self.pipeline = pipeline
    (logger, self.options) = (setup.logger, options)
    eventsStats = settings.outputs.events.contains(.stats)
  }

  /// Watches until stopped.
  ///
  /// - Returns: the exit code.
  mutating func execute(failOn: Severity?) -> Int32 {
    keyLogs.begin()
    logger.info("watching \(captures.map(\.name).joined(separator: ", "))")
    while signals.stop == nil, captures.contains(where: \.isOpen) {
      waitForPackets()
      let seen = readPackets()
      if seen == 0 {
        keyLogs.poll()
        pipeline.idle(now: Self.now)
      }
      handleSignals()
    }
    keyLogs.finish()
    pipeline.finish()
    if eventsStats { pipeline.deliverStats(capture: statistics) }
    let lostCount = pipeline.close()
    if !options.analysis.isQuiet { StandardError.write(summary) }
    if lostCount > 0 { logger.error("\(lostCount) events could not be written") }
    for line in pipeline.suppressionReport { logger.debug("\(line)") }
    if let signal = signals.stop { return 128 + signal }
    if let failOn, pipeline.hasFindings(from: failOn) { return Outcome.findings.rawValue }
    return Outcome.incomplete.rawValue
  }

  private var summary: String {
    let duration = nanoseconds(ContinuousClock.now - start)
    return SummaryLine.text(pipeline.summary(drops: statistics?.dropped, nanoseconds: duration))
  }

  private func nanoseconds(_ duration: Duration) -> Int64 {
    duration.components.seconds &* 1_000_000_000 &+ duration.components.attoseconds / 1_000_000_000
  }

  /// Wall-clock time in packet time's unit: live, the two are the same clock.
  private static var now: Int64 { Int64(Date().timeIntervalSince1970 * 1_000_000_000) }

  private func waitForPackets() {
    LiveCapture.waitForFrames(
      on: captures.filter(\.isOpen).map { $0.capture.fileDescriptor ?? -1 },
      timeoutMilliseconds: Self.waitMilliseconds)
  }

  private mutating func readPackets() -> Int {
    var seen = 0
    for (index, interface) in captures.enumerated() where interface.isOpen {
      do throws(CaptureError) {
        seen += try interface.capture.drain { (frame) throws(CaptureError) in
          interface.packetCount &+= 1
          keyLogs.poll(before: frame.timestamp)
          pipeline.process(frame, source: UInt32(clamping: index), numberInSource: interface.packetCount)
          return true
        }
      } catch {
        logger.error("\(error.description)")
        interface.isOpen = false
      }
    }
    return seen
  }

  private mutating func handleSignals() {
    if signals.takeReload() { reload() }
    if signals.takeReport() { StandardError.write("leakwire: \(summary)") }
    if eventsStats, ContinuousClock.now - lastStats >= Self.statsInterval {
      lastStats = ContinuousClock.now
      pipeline.deliverStats(capture: statistics)
    }
  }

  /// Reopens logs, then takes up changed signatures and settings; where one is wrong, all of the old stay.
  private mutating func reload() {
    pipeline.reopen()
    do throws(Failure) {
      var setup = try Setup(options)
      setup.secrets = secrets
      for line in pipeline.suppressionReport { logger.debug("\(line)") }
      try pipeline.replace(with: setup)
      logger.notice("logs reopened; \(setup.report)")
    } catch {
      logger.error("logs reopened; the old signatures and policy stay in use: \(error.message)")
    }
  }

  /// Sums over all interfaces that can tell; `nil` where none can.
  private var statistics: CaptureStatistics? {
    let all = captures.compactMap { $0.capture.statistics }
    guard !all.isEmpty else { return nil }
    return all.reduce(into: CaptureStatistics()) { sum, next in
      sum.received &+= next.received
      sum.dropped &+= next.dropped
      sum.interfaceDropped &+= next.interfaceDropped
    }
  }
}
