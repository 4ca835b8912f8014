import Testing

@testable import Outputs

@Suite("Lists of event kinds")
struct EventKindsTests {
  static let lists: [(String, EventKinds)] = [
    ("alert", .alert), ("alert,http,flow,stats", [.alert, .http, .flow, .stats]),
    ("http, tls ,quic,dns", [.http, .tls, .quic, .dns]), ("alert,alert", .alert),
  ]

  @Test("are read", arguments: lists)
  func reads(_ list: (String, EventKinds)) throws {
    #expect(try EventKinds(parsing: list.0) == list.1)
  }

  @Test(
    "are refused with what is wrong and what is known", arguments: ["", "alert,", "alerts", "Alert", "al\u{1B}ert"])
  func refuses(_ list: String) throws {
    let error = try #require(throws: EventKindsError.self) { _ = try EventKinds(parsing: list) }
    #expect(error.description.hasSuffix("alert, http, tls, quic, dns, flow, stats"))
    #expect(!error.description.contains("\u{1B}"))
  }
}
