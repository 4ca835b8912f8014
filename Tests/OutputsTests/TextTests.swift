import Alerts
import Observations
import Testing
import Wire

@testable import Outputs

@Suite("The table of alerts")
struct AlertTableTests {
  @Test("says all that a person needs at first sight")
  func golden() {
    var table = AlertTable(style: TextStyle())
    var alert = Fixtures.alert
    alert.count = 3
    #expect(
      table.block(alert) == """
        2026-11-20 23:11:05Z  CRITICAL  key-exfiltration        anthropic     sk-ant-api03-…x9AA
          Anthropic key sent to webhook.site, which is not Anthropic
          10.0.0.5 → webhook.site:80   request-body, base64   ×3
          evidence  {"key":"sk-ant-api03-…x9AA"}
          advice    Revoke the key and find the process that sent it.

        """)
  }

  @Test("leaves out what is not known")
  func absences() {
    var table = AlertTable(style: TextStyle())
    var alert = Fixtures.alert
    (alert.provider, alert.credential, alert.evidence, alert.advice) = (nil, nil, "", "")
    (alert.detector, alert.severity, alert.message) = (.knownBadDestination, .info, "A known bad host was contacted")
    alert.destination.host = "2001:db8::1"
    #expect(
      table.block(alert) == """
        2026-11-20 23:11:05Z  INFO      known-bad-destination   -             -
          A known bad host was contacted
          10.0.0.5 → [2001:db8::1]:80

        """)
  }

  @Test("colours the severity alone", arguments: Severity.allCases)
  func colour(_ severity: Severity) {
    var alert = Fixtures.alert
    alert.severity = severity
    var (plain, coloured) = (AlertTable(style: TextStyle()), AlertTable(style: TextStyle(usesColour: true)))
    let parts = coloured.block(alert).split(separator: "\u{1B}", omittingEmptySubsequences: false)
    #expect(parts.count == 3)
    #expect(parts[1].hasSuffix("m" + Printable.cell(severity.rawValue.uppercased(), columns: 8)))
    let bare = parts.enumerated().map { $0 == 0 ? $1 : $1.drop { $0 != "m" }.dropFirst() }.joined()
    #expect(bare == plain.block(alert))
  }

  static let hostile = [
    String(repeating: "a", count: 5000), String(repeating: "鍵", count: 200), "x\u{1B}[2J\u{9B}31m\r\n\u{202E}y",
    String(repeating: "\u{301}\u{7}🔑", count: 100),
  ]

  @Test("keeps to its width and its lines, whatever is in the traffic", arguments: hostile, [1, 80, 100, 140])
  func keepsToItsWidth(_ text: String, width: Int) {
    var table = AlertTable(style: TextStyle(width: width))
    let block = table.block(Fixtures.hostileAlert(text))
    let lines = block.split(separator: "\n", omittingEmptySubsequences: false)
    #expect(lines.count == 6 && lines.last == "")
    for line in lines { #expect(Printable.width(String(line)) <= max(80, width), "\(line)") }
    let allowed = block.unicodeScalars.allSatisfy { $0 == "\n" || !JSONEscaping.mustHide($0) }
    #expect(allowed)
  }
}

