import Foundation

/// Reads directories of signature files.
///
/// All `*.yaml` and `*.yml` files below a directory count, in any folder, whatever it is called; hidden ones do not.
/// Within one directory an id may stand once; a later directory replaces what an earlier one says of an id.
package enum CatalogueLoader {
  /// Files of all directories together; beyond it, somebody named the wrong directory.
  static let fileLimit = 4096

  /// - Throws: when anything is wrong with any file: half a catalogue would miss keys in silence.
  package static func load(directories: [String]) throws(SignatureError) -> Catalogue {
    let survey = survey(directories: directories)
    guard survey.problems.isEmpty else { throw SignatureError(problems: survey.problems) }
    return survey.catalogue
  }

  /// Everything that is wrong, in the order of directories, files and lines.
  package static func lint(directories: [String]) -> [SignatureProblem] { survey(directories: directories).problems }

  /// Reads what can be read and lists the rest.
  package static func survey(directories: [String]) -> SignatureSurvey {
    var builder = CatalogueBuilder()
    for directory in directories {
      switch files(below: directory) {
      case .failure(let problem): builder.problems.append(problem)
      case .success(let files):
        builder.beginDirectory()
        for file in files { builder.add(file: file) }
      }
    }
    return builder.finish(directories: directories)
  }

  private static func files(below directory: String) -> Result<[String], SignatureProblem> {
    func fail(_ reason: String) -> Result<[String], SignatureProblem> {
      .failure(SignatureProblem(place: SourcePlace(file: directory), reason: reason))
    }
    let resolved = URL(fileURLWithPath: directory).resolvingSymlinksInPath().path
    guard let attributes = try? FileManager.default.attributesOfItem(atPath: resolved) else {
      return fail("there is no such directory, or it cannot be read")
    }
    guard attributes[.type] as? FileAttributeType == .typeDirectory else { return fail("is not a directory") }
    guard let names = FileManager.default.enumerator(atPath: resolved) else { return fail("cannot be read") }
    let root = directory.hasSuffix("/") ? directory : directory + "/"
    var files: [String] = []
    for case let name as String in names {
      guard !name.split(separator: "/").contains(where: { $0.hasPrefix(".") }) else { continue }
      guard name.hasSuffix(".yaml") || name.hasSuffix(".yml") else { continue }
      files.append(root + name)
      guard files.count <= fileLimit else { return fail("holds more than \(fileLimit) signature files") }
    }
    return .success(files.sorted())
  }
}

extension SignatureProblem: Error {}

/// A catalogue with everything that is worth knowing of how it came about.
package struct SignatureSurvey: Sendable {
  /// What was sound.
  package let catalogue: Catalogue
  package let problems: [SignatureProblem]
  package let fileCount: Int
  /// Where each credential of the catalogue is described, by its id.
  package let places: [String: SourcePlace]
}
