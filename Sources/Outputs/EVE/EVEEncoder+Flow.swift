import Observations

extension JSONLineWriter {
  mutating func flow(_ summary: FlowSummary, time: inout PacketTime) {
    object("flow") { flow in
      flow.field("pkts_toserver", summary.toServer.packets)
      flow.field("pkts_toclient", summary.toClient.packets)
      flow.field("bytes_toserver", summary.toServer.bytes)
      flow.field("bytes_toclient", summary.toClient.bytes)
      flow.plainField("start") { time.appendEVE(summary.start, to: &$0) }
      flow.plainField("end") { time.appendEVE(summary.end, to: &$0) }
      flow.field("age", summary.ageInSeconds)
      flow.field("state", summary.eveState)
      flow.field("reason", summary.reason.eveName)
    }
  }
}

extension FlowSummary {
  /// Never negative, even where the packets' clock stepped back.
  fileprivate var ageInSeconds: Int64 {
    let (age, overflow) = end.subtractingReportingOverflow(start)
    return overflow ? 0 : max(0, age / 1_000_000_000)
  }

  fileprivate var eveState: String {
    switch reason {
    case .finished, .reset: "closed"
    case .timeout, .evicted, .shutdown, .replaced: wasEstablished ? "established" : "new"
    }
  }
}

extension FlowSummary.Reason {
  /// Suricata's words. It ends closed flows by a (short) timeout too, and so says `timeout` of them.
  fileprivate var eveName: String {
    switch self {
    case .finished, .reset, .timeout: "timeout"
    case .evicted: "forced"
    case .shutdown: "shutdown"
    case .replaced: "tcp_reuse"
    }
  }
}
