import Wire

/// What one line of a key log says.
enum KeyLogLine: Equatable {
  /// Empty, or a comment.
  case blank
  case secret(SecretKey, value: [UInt8])
  /// Well-formed, but of no use here: a label that is not kept, or one that is not known.
  case ignored
  case malformed

  /// The longest value, in bytes: no hash of TLS is longer, and master secrets have 48.
  static let valueLimit = 64
  /// The longest premaster secret, in bytes: that of an 8,192-bit Diffie-Hellman group.
  static let premasterLimit = 1_024

  /// Reads `line`, without its line end.
  init(_ line: RawSpan) {
    let words = Self.words(of: line)
    guard let first = words.first, line.octets[first.lowerBound] != UInt8(ascii: "#") else {
      self = words.isEmpty ? .blank : Self.comment(line)
      return
    }
    guard words.count == 3 else {
      self = .malformed
      return
    }
    let (name, subject, value) = (words[0], line.extracting(words[1]), line.extracting(words[2]))
    if name.count == 3, line.equals("RSA", in: name, ignoringCase: false) {
      self = Self.ofRSA(subject, value)
    } else {
      self = Self.labelled(line.text(in: name), subject, value)
    }
  }

  /// A comment, unless what calls itself one is binary.
  private static func comment(_ line: RawSpan) -> KeyLogLine {
    line.firstOffset(of: 0) == nil ? .blank : .malformed
  }

  /// `LABEL client-random secret`: draft-ietf-tls-keylogfile section 2.
  private static func labelled(_ name: String, _ subject: RawSpan, _ value: RawSpan) -> KeyLogLine {
    let label = SecretLabel(name: name)
    guard let random = subject.hexadecimal(limit: ClientRandom.byteCount), let random = ClientRandom(random.rawSpan),
      let value = value.hexadecimal(limit: label == .premasterSecret ? premasterLimit : valueLimit)
    else { return .malformed }
    guard let label, label.isKept else {
      return name.utf8.allSatisfy(\.isTokenCharacter) ? .ignored : .malformed
    }
    return .secret(SecretKey(label, random), value: value)
  }

  /// `RSA first-8-bytes-of-encrypted-premaster premaster`, or `RSA Session-ID:id Master-Key:master`: what NSS, and
  /// OpenSSL's s_client once, wrote.
  private static func ofRSA(_ subject: RawSpan, _ value: RawSpan) -> KeyLogLine {
    let (idPrefix, masterPrefix) = ("Session-ID:", "Master-Key:")
    if subject.hasPrefix(idPrefix), value.hasPrefix(masterPrefix) {
      let id = subject.extracting(idPrefix.byteCount...).hexadecimal(limit: SecretKey.subjectLimit)
      let master = value.extracting(masterPrefix.byteCount...).hexadecimal(limit: valueLimit)
      guard let id, let master else { return .malformed }
      return .secret(SecretKey(.session, id.rawSpan), value: master)
    }
    guard let start = subject.hexadecimal(limit: SecretKey.encryptedByteCount),
      start.count == SecretKey.encryptedByteCount, let value = value.hexadecimal(limit: valueLimit)
    else { return .malformed }
    return .secret(SecretKey(.encryptedPremaster, start.rawSpan), value: value)
  }

  /// The words of a line, at most four: no line has so many.
  private static func words(of line: RawSpan) -> [Range<Int>] {
    let octets = line.octets
    var words: [Range<Int>] = []
    var position = 0
    while words.count < 4 {
      while position < octets.count, octets[position].isBlank { position += 1 }
      let start = position
      while position < octets.count, !octets[position].isBlank { position += 1 }
      guard position > start else { break }
      words.append(start..<position)
    }
    return words
  }
}

extension UInt8 {
  /// What stands between words, and before the line end of Windows.
  fileprivate var isBlank: Bool { self == 0x20 || self == 0x09 || self == 0x0D }
}

extension RawSpan {
  /// The bytes that these hexadecimal digits of either case stand for; `nil` for an odd number of digits, none, more
  /// than `limit` bytes or anything else.
  fileprivate func hexadecimal(limit: Int) -> [UInt8]? {
    guard byteCount > 0, byteCount % 2 == 0, byteCount / 2 <= limit else { return nil }
    let octets = self.octets
    var result: [UInt8] = []
    result.reserveCapacity(byteCount / 2)
    for offset in stride(from: 0, to: byteCount, by: 2) {
      guard let high = octets[offset].hexDigitValue, let low = octets[offset + 1].hexDigitValue else { return nil }
      result.append(UInt8(high << 4 | low))
    }
    return result
  }
}
