import Alerts
import Observations
import Signatures
import Wire

/// A flow's own word, or what else is known, of where it goes: what a policy of destinations is asked about.
struct Visit {
  let place: PacketPlace
  let flow: FlowContext
  /// A host name as `HostPattern` writes it, or an address.
  let host: String
  let source: Destination.HostSource
  /// Where the bytes go; `nil` where only a proxy knows.
  let address: IPAddress?
  let port: UInt16
  /// What told it: `TLS`, `HTTP GET`.
  let trace: String
  var transport = TransportSecurity.plain
  var request: HTTPRequest?
  var hello: TLSHello?

  /// `host:port`, as URLs have it.
  var authority: String { (host.utf8.contains(UInt8(ascii: ":")) ? "[\(host)]" : host) + ":\(port)" }

  /// `text` as a name to judge by; `nil` for what no rule can name: other characters, a masked secret, or a family of
  /// names, which a peer could send so that a learnt policy allows it.
  static func name(_ text: String) -> String? {
    guard let pattern = HostPattern(text), !pattern.isSuffix, !pattern.hasWildcard else { return nil }
    return pattern.text
  }
}
