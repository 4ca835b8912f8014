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
  private var paths: [Substring: Indicator] = [:]
  /// Lengths of `paths`: the path of most requests has none of them.
  private var pathLengths: Set<Int> = []
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
      if let address = IPAddress(text), addresses[address] == nil { addresses[address] = indicator }
    case .urlPath(let path):
      if path.hasSuffix("*") {
        pathPrefixes.append((String(path.dropLast()), indicator))
      } else if paths[path[...]] == nil {
        paths[path[...]] = indicator
        pathLengths.insert(path.utf8.count)
      }
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

  package func indicator(address: IPAddress) -> Indicator? { addresses[address] }

  /// By a request target (RFC 9112 section 3.2): origin-form, or the path of absolute-form; the query does not count.
  package func indicator(target: String) -> Indicator? {
    if paths.isEmpty && pathPrefixes.isEmpty { return nil }
    let path = Self.path(ofTarget: target)
    if pathLengths.contains(path.utf8.count), let indicator = paths[path] { return indicator }
    return pathPrefixes.first { path.utf8.starts(with: $0.prefix.utf8) }?.indicator
  }

  /// By a request field: its lower-case name and its whole value, compared as they are.
  package func indicator(field name: String, value: String) -> Indicator? {
    fields[Field(name: name, value: value)] ?? fields[Field(name: name, value: nil)]
  }

  private static func path(ofTarget target: String) -> Substring {
    var rest = target.utf8[...]
    if rest.first != UInt8(ascii: "/"), let scheme = target.firstRange(of: "://") {
      rest = target.utf8[scheme.upperBound...].drop { !isPathStart($0) }
    }
    return Substring(rest.prefix { $0 != UInt8(ascii: "?") && $0 != UInt8(ascii: "#") })
  }

  private static func isPathStart(_ byte: UInt8) -> Bool {
    byte == UInt8(ascii: "/") || byte == UInt8(ascii: "?") || byte == UInt8(ascii: "#")
  }
}
