import Logging
import NIOCore

/// Carries messages from the mailbox to the server. Lives on one event loop and is touched only there.
///
/// It keeps a copy of each message until the kernel has it, so that nothing is lost when a connection breaks but what
/// the kernel held: syslog has no acknowledgement. Of datagrams it learns a refusal one too late.
final class SyslogCourier {
  private enum State {
    /// Without a connection, until there is something to send.
    case idle
    case dialling
    case connected(SyslogLink)
    case resting(Scheduled<Void>)
    case finished
  }

  private let mailbox: SyslogMailbox
  private let dialler: SyslogDialler
  private let timing: SyslogTiming
  private let logger: Logger
  private let eventLoop: any EventLoop
  private let makeLossReport: (Int) -> [UInt8]

  private var state = State.idle
  /// Written to the channel, not yet in the kernel; in order.
  private var inFlight = CircularBuffer<SyslogMessage>()
  /// Tells callbacks of an earlier connection from those of this one.
  private var generation = 0
  private var failuresInARow = 0
  /// Messages that this connection took.
  private var sentOnLink = 0
  /// Alerts in the last datagram sent: lost if the next answer is a refusal.
  private var lastSentAlertCount = 0
  private var isServerAway = false
  private var whenEmpty: (() -> Void)?

  init(
    mailbox: SyslogMailbox, dialler: SyslogDialler, timing: SyslogTiming, logger: Logger, eventLoop: any EventLoop,
    makeLossReport: @escaping (Int) -> [UInt8]
  ) {
    (self.mailbox, self.dialler, self.timing, self.logger) = (mailbox, dialler, timing, logger)
    (self.eventLoop, self.makeLossReport) = (eventLoop, makeLossReport)
  }

  // MARK: Commands

  /// Connects ahead of the first message, so that a wrong target is told at once.
  func start() { dial() }

  /// The mailbox has something.
  func look() {
    mailbox.answerCall()
    switch state {
    case .idle: dial()
    case .connected: send()
    case .dialling, .resting, .finished: break
    }
  }

  /// Sends what waits, closes, then calls `done`. A rest is cut short once.
  func finish(_ done: @escaping () -> Void) {
    whenEmpty = { [self] in close(then: done) }
    if case .resting(let rest) = state, !mailbox.isEmpty {
      rest.cancel()
      dial()
    }
    concludeIfEmpty()
  }

  /// Gives up what is left. Messages in flight go back to the mailbox, where they are counted.
  func abandon() {
    if case .finished = state { return }
    whenEmpty = nil
    mailbox.putBack(inFlight)
    inFlight.removeAll()
    close {}
  }

  // MARK: Connection

  private func dial() {
    state = .dialling
    generation += 1
    let generation = generation
    let bound = NIOLoopBound(self, eventLoop: eventLoop)
    let link = dialler.dial(on: eventLoop) { SyslogLinkHandler(courier: bound.value, generation: generation) }
    link.assumeIsolated().whenComplete { [self] result in
      switch result {
      case .success(let link): connected(link, generation)
      case .failure(let error): failed("\(error)", generation)
      }
    }
  }

  private func connected(_ link: SyslogLink, _ generation: Int) {
    guard generation == self.generation, case .dialling = state, link.channel.isActive else {
      link.channel.close(promise: nil)
      failed("the server closed the connection", generation)
      return
    }
    state = .connected(link)
    (sentOnLink, lastSentAlertCount) = (0, 0)
    send()
  }

  /// The connection cannot be made, or broke.
  func failed(_ reason: String, _ generation: Int) {
    guard generation == self.generation else { return }
    switch state {
    case .idle, .resting, .finished: return
    case .dialling: break
    case .connected(let link): link.channel.close(promise: nil)
    }
    self.generation += 1
    mailbox.putBack(inFlight)
    inFlight.removeAll()
    failuresInARow += 1
    if !isServerAway {
      isServerAway = true
      logger.warning("syslog server \(dialler.target) is away: \(Printable.text(reason)); alerts wait")
    }
    rest()
  }

  /// A write failed, or the connection did. Over UDP it is the refusal of the datagram sent before.
  func refused(_ reason: String, _ generation: Int) {
    guard generation == self.generation, case .connected = state else { return }
    if isBlind {
      mailbox.countLost(lastSentAlertCount)
      lastSentAlertCount = 0
    }
    failed(reason, generation)
  }

  /// The server ended the connection. Where all was well, dial again only when there is something to say.
  func ended(_ generation: Int) {
    let isHarmless = inFlight.isEmpty && (isHealthy || mailbox.isEmpty)
    guard generation == self.generation, case .connected = state, isHarmless else {
      failed("the server closed the connection", generation)
      return
    }
    self.generation += 1
    state = .idle
    if !mailbox.isEmpty { dial() }
  }

  private func rest() {
    let wait = timing.retry(afterFailures: failuresInARow)
    state = .resting(
      eventLoop.assumeIsolated().scheduleTask(in: wait) { [self] in
        guard case .resting = state else { return }
        state = .idle
        if !mailbox.isEmpty { dial() }
      })
  }

  // MARK: Sending

  /// Hands messages to the channel as long as it takes them at once.
  func send() {
    guard case .connected(let link) = state else { return }
    let lostCount = mailbox.takeLostCount()
    if lostCount > 0 {
      write(SyslogMessage(bytes: makeLossReport(lostCount), alertCount: lostCount), to: link)
    }
    // A write may fail at once, which ends this connection and its generation.
    let generation = generation
    while generation == self.generation, link.channel.isWritable, let message = mailbox.takeFirst() {
      write(message, to: link)
    }
    link.channel.flush()
    concludeIfEmpty()
  }

  private func write(_ message: SyslogMessage, to link: SyslogLink) {
    inFlight.append(message)
    let generation = generation
    let buffer = link.channel.allocator.buffer(bytes: link.framing.frame(message.bytes))
    link.channel.write(buffer).assumeIsolated().whenComplete { [self] result in
      guard generation == self.generation else { return }
      switch result {
      case .success: sent()
      case .failure(let error): refused("\(error)", generation)
      }
    }
  }

  private func sent() {
    guard let message = inFlight.popFirst() else { return }
    lastSentAlertCount = message.alertCount
    sentOnLink += 1
    if isHealthy {
      failuresInARow = 0
      if isServerAway {
        isServerAway = false
        logger.notice("syslog server \(dialler.target) is back")
      }
    }
    concludeIfEmpty()
  }

  /// Whether the server has shown that it is there. A first datagram always leaves; a second one only if the first was
  /// not refused.
  private var isHealthy: Bool {
    guard case .connected = state else { return false }
    return sentOnLink >= (isBlind ? 2 : 1)
  }

  /// Whether a write succeeds although nobody is there.
  private var isBlind: Bool {
    if case .udp = dialler.target { true } else { false }
  }

  // MARK: The end

  private func concludeIfEmpty() {
    guard let done = whenEmpty, inFlight.isEmpty, mailbox.isEmpty else { return }
    whenEmpty = nil
    done()
  }

  private func close(then done: @escaping () -> Void) {
    defer { generation += 1 }
    guard case .connected(let link) = state else {
      if case .resting(let rest) = state { rest.cancel() }
      state = .finished
      done()
      return
    }
    state = .finished
    link.channel.close().assumeIsolated().whenComplete { _ in done() }
  }
}
