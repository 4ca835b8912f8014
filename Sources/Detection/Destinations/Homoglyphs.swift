/// What a name looks like, whatever its characters are: names with the same skeleton are hard to tell apart.
enum Homoglyphs {
  /// The label in plain Latin letters as a reader takes it; `nil` where a character looks like no letter or digit.
  ///
  /// - Parameter label: as it crosses the wire; `xn--…` is decoded.
  static func latin(_ label: Substring) -> String? {
    guard label.utf8.starts(with: "xn--".utf8) else { return String(label) }
    guard let decoded = Punycode.decode(label) else { return nil }
    var text = ""
    for scalar in decoded.unicodeScalars {
      if scalar.isASCII {
        text.unicodeScalars.append(scalar)
      } else if let letter = letters[scalar] {
        text.unicodeScalars.append(letter)
      } else {
        return nil
      }
    }
    return text
  }

  /// Characters and pairs that are taken for one another, made one: `0` and `o`, `1`, `i` and `l`, `rn` and `m`.
  static func skeleton(_ label: some StringProtocol) -> String {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(label.utf8.count)
    for byte in label.utf8 {
      let plain = disguised(byte)
      switch (bytes.last, plain) {
      case (UInt8(ascii: "r"), UInt8(ascii: "n")): bytes[bytes.count - 1] = UInt8(ascii: "m")
      case (UInt8(ascii: "v"), UInt8(ascii: "v")): bytes[bytes.count - 1] = UInt8(ascii: "w")
      default: bytes.append(plain)
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  private static func disguised(_ byte: UInt8) -> UInt8 {
    switch byte {
    case UInt8(ascii: "0"): UInt8(ascii: "o")
    case UInt8(ascii: "1"), UInt8(ascii: "i"): UInt8(ascii: "l")
    case UInt8(ascii: "3"): UInt8(ascii: "e")
    case UInt8(ascii: "5"): UInt8(ascii: "s")
    default: byte
    }
  }

  /// Letters of other scripts, and Latin ones with marks, by the plain letter that they are taken for.
  private static let letters: [Unicode.Scalar: Unicode.Scalar] = {
    let rows: [(Unicode.Scalar, String)] = [
      ("a", "àáâãäåāăąǎạảấầẩẫậắằẳẵặаαɑ"), ("b", "ḃḅƅьЬ"), ("c", "çćĉċčсϲ"), ("d", "ďđḋḍԁ"),
      ("e", "èéêëēĕėęěẹẻẽếềểễệеёє"),
      ("f", "ḟƒ"), ("g", "ĝğġģǧɡġ"), ("h", "ĥħḣḥһ"), ("i", "ìíîïĩīĭįıǐịỉіїιɩ"), ("j", "ĵјϳ"), ("k", "ķǩḳкκ"),
      ("l", "ĺļľŀłḷӏ"), ("m", "ṁṃм"), ("n", "ñńņňŉṅṇпη"), ("o", "òóôõöøōŏőǒơọỏốồổỗộớờởỡợоοσօ"), ("p", "ṗрρ"),
      ("q", "ԛ"), ("r", "ŕŗřṙṛг"), ("s", "śŝşšșṡṣѕ"), ("t", "ţťŧțṫṭтτ"), ("u", "ùúûüũūŭůűųǔưụủứừửữựυս"), ("v", "ṿνѵ"),
      ("w", "ŵẁẃẅẇẉѡԝω"), ("x", "ẋẍхχ"), ("y", "ýÿŷỳỵỷỹуγү"), ("z", "źżžẓᴢ"),
    ]
    var letters: [Unicode.Scalar: Unicode.Scalar] = [:]
    for (letter, disguises) in rows {
      for disguise in disguises.unicodeScalars { letters[disguise] = letter }
    }
    return letters
  }()
}
