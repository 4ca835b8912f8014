import Observations
import Wire

/// How the body after a head is delimited: RFC 9112 section 6.3.
enum HTTP1Framing: Equatable {
  case none
  case length(Int)
  case chunked
  case untilClose
}

/// What a head says of its body and its connection, read once from the known fields.
struct HTTP1Fields {
  var contentLength: Int?
  var isChunked = false
  /// Content codings in the order they were applied; transfer codings other than chunked come last.
  var codings: [Encoding] = []

  init(_ head: borrowing HTTP1Head, _ bytes: RawSpan) {
    let mayBeCoded = head.value(.transferEncoding) != nil || head.value(.contentEncoding) != nil
    guard mayBeCoded || head.value(.contentLength) != nil else { return }
    for field in head.fields {
      switch field.known {
      case .contentLength: contentLength = contentLength ?? Self.length(bytes, field.value)
      case .transferEncoding, .contentEncoding: addCodings(bytes, field.value)
      default: break
      }
    }
  }

  /// The first run of digits, as servers read it: `10, 10` and `+10` occur in smuggling.
  private static func length(_ bytes: RawSpan, _ range: Range<Int>) -> Int? {
    let octets = bytes.octets
    var value: Int?
    for index in range {
      let digit = octets[index] &- 0x30
      guard digit < 10 else {
        if value != nil { break }
        continue
      }
      guard value ?? 0 < 1 << 53 else { return nil }
      value = (value ?? 0) * 10 + Int(digit)
    }
    return value
  }

  private mutating func addCodings(_ bytes: RawSpan, _ range: Range<Int>) {
    for token in bytes.text(in: range).lowercased().split(whereSeparator: { ", \t;\r\n".contains($0) }) {
      switch token {
      case "chunked": isChunked = true
      case "gzip", "x-gzip": codings.append(.gzip)
      case "deflate": codings.append(.deflate)
      case "br": codings.append(.br)
      case "zstd": codings.append(.zstd)
      default: break
      }
    }
  }

  var requestFraming: HTTP1Framing {
    if isChunked { return .chunked }
    guard let contentLength, contentLength > 0 else { return .none }
    return .length(contentLength)
  }

  /// - Parameter method: of the request that is answered, where it is known.
  func responseFraming(status: Int, method: String?) -> HTTP1Framing {
    if method == "HEAD" || (100..<200).contains(status) || status == 204 || status == 304 { return .none }
    if method == "CONNECT", (200..<300).contains(status) { return .none }
    if isChunked { return .chunked }
    guard let contentLength else { return .untilClose }
    return contentLength > 0 ? .length(contentLength) : .none
  }
}
