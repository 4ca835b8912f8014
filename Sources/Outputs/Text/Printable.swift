/// Text from the wire made fit for a terminal: nothing in it moves the cursor, changes colours, starts a new line or
/// reorders what stands around it.
package enum Printable {
  /// `text` with everything non-printable escaped: `\n`, `\r`, `\t`, `\u{1b}`.
  package static func text(_ text: String) -> String {
    guard text.unicodeScalars.contains(where: isHidden) else { return text }
    var result = ""
    for scalar in text.unicodeScalars {
      if isHidden(scalar) { result += escape(scalar) } else { result.unicodeScalars.append(scalar) }
    }
    return result
  }

  /// Terminal columns that `text`, already escaped, takes.
  package static func width(_ text: String) -> Int {
    text.unicodeScalars.reduce(0) { $0 + width($1) }
  }

  /// `text` escaped and, where it is wider than `columns`, cut to end in `…`.
  package static func text(_ text: String, columns: Int) -> String {
    let whole = Self.text(text)
    guard width(whole) > columns else { return whole }
    var (result, used) = ("", 0)
    for scalar in whole.unicodeScalars {
      used += width(scalar)
      guard used < columns else { break }
      result.unicodeScalars.append(scalar)
    }
    return columns > 0 ? result + "…" : ""
  }

  /// `text` escaped, cut or filled with spaces to exactly `columns`.
  package static func cell(_ text: String, columns: Int) -> String {
    let fitted = Self.text(text, columns: columns)
    return fitted + String(repeating: " ", count: max(0, columns - width(fitted)))
  }

  private static func isHidden(_ scalar: Unicode.Scalar) -> Bool {
    guard !(0x20..<0x7F).contains(scalar.value) else { return false }
    return switch scalar.properties.generalCategory {
    case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate, .privateUse, .unassigned: true
    default: false
    }
  }

  private static func escape(_ scalar: Unicode.Scalar) -> String {
    switch scalar {
    case "\n": #"\n"#
    case "\r": #"\r"#
    case "\t": #"\t"#
    default: #"\u{"# + String(scalar.value, radix: 16) + "}"
    }
  }

  /// Combining marks take no column; East Asian wide characters and emoji two (the blocks of Unicode Annex 11 that
  /// matter here, coarse).
  private static func width(_ scalar: Unicode.Scalar) -> Int {
    switch scalar.value {
    case 0x20..<0x7F: return 1
    case 0x1100...0x115F, 0x2E80...0xA4CF, 0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE30...0xFE6F, 0xFF00...0xFF60,
      0xFFE0...0xFFE6, 0x1F300...0x1FAFF, 0x20000...0x3FFFD:
      return 2
    default:
      let category = scalar.properties.generalCategory
      return category == .nonspacingMark || category == .enclosingMark ? 0 : 1
    }
  }
}
