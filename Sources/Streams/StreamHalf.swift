/// One of the two sides of a flow, by the order in which they were first seen. Who is the client may change; this not.
enum Side: UInt8, BitwiseCopyable {
  case first, second
  var other: Self { self == .first ? .second : .first }
}

/// What one side of a flow sent: its counts and, for TCP, where its stream stands.
struct StreamHalf: BitwiseCopyable {
  struct Marks: OptionSet, BitwiseCopyable {
    let rawValue: UInt8
    /// `next` is known.
    static let synchronised = Self(rawValue: 1)
    static let sawSYN = Self(rawValue: 2)
    static let sawACK = Self(rawValue: 4)
    /// `fin` is known.
    static let sawFIN = Self(rawValue: 8)
    /// The stream has reached `fin`.
    static let finished = Self(rawValue: 16)
    /// A SYN came that contradicts the flow; `unexpectedSYN` is its sequence number.
    static let unexpectedSYN = Self(rawValue: 32)
  }

  var sent = FlowRecord.Side()
  /// How far the stream was delivered or given up, in bytes since its start.
  var position = 0
  /// The sequence number of the byte at `position`.
  var next: UInt32 = 0
  /// ISN, the sequence number of the SYN.
  var initial: UInt32 = 0
  /// The sequence number of the FIN.
  var fin: UInt32 = 0
  /// The highest acknowledgement number that this side sent: of the other side's stream.
  var acknowledged: UInt32 = 0
  var unexpectedSYN: UInt32 = 0
  /// Where a segment out of the window ended, and how many in a row have continued each other.
  var straySequence: UInt32 = 0
  var strayCount: UInt8 = 0
  var marks: Marks = []
  /// The queue of held segments, or `HeldSegments.none`.
  var held = HeldSegments.none

  /// No byte of the stream came yet.
  var isPristine: Bool { position == 0 && held == HeldSegments.none }

  /// Expects the stream to begin at `sequence`.
  mutating func synchronise(at sequence: UInt32) {
    (next, initial, position) = (sequence, sequence &- 1, 0)
    marks.insert(.synchronised)
  }

  mutating func noteAcknowledgement(_ acknowledgement: UInt32) {
    if !marks.contains(.sawACK) || acknowledgement.distance(after: acknowledged) > 0 { acknowledged = acknowledgement }
    marks.insert(.sawACK)
  }

  /// Moves past bytes that were delivered or given up.
  @inline(__always)
  mutating func advance(byteCount: Int) {
    next = next.advanced(byteCount: byteCount)
    position &+= byteCount
  }
}
