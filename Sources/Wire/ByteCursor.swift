/// A forward-only reader of untrusted bytes: every read stays in bounds or throws, none traps.
///
/// Noncopyable, so that two cursors cannot drift apart over the same message.
package struct ByteCursor: ~Copyable, ~Escapable {
  private let bytes: RawSpan
  private let isDelimited: Bool
  package private(set) var offset = 0

  /// Reads a stream prefix: running out of bytes means `incomplete`.
  @_lifetime(copy bytes)
  package init(_ bytes: RawSpan) { (self.bytes, isDelimited) = (bytes, false) }

  /// Reads a region whose length a peer declared: running out of bytes means `malformed`.
  @_lifetime(copy bytes)
  package init(delimited bytes: RawSpan) { (self.bytes, isDelimited) = (bytes, true) }

  package var isAtEnd: Bool { offset == bytes.byteCount }

  @_lifetime(self: copy self)
  package mutating func integer<T: WireInteger>(_: T.Type = T.self) throws(ParseError) -> T {
    bytes.bigEndian(at: try advance(by: MemoryLayout<T>.size))
  }

  /// Reads a length of type `Length`, then that many bytes: `opaque<0..2^n-1>` of RFC 8446 section 3.4.
  @_lifetime(copy self)
  @_lifetime(self: copy self)
  package mutating func vector<Length: WireInteger>(_: Length.Type) throws(ParseError) -> RawSpan {
    let start = try advance(by: Int(clamping: integer(Length.self)))
    return bytes.extracting(start..<offset)
  }

  /// Reads `count` bytes; none when `count` is negative.
  @_lifetime(copy self)
  @_lifetime(self: copy self)
  package mutating func bytes(_ count: Int) throws(ParseError) -> RawSpan {
    let start = try advance(by: max(0, count))
    return bytes.extracting(start..<offset)
  }

  @_lifetime(self: copy self)
  private mutating func advance(by count: Int) throws(ParseError) -> Int {
    let missing = count - (bytes.byteCount - offset)
    guard missing <= 0 else {
      throw isDelimited ? .malformed(.lengthField, offset: offset) : .incomplete(needed: missing)
    }
    defer { offset += count }
    return offset
  }
}
