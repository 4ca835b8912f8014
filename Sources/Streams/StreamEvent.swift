package import Wire

/// A flow by its place in the table.
///
/// Places are used again once a flow is closed: keep per-flow state in an array by `slot`, from `opened` to `closed`.
package struct FlowIndex: Hashable, Sendable, BitwiseCopyable {
  package let slot: Int
  package init(slot: Int) { self.slot = slot }
}

/// Why a flow is over.
package enum CloseReason: String, Sendable, BitwiseCopyable {
  /// Both sides sent their FIN.
  case finished
  case reset
  /// Silent for longer than its state allows.
  case timeout
  /// The table was full.
  case evicted
  /// The capture is over.
  case shutdown
  /// The same addresses and ports opened another connection.
  case replaced
}

/// What the consumer of an event wants of the flow from then on.
package enum StreamVerdict: Sendable, BitwiseCopyable {
  case goOn
  /// The content shows that the side taken for the client is the server; directions of later events follow.
  case swapRoles
  /// Nothing that follows needs to be read: packets are still counted, FIN and RST still followed, but there are no
  /// more events with data or gaps.
  case skip
}

/// Something that happened on a flow, as it is told while a packet is accepted.
package struct StreamEvent: ~Copyable, ~Escapable {
  package enum Kind: Sendable, BitwiseCopyable {
    /// The first event of every flow.
    case opened(FlowRecord)
    /// `bytes` continue the direction's stream.
    case data
    /// `bytes` were sent in a place of the stream that was filled before, and differ from what filled it or may do so.
    /// They have no place in the stream.
    case alternateData
    /// The capture lacks bytes in this place of the stream; 0 when it is not known how many.
    case gap(byteCount: Int)
    /// This direction's FIN was reached: nothing should follow.
    case halfClosed
    /// `bytes` are the payload of one UDP datagram.
    case datagram
    /// The last event of every flow.
    case closed(CloseReason, FlowRecord)
  }

  package let flow: FlowIndex
  package let kind: Kind
  /// Of the bytes; for `opened`, of the first packet; without meaning for `closed`.
  package let direction: Direction
  package let bytes: RawSpan
  /// Time of the packet that brought the event about, in nanoseconds since the Unix epoch.
  package let timestamp: Int64

  @_lifetime(copy bytes)
  init(flow: FlowIndex, kind: Kind, direction: Direction, bytes: RawSpan, timestamp: Int64) {
    (self.flow, self.kind, self.direction) = (flow, kind, direction)
    (self.bytes, self.timestamp) = (bytes, timestamp)
  }
}

/// Receives events in stream order while the table is being changed; it cannot call the table, and answers instead.
package typealias StreamDelivery = (borrowing StreamEvent) -> StreamVerdict
