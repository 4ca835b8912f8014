import Wire

/// How the timestamps of one pcapng interface are counted: `if_tsresol` and `if_tsoffset` of
/// draft-ietf-opsawg-pcapng section 4.2.
struct InterfaceClock: BitwiseCopyable {
  private let resolution: Resolution
  private let offset: Int64

  private enum Resolution: BitwiseCopyable {
    /// Nanoseconds in a tick.
    case multiply(UInt64)
    /// Ticks in a nanosecond.
    case divide(UInt64)
    /// Ticks in a second, as a power of 2.
    case shift(UInt8)
    /// More than 2^64 ticks in a nanosecond: all times are 0.
    case tooFine
  }

  /// - Parameters:
  ///   - resolution: `if_tsresol`: a negative power of 10, or of 2 with the highest bit set; 6 where it is absent.
  ///   - offset: `if_tsoffset`: seconds to add.
  init(resolution: UInt8 = 6, offset: Int64 = 0) {
    let exponent = resolution & 0x7F
    self.offset = offset
    self.resolution =
      if resolution & 0x80 != 0 {
        .shift(exponent)
      } else if exponent <= 9 {
        .multiply(Self.powerOfTen(9 - exponent))
      } else if exponent <= 28 {
        .divide(Self.powerOfTen(exponent - 9))
      } else {
        .tooFine
      }
  }

  /// - Parameter exponent: at most 19: 10^19 is less than 2^64.
  private static func powerOfTen(_ exponent: UInt8) -> UInt64 { (0..<exponent).reduce(1) { power, _ in power &* 10 } }

  /// Nanoseconds since the Unix epoch, clamped into `CaptureTime.range`.
  func nanoseconds(_ ticks: UInt64) -> Int64 {
    let time: UInt64
    switch resolution {
    case .multiply(let factor):
      let (product, isTooLate) = ticks.multipliedReportingOverflow(by: factor)
      time = isTooLate ? .max : product
    case .divide(let divisor): time = ticks / max(1, divisor)
    // 2^64 ticks times 2^30 fit.
    case .shift(let bits): time = UInt64(clamping: (UInt128(ticks) &* 1_000_000_000) >> UInt128(bits))
    case .tooFine: time = 0
    }
    let limit = CaptureTime.range.upperBound
    if offset == 0 { return min(Int64(clamping: time), limit) }
    let shifted = Int128(time) + Int128(offset) * 1_000_000_000
    return Int64(clamping: min(max(shifted, Int128(CaptureTime.range.lowerBound)), Int128(limit)))
  }
}
