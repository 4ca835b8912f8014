/// Writes packet times, nanoseconds since the Unix epoch, as text. Always UTC, always the proleptic Gregorian calendar.
///
/// Every `Int64` has a text: 64 bits of nanoseconds reach from 1677 to 2262, so the year always has four digits.
/// The date and time of the last second are kept, because neighbouring packets mostly share it.
package struct PacketTime {
  private var second = Int64.min
  /// `2026-11-20T23:11:05` of `second`.
  private var text: [UInt8] = []

  package init() {}

  /// `2026-11-20T23:11:05.123456+0000`, as EVE has it.
  package mutating func appendEVE(_ nanoseconds: Int64, to bytes: inout [UInt8]) {
    appendMicroseconds(nanoseconds, to: &bytes)
    bytes.append(contentsOf: "+0000".utf8)
  }

  /// `2026-11-20T23:11:05.123456Z`: RFC 3339, as syslog has it (RFC 5424 section 6.2.3).
  package mutating func appendRFC3339(_ nanoseconds: Int64, to bytes: inout [UInt8]) {
    appendMicroseconds(nanoseconds, to: &bytes)
    bytes.append(UInt8(ascii: "Z"))
  }

  /// `2026-11-20 23:11:05Z`, for people.
  package mutating func readable(_ nanoseconds: Int64) -> String {
    move(to: Self.split(nanoseconds).second)
    return String(decoding: text[..<10], as: UTF8.self) + " " + String(decoding: text[11...], as: UTF8.self) + "Z"
  }

  private mutating func appendMicroseconds(_ nanoseconds: Int64, to bytes: inout [UInt8]) {
    let (second, nanosecond) = Self.split(nanoseconds)
    move(to: second)
    bytes.append(contentsOf: text)
    bytes.append(UInt8(ascii: "."))
    bytes.append(decimal: Int(nanosecond / 1000), width: 6)
  }

  /// Rounded towards the past, so that the fraction is never negative.
  private static func split(_ nanoseconds: Int64) -> (second: Int64, nanosecond: Int64) {
    let (quotient, remainder) = nanoseconds.quotientAndRemainder(dividingBy: 1_000_000_000)
    return remainder < 0 ? (quotient - 1, remainder + 1_000_000_000) : (quotient, remainder)
  }

  private mutating func move(to newSecond: Int64) {
    guard newSecond != second || text.isEmpty else { return }
    second = newSecond
    var (day, time) = newSecond.quotientAndRemainder(dividingBy: 86_400)
    if time < 0 { (day, time) = (day - 1, time + 86_400) }
    let date = Self.civilDate(day: Int(day))
    text.removeAll(keepingCapacity: true)
    text.append(decimal: date.year, width: 4)
    text.append(UInt8(ascii: "-"))
    text.append(decimal: date.month, width: 2)
    text.append(UInt8(ascii: "-"))
    text.append(decimal: date.day, width: 2)
    text.append(UInt8(ascii: "T"))
    text.append(decimal: Int(time) / 3600, width: 2)
    text.append(UInt8(ascii: ":"))
    text.append(decimal: Int(time) / 60 % 60, width: 2)
    text.append(UInt8(ascii: ":"))
    text.append(decimal: Int(time) % 60, width: 2)
  }

  /// Days since 1970-01-01 as a date: Howard Hinnant's `civil_from_days`, which counts years from 1 March so that the
  /// leap day comes last, in eras of 400 years (146,097 days).
  private static func civilDate(day: Int) -> (year: Int, month: Int, day: Int) {
    let shifted = day + 719_468
    let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
    let dayOfEra = shifted - era * 146_097
    let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let monthFromMarch = (5 * dayOfYear + 2) / 153
    let dayOfMonth = dayOfYear - (153 * monthFromMarch + 2) / 5 + 1
    let month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
    return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, dayOfMonth)
  }
}
