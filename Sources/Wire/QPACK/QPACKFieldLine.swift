/// The prefix of an encoded field section: RFC 9204 section 4.5.1.
package struct QPACKSectionPrefix: Equatable, Sendable {
  /// Insertions that the decoder must have seen.
  package let requiredInsertCount: UInt64
  package let base: UInt64

  /// - Parameters:
  ///   - insertCount: insertions seen so far.
  ///   - maximumEntries: section 3.2.2's `MaxEntries`, from the capacity that the decoder allowed.
  /// - Throws: `incomplete` where the block ends inside it, `malformed` for counts that cannot be.
  package init(
    _ block: RawSpan, at offset: inout Int, insertCount: UInt64, maximumEntries: UInt64
  ) throws(ParseError) {
    let start = offset
    let encoded = UInt64(clamping: try PrefixInteger.read(block, at: &offset, prefix: 8))
    guard let required = Self.insertCount(encoded, insertCount, maximumEntries), offset < block.byteCount else {
      throw .malformed(.lengthField, offset: start)
    }
    requiredInsertCount = required
    let isNegative = block.octets[offset] & 0x80 != 0
    let delta = UInt64(clamping: try PrefixInteger.read(block, at: &offset, prefix: 7))
    guard !isNegative || required > delta else { throw .malformed(.lengthField, offset: start) }
    base = isNegative ? required - delta - 1 : required &+ delta
  }

  /// RFC 9204 section 4.5.1.1.
  private static func insertCount(_ encoded: UInt64, _ seen: UInt64, _ maximumEntries: UInt64) -> UInt64? {
    guard encoded > 0 else { return 0 }
    let range = maximumEntries * 2
    guard encoded <= range else { return nil }
    let largest = seen &+ maximumEntries
    let required = largest / range * range + encoded - 1
    guard required > largest else { return required == 0 ? nil : required }
    return required > range ? required - range : nil
  }
}

/// One representation of an encoded field section in place: RFC 9204 sections 4.5.2 to 4.5.6.
package enum QPACKFieldLine: Equatable, Sendable {
  case indexed(QPACKReference)
  case named(QPACKReference, value: FieldString)
  case literal(name: FieldString, value: FieldString)

  /// Reads the representation at `offset` of `block`, and moves `offset` behind it.
  package static func read(_ block: RawSpan, at offset: inout Int) throws(ParseError) -> QPACKFieldLine {
    guard offset >= 0, offset < block.byteCount else { throw .incomplete(needed: 1) }
    let first = block.octets[offset]
    if first & 0x80 != 0 {
      let index = try PrefixInteger.read(block, at: &offset, prefix: 6)
      return .indexed(first & 0x40 != 0 ? .fixed(index) : .relative(index))
    }
    if first & 0x40 != 0 {
      let index = try PrefixInteger.read(block, at: &offset, prefix: 4)
      return .named(first & 0x10 != 0 ? .fixed(index) : .relative(index), value: try FieldString(block, at: &offset))
    }
    if first & 0x20 != 0 {
      let name = try FieldString(block, at: &offset, prefix: 3)
      return .literal(name: name, value: try FieldString(block, at: &offset))
    }
    if first & 0x10 != 0 { return .indexed(.postBase(try PrefixInteger.read(block, at: &offset, prefix: 4))) }
    let index = try PrefixInteger.read(block, at: &offset, prefix: 3)
    return .named(.postBase(index), value: try FieldString(block, at: &offset))
  }
}

/// What an index counts from: RFC 9204 sections 3.1, 3.2.5 and 3.2.6.
package enum QPACKReference: Equatable, Sendable {
  /// Into the static table.
  case fixed(Int)
  /// Back from the base; on the encoder stream back from the newest entry.
  case relative(Int)
  /// On from the base.
  case postBase(Int)
}

/// An instruction of the encoder stream in place: RFC 9204 section 4.3.
package enum QPACKEncoderInstruction: Equatable, Sendable {
  case setCapacity(Int)
  case insertNamed(QPACKReference, value: FieldString)
  case insertLiteral(name: FieldString, value: FieldString)
  case duplicate(Int)

  /// Reads the instruction at `offset` of `bytes`, and moves `offset` behind it.
  ///
  /// - Throws: `incomplete` where the stream has not come far enough.
  package static func read(_ bytes: RawSpan, at offset: inout Int) throws(ParseError) -> QPACKEncoderInstruction {
    guard offset >= 0, offset < bytes.byteCount else { throw .incomplete(needed: 1) }
    var position = offset
    let instruction = try read(bytes, first: bytes.octets[offset], &position)
    offset = position
    return instruction
  }

  private static func read(
    _ bytes: RawSpan, first: UInt8, _ position: inout Int
  ) throws(ParseError) -> QPACKEncoderInstruction {
    if first & 0x80 != 0 {
      let index = try PrefixInteger.read(bytes, at: &position, prefix: 6)
      let reference = first & 0x40 != 0 ? QPACKReference.fixed(index) : .relative(index)
      return .insertNamed(reference, value: try FieldString(bytes, at: &position))
    }
    if first & 0x40 != 0 {
      let name = try FieldString(bytes, at: &position, prefix: 5)
      return .insertLiteral(name: name, value: try FieldString(bytes, at: &position))
    }
    let value = try PrefixInteger.read(bytes, at: &position, prefix: 5)
    return first & 0x20 != 0 ? .setCapacity(value) : .duplicate(value)
  }
}
