/// Counters in named groups, in the order in which they were written.
package struct CounterTree: Sendable, ExpressibleByDictionaryLiteral {
  package enum Node: Sendable {
    case count(UInt64)
    case group(CounterTree)
  }

  package private(set) var entries: [(name: String, node: Node)]

  package init(dictionaryLiteral elements: (String, Node)...) {
    entries = elements.map { (name: $0.0, node: $0.1) }
  }

  package mutating func append(_ name: String, _ node: Node) { entries.append((name, node)) }
}

/// The counters of a run at a moment.
package struct StatsReport: Sendable {
  /// Packet time in nanoseconds since the Unix epoch.
  package var timestamp: Int64
  /// Under Suricata's names only, for the schema allows no others: `uptime`, `capture`, `decoder`, `flow`, `tcp` …
  package var counters: CounterTree
  /// What Suricata has no name for; it is written to `leakwire`.
  package var ownCounters: CounterTree

  package init(timestamp: Int64, counters: CounterTree, ownCounters: CounterTree = [:]) {
    (self.timestamp, self.counters, self.ownCounters) = (timestamp, counters, ownCounters)
  }
}

extension EVEEncoder {
  package mutating func encode(_ report: StatsReport, to line: inout JSONLineWriter) {
    line.line { line in
      timestamp(report.timestamp, to: &line)
      line.field("event_type", EventKinds.stats.name)
      line.counters("stats", report.counters)
      if !report.ownCounters.entries.isEmpty { line.counters("leakwire", report.ownCounters) }
    }
  }
}

extension JSONLineWriter {
  fileprivate mutating func counters(_ key: String, _ tree: CounterTree) {
    object(key) { object in
      for (name, node) in tree.entries {
        switch node {
        case .count(let count): object.field(name, count)
        case .group(let group): object.counters(name, group)
        }
      }
    }
  }
}