@Suite("Text for people")
struct TextTests {
  static let escapes: [(String, String)] = [
    ("plain → text…", "plain → text…"), ("a\nb\r\n\t", #"a\nb\r\n\t"#), ("\u{1B}[0m", #"\u{1b}[0m"#),
    ("\u{9B}", #"\u{9b}"#), ("\u{2028}\u{202E}\u{200B}", #"\u{2028}\u{202e}\u{200b}"#), ("\u{E000}", #"\u{e000}"#),
  ]

  @Test("escapes what does not print", arguments: escapes)
  func escape(_ expected: (String, String)) {
    #expect(Printable.text(expected.0) == expected.1)
  }

  static let cuts: [(String, Int, String)] = [
    ("abcdef", 6, "abcdef"), ("abcdefg", 6, "abcde…"), ("鍵鍵鍵", 6, "鍵鍵鍵"), ("鍵鍵鍵", 5, "鍵鍵…"), ("鍵鍵鍵", 4, "鍵…"),
    ("ab", 1, "…"), ("ab", 0, ""), ("e\u{301}tc", 3, "e\u{301}tc"),
  ]

  @Test("cuts by columns", arguments: cuts)
  func cut(_ expected: (String, Int, String)) {
    #expect(Printable.text(expected.0, columns: expected.1) == expected.2)
    #expect(Printable.width(Printable.cell(expected.0, columns: expected.1)) == expected.1)
  }

  @Test("has colour on a capable terminal only, and never against NO_COLOR")
  func colourRules() {
    func uses(_ isTerminal: Bool, _ environment: [String: String]) -> Bool {
      TextStyle(isTerminal: isTerminal, environment: environment).usesColour
    }
    #expect(uses(true, ["TERM": "xterm"]))
    #expect(uses(true, ["NO_COLOR": ""]))
    #expect(!uses(true, ["NO_COLOR": "0"]))
    #expect(!uses(true, ["TERM": "dumb"]))
    #expect(!uses(false, ["TERM": "xterm"]))
  }

  static let byteCounts: [(UInt64, String)] = [
    (0, "0 B"), (999, "999 B"), (1000, "1.0 kB"), (1999, "1.9 kB"), (10_000, "10 kB"), (999_999, "999 kB"),
    (1_234_567, "1.2 MB"), (.max, "18 EB"),
  ]

  @Test("writes sizes short", arguments: byteCounts)
  func bytes(_ expected: (UInt64, String)) { #expect(Quantity.bytes(expected.0) == expected.1) }

  static let counts: [(UInt64, String)] = [
    (0, "0 flows"), (1, "1 flow"), (999, "999 flows"), (1000, "1,000 flows"), (1_234_567, "1,234,567 flows"),
  ]

  @Test("groups digits", arguments: counts)
  func count(_ expected: (UInt64, String)) { #expect(Quantity.count(expected.0, "flow") == expected.1) }

  static let durations: [(Int64, String)] = [
    (-5, "0.00 s"), (849_000_000, "0.84 s"), (12_399_000_000, "12.3 s"), (187_000_000_000, "3:07"),
    (7_387_000_000_000, "2:03:07"), (.max, "2562047:47:16"),
  ]

  @Test("writes durations short", arguments: durations)
  func duration(_ expected: (Int64, String)) { #expect(Quantity.duration(nanoseconds: expected.0) == expected.1) }
}

@Suite("The summary and the progress line")
struct RunTextTests {
  @Test("sum a run up")
  func summary() {
    var summary = RunSummary()
    (summary.packets, summary.bytes, summary.flows, summary.gaps) = (1234, 1_200_000, 56, 1)
    summary.nanoseconds = 840_000_000
    let nothing = "\ncoverage: no flow to an AI provider; nothing encrypted elsewhere"
    #expect(SummaryLine.text(summary) == "1,234 packets, 1.2 MB, 56 flows, 1 gap in 0.84 s; no alerts" + nothing)
    summary.drops = 0
    summary.alerts = [.high: 2, .critical: 1, .low: 0]
    #expect(
      SummaryLine.text(summary)
        == "1,234 packets, 1.2 MB, 56 flows, 1 gap, 0 drops in 0.84 s; 3 alerts: 1 critical, 2 high" + nothing)
  }

  @Test("say what could be read, by provider")
  func coverage() {
    var coverage = Coverage()
    var flows = Coverage.Flows()
    (flows.total, flows.decrypted, flows.withoutKeys, flows.gapped) = (1_234, 1_233, 1, 2)
    coverage.providers = [(id: "openai", flows: flows)]
    (flows.decrypted, flows.withoutKeys, flows.gapped) = (0, 0, 0)
    (flows.total, flows.plain) = (1, 1)
    coverage.providers.append((id: "xai", flows: flows))
    #expect(
      CoverageLine.text(coverage)
        == "coverage: openai 1,234 flows (1,233 decrypted, 1 without keys, 2 with gaps); xai 1 flow (1 in clear); "
        + "nothing encrypted elsewhere")
    coverage.providers = (10...19).map { (id: "p\($0)", flows: flows) }
    (flows.plain, flows.partly, flows.wrongKeys) = (0, 1, 1)
    (flows.total, flows.hiddenByECH, flows.hiddenByQUIC) = (4, 1, 1)
    coverage.elsewhere = flows
    let text = CoverageLine.text(coverage)
    let others = "p17 1 flow (1 in clear); 2 other providers 2 flows (2 in clear); elsewhere 4 encrypted flows"
    #expect(text.contains(others))
    #expect(
      text.hasSuffix("(1 decrypted in part, 1 with wrong keys, 1 hidden by ECH, 1 hidden by QUIC)"))
  }

  static let positions: [(Progress, Int64, String)] = [
    (
      Progress(packets: 3_400_000, bytesRead: 1_200_000_000, totalBytes: 2_400_000_000, alerts: 2), 3_000_000_000,
      "50 %  1.2 GB of 2.4 GB  3,400,000 packets  400 MB/s  ETA 0:03  2 alerts"
    ),
    (
      Progress(packets: 1, bytesRead: 500, totalBytes: nil, alerts: 1), 1_000_000_000,
      "500 B  1 packet  500 B/s  1 alert"
    ),
    (
      Progress(packets: 9, bytesRead: 900, totalBytes: 800, alerts: 0), 1_000_000_000,
      "100 %  800 B of 800 B  9 packets  800 B/s  0 alerts"
    ),
    (
      Progress(packets: 0, bytesRead: 0, totalBytes: 800, alerts: 0), 0, "0 %  0 B of 800 B  0 packets  0 B/s  0 alerts"
    ),
    (
      Progress(packets: 0, bytesRead: 1, totalBytes: .max, alerts: 0), .max,
      "0 %  1 B of 18 EB  0 packets  0 B/s  ETA 277777:46:40  0 alerts"
    ),
  ]

  @Test("tell how far a replay is", arguments: positions)
  func position(_ expected: (progress: Progress, elapsed: Int64, text: String)) {
    #expect(ProgressLine.text(expected.progress, elapsed: expected.elapsed) == expected.text)
  }

  @Test("draw over the line, ten times a second at most")
  func pace() {
    let progress = Progress(packets: 1, bytesRead: 1, totalBytes: nil, alerts: 0)
    var line = ProgressLine(style: TextStyle(usesColour: true), start: 0)
    #expect(line.erase() == nil)
    #expect(line.update(progress, now: 0)?.hasPrefix("\r") == true)
    #expect(line.update(progress, now: 99_999_999) == nil)
    #expect(line.update(progress, now: 100_000_000)?.hasSuffix("\u{1B}[K") == true)
    #expect(line.erase() == "\r\u{1B}[K")
    #expect(line.erase() == nil)
  }

  @Test("draw nothing where there is no terminal")
  func silence() {
    var line = ProgressLine(style: TextStyle(), start: 0)
    #expect(line.update(Progress(packets: 1, bytesRead: 1, totalBytes: nil, alerts: 0), now: 0) == nil)
  }
}
