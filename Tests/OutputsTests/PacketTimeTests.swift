import Testing

@testable import Outputs

@Suite("Packet times")
struct PacketTimeTests {
  struct Case: Sendable, CustomTestStringConvertible {
    let nanoseconds: Int64
    let text: String
    var testDescription: String { text }
  }

  static let cases = [
    Case(nanoseconds: 0, text: "1970-01-01T00:00:00.000000"),
    Case(nanoseconds: 999, text: "1970-01-01T00:00:00.000000"),
    Case(nanoseconds: -1, text: "1969-12-31T23:59:59.999999"),
    Case(nanoseconds: -1_000_000_000, text: "1969-12-31T23:59:59.000000"),
    Case(nanoseconds: 1_795_216_265_123_456_789, text: "2026-11-20T23:11:05.123456"),
    Case(nanoseconds: 951_782_400_000_000_000, text: "2000-02-29T00:00:00.000000"),
    Case(nanoseconds: 951_868_799_999_999_000, text: "2000-02-29T23:59:59.999999"),
    Case(nanoseconds: 1_709_164_800_000_000_000, text: "2024-02-29T00:00:00.000000"),
    Case(nanoseconds: 4_107_542_400_000_000_000, text: "2100-03-01T00:00:00.000000"),
    Case(nanoseconds: 1_735_689_599_000_001_000, text: "2024-12-31T23:59:59.000001"),
    Case(nanoseconds: .max, text: "2262-04-11T23:47:16.854775"),
    Case(nanoseconds: .min, text: "1677-09-21T00:12:43.145224"),
  ]

  @Test("are written in UTC", arguments: cases)
  func writes(_ input: Case) {
    var time = PacketTime()
    var bytes: [UInt8] = []
    time.appendEVE(input.nanoseconds, to: &bytes)
    #expect(String(decoding: bytes, as: UTF8.self) == input.text + "+0000")
  }

  @Test("do not depend on the time written before")
  func sequence() {
    var time = PacketTime()
    for input in Self.cases + Self.cases.reversed() {
      var bytes: [UInt8] = []
      time.appendRFC3339(input.nanoseconds, to: &bytes)
      #expect(String(decoding: bytes, as: UTF8.self) == input.text + "Z")
    }
  }

  @Test("read well in a table")
  func readable() {
    var time = PacketTime()
    #expect(time.readable(Fixtures.time) == "2026-11-20 23:11:05Z")
  }
}
