import Policies
import Testing

@Suite("Calendar day")
struct CalendarDayTests {
  @Test(
    "reads and writes days",
    arguments: [
      ("1970-01-01", 0), ("1969-12-31", -1), ("2000-02-29", 11_016), ("2024-12-31", 20_088), ("2027-01-31", 20_849),
      ("9999-12-31", 2_932_896),
    ])
  func reads(text: String, number: Int) throws {
    let day = try #require(CalendarDay(text))
    #expect(day.number == number)
    #expect(day.description == text)
  }

  @Test(
    "refuses what is no day",
    arguments: [
      "", "2027", "2027-1-31", "2027-02-29", "2027-13-01", "2027-00-10", "2027-04-31", "2027-01-00", "31-01-2027",
      "2027-01-31T00:00", "+027-01-31", "2027-01--1", "tomorrow",
    ])
  func refuses(_ text: String) { #expect(CalendarDay(text) == nil) }

  @Test("holds the packet times from its first nanosecond to its last")
  func containsTimes() {
    let day: Int64 = 86_400_000_000_000
    #expect(CalendarDay(containing: 0).number == 0)
    #expect(CalendarDay(containing: -1).number == -1)
    #expect(CalendarDay(containing: day - 1).number == 0)
    #expect(CalendarDay(containing: day).number == 1)
    #expect(CalendarDay(containing: -day).number == -1)
    #expect(CalendarDay(containing: .min) < CalendarDay(containing: .max))
  }
}
