/// Why an output cannot be used, in one line for the operator.
package enum OutputError: Error, Equatable, CustomStringConvertible {
  case cannotOpen(path: String, reason: String)
  case badCertificateFile(path: String, reason: String)

  package var description: String {
    switch self {
    case .cannotOpen(let path, let reason): "cannot open \(Printable.text(path)) for writing: \(reason)"
    case .badCertificateFile(let path, let reason):
      "cannot read the CA certificates in \(Printable.text(path)): \(reason)"
    }
  }
}
