import Decryption
import Foundation
import Matching
import Observations
import Signatures
import Wire

/// The signatures of the repository, compiled once.
enum Bundled {
  static let catalogue: Catalogue = {
    do {
      return try CatalogueLoader.load(directories: [FuzzEnvironment.root + "/Signatures"])
    } catch {
      fatalError("\(error)")
    }
  }()

  static let patterns: SecretPatterns = {
    do {
      return try SecretPatterns(catalogue: catalogue)
    } catch {
      fatalError("\(error)")
    }
  }()

  static func matcher() -> SecretMatcher {
    do {
      return try SecretMatcher(patterns: patterns)
    } catch {
      fatalError("\(error)")
    }
  }

  /// The key logs beside the captures: paths below `Captures`, and what is in them.
  static func keyLogs() -> [(name: String, bytes: [UInt8])] {
    let folder = FuzzEnvironment.root + "/Captures"
    let names = FileManager.default.enumerator(atPath: folder)?.compactMap { $0 as? String } ?? []
    return names.filter { $0.hasSuffix(".keylog") }.sorted().compactMap { name in
      FileManager.default.contents(atPath: "\(folder)/\(name)").map { (name, Array($0)) }
    }
  }

  static func capturedSecrets() -> TLSSecrets {
    let secrets = TLSSecrets()
    for log in keyLogs() {
      var reader = KeyLogReader()
      reader.read(log.bytes.rawSpan, into: secrets)
      reader.finish(into: secrets)
    }
    return secrets
  }
}
