import Matching
import Observations
import Wire

/// Tokens that a request carries where clients send keys: header fields and parameters that some provider names.
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
  /// Of one request; each costs a hash.
  private static let limit = 8

  /// - Parameter sightings: secrets of known form in `bytes`; what overlaps them is told by them.
  init(_ head: borrowing HTTP1Head, _ bytes: RawSpan, _ sightings: [Sighting], _ settings: borrowing ProtocolSettings) {
    guard case .request(_, let target, _) = head.startLine else { return }
    for field in head.fields where field.known == nil {
      guard let interest = settings.credentialFields.first(named: field.name, bytes) else { continue }
      if let range = token(in: field.value, of: bytes) {
        add(range, of: bytes, interest.name, .requestHeader, sightings)
      }
    }
    readParameters(in: target, of: bytes, sightings, settings)
  }

  /// `?key=…&…` in the request target.
  private mutating func readParameters(
    in target: Range<Int>, of bytes: RawSpan, _ sightings: [Sighting], _ settings: borrowing ProtocolSettings
  ) {
    let line = bytes.extracting(..<target.upperBound)
    guard var start = line.firstOffset(of: UInt8(ascii: "?"), from: target.lowerBound).map({ $0 + 1 }) else { return }
    while start < line.byteCount {
      let end = line.firstOffset(of: UInt8(ascii: "&"), from: start) ?? line.byteCount
      if let equals = line.firstOffset(of: UInt8(ascii: "="), from: start), equals < end,
        let interest = settings.credentialParameters.first(named: start..<equals, bytes)
      {
        add(equals + 1..<end, of: bytes, interest.name, .requestLine, sightings)
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
