import Observations
import Wire

/// The fields that are the same for all events of a flow, `vlan` to `community_id`, kept for the flows seen last.
///
/// A direct-mapped cache: events of one flow mostly follow each other, and hashing for the Community ID costs more than
/// the rest of an event.
struct FlowFieldCache {
  private struct Entry {
    var flow: FlowContext
    var fields: [UInt8]
  }

  /// About 300 bytes an entry at most.
  private static let entryCount = 256
  private var entries = [Entry?](repeating: nil, count: entryCount)
  private var writer = JSONLineWriter()

  mutating func append(_ flow: FlowContext, to line: inout JSONLineWriter) {
    let slot = Int(truncatingIfNeeded: flow.id % UInt64(Self.entryCount))
    if let entry = entries[slot], entry.flow.isSame(as: flow) {
      line.bytes.append(contentsOf: entry.fields)
      return
    }
    writer.line { $0.endpoints(flow) }
    // Between the braces, with a comma in front: every event has fields before these.
    let fields = [UInt8(ascii: ",")] + writer.bytes.dropFirst().dropLast()
    entries[slot] = Entry(flow: flow, fields: fields)
    line.bytes.append(contentsOf: fields)
  }
}

extension FlowContext {
  fileprivate func isSame(as other: FlowContext) -> Bool {
    id == other.id && client == other.client && server == other.server && transport == other.transport
      && vlans == other.vlans && appProtocol == other.appProtocol
  }
}

extension JSONLineWriter {
  fileprivate mutating func endpoints(_ flow: FlowContext) {
    if flow.vlans.count > 0 {
      array("vlan") { array in
        array.element(flow.vlans.outer)
        if flow.vlans.count > 1 { array.element(flow.vlans.inner) }
      }
    }
    plainField("src_ip") { $0.append(contentsOf: flow.client.address.description.utf8) }
    field("src_port", flow.client.port)
    plainField("dest_ip") { $0.append(contentsOf: flow.server.address.description.utf8) }
    field("dest_port", flow.server.port)
    field("proto", flow.transport.eveName)
    if flow.appProtocol != .undetermined { field("app_proto", flow.appProtocol.rawValue) }
    plainField("community_id") {
      CommunityID.append(flow.client, flow.server, transport: flow.transport, to: &$0)
    }
  }
}

extension IPProtocol {
  /// As Suricata names it in `proto`; other protocols by number.
  var eveName: String {
    switch self {
    case .tcp: "TCP"
    case .udp: "UDP"
    case .icmp: "ICMP"
    case .icmpv6: "IPv6-ICMP"
    case .sctp: "SCTP"
    default: String(rawValue)
    }
  }
}
