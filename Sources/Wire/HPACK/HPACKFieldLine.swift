/// One representation of a header block in place: RFC 7541 section 6.
package enum HPACKFieldLine: Equatable, Sendable {
  /// Section 6.1: name and value from the tables.
  case indexed(Int)
  /// Section 6.2: a value written out, its name from the tables.
  case named(Int, value: FieldString, isAdded: Bool)
  /// Section 6.2: both written out. `isAdded` says whether the dynamic table takes it (section 6.2.1).
  case literal(name: FieldString, value: FieldString, isAdded: Bool)
  /// Section 6.3: the dynamic table's new size limit, in bytes.
  case tableSizeUpdate(Int)

  /// Reads the representation at `offset` of `block`, and moves `offset` behind it.
  ///
  /// - Throws: `incomplete` where the block ends inside it, `malformed` for an integer beyond all bounds.
  package static func read(_ block: RawSpan, at offset: inout Int) throws(ParseError) -> HPACKFieldLine {
    guard offset >= 0, offset < block.byteCount else { throw .incomplete(needed: 1) }
    let first = block.octets[offset]
    if first & 0x80 != 0 { return .indexed(try PrefixInteger.read(block, at: &offset, prefix: 7)) }
    if first & 0xE0 == 0x20 { return .tableSizeUpdate(try PrefixInteger.read(block, at: &offset, prefix: 5)) }
    let isAdded = first & 0x40 != 0
    // Without indexing (0000) and never indexed (0001) differ for proxies only.
    let index = try PrefixInteger.read(block, at: &offset, prefix: isAdded ? 6 : 4)
    guard index == 0 else { return .named(index, value: try FieldString(block, at: &offset), isAdded: isAdded) }
    let name = try FieldString(block, at: &offset)
    return .literal(name: name, value: try FieldString(block, at: &offset), isAdded: isAdded)
  }
}
