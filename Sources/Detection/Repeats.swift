import Alerts
import DequeModule
import Observations

/// Lets the first alert of a kind through and counts its repeats, told once the window is over.
struct Repeats {
  private struct Identity: Hashable {
    let detector: DetectorID
    let fingerprint: String?
    let host: String
    /// Of alerts without a key: which trace or provider it was.
    let subject: String?
  }

  private struct Memory {
    var first: Int64
    var count = 0
    var last: Alert
  }

  private let window: Int64
  private let limit: Int
  private var memory: [Identity: Memory] = [:]
  /// In order of their first alert.
  private var order = Deque<Identity>()
  /// When the oldest window is over: asked for every observation.
  private var nextExpiry = Int64.max

  init(window: Int64, limit: Int) { (self.window, self.limit) = (window, max(1, limit)) }

  /// - Returns: `alert` when it is the first of its kind in the window.
  mutating func admit(_ alert: Alert) -> Alert? {
    let identity = Identity(
      detector: alert.detector, fingerprint: alert.credential?.masked.fingerprint, host: alert.destination.host,
      subject: alert.credential == nil ? alert.message : nil)
    guard var known = memory[identity] else {
      memory[identity] = Memory(first: alert.place.timestamp, last: alert)
      order.append(identity)
      nextExpiry = min(nextExpiry, alert.place.timestamp &+ window)
      return alert
    }
    known.count += 1
    known.last = alert
    memory[identity] = known
    return nil
  }

  /// Summaries of the windows that are over at `now`, or that must make room.
  mutating func expire(at now: Int64) -> [Alert] {
    guard now >= nextExpiry || order.count > limit else { return [] }
    var summaries: [Alert] = []
    while let oldest = order.first, let known = memory[oldest] {
      let isOver = now &- known.first >= window
      guard isOver || order.count > limit else {
        nextExpiry = known.first &+ window
        return summaries
      }
      close(oldest, into: &summaries)
    }
    nextExpiry = Int64.max
    return summaries
  }

  /// Summaries of all open windows: the run is over.
  mutating func finish() -> [Alert] {
    var summaries: [Alert] = []
    while let oldest = order.first { close(oldest, into: &summaries) }
    return summaries
  }

  private mutating func close(_ identity: Identity, into summaries: inout [Alert]) {
    order.removeFirst()
    guard let known = memory.removeValue(forKey: identity), known.count > 0 else { return }
    var summary = known.last
    summary.count = known.count
    summary.message += " (\(known.count) more since the first alert)"
    summaries.append(summary)
  }
}
