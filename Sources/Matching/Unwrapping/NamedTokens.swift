import Observations
import Wire

/// Finds values in a body that their names call secret, whatever their form: `"apiKey":"…"`, `token=…`.
///
/// Where the message speaks of a provider whose keys have that form (`NearbyProviders`), a value is one of its keys. Else
/// its sighting carries `BearerToken.signature` and the name as its context, and whether it is anybody's key is not decided
/// here: it is where the same value went to a provider before.
enum NamedTokens {
  /// Of one message; each costs a hash.
  private static let most = 32
  /// Between a name and its value.
  private static let longestSeparator = 8
  private static let longestName = 40
  /// In forms of several parts (RFC 7578 section 4.2), an empty line stands between name and value.
  private static func isSeparator(_ byte: UInt8) -> Bool {
    switch Unicode.Scalar(byte) {
    case "\"", "'", "`", ":", " ", "=", "\t", "\\", ">", "\r", "\n": true
    default: false
    }
  }

  private static func isNameCharacter(_ byte: UInt8) -> Bool {
    switch Unicode.Scalar(byte) {
    case "a"..."z", "A"..."Z", "0"..."9", "-", "_", ".": true
    default: false
    }
  }

  /// Schemes that may stand between a name and its value.
  private static let schemes = ["bearer", "token"].map { Array($0.utf8) }

  static func scan(_ bytes: [UInt8], _ matcher: inout SecretMatcher, _ found: inout [Sighting]) {
    var (place, count) = (0, 0)
    var providers: [[UInt8]]?
    while count < most, let start = TokenRuns.firstRun(in: bytes.rawSpan, from: place) {
      var end = TokenRuns.endOfRun(in: bytes.rawSpan, from: start)
      place = end
      // What pads base64.
      while end < min(bytes.count, place + 2), bytes[end] == UInt8(ascii: "=") { end += 1 }
      guard let name = name(before: start, in: bytes), let token = BearerToken.masked(bytes.rawSpan, in: start..<end)
      else { continue }
      count += 1
      let range = UInt64(start)..<UInt64(end)
      let isAnybodys = NearbyProviders.isAnybodys(name)
      if isAnybodys, providers == nil { providers = matcher.nearbyProviders.names(in: bytes) }
      if isAnybodys, let credential = credential(bytes[start..<end], token, under: providers ?? [], &matcher) {
        found.append(Sighting(credential: credential, range: range, context: "\(name): "))
      } else {
        found.append(Sighting(credential: token, range: range, context: name))
      }
      if let inner = WrappedToken(bytes.span.extracting(start..<end)) {
        tell(inner, under: name, providers, at: range, &matcher, &found)
      }
    }
  }

  /// The token that a value is the encoding of: `{"apiKey":"<its base64>"}`, a Kubernetes secret.
  private static func tell(
    _ inner: WrappedToken, under name: String, _ providers: [[UInt8]]?, at range: Range<UInt64>,
    _ matcher: inout SecretMatcher, _ found: inout [Sighting]
  ) {
    guard let token = BearerToken.masked(inner.bytes.rawSpan, in: 0..<inner.bytes.count) else { return }
    let names = [Array(name.utf8)] + (providers ?? [])
    let known = credential(inner.bytes[...], token, under: names, &matcher)
    var credential = known ?? token
    credential.encodings = [inner.encoding]
    found.append(Sighting(credential: credential, range: range, context: known == nil ? name : "\(name): "))
  }

  /// The value as a key of one of the providers that the message speaks of.
  ///
  /// - Parameter names: of keys; the value is looked at as if one stood before it.
  private static func credential(
    _ value: ArraySlice<UInt8>, _ token: MaskedCredential, under names: [[UInt8]], _ matcher: inout SecretMatcher
  ) -> MaskedCredential? {
    for name in names {
      var text = name + [UInt8(ascii: "=")] + value + [UInt8(ascii: "\n")]
      defer { text.erase(0..<text.count) }
      var credential: MaskedCredential?
      matcher.scanWhole(text.rawSpan) {
        if $0.credential.fingerprint == token.fingerprint { credential = $0.credential }
      }
      if let credential { return credential }
    }
    return nil
  }

  /// - Returns: `nil` where nothing names what starts at `start`, or its name is not that of a secret.
  private static func name(before start: Int, in bytes: [UInt8]) -> String? {
    var end = skipSeparator(before: start, in: bytes)
    guard end < start else { return nil }
    let first = nameStart(before: end, in: bytes)
    if schemes.contains(where: { isEqual($0, first..<end, bytes) }) {
      let beforeScheme = skipSeparator(before: first, in: bytes)
      if beforeScheme < first, nameStart(before: beforeScheme, in: bytes) < beforeScheme { end = beforeScheme }
    }
    var name = nameStart(before: end, in: bytes)..<end
    // The letter of `\n` in front of it.
    if name.count > 1, name.lowerBound > 0, bytes[name.lowerBound - 1] == UInt8(ascii: "\\") { name = name.dropFirst() }
    guard !name.isEmpty, name.count < longestName, BearerToken.isName(bytes.rawSpan, in: name) else { return nil }
    return String(decoding: bytes[name], as: UTF8.self)
  }

  private static func skipSeparator(before start: Int, in bytes: [UInt8]) -> Int {
    var place = start
    while place > 0, start - place < longestSeparator, isSeparator(bytes[place - 1]) { place -= 1 }
    return place
  }

  private static func nameStart(before end: Int, in bytes: [UInt8]) -> Int {
    var place = end
    while place > 0, end - place < longestName, isNameCharacter(bytes[place - 1]) { place -= 1 }
    return place
  }

  private static func isEqual(_ word: [UInt8], _ range: Range<Int>, _ bytes: [UInt8]) -> Bool {
    word.count == range.count && zip(word, bytes[range]).allSatisfy { $0 == $1 | 0x20 }
  }
}
