extension ByteCursor {
  /// A variable-length integer: RFC 9000 section 16, below 2^62.
  @_lifetime(self: copy self)
  package mutating func variableLengthInteger() throws(ParseError) -> UInt64 {
    let first = try integer(UInt8.self)
    var value = UInt64(first & 0x3F)
    for _ in 1..<(1 << Int(first >> 6)) { value = value << 8 | UInt64(try integer(UInt8.self)) }
    return value
  }

  /// A variable-length integer and as many bytes as it says.
  @_lifetime(copy self)
  @_lifetime(self: copy self)
  package mutating func variableLengthVector() throws(ParseError) -> RawSpan {
    try bytes(Int(clamping: variableLengthInteger()))
  }

  /// Steps over `count` variable-length integers.
  @_lifetime(self: copy self)
  mutating func skipIntegers(_ count: Int) throws(ParseError) {
    for _ in 0..<count { _ = try variableLengthInteger() }
  }
}
