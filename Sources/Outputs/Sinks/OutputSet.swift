package import Alerts
package import Observations

/// The outputs of a run, each there or not: the closed set that the command line composes.
package struct OutputSet: ~Copyable, EventSink {
  package var eve: EVEFileSink?
  package var syslog: SyslogSink?
  package var table: TableSink?

  package init(
    eve: consuming EVEFileSink? = nil, syslog: consuming SyslogSink? = nil, table: consuming TableSink? = nil
  ) {
    self.eve = eve
    self.syslog = syslog
    self.table = table
  }

  package var lateMaskCount: UInt64 {
    Self.counts(eve).lateMasks &+ Self.counts(syslog).lateMasks &+ Self.counts(table).lateMasks
  }

  package var lostCount: UInt64 { Self.counts(eve).lost &+ Self.counts(syslog).lost &+ Self.counts(table).lost }

  /// Optional chaining would consume the sink.
  private static func counts(
    _ sink: borrowing (some EventSink & ~Copyable)?
  ) -> (lateMasks: UInt64, lost: UInt64) {
    switch sink {
    case .some(let sink): (sink.lateMaskCount, sink.lostCount)
    case .none: (0, 0)
    }
  }

  package mutating func deliver(_ alert: Alert) {
    eve?.deliver(alert)
    syslog?.deliver(alert)
    table?.deliver(alert)
  }

  package mutating func deliver(_ observation: Observation) { eve?.deliver(observation) }

  package mutating func deliver(_ report: StatsReport) { eve?.deliver(report) }

  package mutating func flush() {
    eve?.flush()
    table?.flush()
  }

  package mutating func reopen() { eve?.reopen() }

  package consuming func close() -> UInt64 {
    let written = eve?.close() ?? 0
    let shown = table?.close() ?? 0
    return written &+ shown &+ (syslog?.close() ?? 0)
  }
}
