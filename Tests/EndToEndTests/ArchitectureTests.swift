import Foundation
import Testing

@Suite("ARCHITECTURE.md tells the truth about the sources")
struct ArchitectureTests {
  /// Targets in the order of ARCHITECTURE.md's table, from the ground up.
  private static func tableTargets() throws -> [String] {
    let text = try String(contentsOf: Program.packageFolder.appendingPathComponent("ARCHITECTURE.md"), encoding: .utf8)
    let section = text.components(separatedBy: "## Sources, from the ground up").dropFirst().first ?? ""
    let rows = section.components(separatedBy: "\n## ")[0].split(separator: "\n").filter { $0.hasPrefix("| `") }
    return rows.flatMap { row in
      row.split(separator: "|")[0].split(separator: "`").map(String.init).filter { $0.contains { $0 != " " } }
    }
  }

  /// Targets in the order of Package.swift; those of the tests are left out.
  private static func manifestTargets() throws -> [String] {
    let text = try String(contentsOf: Program.packageFolder.appendingPathComponent("Package.swift"), encoding: .utf8)
    let targets = text.components(separatedBy: "\n  targets: [").dropFirst().first ?? ""
    let kinds = #/(?:\.systemLibrary\(\s*name: |\broom\(\s*|\.executableTarget\(\s*name: )"(?<name>\w+)"/#
    return targets.matches(of: kinds).map { String($0.output.name) }
  }

  private static let folder = Program.packageFolder.appendingPathComponent("Sources")

  @Test("its table lists the targets of Package.swift, in the same order")
  func tableIsComplete() throws {
    let targets = try Self.tableTargets()
    #expect(targets.count > 10)
    #expect(targets == (try Self.manifestTargets()))
  }

  @Test("every folder of Sources is a target of its table")
  func foldersAreTargets() throws {
    let folders = try FileManager.default.contentsOfDirectory(atPath: Self.folder.path).filter { !$0.hasPrefix(".") }
    #expect(Set(folders) == Set(try Self.tableTargets()))
  }

  @Test("no source file imports a target that stands below its own")
  func importsPointUp() throws {
    let order = try Self.tableTargets()
    let statement = #/^(?:@\w+(?:\([^)]*\))?\s+)*(?:\w+\s+)?import\s+(?:(?:struct|enum|func)\s+)?(?<module>\w+)/#
      .anchorsMatchLineEndings()
    var importCount = 0
    for (index, target) in order.enumerated() {
      let files = FileManager.default.enumerator(atPath: Self.folder.appendingPathComponent(target).path)
      for case let path as String in files ?? .init() where path.hasSuffix(".swift") {
        let file = Self.folder.appendingPathComponent("\(target)/\(path)")
        for match in try String(contentsOf: file, encoding: .utf8).matches(of: statement) {
          guard let place = order.firstIndex(of: String(match.output.module)) else { continue }
          importCount += 1
          #expect(place < index, "\(target)/\(path) imports \(match.output.module)")
        }
      }
    }
    // As many as there are, roughly: a pattern that matched nothing would find no fault either.
    #expect(importCount > 100)
  }
}
