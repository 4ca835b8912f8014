/// A field name that the reading of messages asks for: RFC 9110.
///
/// No two of them have the same length, so that one comparison settles what a name is.
package enum HTTP1KnownField: Int, CaseIterable, Sendable {
  case host, referer, location, userAgent, contentType, contentLength, contentEncoding, transferEncoding

  /// Lower case.
  package var text: String {
    switch self {
    case .host: "host"
    case .referer: "referer"
    case .location: "location"
    case .userAgent: "user-agent"
    case .contentType: "content-type"
    case .contentLength: "content-length"
    case .contentEncoding: "content-encoding"
    case .transferEncoding: "transfer-encoding"
    }
  }

  /// Whose name stands in `range`, in any case (RFC 9110 section 5.1).
  @inline(__always)
  init?(_ bytes: RawSpan, in range: Range<Int>) {
    switch range.count {
    case 4: self = .host
    case 7: self = .referer
    case 8: self = .location
    case 10: self = .userAgent
    case 12: self = .contentType
    case 14: self = .contentLength
    case 16: self = .contentEncoding
    case 17: self = .transferEncoding
    default: return nil
    }
    guard Self.names[rawValue].isEqual(to: bytes, in: range) else { return nil }
  }

  private static let names = allCases.map { FoldedText($0.text) }
}

/// Where the first field of each known name stands in a head: eight places of two bytes.
struct HTTP1KnownFields: BitwiseCopyable, Sendable {
  private var places = SIMD8<Int16>(repeating: -1)

  subscript(known: HTTP1KnownField) -> Int? {
    let place = places[known.rawValue]
    return place < 0 ? nil : Int(place)
  }

  /// Later ones of the same name do not count.
  mutating func note(_ known: HTTP1KnownField, at place: Int) {
    if places[known.rawValue] < 0 { places[known.rawValue] = Int16(clamping: place) }
  }
}
