package import Alerts
package import Logging
package import Observations

/// Appends events as EVE JSON to a file or, for the path `-`, to standard output.
package struct EVEFileSink: ~Copyable, EventSink {
  private let kinds: EventKinds
  private var encoder: EVEEncoder
  private var line = JSONLineWriter()
  private var file: LineFile
  private var lastLook: LastLook

  package init(
    path: String, kinds: EventKinds, encoder: EVEEncoder, logger: Logger, guardian: MaskingGuard? = nil
  ) throws(OutputError) {
    (self.kinds, self.encoder) = (kinds, encoder)
    lastLook = LastLook(guardian)
    file = try LineFile(path: path, logger: logger)
  }

  package var lateMaskCount: UInt64 { lastLook.lateMaskCount }
  package var lostCount: UInt64 { file.lostCount }
  /// See `LineFile.isAbandoned`.
  package var isAbandoned: Bool { file.isAbandoned }

  package mutating func deliver(_ alert: Alert) {
    guard kinds.contains(.alert) else { return }
    encoder.encode(alert, to: &line)
    write(isUrgent: true)
  }

  package mutating func deliver(_ observation: Observation) {
    guard encoder.encode(observation, kinds: kinds, to: &line) else { return }
    write(isUrgent: false)
  }

  package mutating func deliver(_ report: StatsReport) {
    guard kinds.contains(.stats) else { return }
    encoder.encode(report, to: &line)
    write(isUrgent: false)
  }

  package mutating func flush() { file.flush() }
  package mutating func reopen() { file.reopen() }
  package consuming func close() -> UInt64 { file.close() }

  private mutating func write(isUrgent: Bool) {
    lastLook.examine(&line.bytes)
    file.append(line.bytes, isUrgent: isUrgent)
  }
}
