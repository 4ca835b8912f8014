package import Wire

/// Finds the indicator that a trace belongs to. Where several name the same trace, the first by id answers.
package struct IndicatorIndex: Sendable {
  private struct Field: Hashable {
    let name: String
    /// `nil` stands for any value.
    let value: String?
  }

  private var hosts = HostIndex<Indicator>()
  private var addresses: [IPAddress: Indicator] = [:]
  private var addressFilter = HashFilter()
  private var paths: [Substring: Indicator] = [:]
  /// How paths start: that of most requests starts like none of them.
  private var pathFilter = HashFilter()
  /// Paths that were written with a `*` at the end, without it; the longest first.
  private var pathPrefixes: [(prefix: String, indicator: Indicator)] = []
  private var fields: [Field: Indicator] = [:]
  /// Fields to look at: lower-case name to the values of interest; an empty set stands for any value.
  package private(set) var notedFields: [String: Set<String>] = [:]

  package init(_ indicators: [Indicator]) {
    for indicator in indicators.sorted(by: { $0.id < $1.id }) {
      for kind in indicator.kinds { insert(kind, indicator) }
    }
    pathPrefixes.sort { $0.prefix.utf8.count > $1.prefix.utf8.count }
  }

  private mutating func insert(_ kind: Indicator.Kind, _ indicator: Indicator) {
    switch kind {
    case .host(let pattern): hosts.insert(pattern, indicator)
    case .address(let text):
      guard let address = IPAddress(text), addresses[address] == nil else { return }
      addresses[address] = indicator
      addressFilter.insert(Self.hash(address))
    case .urlPath(let path):
      let prefix = path.hasSuffix("*") ? String(path.dropLast()) : path
      if prefix.utf8.count != path.utf8.count {
        pathPrefixes.append((prefix, indicator))
      } else if paths[path[...]] == nil {
        paths[path[...]] = indicator
      }
      if let start = Self.start(of: prefix[...]) { pathFilter.insert(start) } else { pathFilter.insertAll() }
    case .header(let name, let value):
      let field = Field(name: name.lowercased(), value: value)
      if fields[field] == nil { fields[field] = indicator }
      note(field)
    }
  }

  private mutating func note(_ field: Field) {
    if let value = field.value, notedFields[field.name]?.isEmpty != true {
      notedFields[field.name, default: []].insert(value)
    } else {
      notedFields[field.name] = []
    }
  }

  /// Lower-case names of the request fields that an indicator mentions.
  package var notedFieldNames: Set<String> { Set(notedFields.keys) }

  package func indicator(host: String) -> Indicator? { hosts.values(for: host).first }

  package func indicator(address: IPAddress) -> Indicator? {
    addressFilter.mayContain(Self.hash(address)) ? addresses[address] : nil
  }

  /// By a request target (RFC 9112 section 3.2): origin-form, or the path of absolute-form; the query does not count.
  package func indicator(target: String) -> Indicator? {
    // The usual target is a path: RFC 9112 section 3.2.1.
    if target.utf8.first == UInt8(ascii: "/"), !mayStart(target[...]) { return nil }
    let path = RequestTarget.path(of: target)
    guard mayStart(path) else { return nil }
    if let indicator = paths[path] { return indicator }
    return pathPrefixes.first { path.utf8.starts(with: $0.prefix.utf8) }?.indicator
  }

  /// By a request field: its lower-case name and its whole value, compared as they are.
  package func indicator(field name: String, value: String) -> Indicator? {
    fields[Field(name: name, value: value)] ?? fields[Field(name: name, value: nil)]
  }

  private func mayStart(_ path: Substring) -> Bool {
    // A path too short to be told by its start is rare, and looked for.
    Self.start(of: path).map { pathFilter.mayContain($0) } ?? true
  }

  /// The first four bytes of a path; `nil` where there are fewer.
  private static func start(of path: Substring) -> UInt64? {
    var (start, count) = (0 as UInt64, 0)
    for byte in path.utf8.prefix(4) { (start, count) = (start << 8 | UInt64(byte), count + 1) }
    return count == 4 ? start : nil
  }

  private static func hash(_ address: IPAddress) -> UInt64 { address.high ^ address.low }
}

/// Answers nearly every "is it among these?" with no, by a bit for each of 4,096 mixed values.
private struct HashFilter: Sendable {
  private var words = [UInt64](repeating: 0, count: 64)

  mutating func insert(_ value: UInt64) {
    let bit = Self.bit(value)
    words[bit / 64] |= 1 << UInt64(bit % 64)
  }

  mutating func insertAll() { words = [UInt64](repeating: .max, count: 64) }

  func mayContain(_ value: UInt64) -> Bool {
    let bit = Self.bit(value)
    return words[bit / 64] & 1 << UInt64(bit % 64) != 0
  }

  /// The highest bits of a product with the golden ratio are well mixed.
  private static func bit(_ value: UInt64) -> Int {
    Int(truncatingIfNeeded: (value &* 0x9E37_79B9_7F4A_7C15) >> 52)
  }
}
