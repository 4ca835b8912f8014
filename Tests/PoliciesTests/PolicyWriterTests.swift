import Policies
import Testing

@Suite("A policy as it is written")
struct PolicyWriterTests {
  @Test("is sorted, commented, and reads as what was meant")
  func roundTrips() throws {
    let hosts = ["z.example", "2001:db8::1", "localhost", "192.0.2.7", "null", "a.example", "1.5", "_dmarc.a.example"]
    let learnt = hosts.map { LearntDestination(host: $0, ports: PortSet([443, 80, 81] as [UInt16]), evidence: ["x"]) }
    let text = PolicyWriter.text(learnt, heading: ["one", ""])
    let policy = try PolicyReader.read(text: text, file: "p")
    #expect(policy.destinations?.map { "\($0.target)" } == hosts.sorted())
    #expect(policy.destinations?.allSatisfy { "\($0.ports)" == "80-81, 443" } == true)
    #expect(text == PolicyWriter.text(learnt.reversed(), heading: ["one", ""]))
    #expect(
      text.hasPrefix(
        "# one\n#\nversion: 1\n\n# Everything else is an unexpected-destination.\ndestinations:\n  # x\n  - host: \"1"))
  }

  @Test("with nothing learnt allows nothing")
  func writesNone() throws {
    #expect(try PolicyReader.read(text: PolicyWriter.text([], heading: []), file: "p").destinations == [])
  }

  @Test(
    "keeps what stands in comments there",
    arguments: ["\n- host: evil.example", "\u{2028}x", "\r\nversion: 2", "\u{85}"])
  func keepsCommentsTogether(_ evidence: String) throws {
    let learnt = LearntDestination(host: "a.example", ports: .all, evidence: [evidence])
    let policy = try PolicyReader.read(text: PolicyWriter.text([learnt], heading: [evidence]), file: "p")
    #expect(policy.destinations?.map { "\($0.target)" } == ["a.example"])
  }

  @Test("merges ports")
  func mergesPorts() {
    #expect("\(PortSet([5...9, 1...2, 3...4, 20...30, 25...26, 65_535...65_535]))" == "1-9, 20-30, 65535")
    #expect(PortSet([1...9]).covers(PortSet([2...3, 9...9])))
    #expect(!PortSet([1...9]).covers(PortSet([9...10])))
    #expect(!PortSet([1...9]).covers(.all))
    #expect(PortSet.all.covers(PortSet([9...10])))
  }
}
