package import Foundation

/// A certificate of a CA of its own, made by the `openssl` command when the test runs.
package struct TestCertificate {
  package static let opensslPath = ["/usr/bin/openssl", "/usr/local/bin/openssl", "/opt/homebrew/bin/openssl"]
    .first { FileManager.default.isExecutableFile(atPath: $0) }

  /// PEM files.
  package let certificatePath: String
  package let keyPath: String

  /// - Parameters:
  ///   - names: as of openssl's `subjectAltName`.
  ///   - folder: where the files are made.
  package init(names: String, in folder: URL) throws {
    certificatePath = folder.appendingPathComponent("cert.pem").path
    keyPath = folder.appendingPathComponent("key.pem").path
    let openssl = Process()
    openssl.executableURL = URL(fileURLWithPath: Self.opensslPath ?? "/usr/bin/openssl")
    openssl.arguments = [
      "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2",
      "-subj", "/CN=leakwire test", "-addext", "subjectAltName=\(names)", "-keyout", keyPath, "-out", certificatePath,
    ]
    openssl.standardError = FileHandle.nullDevice
    try openssl.run()
    openssl.waitUntilExit()
  }
}
