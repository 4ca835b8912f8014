/// A day of the proleptic Gregorian calendar, UTC.
package struct CalendarDay: Sendable, Hashable, Comparable {
  /// Days since 1970-01-01.
  package let number: Int

  package init(number: Int) { self.number = number }

  /// - Parameter time: nanoseconds since the Unix epoch.
  package init(containing time: Int64) {
    let (day, rest) = time.quotientAndRemainder(dividingBy: 86_400_000_000_000)
    number = Int(rest < 0 ? day - 1 : day)
  }

  /// Reads `2027-01-31`; `nil` for any other form and for days that do not exist.
  package init?(_ text: String) {
    let parts = text.split(separator: "-", omittingEmptySubsequences: false)
    let digits = text.utf8.filter { $0 != UInt8(ascii: "-") }
    guard parts.map(\.utf8.count) == [4, 2, 2], digits.allSatisfy({ (0x30...0x39).contains($0) }),
      let year = Int(parts[0]), let month = Int(parts[1]), let day = Int(parts[2]), (1...12).contains(month)
    else { return nil }
    number = Self.number(year, month, day)
    guard day > 0, description == text else { return nil }
  }

  package static func < (left: Self, right: Self) -> Bool { left.number < right.number }

  package var next: CalendarDay { CalendarDay(number: number + 1) }

  // Howard Hinnant's `days_from_civil` and `civil_from_days`: years count from 1 March, so that the leap day comes last.

  private static func number(_ year: Int, _ month: Int, _ day: Int) -> Int {
    let year = month <= 2 ? year - 1 : year
    let era = (year >= 0 ? year : year - 399) / 400
    let yearOfEra = year - era * 400
    let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
    return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
  }
}

extension CalendarDay: CustomStringConvertible {
  package var description: String {
    let shifted = number + 719_468
    let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
    let dayOfEra = shifted - era * 146_097
    let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let monthFromMarch = (5 * dayOfYear + 2) / 153
    let month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
    let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
    return [(year, 4), (month, 2), (dayOfYear - (153 * monthFromMarch + 2) / 5 + 1, 2)].map { value, width in
      let text = String(value)
      return String(repeating: "0", count: max(0, width - text.count)) + text
    }.joined(separator: "-")
  }
}
