/// How far a replay is.
package struct Progress: Sendable {
  package var packets: UInt64
  /// Bytes of the inputs that were read, as they lie on the disk.
  package var bytesRead: UInt64
  /// `nil` where the end is not known, as on standard input.
  package var totalBytes: UInt64?
  package var alerts: UInt64

  package init(packets: UInt64, bytesRead: UInt64, totalBytes: UInt64?, alerts: UInt64) {
    (self.packets, self.bytesRead, self.totalBytes, self.alerts) = (packets, bytesRead, totalBytes, alerts)
  }
}

/// A line on a terminal that is drawn over itself, ten times a second at most. Time is passed in.
package struct ProgressLine: Sendable {
  /// Nanoseconds between two drawings.
  package static let interval: Int64 = 100_000_000

  private let style: TextStyle
  private let start: Int64
  private var last: Int64?

  /// `start` is a monotonic clock's nanoseconds.
  package init(style: TextStyle, start: Int64) { (self.style, self.start) = (style, start) }

  /// What to write to the terminal now; `nil` when it is too early, or the style allows no progress line.
  package mutating func update(_ progress: Progress, now: Int64) -> String? {
    guard style.allowsProgress else { return nil }
    if let last, now &- last < Self.interval { return nil }
    last = now
    return "\r" + Printable.text(Self.text(progress, elapsed: now &- start), columns: style.width - 1) + "\u{1B}[K"
  }

  /// What removes the line, before other text or at the end; `nil` when none was drawn.
  package mutating func erase() -> String? {
    guard last != nil else { return nil }
    last = nil
    return "\r\u{1B}[K"
  }

  /// `45 %  1.2 GB of 2.7 GB  3,400,000 packets  512 MB/s  ETA 0:03  2 alerts`
  static func text(_ progress: Progress, elapsed: Int64) -> String {
    var parts: [String] = []
    let read = min(progress.bytesRead, progress.totalBytes ?? .max)
    let seconds = Double(max(1, elapsed)) / 1e9
    let rate = Double(read) / seconds
    if let total = progress.totalBytes, total > 0 {
      parts.append("\(Int(Double(read) / Double(total) * 100)) %")
      parts.append("\(Quantity.bytes(read)) of \(Quantity.bytes(total))")
    } else {
      parts.append(Quantity.bytes(read))
    }
    parts.append(Quantity.count(progress.packets, "packet"))
    parts.append("\(Quantity.bytes(UInt64(exactly: rate.rounded(.down)) ?? 0))/s")
    if let total = progress.totalBytes, rate > 0, read < total {
      let remaining = Int64(exactly: (Double(total - read) / rate).rounded(.up)) ?? .max
      parts.append("ETA " + clock(seconds: remaining))
    }
    parts.append(Quantity.count(progress.alerts, "alert"))
    return parts.joined(separator: "  ")
  }

  /// `0:03`, `12:40`, `2:03:07`
  private static func clock(seconds: Int64) -> String {
    guard seconds >= 60 else { return seconds < 10 ? "0:0\(seconds)" : "0:\(seconds)" }
    // More than 30 years is as good as any other wrong guess, and cannot overflow.
    return Quantity.duration(nanoseconds: min(seconds, 1_000_000_000) * 1_000_000_000)
  }
}
