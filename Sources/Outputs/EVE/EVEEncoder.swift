package import Observations

/// Where packets come from, as the events of one source name it.
package enum TrafficSource: Sendable, Equatable {
  /// A live interface: `in_iface`.
  case interface(String)
  /// A capture file as it was named by the user: `pcap_filename`.
  case file(String)
}

/// How much an alert says; what does not fit a small message goes first where it is least missed.
package enum AlertDetail: Int, Sendable, Comparable, CaseIterable {
  /// Everything.
  case full
  /// Without the header fields of the request and without `evidence`.
  case withoutEvidence
  /// Also without `advice`, `metadata` and the request.
  case withoutContext
  /// What, who, whose key, where to; each string cut short.
  case essential

  package static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }
}

/// Turns facts and alerts into EVE events, Suricata's JSON: one object a line, fields in a fixed order.
///
/// Names, types and nesting are those of Suricata 8's `etc/schema.json`; what is ours stands in `leakwire`. Source is
/// always the flow's client and destination its server, whichever side sent the packet (Suricata's alerts follow the
/// packet): the machine that leaks is then always found under `src_ip`. Alerts say in `direction` which side spoke.
/// IPv6 addresses are written as RFC 5952 has them.
package struct EVEEncoder {
  package let sources: [TrafficSource]
  var time = PacketTime()
  private var flowFields = FlowFieldCache()

  /// `sources` is what `PacketPlace.source` counts in.
  package init(sources: [TrafficSource]) { self.sources = sources }

  /// Writes the event for `observation`.
  ///
  /// - Returns: Whether it is one: some facts have no event, and `kinds` may exclude it. Without an event the line is
  ///   left as it was.
  package mutating func encode(
    _ observation: Observation, kinds: EventKinds, to line: inout JSONLineWriter
  ) -> Bool {
    switch observation.fact {
    case .transaction(let transaction) where kinds.contains(.http):
      event(.http, observation.place, observation.flow, to: &line) { event, _ in
        event.field("tx_id", transaction.request?.index ?? 0)
        event.http(transaction)
      }
    case .tlsHandshake(let handshake) where kinds.contains(.tls):
      event(.tls, observation.place, observation.flow, to: &line) { event, _ in event.tls(handshake) }
    case .quicHello(let hello) where kinds.contains(.quic):
      event(.quic, observation.place, observation.flow, to: &line) { event, _ in event.quic(hello) }
    case .dns(let message) where kinds.contains(.dns):
      event(.dns, observation.place, observation.flow, to: &line) { event, _ in event.dns(message) }
    case .flowClosed(let summary) where kinds.contains(.flow):
      event(.flow, observation.place, observation.flow, to: &line) { event, time in event.flow(summary, time: &time) }
    case .flowOpened, .recognised, .request, .tunnelOpened, .credential, .bearer, .values, .dropped, .gap, .transaction,
      .tlsHello, .tlsHandshake, .encryption, .quicHello, .dns, .flowClosed:
      return false
    }
    return true
  }

  /// Writes what every event of a flow begins with, then `body`.
  mutating func event(
    _ kind: EventKinds, _ place: PacketPlace, _ flow: FlowContext, to line: inout JSONLineWriter,
    _ body: (_ event: inout JSONLineWriter, _ time: inout PacketTime) -> Void
  ) {
    line.line { line in
      timestamp(place.timestamp, to: &line)
      line.field("flow_id", flow.id)
      source(of: place, to: &line)
      line.field("event_type", kind.name)
      flowFields.append(flow, to: &line)
      body(&line, &time)
    }
  }

  mutating func timestamp(_ nanoseconds: Int64, to line: inout JSONLineWriter) {
    line.plainField("timestamp") { time.appendEVE(nanoseconds, to: &$0) }
  }

  private func source(of place: PacketPlace, to line: inout JSONLineWriter) {
    guard let index = Int(exactly: place.source), sources.indices.contains(index) else { return }
    switch sources[index] {
    case .interface(let name): line.field("in_iface", name)
    case .file(let name):
      line.field("pcap_filename", name)
      line.field("pcap_cnt", place.numberInSource)
    }
  }
}
