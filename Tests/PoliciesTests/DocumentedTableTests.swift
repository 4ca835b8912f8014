import Foundation
import Policies
import Signatures
import Testing
import Wire

@Suite("The table of docs/policy.md")
struct DocumentedTableTests {
  /// One row: a rule, a contact, and whether the one allows the other.
  struct Row: Sendable, CustomTestStringConvertible {
    let rule: String
    let contact: String
    let isAllowed: Bool

    var testDescription: String { "\(rule) \(isAllowed ? "allows" : "does not allow") \(contact)" }
  }

  static let rows: [Row] = {
    let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    let file = folder.deletingLastPathComponent().appendingPathComponent("docs/policy.md")
    let text = (try? String(contentsOf: file, encoding: .utf8)) ?? ""
    return text.split(separator: "\n").compactMap { line in
      let cells = line.split(separator: "|").map { $0.trimmingCharacters(in: CharacterSet(charactersIn: " `")) }
      guard line.hasPrefix("| `"), cells.count == 3 else { return nil }
      return Row(rule: cells[0], contact: cells[1], isAllowed: cells[2] == "yes")
    }
  }()

  @Test("is there")
  func isThere() { #expect(Self.rows.count >= 40) }

  @Test("is what rules do", arguments: rows)
  func holds(_ row: Row) throws {
    let policy = try PolicyReader.read(text: "version: 1\ndestinations:\n  - \(row.rule)\n", file: "table")
    let contact = try Contact(row.contact)
    let verdict = DestinationIndex(policy).verdict(
      host: contact.host, address: contact.address, port: contact.port, originator: contact.originator)
    #expect((verdict == .allowed(by: 0)) == row.isAllowed)
  }

  /// `HOST:PORT`, then `at ADDRESS` or `behind a proxy`, then `by KIND NAME, …`.
  private struct Contact {
    var host: String
    var port: UInt16
    var address: IPAddress?
    var originator = Originator()

    init(_ text: String) throws {
      let parts = text.components(separatedBy: " by ")
      let words = parts[0].components(separatedBy: " ")
      let colon = try #require(words[0].lastIndex(of: ":"))
      host = String(words[0][..<colon]).trimmingCharacters(in: CharacterSet(charactersIn: "[]"))
      port = try #require(UInt16(words[0][words[0].index(after: colon)...]))
      address = IPAddress(host) ?? IPAddress("203.0.113.1")
      if words.count > 2, words[1] == "at" { address = IPAddress(words[2]) }
      if words.count > 2, words[1] == "behind" { address = nil }
      for pair in parts.dropFirst().first?.components(separatedBy: ", ") ?? [] {
        let words = pair.components(separatedBy: " ")
        switch words[0] {
        case "process": originator.process = words[1]
        case "executable": originator.executable = words[1]
        case "user": originator.user = words[1]
        default: originator.container = words[1]
        }
      }
    }
  }
}
