/// What stands just before an anchor: a secret does not start in the middle of a word.
///
/// On the wire more than punctuation ends a word: `%3D`, `\n`, `\u0022`, `=3D` and colour codes end in a letter or a
/// digit and are still boundaries.
struct LeftEdge: Equatable {
  enum Kind: Equatable {
    case open
    /// `-` or `_`: as in `task-sk-…` and `a_hf_…`, where short anchors mean nothing.
    case joined
    /// A letter or a digit.
    case closed
  }

  var kind: Kind
  /// The byte before: the length of the string where the string is length-prefixed (protobuf, MessagePack, HPACK),
  /// which a secret of 108 characters makes an `l`.
  var lengthByte: UInt8?

  static let open = LeftEdge(kind: .open, lengthByte: nil)

  private init(kind: Kind, lengthByte: UInt8?) { (self.kind, self.lengthByte) = (kind, lengthByte) }

  init(before start: Int, in bytes: Span<UInt8>) {
    guard start > 0, start <= bytes.count else {
      (kind, lengthByte) = (.open, nil)
      return
    }
    let last = bytes[start - 1]
    let isWord = ByteSet.alphanumeric.contains(last)
    guard isWord || last == UInt8(ascii: "-") || last == UInt8(ascii: "_") else {
      (kind, lengthByte) = (.open, nil)
      return
    }
    let before = bytes.extracting(..<start)
    kind = !isWord ? .joined : Self.endsEscape(before) || Self.endsCounted(before) ? .open : .closed
    lengthByte = start >= 2 && ByteSet.alphanumeric.contains(bytes[start - 2]) ? nil : last
  }

  /// Whether `bytes` end in an escape of a byte that is a boundary itself.
  private static func endsEscape(_ bytes: Span<UInt8>) -> Bool {
    func at(_ distance: Int) -> UInt8? { distance <= bytes.count ? bytes[bytes.count - distance] : nil }
    func isBoundary(_ value: Int?) -> Bool {
      guard let value else { return false }
      return value > 0x7f || !ByteSet.alphanumeric.contains(UInt8(value))
    }
    let backslash = UInt8(ascii: "\\")
    if at(2) == backslash, let letter = at(1), "nrtbfv0".utf8.contains(letter) { return true }
    if let high = at(2).flatMap(hexValue), let low = at(1).flatMap(hexValue), isBoundary(high << 4 | low) {
      // %3D, its own escape %253D, =3D of quoted-printable, \x3d, \u003d.
      if at(3) == UInt8(ascii: "%") || at(3) == UInt8(ascii: "=") { return true }
      if at(3) == UInt8(ascii: "5"), at(4) == UInt8(ascii: "2"), at(5) == UInt8(ascii: "%") { return true }
      if at(3) == UInt8(ascii: "x"), at(4) == backslash { return true }
      if at(5) == UInt8(ascii: "u"), at(6) == backslash { return true }
    }
    return endsColour(bytes)
  }

  /// Whether a string ends that its length stands before, in two bytes: what follows the topic of MQTT (version 5.0,
  /// section 1.5.4) and strings of many other protocols.
  private static func endsCounted(_ bytes: Span<UInt8>) -> Bool {
    for count in 1..<min(longestCounted, bytes.count) where bytes[bytes.count - 1 - count] == UInt8(count) {
      if count + 2 <= bytes.count, bytes[bytes.count - 2 - count] == 0 { return true }
    }
    return false
  }

  /// Longer topics are rare, and a byte that could be their length is a letter.
  private static let longestCounted = 65

  /// `ESC [ 3 2 m`, ECMA-48 section 8.3.117: terminal output colours keys.
  private static func endsColour(_ bytes: Span<UInt8>) -> Bool {
    guard bytes[bytes.count - 1] == UInt8(ascii: "m") else { return false }
    var place = bytes.count - 2
    // The longest usual one is `[1;38;5;196`.
    while place > 0, bytes.count - place < 14,
      ByteSet.digits.contains(bytes[place]) || bytes[place] == UInt8(ascii: ";")
    {
      place -= 1
    }
    return place >= 0 && bytes[place] == UInt8(ascii: "[")
  }
}

extension LeftEdge {
  /// Anchors of this length do not turn up in slugs and class names by chance; `client_secret_` has one of seven.
  private static let tellingAnchor = 8

  /// Whether a secret that starts with a literal of `length` characters may start here.
  func isBoundary(forAnchorOf length: Int) -> Bool {
    switch kind {
    case .open: true
    case .joined: length >= Self.tellingAnchor
    case .closed: false
    }
  }
}

extension CompiledForm {
  /// Whether a secret may start behind `edge`, its length aside.
  func allows(_ edge: LeftEdge) -> Bool {
    !startsWord || edge.isBoundary(forAnchorOf: prefix.count) || edge.lengthByte != nil
  }

  /// Whether a secret of `length` bytes may start behind `edge`.
  func allows(_ edge: LeftEdge, length: Int) -> Bool {
    !startsWord || edge.isBoundary(forAnchorOf: prefix.count) || edge.lengthByte.map(Int.init) == length
  }
}

/// The value of a hexadecimal digit.
func hexValue(_ digit: UInt8) -> Int? {
  switch digit {
  case UInt8(ascii: "0")...UInt8(ascii: "9"): Int(digit) - 0x30
  case UInt8(ascii: "a")...UInt8(ascii: "f"): Int(digit) - 0x61 + 10
  case UInt8(ascii: "A")...UInt8(ascii: "F"): Int(digit) - 0x41 + 10
  default: nil
  }
}
