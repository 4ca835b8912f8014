package import Alerts
import Dispatch
package import Logging
import NIOCore
import NIOPosix

/// Where and how a run's alerts go to syslog.
package struct SyslogOptions: Sendable {
  package var target: SyslogTarget
  package var identity: SyslogIdentity
  /// PEM file of the CAs to trust for `tls` targets, instead of the system's.
  package var certificateFile: String?
  /// Messages that may wait for the server; those that come when it is full are lost and counted.
  package var queueCapacity = 10_000
  package var timing = SyslogTiming()
  /// The local daemon's socket, for `local`.
  package var localPath = SyslogDialler.systemLogPath

  package init(target: SyslogTarget, identity: SyslogIdentity) { (self.target, self.identity) = (target, identity) }
}

/// Sends alerts to a syslog server, from a thread of its own: whoever delivers an alert never waits for the network.
///
/// While the server is away messages wait, up to the queue's capacity; it is dialled again after 1 s, 2 s … 30 s. Once it
/// is back, one message says how many alerts were lost meanwhile.
package struct SyslogSink: ~Copyable, EventSink {
  private let options: SyslogOptions
  private let logger: Logger
  private let mailbox: SyslogMailbox
  private let group: MultiThreadedEventLoopGroup
  private let courier: NIOLoopBoundBox<SyslogCourier?>
  private var formatter: SyslogFormatter
  private var lastLook: LastLook

  /// Starts the thread and dials. An unreachable server is no error; it is logged.
  ///
  /// - Throws: When the certificate file cannot be read.
  package init(
    options: SyslogOptions, encoder: EVEEncoder, logger: Logger, guardian: MaskingGuard? = nil
  ) throws(OutputError) {
    let dialler = try SyslogDialler(
      target: options.target, certificateFile: options.certificateFile, localPath: options.localPath,
      connectTimeout: options.timing.connectTimeout)
    let formatter = SyslogFormatter(
      identity: options.identity, encoder: encoder, byteLimit: options.target.messageByteLimit)
    let mailbox = SyslogMailbox(capacity: options.queueCapacity)
    let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
    let eventLoop = group.next()
    let courier = NIOLoopBoundBox<SyslogCourier?>.makeEmptyBox(eventLoop: eventLoop)
    let reporter = LossReporter(identity: options.identity)
    eventLoop.execute { [timing = options.timing] in
      courier.value = SyslogCourier(
        mailbox: mailbox, dialler: dialler, timing: timing, logger: logger, eventLoop: eventLoop,
        makeLossReport: reporter.message)
      courier.value?.start()
    }
    (self.options, self.logger, self.mailbox, self.group) = (options, logger, mailbox, group)
    (self.courier, self.formatter, lastLook) = (courier, formatter, LastLook(guardian))
  }

  package var lateMaskCount: UInt64 { lastLook.lateMaskCount }
  package var lostCount: UInt64 { mailbox.refusedCount }

  package mutating func deliver(_ alert: Alert) {
    var message = formatter.message(alert)
    lastLook.examine(&message)
    guard mailbox.post(SyslogMessage(bytes: message, alertCount: 1)) else { return }
    courier.eventLoop.execute { [courier] in courier.value?.look() }
  }

  /// Waits for what is still to be sent, 3 s at most, and says what could not be.
  package consuming func close() -> UInt64 {
    let sent = DispatchSemaphore(value: 0)
    courier.eventLoop.execute { [courier] in courier.value?.finish { sent.signal() } }
    let deadline = DispatchTime.now() + .nanoseconds(Int(clamping: options.timing.closeDeadline.nanoseconds))
    if sent.wait(timeout: deadline) == .timedOut {
      courier.eventLoop.execute { [courier] in courier.value?.abandon() }
    }
    let stopped = DispatchSemaphore(value: 0)
    group.shutdownGracefully { _ in stopped.signal() }
    // A thread that hangs, as in a name look-up, is left behind: the process is about to end.
    _ = stopped.wait(timeout: .now() + .milliseconds(450))
    let undelivered = mailbox.undeliveredCount
    if undelivered > 0 { logger.error("\(undelivered) alerts could not be sent to syslog \(options.target)") }
    return UInt64(clamping: undelivered)
  }
}

/// Writes loss reports on the sending thread.
private struct LossReporter: Sendable {
  let identity: SyslogIdentity

  @Sendable func message(alertCount: Int) -> [UInt8] {
    var formatter = SyslogFormatter(identity: identity, encoder: EVEEncoder(sources: []), byteLimit: .max)
    return formatter.lossReport(alertCount: alertCount)
  }
}
