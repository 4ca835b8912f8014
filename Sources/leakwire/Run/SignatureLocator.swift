import Foundation

/// Where the built-in signatures lie.
enum SignatureLocator {
  /// Beside an installed binary (`PREFIX/share/leakwire/Signatures`), else above a built one (`Signatures/` of the
  /// package).
  static func builtIn() throws(Failure) -> String {
    let executable = executablePath()
    var folder = URL(fileURLWithPath: executable).resolvingSymlinksInPath().deletingLastPathComponent()
    let installed = folder.deletingLastPathComponent().appendingPathComponent("share/leakwire/Signatures")
    if isSignatureFolder(installed) { return installed.path }
    while folder.path != "/" {
      let candidate = folder.appendingPathComponent("Signatures")
      if isSignatureFolder(candidate) { return candidate.path }
      folder = folder.deletingLastPathComponent()
    }
    throw Failure.usage(
      "the built-in signatures are missing: \(installed.path) does not exist; name a folder with -S DIR")
  }

  private static func isSignatureFolder(_ url: URL) -> Bool {
    FileManager.default.fileExists(atPath: url.appendingPathComponent("providers").path)
  }

  private static func executablePath() -> String {
    #if os(Linux)
      if let path = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe") { return path }
    #endif
    return Bundle.main.executablePath ?? CommandLine.arguments[0]
  }
}
