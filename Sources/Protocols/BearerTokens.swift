import Matching
import Observations
import Wire

/// Tokens that a request carries where clients send keys: in header fields, cookies and parameters that some provider
/// names, or whose names call them secret.
///
/// Whether one is anybody's key is not decided here: it is where the request goes to that provider, or where the same
/// token went there before.
struct BearerTokens {
  struct Token {
    var credential: MaskedCredential
    /// The field or parameter, lower case.
    var field: String
    var location: CredentialLocation
  }

  private(set) var tokens: [Token] = []
  /// What nothing names, and may be known.
  private(set) var values: [UnnamedValue] = []
  /// Of one request; each costs a hash.
  private static let limit = 16

  /// - Parameters:
  ///   - sightings: secrets of known form in `bytes`; what overlaps them is told by them.
  ///   - transport: of the request.
  init(
    _ head: borrowing HTTP1Head, _ bytes: RawSpan, _ sightings: [Sighting], _ settings: borrowing ProtocolSettings,
    _ transport: TransportSecurity
  ) {
    guard case .request(_, let target, _) = head.startLine else { return }
    // Those that providers name come first: no number of others keeps them from being seen.
    for field in head.fields where field.known == nil {
      guard let interest = settings.credentialFields.first(named: field.name, bytes) else { continue }
      if let range = token(in: field.value, of: bytes) {
        add(range, of: bytes, interest.name, .requestHeader, sightings)
      } else {
        addBasic(field.value, of: bytes, interest.name, sightings)
      }
    }
    readParameters(of: target, in: bytes, .requestLine, sightings, settings)
    for field in head.fields { readOther(field, of: bytes, sightings, settings) }
    readUnnamed(head, bytes, target, sightings, transport)
  }

  private mutating func readUnnamed(
    _ head: borrowing HTTP1Head, _ bytes: RawSpan, _ target: Range<Int>, _ sightings: [Sighting],
    _ transport: TransportSecurity
  ) {
    var found: [LooseValues.Value] = []
    if target.count >= LooseValues.shortest { LooseValues.add(in: bytes, target, to: &found) }
    for field in head.fields where field.value.count >= LooseValues.shortest && field.known?.mayCarry ?? true {
      LooseValues.add(in: bytes, field.value, to: &found)
    }
    for value in found {
      let isTold =
        tokens.contains { $0.credential.mark == value.mark }
        || sightings.contains { $0.range.overlaps(UInt64(value.range.lowerBound)..<UInt64(value.range.upperBound)) }
      guard !isTold else { continue }
      let location = value.range.lowerBound < target.upperBound ? CredentialLocation.requestLine : .requestHeader
      values.append(
        UnnamedValue(mark: value.mark, encodings: value.encodings, location: location, transport: transport))
    }
  }

  /// Fields that no provider names: cookies, the address of the page before, whatever is called a secret.
  private mutating func readOther(
    _ field: HTTP1Head.Field, of bytes: RawSpan, _ sightings: [Sighting], _ settings: borrowing ProtocolSettings
  ) {
    if field.known == .referer {
      readParameters(of: field.value, in: bytes, .requestHeader, sightings, settings)
    } else if field.known != nil {
      return
    } else if bytes.equals("cookie", in: field.name) {
      readPairs(in: field.value, of: bytes, separator: UInt8(ascii: ";"), .requestHeader, sightings, settings)
    } else if BearerToken.isName(bytes, in: field.name) {
      let isNamed = settings.credentialFields.first(named: field.name, bytes) != nil
      let name = bytes.text(in: field.name).lowercased()
      guard !isNamed, let range = token(in: field.value, of: bytes) else {
        return isNamed ? () : addBasic(field.value, of: bytes, name, sightings)
      }
      add(range, of: bytes, name, .requestHeader, sightings)
    }
  }

