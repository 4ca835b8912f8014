/// The field lines of one header or trailer section of HTTP/2 or HTTP/3, decoded: RFC 9110 section 5.
///
/// Names and values stand one after another in one buffer, so that a value reused for section after section allocates
/// nothing.
package struct FieldSection: Sendable {
  package struct Line: Equatable, Sendable {
    package let name: Range<Int>
    package let value: Range<Int>
    /// False where the dynamic table's entry was not seen: name and value are then `?`, or the value alone is known.
    package let isKnown: Bool
  }

  /// Lines that references to tables alone may make. What is written out is bounded by the block, and always kept.
  package static let referenceLimit = 1_024
  /// Bytes that references may add to one section: a block of 64 KiB could else become hundreds of MiB.
  package static let referencedByteLimit = 65_536

  package private(set) var bytes: [UInt8] = []
  package private(set) var lines: [Line] = []
  /// Lines that were not kept.
  package private(set) var ignoredLineCount = 0
  /// Whether a line refers to an entry that is not known: what it says may lack from the section.
  package private(set) var hasUnknownLines = false
  /// Whether something of what it says is not here: it refers to what is not known, or to too much.
  package var lacksLines: Bool { hasUnknownLines || ignoredLineCount > 0 }
  /// Bytes that references added.
  package private(set) var referencedByteCount = 0
  private var referencedByteLimit = Self.referencedByteLimit

  package init() {}

  /// - Parameter byteCount: what references may add to the next section, where that is less than the limit.
  package mutating func removeAll(allowingReferenced byteCount: Int = Self.referencedByteLimit) {
    bytes.removeAll(keepingCapacity: true)
    lines.removeAll(keepingCapacity: true)
    (ignoredLineCount, hasUnknownLines, referencedByteCount) = (0, false, 0)
    referencedByteLimit = min(byteCount, Self.referencedByteLimit)
  }

  /// Appends a line from a table.
  package mutating func append(name: borrowing [UInt8], value: borrowing [UInt8]) {
    guard lines.count < Self.referenceLimit, takeReferenced(name.count + value.count) else {
      ignoredLineCount += 1
      return
    }
    let start = bytes.count
    bytes.append(name.rawSpan)
    bytes.append(value.rawSpan)
    add(name: start..<start + name.count)
  }

  /// Appends a line whose name is from a table and whose value is written out in `block`.
  ///
  /// - Parameter name: `nil` where the table's entry is not known.
  package mutating func append(name: [UInt8]?, value: FieldString, of block: RawSpan) {
    let start = bytes.count
    let isKept = takeReferenced(name?.count ?? 1)
    bytes.append((isKept ? name ?? Self.unknown : Self.unknown).rawSpan)
    let end = bytes.count
    value.append(from: block, onto: &bytes)
    add(name: start..<end, isKnown: name != nil && isKept)
  }

  /// Appends a line that is written out in `block`.
  package mutating func append(name: FieldString, value: FieldString, of block: RawSpan) {
    let start = bytes.count
    name.append(from: block, onto: &bytes)
    let end = bytes.count
    value.append(from: block, onto: &bytes)
    add(name: start..<end)
  }

  /// Appends a line of which nothing is known.
  package mutating func appendUnknown() {
    hasUnknownLines = true
    guard lines.count < Self.referenceLimit else {
      ignoredLineCount += 1
      return
    }
    let start = bytes.count
    bytes.append(Self.unknown.rawSpan)
    bytes.append(Self.unknown.rawSpan)
    add(name: start..<start + 1, isKnown: false)
  }

  /// The first line named `name`, which is ASCII in lower case.
  package func first(_ name: String) -> Line? {
    let span = bytes.rawSpan
    return lines.first { span.equals(name, in: $0.name) }
  }

  /// The value of the first line named `name`, as text.
  package func value(_ name: String) -> String? { first(name).map { bytes.rawSpan.text(in: $0.value) } }

  private static let unknown: [UInt8] = [UInt8(ascii: "?")]

  private mutating func takeReferenced(_ byteCount: Int) -> Bool {
    guard byteCount <= referencedByteLimit - referencedByteCount else { return false }
    referencedByteCount += byteCount
    return true
  }

  private mutating func add(name: Range<Int>, isKnown: Bool = true) {
    lines.append(Line(name: name, value: name.upperBound..<bytes.count, isKnown: isKnown))
    if !isKnown { hasUnknownLines = true }
  }
}
