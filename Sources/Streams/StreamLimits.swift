/// How much of the traffic is remembered, and for how long. Every bound has a counter in `StreamCounters`.
package struct StreamLimits: Sendable {
  /// Flows at a time; at the brim the least valuable one is evicted.
  package var flows = 131_072
  /// Memory of out-of-order segments per direction, in bytes, bookkeeping included; at the brim its first hole is
  /// given up.
  package var heldBytesPerDirection = 1 << 20
  /// The same over all flows; at the brim the oldest hole of all is given up.
  package var heldBytes = 64 << 20
  package var heldSegmentsPerDirection = 4_096
  package var timeouts = Timeouts()
  package var fragments = Fragments()

  package init() {}

  /// How long a flow may be silent, in nanoseconds of packet time.
  package struct Timeouts: Sendable {
    /// TCP without an answer.
    package var newFlow: Int64 = 60 * .second
    package var established: Int64 = 3_600 * .second
    /// TCP after a FIN from both sides or a RST.
    package var closed: Int64 = 10 * .second
    package var udp: Int64 = 60 * .second
    package init() {}
  }

  /// Bounds of the defragmenter.
  package struct Fragments: Sendable {
    /// Incomplete datagrams at a time; at the brim the oldest is dropped.
    package var datagrams = 4_096
    /// Memory of all fragments, in bytes, bookkeeping included; at the brim the oldest datagram is dropped.
    package var bytes = 8 << 20
    /// From a datagram's first fragment, in nanoseconds of packet time; RFC 791 section 3.2 and common practice.
    package var timeout: Int64 = 30 * .second
    package init() {}
  }
}

extension StreamLimits {
  /// A hole this old is given up, in nanoseconds of packet time.
  static let holeTimeout: Int64 = 30 * .second
  /// A hole that the receiver has acknowledged was lost by the capture. It is given up at this age, ...
  static let acknowledgedHoleTimeout: Int64 = 2 * .second
  /// ... or with this much held behind it, in bytes, ...
  static let acknowledgedHoleBytes = 256 << 10
  /// ... or this many segments: interfaces that are captured together may deliver an ACK before the data, never by
  /// that much.
  static let acknowledgedHoleSegments = 64
  /// How far a segment may lie from the next expected byte, both ways: the largest window that hosts use in practice.
  static let window = 16 << 20
  /// So many segments outside of the window that continue each other are the stream: the capture missed the rest.
  static let resynchronisingSegments: UInt8 = 3
  /// How far ahead of the next expected byte a RST may lie, and how far behind: data that crossed it on the wire.
  static let resetWindow = -65_536...(1 << 20)
  /// A SYN with a new ISN opens a new connection, whatever the old one's state, after so much silence.
  static let portReuseSilence: Int64 = 60 * .second
}
