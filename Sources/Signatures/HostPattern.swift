import Wire

/// A host name, or a family of names.
///
/// `api.x.ai` is that name; `.openai.azure.com` every name below it at any depth, not the name itself;
/// a `*` stands for one whole label, or inside a label for any characters of it: `bedrock-runtime.*.amazonaws.com`,
/// `*-aiplatform.googleapis.com`. An address stands for itself, IPv6 with or without its brackets.
/// Comparison ignores ASCII case, whatever the locale, and one trailing dot. Internationalised names are compared in
/// the form that crosses the wire, `xn--…`.
package struct HostPattern: Sendable, Hashable {
  /// Lower case, without trailing dot; the form of RFC 5952 for an IPv6 address.
  package let text: String
  private let address: IPAddress?

  /// - Returns: `nil` when `text` is no host pattern.
  package init?(_ text: String) {
    if let address = Self.ipv6Address(text) {
      (self.text, self.address) = (address.description, address)
      return
    }
    guard let name = HostName.normalised(text), HostName.labels(of: name).allSatisfy(Self.isLabel) else { return nil }
    (self.text, address) = (name, nil)
  }

  /// Whether `host`, a name or an address as text, belongs to this pattern.
  package func matches(_ host: String) -> Bool {
    if let address { return Self.ipv6Address(host) == address }
    guard let name = HostName.normalised(host), !name.utf8.starts(with: ".".utf8) else { return false }
    return matches(normalised: name)
  }

  /// Every name below `text`, not `text` itself.
  package var isSuffix: Bool { text.utf8.first == UInt8(ascii: ".") }
  package var hasWildcard: Bool { text.utf8.contains(UInt8(ascii: "*")) }

  func matches(normalised name: String) -> Bool {
    let expected = HostName.labels(of: text)
    let labels = HostName.labels(of: name)
    guard isSuffix ? labels.count > expected.count : labels.count == expected.count else { return false }
    return zip(labels.suffix(expected.count), expected).allSatisfy { Self.glob($0, matches: $1) }
  }

  private static func ipv6Address(_ text: String) -> IPAddress? {
    guard text.utf8.contains(UInt8(ascii: ":")) else { return nil }
    guard text.hasPrefix("["), text.hasSuffix("]") else { return IPAddress(text) }
    return IPAddress(String(text.dropFirst().dropLast()))
  }

  /// RFC 1123 section 2.1, with the `_` that service names have and our `*`.
  private static func isLabel(_ label: Substring.UTF8View) -> Bool {
    guard (1...63).contains(label.count), label.first != UInt8(ascii: "-"), label.last != UInt8(ascii: "-") else {
      return false
    }
    // Elsewhere `**` is any number of labels, which a leading dot says here.
    let star = UInt8(ascii: "*")
    guard !zip(label, label.dropFirst()).contains(where: { $0 == star && $1 == star }) else { return false }
    return label.allSatisfy { byte in
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"): true
      case UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "*"): true
      default: false
      }
    }
  }

  /// Glob matching, `*` for any characters, that goes back to the last `*` only: linear in practice, never exponential.
  package static func glob(_ label: Substring.UTF8View, matches pattern: Substring.UTF8View) -> Bool {
    let star = UInt8(ascii: "*")
    guard pattern.contains(star) else { return label.elementsEqual(pattern) }
    var (place, expected) = (label.startIndex, pattern.startIndex)
    var retry: (place: String.Index, expected: String.Index)?
    while place < label.endIndex {
      if expected < pattern.endIndex, pattern[expected] == star {
        expected = pattern.index(after: expected)
        retry = (place, expected)
      } else if expected < pattern.endIndex, pattern[expected] == label[place] {
        (place, expected) = (label.index(after: place), pattern.index(after: expected))
      } else if let last = retry {
        place = label.index(after: last.place)
        (retry, expected) = ((place, last.expected), last.expected)
      } else {
        return false
      }
    }
    return pattern[expected...].allSatisfy { $0 == star }
  }
}

/// Host names as text, made comparable.
enum HostName {
  /// RFC 1035 section 2.3.4, less the length bytes that text does not have.
  static let longest = 253

  /// Lower case by ASCII's rules and without one trailing dot; `nil` where no name can look like this: empty, too
  /// long, an empty label other than before a leading dot, which patterns have.
  static func normalised(_ host: String) -> String? {
    var name = host[...]
    if name.utf8.last == UInt8(ascii: ".") { name = name.dropLast() }
    guard (1...longest).contains(name.utf8.count), name.utf8.last != UInt8(ascii: ".") else { return nil }
    var (previous, isLower) = (UInt8(ascii: "a"), true)
    for byte in name.utf8 {
      if byte == UInt8(ascii: "."), previous == byte { return nil }
      if (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte) { isLower = false }
      previous = byte
    }
    guard !isLower else { return String(name) }
    return String(decoding: name.utf8.map(lowered), as: UTF8.self)
  }

  /// The labels between the dots; a leading dot makes no empty label.
  static func labels(of name: String) -> [Substring.UTF8View] {
    name.utf8.split(separator: UInt8(ascii: "."))
  }

  private static func lowered(_ byte: UInt8) -> UInt8 {
    (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte) ? byte | 0x20 : byte
  }
}
