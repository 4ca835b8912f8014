/// One structured-data element of a syslog message: RFC 5424 section 6.3.
package struct StructuredData {
  private var content: [UInt8]
  private let valueByteLimit: Int

  /// - Parameter id: An SD-NAME of ours, `name@enterprise-number`.
  package init(id: String, valueByteLimit: Int = .max) {
    content = [UInt8(ascii: "[")] + id.utf8
    self.valueByteLimit = valueByteLimit
  }

  /// The element, bracketed.
  package var bytes: [UInt8] { content + [UInt8(ascii: "]")] }

  /// Adds a parameter; absent where `value` is. `name` is a literal of ours and needs no escape.
  package mutating func append(_ name: String, _ value: String?) {
    guard let value else { return }
    content.append(UInt8(ascii: " "))
    content.append(contentsOf: name.utf8)
    content.append(contentsOf: "=\"".utf8)
    appendEscaped(value)
    content.append(UInt8(ascii: "\""))
  }

  /// Quote, backslash and closing bracket get a backslash (section 6.3.3). What a log must not contain, line feeds above
  /// all, is written as JSON writes it, `\n` or `\u001b`, with that backslash escaped in turn: whoever undoes the syslog
  /// escape reads the same text as in the event.
  private mutating func appendEscaped(_ value: String) {
    let start = content.count
    // Where to cut if the value proves too long: the ellipsis takes three bytes.
    var cut = start
    for scalar in value.unicodeScalars {
      if scalar == "\"" || scalar == "\\" || scalar == "]" {
        content.append(UInt8(ascii: "\\"))
        content.append(UInt8(ascii: scalar))
      } else {
        if JSONEscaping.mustHide(scalar) { content.append(UInt8(ascii: "\\")) }
        JSONEscaping.append(scalar, to: &content)
      }
      let length = content.count - start
      guard length <= valueByteLimit else {
        content.removeSubrange(cut...)
        content.append(contentsOf: "…".utf8)
        return
      }
      if valueByteLimit - length >= 3 { cut = content.count }
    }
  }
}
