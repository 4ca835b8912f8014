/// Numbers as people read them, the same in every locale.
enum Quantity {
  /// `1,234,567`
  static func count(_ number: UInt64) -> String {
    var digits = Array(String(number))
    for position in stride(from: digits.count - 3, to: 0, by: -3) { digits.insert(",", at: position) }
    return String(digits)
  }

  /// `1,234 packets`, `1 packet`
  static func count(_ number: UInt64, _ singular: String) -> String {
    "\(count(number)) \(singular)\(number == 1 ? "" : "s")"
  }

  /// `512 B`, `1.2 kB`, `34 MB`: powers of 1000, two or three digits.
  static func bytes(_ number: UInt64) -> String {
    let units = ["B", "kB", "MB", "GB", "TB", "PB", "EB"]
    var (unit, divisor) = (0, UInt64(1))
    while number / divisor >= 1000, unit < units.count - 1 { (unit, divisor) = (unit + 1, divisor * 1000) }
    return scaled(number, divisor: divisor) + " " + units[unit]
  }

  /// One decimal below ten, none from there on; rounded down.
  private static func scaled(_ number: UInt64, divisor: UInt64) -> String {
    let whole = number / divisor
    guard whole < 10, divisor > 1 else { return String(whole) }
    return "\(whole).\(number % divisor / (divisor / 10))"
  }

  /// `0.84 s`, `12.3 s`, `3:07`, `2:03:07`.
  static func duration(nanoseconds: Int64) -> String {
    let milliseconds = max(0, nanoseconds) / 1_000_000
    let seconds = milliseconds / 1000
    func twoDigits(_ number: Int64) -> String { number < 10 ? "0\(number)" : "\(number)" }
    switch seconds {
    case 0..<10: return "\(seconds).\(twoDigits(milliseconds % 1000 / 10)) s"
    case 10..<60: return "\(seconds).\(milliseconds % 1000 / 100) s"
    case 60..<3600: return "\(seconds / 60):\(twoDigits(seconds % 60))"
    default: return "\(seconds / 3600):\(twoDigits(seconds / 60 % 60)):\(twoDigits(seconds % 60))"
    }
  }
}
