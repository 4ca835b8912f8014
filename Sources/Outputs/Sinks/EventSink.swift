package import Alerts
package import Observations

/// Where what was found leaves the sensor. Runs on the reporting thread and may wait for a disk there; capture never
/// waits for it. The set of sinks is closed: compose concrete types, as `OutputSet` does.
///
/// A sink never fails for good: what it could not deliver it counts, reports once, and goes on.
package protocol EventSink: ~Copyable {
  mutating func deliver(_ alert: Alert)
  /// Facts that are no event of this sink's are ignored.
  mutating func deliver(_ observation: Observation)
  mutating func deliver(_ report: StatsReport)
  /// Sends what is buffered on its way; call it from time to time, and when a live source pauses.
  mutating func flush()
  /// The log was rotated (SIGHUP): writes go to a newly opened file from here on.
  mutating func reopen()
  /// Delivers what is left, within a bounded time, and returns how many events were lost over the whole run.
  consuming func close() -> UInt64
  /// Secrets that the `MaskingGuard` found in finished lines.
  var lateMaskCount: UInt64 { get }
  /// Events that were dropped because too many waited already, so far.
  var lostCount: UInt64 { get }
}

/// Most sinks take alerts only, and hold nothing that rotates.
extension EventSink where Self: ~Copyable {
  package mutating func deliver(_ observation: Observation) {}
  package mutating func deliver(_ report: StatsReport) {}
  package mutating func flush() {}
  package mutating func reopen() {}
}
