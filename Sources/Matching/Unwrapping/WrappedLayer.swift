import Observations

/// A way of writing that was taken off.
enum WrappedLayer: Sendable, Equatable {
  case base64, base32, hex, percent, escapes, entities, quotedPrintable, wide, exclusiveOr, reversed, joined
  case gzip, deflate, zstd, brotli, zip

  /// What it is called in an alert; `nil` for ways that have no name there, which are left out.
  ///
  /// - Parameter isURLSafe: whether `-` or `_` stand in the base64.
  func encoding(isURLSafe: Bool) -> Encoding? {
    switch self {
    case .base64: isURLSafe ? .base64url : .base64
    case .hex: .hex
    case .percent: .percent
    case .escapes: .jsonEscape
    case .gzip: .gzip
    case .deflate: .deflate
    case .zstd: .zstd
    case .brotli: .br
    case .zip: .zip
    case .reversed: .reversed
    // Neither base32, entities nor quoted-printable, UTF-16, published keys and split fields have a name.
    case .base32, .entities, .quotedPrintable, .wide, .exclusiveOr, .joined: nil
    }
  }
}
