/// Places where anybody can drop anything without owning a server: request catchers, pastes, file drops, tunnels.
package struct Sink: Sendable, Equatable {
  /// How much honest use developers make of such a place: it decides what is worth an alert.
  package enum Use: String, Sendable, CaseIterable {
    /// Hardly any: looking the name up is enough, for the name itself may carry the data.
    case rare
    /// Some: a contact is worth a look.
    case occasional
    /// Daily: only what writes there is, by one of the paths or by its volume.
    case daily
  }

  package var id: String
  /// What such a place is, for people: `a request catcher`.
  package var kind: String
  package var use: Use
  package var hosts: [HostPattern]
  /// Request targets that write to the place, each as in an indicator; for a place of daily use.
  package var paths: [String]
  package var references: [String]

  package init(
    id: String, kind: String, use: Use, hosts: [HostPattern], paths: [String] = [], references: [String] = []
  ) {
    (self.id, self.kind, self.use, self.hosts) = (id, kind, use, hosts)
    (self.paths, self.references) = (paths, references)
  }

  /// Whether a request to `target` writes there, by the path alone; the query and an absolute form's origin do not
  /// count.
  package func isWrittenBy(target: String) -> Bool {
    guard !paths.isEmpty else { return false }
    let path = RequestTarget.path(of: target)
    return paths.contains { pattern in
      pattern.utf8.last == UInt8(ascii: "*")
        ? path.utf8.starts(with: pattern.utf8.dropLast()) : path.utf8.elementsEqual(pattern.utf8)
    }
  }
}

/// Request targets: RFC 9112 section 3.2.
package enum RequestTarget {
  /// Of origin-form the path; of absolute-form likewise, without its origin. The query does not count.
  package static func path(of target: String) -> Substring {
    var rest = target.utf8[...]
    if rest.first != UInt8(ascii: "/"), let scheme = target.firstRange(of: "://") {
      rest = target.utf8[scheme.upperBound...].drop { !isPathEnd($0) && $0 != UInt8(ascii: "/") }
    }
    return Substring(rest.prefix { !isPathEnd($0) })
  }

  private static func isPathEnd(_ byte: UInt8) -> Bool { byte == UInt8(ascii: "?") || byte == UInt8(ascii: "#") }
}