  /// `?key=…&…` in an address.
  private mutating func readParameters(
    of address: Range<Int>, in bytes: RawSpan, _ location: CredentialLocation, _ sightings: [Sighting],
    _ settings: borrowing ProtocolSettings
  ) {
    let line = bytes.extracting(..<address.upperBound)
    guard let query = line.firstOffset(of: UInt8(ascii: "?"), from: address.lowerBound) else { return }
    readPairs(
      in: query + 1..<address.upperBound, of: bytes, separator: UInt8(ascii: "&"), location, sightings, settings)
  }

  /// `name=value` again and again.
  private mutating func readPairs(
    in range: Range<Int>, of bytes: RawSpan, separator: UInt8, _ location: CredentialLocation, _ sightings: [Sighting],
    _ settings: borrowing ProtocolSettings
  ) {
    let line = bytes.extracting(..<range.upperBound)
    var start = range.lowerBound
    while start < line.byteCount {
      let end = line.firstOffset(of: separator, from: start) ?? line.byteCount
      if let equals = line.firstOffset(of: UInt8(ascii: "="), from: start), equals < end {
        let name = line.trimmed(start..<equals)
        if let interest = settings.credentialParameters.first(named: name, bytes) {
          add(equals + 1..<end, of: bytes, interest.name, location, sightings)
        } else if BearerToken.isName(bytes, in: name) {
          add(equals + 1..<end, of: bytes, bytes.text(in: name).lowercased(), location, sightings)
        }
      }
      start = end + 1
    }
  }

  /// The value, or what stands behind its authentication scheme (RFC 9110 section 11.4); `nil` for a scheme that
  /// carries no token.
  private func token(in value: Range<Int>, of bytes: RawSpan) -> Range<Int>? {
    let octets = bytes.octets
    guard let blank = value.first(where: { octets[$0] == 0x20 || octets[$0] == 0x09 }) else { return value }
    guard Self.schemes.contains(where: { bytes.equals($0, in: value.lowerBound..<blank) }) else { return nil }
    return bytes.trimmed(blank..<value.upperBound)
  }

  private static let schemes = ["bearer", "token", "key", "api-key", "apikey", "bot"]

  private mutating func add(
    _ range: Range<Int>, of bytes: RawSpan, _ field: String, _ location: CredentialLocation, _ sightings: [Sighting]
  ) {
    let places = UInt64(range.lowerBound)..<UInt64(max(range.lowerBound, range.upperBound))
    guard tokens.count < Self.limit, !sightings.contains(where: { $0.range.overlaps(places) }) else { return }
    guard let credential = BearerToken.masked(bytes, in: range) else { return }
    tokens.append(Token(credential: credential, field: field, location: location))
  }

  private mutating func addBasic(_ value: Range<Int>, of bytes: RawSpan, _ field: String, _ sightings: [Sighting]) {
    let octets = bytes.octets
    guard let blank = value.first(where: { octets[$0] == 0x20 }), bytes.equals("basic", in: value.lowerBound..<blank)
    else { return }
    let places = UInt64(value.lowerBound)..<UInt64(value.upperBound)
    guard tokens.count < Self.limit, !sightings.contains(where: { $0.range.overlaps(places) }) else { return }
    for var credential in BearerToken.maskedBasic(bytes, in: bytes.trimmed(blank..<value.upperBound)) {
      credential.encodings = [.base64]
      tokens.append(Token(credential: credential, field: field, location: .requestHeader))
    }
  }
}

extension HTTP1KnownField {
  /// Whether a value may stand there that is no part of HTTP.
  fileprivate var mayCarry: Bool {
    switch self {
    case .referer, .userAgent: true
    default: false
    }
  }
}

extension AnalysisContext {
  mutating func emit(_ bearers: BearerTokens, of request: HTTPRequest, transport: TransportSecurity? = nil) {
    for token in bearers.tokens {
      let sighting = CredentialSighting(
        credential: token.credential, location: token.location, direction: .toServer,
        transport: transport ?? self.transport, request: request,
        evidence: "\(token.field): \(token.credential.redacted)")
      emit(.bearer(sighting, field: token.field))
    }
  }
}
