extension Int64 {
  /// One second and one millisecond, in nanoseconds.
  package static let second: Int64 = 1_000_000_000
  package static let millisecond: Int64 = 1_000_000

  /// Nanoseconds from `earlier` to this time, saturating: the times of packets may be anything.
  @inline(__always)
  func elapsed(since earlier: Int64) -> Int64 {
    let (difference, overflow) = subtractingReportingOverflow(earlier)
    return overflow ? (self < earlier ? .min : .max) : difference
  }
}
