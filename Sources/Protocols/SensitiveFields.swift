import Observations
import Wire

/// Fields and parameters whose values are secrets whatever their shape: masked before they leave the sensor.
enum SensitiveFields {
  /// Authentication schemes that stand before a credential.
  static let schemes: Set<String> = [
    "bearer", "token", "basic", "key", "api-key", "bot", "digest", "negotiate", "ntlm",
  ]

  private static let names: Set<String> = [
    "authorization", "proxy-authorization", "cookie", "set-cookie", "api-key", "x-api-key", "x-goog-api-key",
    "xi-api-key", "ocp-apim-subscription-key", "x-subscription-token", "private-token", "helicone-auth",
    "x-portkey-api-key", "x-portkey-virtual-key", "cf-aig-authorization", "x-modal-token-id", "x-modal-token-secret",
    "x-amz-security-token", "x-auth-token", "x-access-token", "x-csrf-token", "x-vault-token",
  ]
  private static let parameters: Set<String> = [
    "key", "api_key", "apikey", "api-key", "access_token", "token", "personal_api_key", "client_secret", "secret",
    "password", "passwd", "sig", "signature", "x-amz-signature", "x-amz-security-token",
  ]
  /// Values shorter than this are no keys and stay readable, in characters.
  private static let shortestValue = 16

  static func mask(name: String, value: String) -> HTTPField {
    let lowered = name.lowercased()
    let isSensitive = names.contains(lowered) || (lowered.hasPrefix("x-") && lowered.hasSuffix("-api-key"))
    // A value that was masked already shows which key it was; it holds the ellipsis.
    guard isSensitive, !value.isEmpty, !value.contains("…") else {
      return HTTPField(name: name, value: lowered == "referer" || lowered == "location" ? maskTarget(value) : value)
    }
    let words = value.split(separator: " ", maxSplits: 1)
    if words.count == 2, schemes.contains(words[0].lowercased()) {
      return HTTPField(name: name, value: "\(words[0]) …")
    }
    return HTTPField(name: name, value: "…")
  }

  /// Masks the values of parameters that carry keys, and a password before the host.
  static func maskTarget(_ target: String) -> String {
    guard let query = target.firstIndex(ofByte: UInt8(ascii: "?")) else { return maskUserInformation(target) }
    let parameters = target[target.utf8.index(after: query)...].utf8.split(
      separator: UInt8(ascii: "&"), omittingEmptySubsequences: false)
    guard parameters.contains(where: isSensitive) else { return maskUserInformation(target) }
    let masked = parameters.map { maskParameter(Substring($0)) }.joined(separator: "&")
    return maskUserInformation(String(target[...query]) + masked)
  }

  private static func isSensitive(_ parameter: Substring.UTF8View) -> Bool {
    guard let equals = parameter.firstIndex(of: UInt8(ascii: "=")),
      parameter.distance(from: equals, to: parameter.endIndex) > shortestValue
    else { return false }
    return parameters.contains(Substring(parameter[..<equals]).lowercased())
  }

  private static func maskParameter(_ parameter: Substring) -> String {
    guard isSensitive(parameter.utf8), let equals = parameter.utf8.firstIndex(of: UInt8(ascii: "=")),
      !parameter.contains("…")
    else { return String(parameter) }
    return "\(parameter[...equals])…"
  }

  private static func maskUserInformation(_ target: String) -> String {
    if target.utf8.first == UInt8(ascii: "/") { return target }
    guard let start = target.utf8.authorityStart else { return target }
    let authority = target[start...].prefix { $0 != "/" && $0 != "?" }
    guard let at = authority.lastIndex(of: "@"), let colon = authority[..<at].firstIndex(of: ":") else { return target }
    return "\(target[...colon])…\(target[at...])"
  }
}
