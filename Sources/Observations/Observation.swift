package import Wire

/// One fact about one flow at one packet: what passes the door from the sensor half to the detection half.
///
/// An observation never says whether a thing is bad, and never carries a secret.
package struct Observation: Sendable {
  package let place: PacketPlace
  package let flow: FlowContext
  package let fact: Fact

  package init(place: PacketPlace, flow: FlowContext, fact: Fact) {
    (self.place, self.flow, self.fact) = (place, flow, fact)
  }
}

/// What was observed.
package enum Fact: Sendable {
  /// The first packet of a flow.
  case flowOpened
  /// The flow spoke: its application protocol is known, or known not to be one that is read (`unknown`).
  case recognised(AppProtocol)
  /// A request head is complete, and was scanned.
  case request(HTTPRequest)
  /// A request and, where there was one, its response are over.
  case transaction(HTTPTransaction)
  /// A TLS ClientHello was read.
  case tlsHello(TLSHello)
  /// The rest of the flow belongs to another connection, or to another client, than its addresses say.
  case tunnelOpened(TunnelOrigin)
  /// A TLS handshake is over, or as far as it will be seen: once for each connection.
  case tlsHandshake(TLSHandshake)
  /// What could be read of an encrypted flow that is over.
  case encryption(EncryptionSummary)
  /// A ClientHello inside QUIC was read.
  case quicHello(QUICHello)
  /// A DNS message was read.
  case dns(DNSMessage)
  /// A secret was seen.
  case credential(CredentialSighting)
  /// A request carried a token of no known form in a field or parameter in which clients send keys, or a body one that
  /// its name calls secret.
  case bearer(CredentialSighting, field: String)
  /// A message carried values out that may be somebody's keys, and nothing says so.
  case values(UnnamedValues)
  /// A value of the form of a secret was not taken for one: told where the run is to explain itself.
  case dropped(DroppedSecret)
  /// Bytes of the flow were not in the capture.
  case gap(Direction, byteCount: Int)
  /// The flow ended, timed out or was evicted.
  case flowClosed(FlowSummary)
}

/// Which packet, and when. The order of observations is (`packet`, `step`).
package struct PacketPlace: Sendable, BitwiseCopyable {
  /// Packets since the start of the run, from 1, over all files or interfaces.
  package var packet: UInt64
  /// Counts the observations of one packet.
  package var step: UInt32
  /// The 1-based number in the capture file, as `pcap_cnt`; live it equals `packet`.
  package var numberInSource: UInt64
  /// Index of the file or interface in the run's list of sources.
  package var source: UInt32
  /// Packet time in nanoseconds since the Unix epoch.
  package var timestamp: Int64

  package init(packet: UInt64, step: UInt32 = 0, numberInSource: UInt64, source: UInt32, timestamp: Int64) {
    (self.packet, self.step, self.numberInSource) = (packet, step, numberInSource)
    (self.source, self.timestamp) = (source, timestamp)
  }
}

/// The flow that an observation belongs to.
package struct FlowContext: Sendable, BitwiseCopyable {
  /// Stable for the same capture, below 2^53, as Suricata's `flow_id`.
  package var id: UInt64
  package var client: Endpoint
  package var server: Endpoint
  package var transport: IPProtocol
  package var vlans: VLANTags
  package var appProtocol: AppProtocol

  package init(
    id: UInt64, client: Endpoint, server: Endpoint, transport: IPProtocol, vlans: VLANTags = VLANTags(),
    appProtocol: AppProtocol = .undetermined
  ) {
    (self.id, self.client, self.server) = (id, client, server)
    (self.transport, self.vlans, self.appProtocol) = (transport, vlans, appProtocol)
  }
}

/// What is spoken on a flow, by the names that EVE's `app_proto` uses.
package enum AppProtocol: String, Sendable, BitwiseCopyable {
  case undetermined = ""
  case http, http2, websocket, tls, quic, dns
  /// Bytes passed that are none of the above.
  case unknown = "failed"
}

/// What a flow carried, told when it is over.
package struct FlowSummary: Sendable, BitwiseCopyable {
  package enum Reason: String, Sendable, BitwiseCopyable { case finished, reset, timeout, evicted, shutdown, replaced }

  package struct Side: Sendable, BitwiseCopyable {
    package var packets: UInt64 = 0
    /// Bytes of IP datagrams, headers included.
    package var bytes: UInt64 = 0
    package init() {}
  }

  package var toServer = Side()
  package var toClient = Side()
  /// Nanoseconds since the Unix epoch.
  package var start: Int64 = 0
  package var end: Int64 = 0
  package var reason = Reason.finished
  /// Whether data was exchanged or a handshake completed.
  package var wasEstablished = false
  package init() {}
}
