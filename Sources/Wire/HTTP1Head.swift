/// A message head of HTTP/1.0 or 1.1 as ranges into its bytes: RFC 9112 sections 2 to 5.
///
/// Liberal as libhtp is: bare LF ends a line, white space and odd bytes are kept, lines without a colon are stepped
/// over and counted. One value is reused for head after head, so that reading one allocates nothing.
package struct HTTP1Head: Sendable {
  package enum StartLine: Equatable, Sendable {
    case request(method: Range<Int>, target: Range<Int>, version: Range<Int>)
    case response(version: Range<Int>, status: Int)
  }

  package struct Field: Equatable, Sendable {
    package let name: Range<Int>
    /// What the name is, if it is one of those that reading a message asks for.
    package let known: HTTP1KnownField?
    /// Without surrounding white space; may span folded lines (RFC 9112 section 5.2).
    package fileprivate(set) var value: Range<Int>
  }

  /// Fields kept of one head; the rest is counted. Hostile heads have 100,000.
  package static let fieldLimit = 1_024

  package private(set) var startLine = StartLine.response(version: 0..<0, status: 0)
  package private(set) var fields: [Field] = []
  private var knownFields = HTTP1KnownFields()
  /// Where the start line lies, without its line end.
  package private(set) var startLineRange = 0..<0
  /// Lines that are no fields, and fields beyond `fieldLimit`.
  package private(set) var ignoredLineCount = 0

  package init() {}

  /// The value of the first field of that name.
  package func value(_ known: HTTP1KnownField) -> Range<Int>? {
    knownFields[known].map { fields[$0].value }
  }

  /// Reads `bytes`, which begin at the start line and end with or before the empty line.
  ///
  /// - Throws: `malformed(.startLine)` when the first line is neither a request nor a status line.
  package mutating func read(_ bytes: RawSpan) throws(ParseError) {
    fields.removeAll(keepingCapacity: true)
    knownFields = HTTP1KnownFields()
    ignoredLineCount = 0
    var position = 0
    guard let first = Self.line(of: bytes, at: &position) else { throw .malformed(.startLine, offset: 0) }
    startLineRange = first
    startLine = try Self.startLine(bytes, in: first)
    while let line = Self.line(of: bytes, at: &position), !line.isEmpty {
      append(line, of: bytes)
    }
  }

  private mutating func append(_ line: Range<Int>, of bytes: RawSpan) {
    let octets = bytes.octets
    if octets[line.lowerBound].isBlank, let last = fields.indices.last {
      // obs-fold: the line continues the value before it.
      let folded = bytes.trimmed(line)
      if !folded.isEmpty { fields[last].value = fields[last].value.lowerBound..<folded.upperBound }
      return
    }
    guard let colon = bytes.extracting(line).firstOffset(of: UInt8(ascii: ":")), colon > 0,
      fields.count < Self.fieldLimit
    else {
      ignoredLineCount += 1
      return
    }
    let name = bytes.trimmed(line.lowerBound..<line.lowerBound + colon)
    let known = HTTP1KnownField(bytes, in: name)
    if let known { knownFields.note(known, at: fields.count) }
    fields.append(
      Field(name: name, known: known, value: bytes.trimmed(line.lowerBound + colon + 1..<line.upperBound)))
  }

  /// The next line without its end, CRLF or bare LF; the last one may lack it.
  private static func line(of bytes: RawSpan, at position: inout Int) -> Range<Int>? {
    guard position < bytes.byteCount else { return nil }
    let start = position
    let feed = bytes.firstOffset(of: 0x0A, from: start) ?? bytes.byteCount
    position = feed + 1
    let end = feed > start && bytes.octets[feed - 1] == 0x0D ? feed - 1 : feed
    return start..<end
  }

  private static func startLine(_ bytes: RawSpan, in line: Range<Int>) throws(ParseError) -> StartLine {
    if let response = statusLine(bytes, in: line) { return response }
    let trimmed = bytes.trimmed(line)
    let octets = bytes.octets
    var methodEnd = trimmed.lowerBound
    while methodEnd < trimmed.upperBound, octets[methodEnd].isTokenCharacter { methodEnd += 1 }
    var versionStart = trimmed.upperBound
    while versionStart > methodEnd, !octets[versionStart - 1].isBlank { versionStart -= 1 }
    let version = versionStart..<trimmed.upperBound
    let target = bytes.trimmed(methodEnd..<versionStart)
    guard methodEnd > trimmed.lowerBound, methodEnd < trimmed.upperBound, octets[methodEnd].isBlank,
      bytes.hasHTTP1Version(at: version.lowerBound) || bytes.isLaterHTTPVersion(in: version)
    else { throw .malformed(.startLine, offset: line.lowerBound) }
    return .request(method: trimmed.lowerBound..<methodEnd, target: target, version: version)
  }

  /// `HTTP/1.1 200 OK`; the reason phrase is of no interest and may lack.
  private static func statusLine(_ bytes: RawSpan, in line: Range<Int>) -> StartLine? {
    let octets = bytes.octets
    let isLater = line.count >= 10 && bytes.isLaterHTTPVersion(in: line.lowerBound..<line.lowerBound + 6)
    guard isLater || line.count >= 12 && bytes.hasHTTP1Version(at: line.lowerBound) else { return nil }
    let version = line.lowerBound..<line.lowerBound + (isLater ? 6 : 8)
    guard octets[version.upperBound].isBlank else { return nil }
    var position = version.upperBound
    while position < line.upperBound, octets[position].isBlank { position += 1 }
    var status = 0
    var digits = 0
    while position < line.upperBound, digits < 3, octets[position] &- 0x30 < 10 {
      status = status * 10 + Int(octets[position] &- 0x30)
      (position, digits) = (position + 1, digits + 1)
    }
    return digits == 3 ? .response(version: version, status: status) : nil
  }
}

