import DequeModule
package import Wire

/// Reads the header blocks of one direction, and keeps the dynamic table that they share: RFC 7541.
///
/// A listener may have missed blocks. Entries are counted from the newest, so those that were seen keep their index
/// and those that were not are beyond the end: they become unknown lines, never wrong ones. For the same reason it
/// does no harm to keep more entries than the encoder does; a size is lowered only by the encoder's own word.
package struct HPACKDecoder {
  /// Bytes of table kept, counted as RFC 7541 section 4.1 does, whatever the peers agree on. Browsers ask for 64 KiB.
  static let tableByteLimit = 65_536
  /// RFC 9113 section 6.5.2, until SETTINGS say otherwise.
  static let defaultTableByteCount = 4_096

  /// What an entry says; `nil` stands for what was not seen.
  private struct Entry {
    var name: [UInt8]?
    var value: [UInt8]?

    /// RFC 7541 section 4.1.
    var byteCount: Int { (name?.count ?? 0) + (value?.count ?? 0) + 32 }
  }

  /// The newest entry first.
  private var entries = Deque<Entry>()
  private var byteCount = 0
  private var capacity = defaultTableByteCount
  private var hasUpdate = false
  private var allowance = ReferenceAllowance()

  package init() {}

  /// What the other side's SETTINGS allow the encoder. It counts until the encoder says what it uses.
  package mutating func allow(tableByteCount: Int) {
    guard !hasUpdate else { return }
    capacity = min(Self.tableByteLimit, max(capacity, tableByteCount))
  }

  /// Blocks were missed: what the table holds has moved to indices that nobody here knows, and its size may be any.
  package mutating func forget() {
    entries.removeAll()
    (byteCount, capacity, hasUpdate) = (0, Self.tableByteLimit, false)
  }

  /// Reads `block` into `section`, which is emptied first.
  ///
  /// - Returns: bytes read; fewer than given where the block makes no sense. The table is then forgotten.
  package mutating func decode(_ block: RawSpan, into section: inout FieldSection) -> Int {
    section.removeAll(allowingReferenced: allowance.earn(by: block))
    defer { allowance.spend(section.referencedByteCount) }
    var offset = 0
    while offset < block.byteCount {
      let start = offset
      do throws(ParseError) {
        take(try HPACKFieldLine.read(block, at: &offset), of: block, into: &section)
      } catch {
        forget()
        return start
      }
    }
    return offset
  }

  private mutating func take(_ line: HPACKFieldLine, of block: RawSpan, into section: inout FieldSection) {
    switch line {
    case .indexed(let index):
      let entry = self.entry(index)
      if let name = entry.name, let value = entry.value {
        section.append(name: name, value: value)
      } else {
        section.appendUnknown()
      }
    case .named(let index, let value, let isAdded):
      let name = entry(index).name
      section.append(name: name, value: value, of: block)
      if isAdded { add(section, name: name) }
    case .literal(let name, let value, let isAdded):
      section.append(name: name, value: value, of: block)
      if isAdded, let line = section.lines.last { add(section, name: section.bytes(in: line.name)) }
    case .tableSizeUpdate(let size):
      hasUpdate = true
      capacity = min(Self.tableByteLimit, size)
      evict()
    }
  }

  /// RFC 7541 section 2.3.3: the static table's entries come first, from 1 on.
  private func entry(_ index: Int) -> Entry {
    let fixed = HPACKStaticTable.entries
    if index >= 1, index <= fixed.count { return Entry(name: fixed[index - 1].name, value: fixed[index - 1].value) }
    let place = index - fixed.count - 1
    return entries.indices.contains(place) ? entries[place] : Entry()
  }

  private mutating func add(_ section: FieldSection, name: [UInt8]?) {
    guard let line = section.lines.last else { return }
    let entry = Entry(name: name, value: section.bytes(in: line.value))
    entries.prepend(entry)
    byteCount += entry.byteCount
    evict()
  }

  /// RFC 7541 section 4.4: an entry that does not fit at all empties the table.
  private mutating func evict() {
    while byteCount > capacity, let oldest = entries.popLast() { byteCount -= oldest.byteCount }
  }
}

extension FieldSection {
  fileprivate func bytes(in range: Range<Int>) -> [UInt8] { Array(bytes[range]) }
}
