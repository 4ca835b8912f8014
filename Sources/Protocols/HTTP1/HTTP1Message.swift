import Matching
import Observations
import Wire

/// A message head turned into values that may leave the sensor: secrets masked before a string is made of anything.
/// Noncopyable: it has many parts, and is read where it lies.
struct HTTP1Message: ~Copyable {
  enum Start {
    case request(HTTPRequest)
    case response(HTTPResponse)
  }

  /// Where in the head a secret was, in words.
  struct Place {
    var location: CredentialLocation
    var evidence: String
  }

  let start: Start
  let fields: HTTP1Fields
  /// What a 101 switches to, where it is read.
  let upgrade: HTTPUpgrade?
  /// One for each sighting, in the same order.
  let places: [Place]
  /// Tokens of no known form.
  let bearers: BearerTokens

  /// - Parameters:
  ///   - bytes: the head, from its start line on.
  ///   - streamID: the stream of HTTP/2 or HTTP/3 that the head was rendered from.
  ///   - transport: where it is not that of the context.
  /// - Throws: `malformed` when the start line is not HTTP/1.
  init(
    _ bytes: RawSpan, sightings: [Sighting], requestIndex: UInt64, streamID: UInt32? = nil,
    transport: TransportSecurity? = nil, _ context: inout AnalysisContext
  ) throws(ParseError) {
    try context.head.read(bytes)
    let fields = HTTP1Fields(context.head, bytes)
    let upgrade = HTTPUpgrade(context.head, bytes)
    let bearers = BearerTokens(context.head, bytes, sightings, context.settings, transport ?? context.transport)
    let places = sightings.map { Self.place(of: $0, in: context.head, bytes) }
    let start: Start
    if sightings.isEmpty {
      start = HeadReader.start(context.head, bytes, context.settings, bearers.values, requestIndex, streamID)
    } else {
      // Read again with every secret replaced by its redacted form: offsets then fit the masked text.
      let masked = Redaction.masked(bytes, sightings)
      try context.head.read(masked.rawSpan)
      start = HeadReader.start(
        context.head, masked.rawSpan, context.settings, bearers.values, requestIndex, streamID)
    }
    (self.start, self.fields, self.upgrade, self.places, self.bearers) = (start, fields, upgrade, places, bearers)
  }

  private static func place(of sighting: Sighting, in head: HTTP1Head, _ bytes: RawSpan) -> Place {
    let offset = Int(clamping: sighting.range.lowerBound)
    let redacted = sighting.credential.redacted
    var isResponse = false
    if case .response = head.startLine { isResponse = true }
    guard let field = head.fields.last(where: { $0.name.lowerBound <= offset }) else {
      return Place(
        location: isResponse ? .responseHeader : .requestLine, evidence: "\(sighting.context)\(redacted)")
    }
    let name = bytes.text(in: field.name.lowerBound..<min(field.name.upperBound, field.name.lowerBound + 64))
    let scheme = sighting.context.split(separator: " ").last.map { "\($0) " } ?? ""
    let isAfterScheme = SensitiveFields.schemes.contains(scheme.dropLast().lowercased())
    return Place(
      location: isResponse ? .responseHeader : .requestHeader,
      evidence: "\(name): \(isAfterScheme ? scheme : "")\(redacted)")
  }
}

/// Makes request and response values of a parsed head.
private enum HeadReader {
  static func start(
    _ head: borrowing HTTP1Head, _ bytes: RawSpan, _ settings: borrowing ProtocolSettings, _ values: [UnnamedValue],
    _ index: UInt64, _ streamID: UInt32?
  ) -> HTTP1Message.Start {
    switch head.startLine {
    case .request(let method, let target, let version):
      .request(request(head, bytes, settings, (method, target, version), values, index, streamID))
    case .response(let version, let status):
      .response(
        HTTPResponse(
          version: bytes.text(in: version), status: status, contentType: value(.contentType, head, bytes),
          location: value(.location, head, bytes).map(SensitiveFields.maskTarget),
          fields: settings.keepsFields ? allFields(head, bytes) : []))
    }
  }

  private static func request(
    _ head: borrowing HTTP1Head, _ bytes: RawSpan, _ settings: borrowing ProtocolSettings,
    _ line: (method: Range<Int>, target: Range<Int>, version: Range<Int>), _ values: [UnnamedValue], _ index: UInt64,
    _ streamID: UInt32?
  ) -> HTTPRequest {
    let isConnect = bytes.equals("CONNECT", in: line.method, ignoringCase: false)
    // In HTTP/2 and 3 `:authority` alone says the host, whatever the path looks like: RFC 9113 section 8.3.1.
    let named = streamID == nil ? Authority(ofTarget: line.target, isConnect: isConnect, in: bytes) : nil
    let authority = named ?? head.value(.host).flatMap { Authority(bytes, in: $0) }
    return HTTPRequest(
      method: bytes.text(in: line.method), target: SensitiveFields.maskTarget(bytes.text(in: line.target)),
      version: bytes.text(in: line.version), host: authority?.host, port: authority?.port,
      userAgent: value(.userAgent, head, bytes), contentType: value(.contentType, head, bytes),
      referer: value(.referer, head, bytes).map(SensitiveFields.maskTarget),
      fields: settings.keepsFields ? allFields(head, bytes) : [],
      notedFields: notedFields(head, bytes, settings), values: values, index: index, streamID: streamID)
  }

  /// The first field of that name.
  private static func value(
    _ name: HTTP1KnownField, _ head: borrowing HTTP1Head, _ bytes: RawSpan
  ) -> String? {
    head.value(name).map { bytes.unfoldedText(in: $0) }
  }

  private static func allFields(_ head: borrowing HTTP1Head, _ bytes: RawSpan) -> [HTTPField] {
    head.fields.map { field in
      SensitiveFields.mask(name: bytes.text(in: field.name), value: bytes.unfoldedText(in: field.value))
    }
  }

  /// Only values that an indicator names, which are public: a client's own key in the same field stays out.
  private static func notedFields(
    _ head: borrowing HTTP1Head, _ bytes: RawSpan, _ settings: borrowing ProtocolSettings
  ) -> [HTTPField] {
    var noted: [HTTPField] = []
    for field in head.fields {
      for interest in settings.notedFields.named(bytes, in: field.name) {
        let value = bytes.unfoldedText(in: field.value)
        if interest.values.contains(value) {
          noted.append(HTTPField(name: interest.name, value: value))
        } else if interest.values.isEmpty {
          noted.append(SensitiveFields.mask(name: interest.name, value: value))
        }
      }
    }
    return noted
  }
}

extension RawSpan {
  /// A field value as text, folds replaced by one blank (RFC 9112 section 5.2).
  fileprivate func unfoldedText(in range: Range<Int>) -> String {
    let text = self.text(in: range)
    guard extracting(range).firstOffset(of: 0x0A) != nil else { return text }
    return text.split(whereSeparator: \.isNewline).map { $0.trimmingBlanks }.joined(separator: " ")
  }
}

extension Substring {
  fileprivate var trimmingBlanks: Substring {
    var trimmed = self
    while let first = trimmed.first, first == " " || first == "\t" { trimmed.removeFirst() }
    while let last = trimmed.last, last == " " || last == "\t" || last == "\r" { trimmed.removeLast() }
    return trimmed
  }
}
