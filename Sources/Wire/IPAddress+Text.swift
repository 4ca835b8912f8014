extension IPAddress {
  /// Reads dotted-quad IPv4 (as RFC 6943 section 3.1.1's strict form: four decimal numbers, no leading zeros) or IPv6
  /// (RFC 4291 section 2.2). `nil` for anything else: zones, brackets, ports and blanks are not part of an address.
  package init?(_ text: String) {
    guard text.utf8.count <= Self.maximumTextByteCount, Self.mayBegin(text.utf8.first) else { return nil }
    let characters = Array(text.utf8)
    if let address = characters.contains(UInt8(ascii: ":")) ? Self.ipv6(characters[...]) : Self.ipv4(characters[...]) {
      self = address
    } else {
      return nil
    }
  }

  /// `INET6_ADDRSTRLEN` of POSIX without its terminator.
  private static let maximumTextByteCount = 45

  /// Most texts that are asked about are names: nothing is made of those that begin like one.
  private static func mayBegin(_ character: UInt8?) -> Bool {
    switch character {
    case .some(UInt8(ascii: "0")...UInt8(ascii: ":")), .some(UInt8(ascii: "a")...UInt8(ascii: "f")),
      .some(UInt8(ascii: "A")...UInt8(ascii: "F")):
      true
    default: false
    }
  }

  private static func ipv4(_ text: ArraySlice<UInt8>) -> IPAddress? {
    let parts = text.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
    guard parts.count == 4 else { return nil }
    var bits: UInt32 = 0
    for part in parts {
      guard let value = number(part, radix: 10, digits: 3), value < 256 else { return nil }
      guard part.count == 1 || part.first != UInt8(ascii: "0") else { return nil }
      bits = bits << 8 | value
    }
    return IPAddress(ipv4: bits)
  }

  /// At most one `::` stands for the groups that are missing.
  private static func ipv6(_ text: ArraySlice<UInt8>) -> IPAddress? {
    let colon = UInt8(ascii: ":")
    let gap = text.indices.dropLast().first { text[$0] == colon && text[$0 + 1] == colon }
    guard let gap else {
      guard let all = groups(text, isLast: true), all.count == 8 else { return nil }
      return IPAddress(groups: all)
    }
    guard let head = groups(text[..<gap], isLast: false), let tail = groups(text[(gap + 2)...], isLast: true) else {
      return nil
    }
    guard head.count + tail.count <= 7 else { return nil }
    let zeros = [UInt32](repeating: 0, count: 8 - head.count - tail.count)
    return IPAddress(groups: head + zeros + tail)
  }

  /// The 16-bit groups of one side of `::`; the last may be two in dotted-quad form.
  private static func groups(_ text: ArraySlice<UInt8>, isLast: Bool) -> [UInt32]? {
    guard !text.isEmpty else { return [] }
    var groups: [UInt32] = []
    let parts = text.split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false)
    for (index, part) in parts.enumerated() {
      if isLast, index == parts.count - 1, part.contains(UInt8(ascii: ".")) {
        guard let quad = ipv4(part) else { return nil }
        groups += [quad.ipv4Bits >> 16, quad.ipv4Bits & 0xFFFF]
      } else {
        guard let value = number(part, radix: 16, digits: 4) else { return nil }
        groups.append(value)
      }
    }
    return groups
  }

  /// Digits only: the standard library's conversion also takes a sign.
  private static func number(_ text: ArraySlice<UInt8>, radix: UInt32, digits: Int) -> UInt32? {
    guard (1...digits).contains(text.count) else { return nil }
    var value: UInt32 = 0
    for character in text {
      let digit: UInt8
      switch character {
      case UInt8(ascii: "0")...UInt8(ascii: "9"): digit = character - UInt8(ascii: "0")
      case UInt8(ascii: "a")...UInt8(ascii: "f"): digit = character - UInt8(ascii: "a") + 10
      case UInt8(ascii: "A")...UInt8(ascii: "F"): digit = character - UInt8(ascii: "A") + 10
      default: return nil
      }
      guard digit < radix else { return nil }
      value = value * radix + UInt32(digit)
    }
    return value
  }

  private init(groups: [UInt32]) {
    let high = groups[..<4].reduce(UInt64(0)) { $0 << 16 | UInt64($1) }
    let low = groups[4...].reduce(UInt64(0)) { $0 << 16 | UInt64($1) }
    self.init(high: high, low: low)
  }
}

extension IPAddress: CustomStringConvertible {
  /// Dotted quad, or the one form of RFC 5952; an IPv4-mapped address reads as the IPv4 address that it is.
  package var description: String {
    isIPv4 ? dottedQuad : compressed
  }

  private var dottedQuad: String {
    let bits = ipv4Bits
    return "\(bits >> 24).\(bits >> 16 & 255).\(bits >> 8 & 255).\(bits & 255)"
  }

  /// The 16-bit group at `index`, 0 to 7, leftmost first.
  private func group(_ index: Int) -> UInt64 {
    (index < 4 ? high : low) >> UInt64(48 - 16 * (index & 3)) & 0xFFFF
  }

  private var compressed: String {
    let gap = longestZeroRun
    var text = ""
    var index = 0
    while index < 8 {
      if index == gap.lowerBound, !gap.isEmpty {
        text += "::"
        index = gap.upperBound
        continue
      }
      if !text.isEmpty, !text.hasSuffix(":") { text += ":" }
      text += String(group(index), radix: 16)
      index += 1
    }
    return text
  }

  /// RFC 5952 section 4.2: the longest run of zero groups, the first of equals, and never a single group.
  private var longestZeroRun: Range<Int> {
    var longest = 0..<0
    var start = 0
    for index in 0..<8 {
      guard group(index) == 0 else {
        start = index + 1
        continue
      }
      if index + 1 - start > max(1, longest.count) { longest = start..<index + 1 }
    }
    return longest
  }
}
