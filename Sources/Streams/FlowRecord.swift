package import Wire

/// What is known of a flow, at the time of asking.
package struct FlowRecord: Sendable, BitwiseCopyable {
  /// Packets and bytes that one side sent.
  package struct Side: Sendable, BitwiseCopyable {
    package var packets: UInt64 = 0
    /// Bytes of IP datagrams, headers included.
    package var bytes: UInt64 = 0
    package init() {}
  }

  /// Counts the flows of this table from 1; unlike a `FlowIndex` it is not used again.
  package var number: UInt64
  package var client: Endpoint
  package var server: Endpoint
  package var transport: IPProtocol
  /// Of the first packet.
  package var vlans: VLANTags
  /// Time of the first packet, in nanoseconds since the Unix epoch.
  package var start: Int64
  /// The latest time of any of its packets.
  package var end: Int64
  /// What the client sent.
  package var toServer: Side
  /// What the server sent.
  package var toClient: Side
  /// A SYN was seen from either side. Where not, who is the client is a guess.
  package var sawHandshake: Bool
  /// Both sides spoke, beyond SYN and RST, or one of them sent data.
  package var wasEstablished: Bool
}
