/// An integer that begins in the low bits of an octet: RFC 7541 section 5.1, also of QPACK (RFC 9204 section 4.1.1).
///
///       0   1   2   3   4   5   6   7
///     +---+---+---+---+---+---+---+---+
///     | pattern   |  all ones, or value   |
///     +---+---+---+---+---+---+---+---+
///     | 1 |    seven bits, lowest first   | ... until the top bit is 0
package enum PrefixInteger {
  /// Octets after the first, at most: enough for 62 bits, which RFC 9204 section 4.1.1 asks for.
  package static let continuationLimit = 9

  /// Reads the integer whose first octet stands at `offset`, and moves `offset` behind it.
  ///
  /// - Parameter prefix: bits of the first octet that belong to it, 1 to 8.
  /// - Throws: `incomplete` where `bytes` end inside it, `malformed(.lengthField)` where it is longer than any value
  ///   that a length or an index can have.
  package static func read(_ bytes: RawSpan, at offset: inout Int, prefix: Int) throws(ParseError) -> Int {
    let octets = bytes.octets
    guard offset >= 0, offset < bytes.byteCount else { throw .incomplete(needed: 1) }
    let mask = UInt8(truncatingIfNeeded: (1 << prefix) - 1)
    let first = octets[offset] & mask
    var position = offset + 1
    guard first == mask else {
      offset = position
      return Int(first)
    }
    var value = UInt64(mask)
    for index in 0..<continuationLimit {
      guard position < bytes.byteCount else { throw .incomplete(needed: 1) }
      let octet = octets[position]
      position += 1
      // Nine times seven bits are 63: the sum stays below 2^63 + 255.
      value &+= UInt64(octet & 0x7F) << UInt64(7 * index)
      guard octet & 0x80 == 0 else { continue }
      guard let result = Int(exactly: value) else { break }
      offset = position
      return result
    }
    throw .malformed(.lengthField, offset: offset)
  }
}
