import Wire

@testable import Signatures

/// Signature files, from YAML to the catalogue, and the templates of their examples.
enum SignatureTarget {
  static func run(_ input: RawSpan) {
    let text = input.text(in: 0..<input.byteCount)
    let log = ProblemLog(file: "input.yaml")
    guard let root = SignatureFile.parse(text, log) else {
      require(!log.problems.isEmpty, "a file is refused without a reason")
      return
    }
    let contents = FileContents(root, log)
    for credential in contents.credentials {
      for example in credential.value.match + credential.value.nomatch {
        _ = try? expandExample(example, seed: "fuzz")
      }
    }
    for problem in log.problems { _ = problem.description }
  }
}
