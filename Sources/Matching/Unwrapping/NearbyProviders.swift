import Signatures
import Wire

/// The words by which a message says whose a key is that only a name tells: `mistral` and `mistralai`, of
/// `mistral_api_key` and `mistralai_api_key`.
///
/// `{"provider":"mistral","api_key":"…"}` and `{"base_url":"https://api.mistral.ai","api_key":"…"}` say together what
/// `MISTRAL_API_KEY=…` says alone.
struct NearbyProviders: Sendable {
  /// Shorter ones are words of many things.
  private static let shortest = 4
  /// Of one message; values are tried under the name of each.
  private static let most = 4
  private static let endings = [
    "_api_key", "_api_token", "_access_token", "_auth_token", "_access_key", "_key", "_token", "_secret",
  ].map { Array($0.utf8) }
  private static let characters = ByteTable(ByteSet.alphanumeric.union(ByteSet("-_")))
  /// A word of prose has blanks around it.
  private static let before = ByteSet("\"'`=/.@")
  private static let after = ByteSet("\"'`&./,\r\n\\")

  /// Words of other things as well: they speak of a provider as a part of its host alone.
  private static let ordinary = Set(
    [
      "brave", "chutes", "cursor", "eleven", "gemini", "hyperbolic", "inception", "kilo", "lambda", "leonardo", "modal",
      "morph", "nova", "paradigm", "runway", "spark", "speech", "step", "together", "venice", "writer",
    ].map { Array($0.utf8) })

  /// The name to try, by word: small letters, nothing between them.
  private var names: [[UInt8]: [UInt8]] = [:]
  private var longest = 0
  /// Hosts of a provider's customers (`.openai.azure.com`), which need not begin with its name: what follows the first
  /// label, by that.
  private var hosts: [[UInt8]: [(rest: [UInt8], name: [UInt8])]] = [:]

  init(_ catalogue: Catalogue) {
    for credential in catalogue.credentials {
      let issuers = credential.issuers.compactMap(catalogue.provider).filter { $0.kind != .developer }
      let ids = issuers.map { Self.normalised(Array($0.id.utf8)[...]) }
      addHosts(of: issuers, credential)
      for name in credential.forms.flatMap(\.context).map({ Array($0.utf8) }) {
        guard let word = Self.word(of: name), ids.contains(where: word.starts(with:)), names[word] == nil else {
          continue
        }
        names[word] = name
        longest = max(longest, name.count)
      }
    }
  }

  private mutating func addHosts(of issuers: [Provider], _ credential: CredentialSignature) {
    let names = credential.forms.flatMap(\.context).map { Array($0.utf8) }
    guard let name = names.first(where: { Self.word(of: $0) != nil }) else { return }
    for pattern in issuers.flatMap(\.hosts) where pattern.isSuffix && !pattern.hasWildcard {
      let host = Array(pattern.text.utf8.dropFirst())
      guard let dot = host.firstIndex(of: UInt8(ascii: ".")) else { continue }
      let (label, rest) = (Array(host[..<dot]), Array(host[dot...]))
      guard hosts[label]?.contains(where: { $0.rest == rest && $0.name == name }) != true else { continue }
      hosts[label, default: []].append((rest, name))
      longest = max(longest, label.count)
    }
  }

  /// The name of keys for the host of which `label` ends at `place`.
  private func name(ofHost label: [UInt8], endingAt place: Int, in bytes: [UInt8]) -> [UInt8]? {
    guard place < bytes.count, bytes[place] == UInt8(ascii: ".") else { return nil }
    return hosts[label]?.first { host in
      let end = place + host.rest.count
      return bytes[place...].starts(with: host.rest)
        && (end == bytes.count || !Self.characters.contains(bytes[end]) && bytes[end] != UInt8(ascii: "."))
    }?.name
  }

  /// What stands in front of the end of a name; `nil` for one that ends otherwise, or has next to nothing there.
  private static func word(of name: [UInt8]) -> [UInt8]? {
    guard let ending = endings.first(where: { name.count > $0.count && name.suffix($0.count).elementsEqual($0) }) else {
      return nil
    }
    let word = normalised(name.dropLast(ending.count)[...])
    return word.count >= shortest ? word : nil
  }

  private static func normalised(_ word: ArraySlice<UInt8>) -> [UInt8] {
    word.filter { $0 != UInt8(ascii: "_") && $0 != UInt8(ascii: "-") }.map(\.asciiLowercased)
  }

  /// Whether a name says nothing of whose the value is: `OPENAI_API_KEY` is OpenAI's whatever else is spoken of.
  static func isAnybodys(_ name: String) -> Bool { anybodys.contains(normalised(Array(name.utf8)[...])) }

  private static let anybodys = Set(
    [
      "key", "apikey", "xapikey", "token", "apitoken", "accesstoken", "authtoken", "bearertoken", "secret", "secretkey",
      "apisecret", "accesskey", "authkey", "auth", "authorization", "bearer", "credential", "credentials", "password",
      "value", "llmkey", "llmapikey", "modelapikey", "aikey", "aiapikey",
    ].map { Array($0.utf8) })

  /// The names that keys of the providers go by that `bytes` speak of, in the order in which they do.
  func names(in bytes: [UInt8]) -> [[UInt8]] {
    var (found, place) = ([[UInt8]](), 0)
    guard longest >= Self.shortest else { return [] }
    while place < bytes.count, found.count < Self.most {
      guard Self.characters.contains(bytes[place]) else {
        place += 1
        continue
      }
      let start = place
      while place < bytes.count, Self.characters.contains(bytes[place]) { place += 1 }
      guard (Self.shortest...longest).contains(place - start), isAlone(start..<place, in: bytes) else { continue }
      let word = Self.normalised(bytes[start..<place])
      if let name = name(ofHost: word, endingAt: place, in: bytes), !found.contains(name) { found.append(name) }
      guard let name = names[word], !found.contains(name) else { continue }
      if Self.ordinary.contains(word), place == bytes.count || bytes[place] != UInt8(ascii: ".") { continue }
      found.append(name)
    }
    return found
  }

  private func isAlone(_ range: Range<Int>, in bytes: [UInt8]) -> Bool {
    guard range.upperBound == bytes.count || Self.after.contains(bytes[range.upperBound]) else { return false }
    guard range.lowerBound > 0 else { return true }
    let isValue =
      bytes[range.lowerBound - 1] == 0x20 && range.lowerBound > 1
      && bytes[range.lowerBound - 2] == UInt8(ascii: ":")
    return isValue || Self.before.contains(bytes[range.lowerBound - 1])
  }
}
