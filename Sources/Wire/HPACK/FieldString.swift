/// A string literal of HPACK or QPACK in place: RFC 7541 section 5.2, RFC 9204 section 4.1.2.
package struct FieldString: Equatable, Sendable {
  /// Where its octets lie, still encoded.
  package let range: Range<Int>
  package let isHuffman: Bool

  /// Reads the string at `offset` of `bytes`, and moves `offset` behind it.
  ///
  /// - Parameter prefix: bits of the length in its first octet; the bit above them says whether it is Huffman-coded.
  /// - Throws: `incomplete` where `bytes` end inside it, `malformed` for a length that none has.
  package init(_ bytes: RawSpan, at offset: inout Int, prefix: Int = 7) throws(ParseError) {
    guard offset >= 0, offset < bytes.byteCount else { throw .incomplete(needed: 1) }
    isHuffman = bytes.octets[offset] & UInt8(truncatingIfNeeded: 1 << prefix) != 0
    var start = offset
    let length = try PrefixInteger.read(bytes, at: &start, prefix: prefix)
    guard length <= bytes.byteCount - start else {
      throw .incomplete(needed: length - (bytes.byteCount - start))
    }
    range = start..<start + length
    offset = range.upperBound
  }

  /// Appends the string's octets, decoded, to `output`.
  ///
  /// - Returns: whether it was whole; a Huffman string that breaks off is kept as far as it made sense.
  @discardableResult
  package func append(from bytes: RawSpan, onto output: inout [UInt8]) -> Bool {
    let octets = bytes.extracting(range)
    guard isHuffman else {
      output.append(octets)
      return true
    }
    // The shortest code has five bits: a string grows to eight fifths at most.
    return HuffmanDecoder.decode(octets, onto: &output, limit: octets.byteCount * 2)
  }
}
