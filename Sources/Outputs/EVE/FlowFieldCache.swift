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

  mutating func append(_ flow: FlowContext, to line: inout JSONLineWriter) {
    let slot = Int(truncatingIfNeeded: flow.id % UInt64(Self.entryCount))
    if let entry = entries[slot], entry.flow.isSame(as: flow) {
      line.bytes.append(contentsOf: entry.fields)
      return
    }
    // Every event has fields before these, so that they begin with a comma.
    let start = line.bytes.count
    line.endpoints(flow)
    entries[slot] = Entry(flow: flow, fields: Array(line.bytes[start...]))
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
    plainField("src_ip") { $0.append(flow.client.address) }
    field("src_port", flow.client.port)
    plainField("dest_ip") { $0.append(flow.server.address) }
    field("dest_port", flow.server.port)
    field("proto", flow.transport.eveName)
    if flow.appProtocol != .undetermined { field("app_proto", flow.appProtocol.rawValue) }
    plainField("community_id") {
      CommunityID.append(flow.client, flow.server, transport: flow.transport, to: &$0)
    }
  }
}

extension [UInt8] {
  /// As `IPAddress.description` has it; without a string for the common family.
  fileprivate mutating func append(_ address: IPAddress) {
    guard address.isIPv4 else { return append(contentsOf: address.description.utf8) }
    for shift in stride(from: UInt32(24), through: 0, by: -8) {
      append(decimal: address.ipv4Bits >> shift & 0xFF)
      if shift > 0 { append(UInt8(ascii: ".")) }
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
