import Foundation
import Testing

@Suite("The bundled captures, replayed by the program")
struct GoldenCaptureTests {
  @Test("every capture of the folder stands in its table, and the other way round")
  func tableIsComplete() throws {
    let files = try FileManager.default.contentsOfDirectory(atPath: Program.captures.path)
    let names = files.filter { $0.hasSuffix(".pcap") || $0.hasSuffix(".pcapng") }
    #expect(!names.isEmpty)
    #expect(Set(names) == Set(BundledCapture.all.map(\.fileName)))
  }

  @Test("gives the events that stand beside it", arguments: BundledCapture.all)
  func givesExpectedEvents(_ capture: BundledCapture) throws {
    let result = try Program.run(
      ["replay"] + capture.arguments + ["--eve", "-", "--events", capture.events])
    #expect(result.output == (try String(contentsOf: capture.expected, encoding: .utf8)))
    #expect(result.code == capture.exitCode, "\(result.errors)")
  }

  @Test("gives the same bytes with several workers", arguments: BundledCapture.all)
  func isDeterministic(_ capture: BundledCapture) throws {
    let result = try Program.run(
      ["replay"] + capture.arguments + ["--eve", "-", "--events", capture.events, "--workers", "3"])
    #expect(result.output == (try String(contentsOf: capture.expected, encoding: .utf8)))
  }

  @Test("every event is one JSON object with the common fields", arguments: BundledCapture.all)
  func isJSON(_ capture: BundledCapture) throws {
    let result = try Program.run(
      ["replay"] + capture.arguments + ["--eve", "-", "--events", "alert,http,flow,tls,quic,dns,stats"])
    let lines = result.output.split(separator: "\n")
    #expect(!lines.isEmpty)
    for line in lines {
      let event = try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
      let kind = try #require(event["event_type"] as? String)
      #expect(event["timestamp"] is String)
      guard kind != "stats" else { continue }
      for key in ["flow_id", "src_ip", "src_port", "dest_ip", "dest_port", "proto", "community_id", "pcap_cnt"] {
        #expect(event[key] != nil, "\(kind) lacks \(key)")
      }
      if kind == "alert" { #expect((event["leakwire"] as? [String: Any])?["detector"] is String) }
    }
  }

  @Test("every key that an alert tells of is one that the recording made", arguments: BundledCapture.all)
  func tellsRecordedKeys(_ capture: BundledCapture) throws {
    let recorded = try fingerprints(in: capture.keys) { $0 }
    let told = try fingerprints(in: capture.expected) { event in
      (event["leakwire"] as? [String: Any])?["credential"] as? [String: Any]
    }
    #expect(told.isSubset(of: recorded))
  }

  /// The fingerprints in a file of JSON lines, which stand in the object that `part` takes out of a line's.
  private func fingerprints(in file: URL, _ part: ([String: Any]) -> [String: Any]?) throws -> Set<String> {
    guard FileManager.default.fileExists(atPath: file.path) else { return [] }
    let lines = try String(contentsOf: file, encoding: .utf8).split(separator: "\n")
    return try Set(
      lines.compactMap { line in
        let object = try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any]
        return object.flatMap(part)?["fingerprint"] as? String
      })
  }

  @Test("all captures at once, as a folder and one after the other, give the same number of alerts")
  func readsFolders() throws {
    let folder = try Program.run(["replay", ".", "--eve", "-", "-q"])
    #expect(folder.code == 1)
    #expect(folder.output.split(separator: "\n").count >= 10)
  }
}
