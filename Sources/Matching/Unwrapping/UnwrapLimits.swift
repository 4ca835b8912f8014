/// How far the search inside wrapped content goes for one message.
package struct UnwrapLimits: Sendable, Equatable {
  /// Layers below the message that are opened; the search in the last of them still sees one more base64, hexadecimal
  /// or percent layer.
  package var depth = 4
  /// Bytes that all streams of a message may come to, whatever came in: small wrapped content that grows is normal.
  package var workFloor = 4 << 20
  /// Further bytes of work for each byte of the message: every layer may be looked at in a few ways.
  package var workRatio = 4
  /// Work that no message exceeds.
  package var workCeiling = 64 << 20
  /// Streams of unwrapped content that one message may have open.
  package var streamsPerMessage = 64
  /// Streams that all messages of a worker may have open; each holds at most 25 KiB.
  package var streamsPerWorker = 1_024
  /// The most memory that all decompressors of a worker can come to hold, in bytes; they touch what they write.
  package var decoderByteCount = 64 << 20
  /// A message up to this length is held whole, to be looked through for values that their names call secret.
  package var heldPerMessage = 64 << 10
  /// A message up to this length is looked at backwards and with its fields joined too.
  package var turnedPerMessage = 16 << 10
  /// Bytes that all messages of a worker hold beyond their last 256.
  package var heldPerWorker = 32 << 20

  package init() {}
}

/// What the search inside wrapped content did, for `stats`.
package struct UnwrapCounters: Sendable, Equatable {
  /// Bytes of unwrapped content, of all layers.
  package var bytes: UInt64 = 0
  /// Streams of unwrapped content opened.
  package var streams: UInt64 = 0
  package var sightings: UInt64 = 0
  /// Messages given up because their work reached its bound.
  package var exhausted: UInt64 = 0
  /// Wrapped content left closed because too many streams were open.
  package var refusedStreams: UInt64 = 0
  /// Compressed content left closed for want of memory.
  package var refusedDecoders: UInt64 = 0
  /// Messages not looked at backwards or joined because too much was held.
  package var unheld: UInt64 = 0

  package init() {}

  package static func += (left: inout Self, right: Self) {
    left.bytes &+= right.bytes
    left.streams &+= right.streams
    left.sightings &+= right.sightings
    left.exhausted &+= right.exhausted
    left.refusedStreams &+= right.refusedStreams
    left.refusedDecoders &+= right.refusedDecoders
    left.unheld &+= right.unheld
  }
}
