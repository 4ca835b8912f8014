import DequeModule
import Wire

/// Reads the field sections of one direction, and keeps the dynamic table that the encoder stream fills: RFC 9204.
///
/// Entries are counted from the first one ever, so what was missed or dropped becomes an unknown line, never a wrong
/// one.
struct QPACKDecoder {
  enum Outcome {
    case complete
    /// The table is not as far as the section needs it: RFC 9204 section 2.1.2.
    case blocked
    /// What stands in `section` is all that could be read.
    case broken
  }

  private struct Entry {
    var name: [UInt8]?
    var value: [UInt8]?

    /// RFC 9204 section 3.2.1.
    var byteCount: Int { (name?.count ?? 0) + (value?.count ?? 0) + 32 }
  }

  /// Bytes of table kept, whatever the peers agree on. Browsers ask for 64 KiB.
  private static let tableByteLimit = 65_536
  /// Bytes of an unfinished instruction that are kept: an entry must fit into the table.
  private static let instructionByteLimit = 65_536

  /// The oldest entry first.
  private var entries = Deque<Entry>()
  private var byteCount = 0
  private var capacity = 0
  /// What the other side's SETTINGS allow; `nil` until they were seen.
  private var allowedCapacity: Int?
  private var insertCount: UInt64 = 0
  private var held: [UInt8] = []
  /// Bytes of the encoder stream are missing: what the table holds from here on is not known.
  private var isBroken = false
  private var allowance = ReferenceAllowance()

  /// SETTINGS_QPACK_MAX_TABLE_CAPACITY of the side that decodes: RFC 9204 section 5.
  mutating func allow(tableByteCount: Int) { allowedCapacity = tableByteCount }

  /// Bytes of the encoder stream did not come.
  mutating func breakOff() {
    entries.removeAll()
    (byteCount, isBroken, held) = (0, true, [])
  }

  // MARK: Encoder stream, RFC 9204 section 4.3

  mutating func takeInstructions(_ bytes: RawSpan) {
    guard !isBroken else { return }
    held.append(bytes)
    let whole = held
    var offset = 0
    do throws(ParseError) {
      while offset < whole.count { take(try QPACKEncoderInstruction.read(whole.rawSpan, at: &offset), whole.rawSpan) }
    } catch {
      guard case .incomplete = error, whole.count - offset <= Self.instructionByteLimit else { return breakOff() }
    }
    // An instruction that comes byte by byte stays where it is.
    if offset > 0 { held = Array(whole[offset...]) }
  }

  private mutating func take(_ instruction: QPACKEncoderInstruction, _ bytes: RawSpan) {
    switch instruction {
    case .setCapacity(let size):
      capacity = min(size, Self.tableByteLimit)
      evict()
    case .insertNamed(let reference, let value):
      insert(Entry(name: entry(reference, base: insertCount).name, value: Self.text(value, bytes)))
    case .insertLiteral(let name, let value):
      insert(Entry(name: Self.text(name, bytes), value: Self.text(value, bytes)))
    case .duplicate(let index): insert(entry(.relative(index), base: insertCount))
    }
  }

  private static func text(_ string: FieldString, _ bytes: RawSpan) -> [UInt8] {
    var text: [UInt8] = []
    string.append(from: bytes, onto: &text)
    return text
  }

  private mutating func insert(_ entry: Entry) {
    entries.append(entry)
    byteCount += entry.byteCount
    insertCount &+= 1
    evict()
  }

  private mutating func evict() {
    while byteCount > capacity, let oldest = entries.popFirst() { byteCount -= oldest.byteCount }
  }

  /// RFC 9204 sections 3.1, 3.2.5 and 3.2.6.
  private func entry(_ reference: QPACKReference, base: UInt64) -> Entry {
    switch reference {
    case .fixed(let index):
      let fixed = QPACKStaticTable.entries
      return index < fixed.count ? Entry(name: fixed[index].name, value: fixed[index].value) : Entry()
    case .relative(let index):
      let distance = UInt64(clamping: index)
      return distance < base ? entry(absolute: base - 1 - distance) : Entry()
    case .postBase(let index): return entry(absolute: base &+ UInt64(clamping: index))
    }
  }

  private func entry(absolute index: UInt64) -> Entry {
    let first = insertCount - UInt64(entries.count)
    guard index >= first, index < insertCount else { return Entry() }
    return entries[Int(index - first)]
  }

  // MARK: Field sections, RFC 9204 section 4.5

  /// Reads `block` into `section`, which is emptied first.
  ///
  /// - Parameter mayWait: whether the caller can offer the block again once more instructions have come.
  mutating func decode(_ block: RawSpan, mayWait: Bool, into section: inout FieldSection) -> Outcome {
    section.removeAll()
    var offset = 0
    var base: UInt64 = 0
    let entryLimit = UInt64(clamping: max(0, allowedCapacity ?? capacity) / 32)
    do throws(ParseError) {
      let prefix = try QPACKSectionPrefix(block, at: &offset, insertCount: insertCount, maximumEntries: entryLimit)
      guard prefix.requiredInsertCount <= insertCount || isBroken || !mayWait else { return .blocked }
      base = isBroken ? UInt64.max / 2 : prefix.base
    } catch {
      guard let start = Self.skipPrefix(block) else { return .broken }
      (offset, base) = (start, UInt64.max / 2)
    }
    section.removeAll(allowingReferenced: allowance.earn(by: block))
    defer { allowance.spend(section.referencedByteCount) }
    do throws(ParseError) {
      while offset < block.byteCount {
        append(try QPACKFieldLine.read(block, at: &offset), base, block, to: &section)
      }
    } catch { return .broken }
    return section.lacksLines ? .broken : .complete
  }

  /// Behind a prefix whose numbers say nothing because the table is not known.
  private static func skipPrefix(_ block: RawSpan) -> Int? {
    var offset = 0
    guard (try? PrefixInteger.read(block, at: &offset, prefix: 8)) != nil,
      (try? PrefixInteger.read(block, at: &offset, prefix: 7)) != nil
    else { return nil }
    return offset
  }

  private func append(_ line: QPACKFieldLine, _ base: UInt64, _ block: RawSpan, to section: inout FieldSection) {
    switch line {
    case .indexed(let reference):
      let entry = self.entry(reference, base: base)
      if let name = entry.name, let value = entry.value {
        section.append(name: name, value: value)
      } else {
        section.appendUnknown()
      }
    case .named(let reference, let value):
      section.append(name: entry(reference, base: base).name, value: value, of: block)
    case .literal(let name, let value): section.append(name: name, value: value, of: block)
    }
  }
}
