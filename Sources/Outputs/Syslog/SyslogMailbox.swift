import NIOCore
import Synchronization

/// A message on its way, without framing.
struct SyslogMessage: Sendable, Equatable {
  var bytes: [UInt8]
  /// Alerts that are lost when this message is: 1 for an alert, more for a report of earlier losses.
  var alertCount: Int
}

/// Where the reporting thread leaves messages for the thread that sends them. Bounded: what comes when it is full is
/// lost and counted, so that the oldest alerts, which tell how a thing began, are the ones that survive.
final class SyslogMailbox: Sendable {
  private struct State {
    var waiting = CircularBuffer<SyslogMessage>()
    /// Lost and not yet reported.
    var lostCount = 0
    var refusedCount: UInt64 = 0
    /// Whether the sender was called and has not looked yet.
    var isSenderCalled = false
  }

  private let capacity: Int
  private let state = Mutex(State())

  init(capacity: Int) { self.capacity = capacity }

  /// Leaves `message`; never waits for more than the other side's few instructions.
  ///
  /// - Returns: Whether the sender must be called to look.
  func post(_ message: SyslogMessage) -> Bool {
    state.withLock { state in
      if state.waiting.count < capacity {
        state.waiting.append(message)
      } else {
        state.lostCount += message.alertCount
        state.refusedCount &+= 1
      }
      defer { state.isSenderCalled = true }
      return !state.isSenderCalled
    }
  }

  /// The sender looks: from here on a new message calls it again.
  func answerCall() { state.withLock { $0.isSenderCalled = false } }

  func takeFirst() -> SyslogMessage? { state.withLock { $0.waiting.popFirst() } }

  /// Puts back, in front, messages that were taken and not sent. They may exceed the capacity by what was in flight.
  func putBack(_ messages: some BidirectionalCollection<SyslogMessage>) {
    state.withLock { state in
      for message in messages.reversed() { state.waiting.prepend(message) }
    }
  }

  func countLost(_ alertCount: Int) { state.withLock { $0.lostCount += alertCount } }

  /// The losses since the last call, for a report.
  func takeLostCount() -> Int {
    state.withLock { state in
      defer { state.lostCount = 0 }
      return state.lostCount
    }
  }

  /// Messages that came when it was full, over the whole run.
  var refusedCount: UInt64 { state.withLock { $0.refusedCount } }

  var isEmpty: Bool { state.withLock { $0.waiting.isEmpty && $0.lostCount == 0 } }

  /// Alerts that were not sent: lost ones and waiting ones.
  var undeliveredCount: Int {
    state.withLock { state in state.waiting.reduce(state.lostCount) { $0 + $1.alertCount } }
  }
}
