/// Where the scan of one stream stands: its last bytes, and the anchors whose secret may go on.
///
/// Idle it is 48 bytes and an array of 110. While anchors wait it holds the stream from the first of them on, at most
/// `Reach.both` bytes, and at most `mostWaiting` anchors.
package struct ScanState {
  /// Bytes scanned so far. A caller that skips a gap adds its length after `SecretMatcher.finish`.
  package var offset: UInt64 = 0

  /// What looks into wrapped content, where that is done, while a message goes on.
  var unwrapper: Unwrapper?

  /// Anchors that may wait at once; a further one is given up, and counted.
  static let mostWaiting = 16

  /// An anchor that waits for more bytes.
  struct Waiting: Equatable {
    /// Where its literal starts, counted like `position`.
    var start: UInt64
    var literal: UInt32
    /// Looking again makes no sense before the stream is this long.
    var wake: UInt64
  }

  /// Bytes scanned since this state was made: what places are counted in, whatever the caller does to `offset`.
  var position: UInt64 = 0
  /// Starts with the bytes before `position`, `tailCount` of them.
  private(set) var storage: [UInt8] = []
  private(set) var tailCount = 0
  /// In the order of their start.
  var waiting: [Waiting] = []
  /// The end of the last secret reported: another cannot start before it.
  var reportedEnd: UInt64 = 0

  package init() {}

  /// Where the first anchor stands that waits, counted like `offset`: all before it is decided.
  var decidedUntil: UInt64 { waiting.first.map { $0.start &- position &+ offset } ?? .max }

  var tailStart: UInt64 { position &- UInt64(tailCount) }

  /// - Returns: whether there was room. Where there is none, a secret found that waits for its turn (`wake` 0) takes
  ///   the place of the latest anchor of which nothing is known yet.
  mutating func wait(_ anchor: Waiting) -> Bool {
    let hasRoom = waiting.count < Self.mostWaiting
    if !hasRoom {
      guard anchor.wake == 0, let victim = waiting.lastIndex(where: { $0.wake > 0 }) else { return false }
      waiting.remove(at: victim)
    }
    let place = waiting.firstIndex { (anchor.start, anchor.literal) < ($0.start, $0.literal) } ?? waiting.endIndex
    waiting.insert(anchor, at: place)
    return hasRoom
  }

  /// Makes `bytes` the tail. What it held before does not stay in memory.
  mutating func keep(_ bytes: Span<UInt8>) {
    let length = bytes.count <= Reach.idle ? Reach.idle : Reach.both
    if storage.count != length {
      forget()
      storage = Array(repeating: 0, count: length)
    } else if tailCount > bytes.count {
      storage.erase(bytes.count..<tailCount)
    }
    storage.overwrite(at: 0, with: bytes)
    tailCount = bytes.count
  }

  /// Empties the tail and overwrites it with zeros.
  mutating func forget() {
    storage.erase(0..<tailCount)
    tailCount = 0
  }
}

/// How far around an anchor the matcher looks, in bytes of the stream.
enum Reach {
  /// To the left: the context and a character more when each is percent-encoded; a line of MIME base64, an escape.
  static let left = 3 * (Masking.contextLength + 1)
  /// What a stream keeps while nothing waits: a literal that the next cut goes through has as much to its left as any.
  static let idle = left + AnchorLiteral.longest - 1
  /// To the right: the longest secret plain, 3,000 characters in base64, 1,300 when each is percent-encoded. A candidate
  /// that is still undecided there is decided with what there is.
  static let right = 4160

  static let both = left + right
}
