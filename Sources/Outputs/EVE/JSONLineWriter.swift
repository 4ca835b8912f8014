/// Writes one JSON object (RFC 8259) a line into a buffer that is used again for the next line.
///
/// By hand rather than through an encoder, because of three things that EVE needs and an encoder does not give: fields in
/// a fixed order (`timestamp` first), hundreds of thousands of lines a second without an allocation each, and one place
/// where everything that could break a line or drive a terminal is neutralised: C0 and C1 controls, DEL, the line
/// separators U+2028 and U+2029, and the directional overrides leave as `\uXXXX`. A `String` is well-formed Unicode, so
/// the line is well-formed UTF-8.
package struct JSONLineWriter {
  /// The line so far, without its line feed.
  package var bytes: [UInt8] = []
  /// Bytes that one string may take, escapes included, quotes not; longer ones are cut and end in `…`.
  package var stringByteLimit = Int.max

  package init() { bytes.reserveCapacity(4096) }

  /// Starts a new line and writes the object that `body` fills.
  package mutating func line(_ body: (inout JSONLineWriter) -> Void) {
    bytes.removeAll(keepingCapacity: true)
    object(body)
  }

  package mutating func object(_ key: String, _ body: (inout JSONLineWriter) -> Void) {
    name(key)
    object(body)
  }

  package mutating func array(_ key: String, _ body: (inout JSONLineWriter) -> Void) {
    name(key)
    bytes.append(UInt8(ascii: "["))
    body(&self)
    bytes.append(UInt8(ascii: "]"))
  }

  package mutating func field(_ key: String, _ text: String) {
    name(key)
    quoted(text)
  }

  /// Absent where `text` is.
  package mutating func field(_ key: String, _ text: String?) {
    if let text { field(key, text) }
  }

  package mutating func field(_ key: String, _ number: some FixedWidthInteger) {
    name(key)
    bytes.append(decimal: number)
  }

  package mutating func field(_ key: String, _ flag: Bool) {
    name(key)
    bytes.append(contentsOf: (flag ? "true" : "false").utf8)
  }

  /// A field that is `true`; what is false is left out.
  package mutating func truth(_ key: String) {
    name(key)
    bytes.append(contentsOf: "true".utf8)
  }

  package mutating func field(_ key: String, _ texts: [String]) {
    array(key) { array in
      for text in texts { array.element(text) }
    }
  }

  /// A string made of ASCII letters, digits and punctuation that needs no escape, written by `body`.
  package mutating func plainField(_ key: String, _ body: (inout [UInt8]) -> Void) {
    name(key)
    bytes.append(UInt8(ascii: "\""))
    body(&bytes)
    bytes.append(UInt8(ascii: "\""))
  }

  /// Array elements.
  package mutating func element(_ text: String) {
    comma()
    quoted(text)
  }

  package mutating func element(_ number: some FixedWidthInteger) {
    comma()
    bytes.append(decimal: number)
  }

  package mutating func element(_ body: (inout JSONLineWriter) -> Void) {
    comma()
    object(body)
  }

  private mutating func object(_ body: (inout JSONLineWriter) -> Void) {
    bytes.append(UInt8(ascii: "{"))
    body(&self)
    bytes.append(UInt8(ascii: "}"))
  }

  /// Keys are ours: literals without anything to escape.
  private mutating func name(_ key: String) {
    comma()
    bytes.append(UInt8(ascii: "\""))
    bytes.append(contentsOf: key.utf8)
    bytes.append(UInt8(ascii: "\""))
    bytes.append(UInt8(ascii: ":"))
  }

  /// The last byte tells whether something stands before: an opening bracket is never the end of a value, for a string
  /// ends with its quote.
  private mutating func comma() {
    guard let last = bytes.last, last != UInt8(ascii: "{"), last != UInt8(ascii: "[") else { return }
    bytes.append(UInt8(ascii: ","))
  }

  private mutating func quoted(_ text: String) {
    bytes.append(UInt8(ascii: "\""))
    let start = bytes.count
    bytes.append(contentsOf: text.utf8)
    // Most strings need no escape: copy first, look afterwards.
    if bytes.count - start > stringByteLimit || JSONEscaping.isNeeded(in: bytes, from: start) {
      bytes.removeSubrange(start...)
      JSONEscaping.append(text, to: &bytes, limit: stringByteLimit)
    }
    bytes.append(UInt8(ascii: "\""))
  }
}