/// Where a head ends, looked for as its bytes arrive.
package enum HTTP1HeadEnd {
  /// The offset just past the empty line that ends the head, in CRLF or bare LF form.
  ///
  /// - Parameter start: where to begin; two bytes before the end of what was looked through before.
  package static func find(in bytes: RawSpan, from start: Int) -> Int? {
    let octets = bytes.octets
    var position = max(0, start)
    while let feed = bytes.firstOffset(of: 0x0A, from: position) {
      let next = feed + 1
      if next < bytes.byteCount, octets[next] == 0x0A { return next + 1 }
      if next + 1 < bytes.byteCount, octets[next] == 0x0D, octets[next + 1] == 0x0A { return next + 2 }
      position = next
    }
    return nil
  }
}

extension RawSpan {
  /// Whether `HTTP/2` or `HTTP/3` stands in `range`: in heads that were rendered from field sections.
  func isLaterHTTPVersion(in range: Range<Int>) -> Bool {
    guard range.count == 6, bigEndian(at: range.lowerBound, as: UInt32.self) == 0x4854_5450 else { return false }
    let rest = bigEndian(at: range.lowerBound + 4, as: UInt16.self)
    return rest == 0x2F32 || rest == 0x2F33
  }

  /// `range` without blanks, CR and LF at both ends.
  package func trimmed(_ range: Range<Int>) -> Range<Int> {
    let octets = self.octets
    var (lower, upper) = (range.lowerBound, range.upperBound)
    while lower < upper, octets[lower].isBlankOrLineEnd { lower += 1 }
    while upper > lower, octets[upper - 1].isBlankOrLineEnd { upper -= 1 }
    return lower..<upper
  }
}

extension UInt8 {
  var isBlank: Bool { self == 0x20 || self == 0x09 }
  var isBlankOrLineEnd: Bool { isBlank || self == 0x0D || self == 0x0A }
}
