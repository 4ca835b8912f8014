/// The kinds of events that a run writes: what `--events` says.
package struct EventKinds: OptionSet, Sendable, Hashable {
  package let rawValue: UInt8
  package init(rawValue: UInt8) { self.rawValue = rawValue }

  package static let alert = EventKinds(rawValue: 1 << 0)
  package static let http = EventKinds(rawValue: 1 << 1)
  package static let tls = EventKinds(rawValue: 1 << 2)
  package static let quic = EventKinds(rawValue: 1 << 3)
  package static let dns = EventKinds(rawValue: 1 << 4)
  package static let flow = EventKinds(rawValue: 1 << 5)
  package static let stats = EventKinds(rawValue: 1 << 6)

  /// Each kind alone, in the order in which help names them.
  package static let all: [EventKinds] = [.alert, .http, .tls, .quic, .dns, .flow, .stats]

  /// `event_type` of one kind; empty for none and for several.
  package var name: String {
    switch self {
    case .alert: "alert"
    case .http: "http"
    case .tls: "tls"
    case .quic: "quic"
    case .dns: "dns"
    case .flow: "flow"
    case .stats: "stats"
    default: ""
    }
  }

  /// Reads a list such as `alert,http,flow`; spaces around names and doubled names do no harm.
  ///
  /// - Throws: `EventKindsError` for a name that is none, and for an empty list.
  package init(parsing list: String) throws(EventKindsError) {
    self = []
    for item in list.split(separator: ",", omittingEmptySubsequences: false) {
      let name = item.split(separator: " ").joined(separator: " ")
      guard let kind = Self.all.first(where: { $0.name == name }) else {
        throw EventKindsError(name: name, known: Self.all.map(\.name))
      }
      insert(kind)
    }
  }
}

/// A word in a list of event kinds that is not one.
package struct EventKindsError: Error, Equatable, CustomStringConvertible {
  package let name: String
  package let known: [String]

  package var description: String {
    let problem = name.isEmpty ? "an event type is missing in the list" : "unknown event type “\(Printable.text(name))”"
    return "\(problem): give a list such as alert,http of \(known.joined(separator: ", "))"
  }
}
