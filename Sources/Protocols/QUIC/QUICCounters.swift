/// What was met in QUIC, summed up for `stats`.
package struct QUICCounters: Sendable, Equatable {
  package var flows: UInt64 = 0
  /// ClientHellos read.
  package var hellos: UInt64 = 0
  package var retries: UInt64 = 0
  package var versionNegotiations: UInt64 = 0
  /// Packets opened beyond the Initial ones, which anybody can open.
  package var openedPackets: UInt64 = 0
  /// Packets that no key opened, and their bytes.
  package var hiddenPackets: UInt64 = 0
  package var hiddenBytes: UInt64 = 0
  /// Packets of an opened kind with a frame that has no known form.
  package var brokenPackets: UInt64 = 0
  package var keyUpdates: UInt64 = 0
  /// Handshake bytes beyond what is kept of one direction.
  package var cryptoLimitReached: UInt64 = 0
  package var streams: UInt64 = 0
  /// Streams given up, or not followed, because too many were open.
  package var streamLimitReached: UInt64 = 0
  /// Holes given up because too much was held behind them.
  package var heldLimitReached: UInt64 = 0
  /// Flows that gave up what they held, for want of memory.
  package var memoryLimitReached: UInt64 = 0
  /// Holes in streams that nothing filled.
  package var streamGaps: UInt64 = 0
  /// Field sections of HTTP/3 that referred to entries that were not seen.
  package var unreadableSections: UInt64 = 0

  package init() {}

  package static func += (left: inout Self, right: Self) {
    left.flows &+= right.flows
    left.hellos &+= right.hellos
    left.retries &+= right.retries
    left.versionNegotiations &+= right.versionNegotiations
    left.openedPackets &+= right.openedPackets
    left.hiddenPackets &+= right.hiddenPackets
    left.hiddenBytes &+= right.hiddenBytes
    left.brokenPackets &+= right.brokenPackets
    left.keyUpdates &+= right.keyUpdates
    left.cryptoLimitReached &+= right.cryptoLimitReached
    left.streams &+= right.streams
    left.streamLimitReached &+= right.streamLimitReached
    left.heldLimitReached &+= right.heldLimitReached
    left.memoryLimitReached &+= right.memoryLimitReached
    left.streamGaps &+= right.streamGaps
    left.unreadableSections &+= right.unreadableSections
  }
}
