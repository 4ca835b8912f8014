package import Alerts
package import Logging

/// Alerts as text for people on standard output or in a file.
package struct TableSink: ~Copyable, EventSink {
  private var table: AlertTable
  private var file: LineFile
  private var lastLook: LastLook
  private var block: [UInt8] = []

  /// `path` as `LineFile` takes it: `-` is standard output.
  package init(
    path: String = "-", style: TextStyle, logger: Logger, guardian: MaskingGuard? = nil
  ) throws(OutputError) {
    table = AlertTable(style: style)
    lastLook = LastLook(guardian)
    file = try LineFile(path: path, logger: logger)
  }

  package var lateMaskCount: UInt64 { lastLook.lateMaskCount }
  package var lostCount: UInt64 { file.lostCount }
  /// See `LineFile.isAbandoned`.
  package var isAbandoned: Bool { file.isAbandoned }

  package mutating func deliver(_ alert: Alert) {
    block.removeAll(keepingCapacity: true)
    // An empty line parts the blocks: the file ends the last line of each.
    block.append(contentsOf: table.block(alert).utf8)
    lastLook.examine(&block)
    file.append(block, isUrgent: true)
  }

  package mutating func flush() { file.flush() }
  package consuming func close() -> UInt64 { file.close() }
}
