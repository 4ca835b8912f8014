package import NIOCore

/// The waits of a syslog sink.
package struct SyslogTiming: Sendable {
  /// Before the first new attempt after a failure; doubles from attempt to attempt.
  package var firstRetry = TimeAmount.seconds(1)
  package var longestRetry = TimeAmount.seconds(30)
  package var connectTimeout = TimeAmount.seconds(10)
  /// At the end of a run, for what still waits.
  package var closeDeadline = TimeAmount.milliseconds(2500)

  package init() {}

  /// The wait after `failures` failures in a row.
  func retry(afterFailures failures: Int) -> TimeAmount {
    // 2^20 s is far beyond any limit; a larger shift could overflow.
    let doublings = min(max(0, failures - 1), 20)
    let (wait, overflow) = firstRetry.nanoseconds.multipliedReportingOverflow(by: 1 << Int64(doublings))
    return overflow ? longestRetry : min(.nanoseconds(wait), longestRetry)
  }
}
