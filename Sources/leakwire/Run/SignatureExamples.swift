import Matching
import Observations
import Signatures
import Wire

/// Runs the examples that signature files carry against the matcher that a replay uses.
enum SignatureExamples {
  struct Report {
    var exampleCount = 0
    /// One line each; an example is named by its number, for its text could be somebody's key.
    var failures: [String] = []
  }

  static func run(_ catalogue: Catalogue) throws(Failure) -> Report {
    var report = Report()
    do throws(MatchingError) {
      var matcher = try SecretMatcher(patterns: SecretPatterns(catalogue: catalogue))
      for signature in catalogue.credentials {
        let examples = catalogue.examples(of: signature)
        for (index, text) in examples.match.enumerated() where !finds(signature, in: text, &matcher) {
          report.failures.append("\(signature.id): match example \(index + 1) is not found")
        }
        for (index, text) in examples.nomatch.enumerated() where finds(signature, in: text, &matcher) {
          report.failures.append("\(signature.id): nomatch example \(index + 1) is found")
        }
        report.exampleCount += examples.match.count + examples.nomatch.count
      }
    } catch { throw .usage("signatures: \(error.description)") }
    return report
  }

  private static func finds(_ signature: CredentialSignature, in text: String, _ matcher: inout SecretMatcher) -> Bool {
    matcher.sightings(in: Array(text.utf8).rawSpan).contains { $0.credential.signature == signature.id }
  }
}
