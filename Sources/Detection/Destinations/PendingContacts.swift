import Alerts
import DequeModule
import Observations

/// Holds alerts about the host of a request until the request is over: a key in it says more of the same sighting, and
/// then its alert is the only one.
struct PendingContacts {
  private struct Pending {
    var alert: Alert
    let deadline: Int64
  }

  /// Requests held at once; at the bound the oldest is told.
  static let limit = 1_024
  /// Longest time that an alert is held. Most bodies have passed by then.
  static let patience: Int64 = 10_000_000_000

  /// In the order of their deadlines.
  private var waiting = Deque<Pending>()

  /// - Returns: alerts that had to make room.
  mutating func hold(_ alert: Alert, at now: Int64) -> [Alert] {
    waiting.append(Pending(alert: alert, deadline: now &+ Self.patience))
    guard waiting.count > Self.limit else { return [] }
    return [waiting.removeFirst().alert]
  }

  /// Alerts that have waited long enough.
  mutating func expire(at now: Int64) -> [Alert] {
    var alerts: [Alert] = []
    while let oldest = waiting.first, oldest.deadline <= now { alerts.append(waiting.removeFirst().alert) }
    return alerts
  }

  /// The request that follows a hello on the same flow says more of the same contact.
  mutating func replaceHello(by alert: Alert) {
    let index = waiting.firstIndex { $0.alert.flow.id == alert.flow.id && $0.alert.http == nil }
    if let index { waiting[index].alert = alert }
  }

  /// A key went to the same place: its alert stands for the contact.
  mutating func drop(_ request: HTTPRequest?, on flow: FlowContext) {
    guard !waiting.isEmpty else { return }
    waiting.removeAll { pending in
      let held = pending.alert.http
      return pending.alert.flow.id == flow.id && (request == nil || held == nil || held === request)
    }
  }

  /// The request is over, or with `nil` the whole flow: nothing more will be seen of it.
  mutating func release(_ request: HTTPRequest?, on flow: FlowContext) -> [Alert] {
    guard !waiting.isEmpty else { return [] }
    var alerts: [Alert] = []
    waiting.removeAll { pending in
      guard pending.alert.flow.id == flow.id, request == nil || pending.alert.http === request else { return false }
      alerts.append(pending.alert)
      return true
    }
    return alerts
  }

  mutating func finish() -> [Alert] {
    defer { waiting.removeAll() }
    return waiting.map(\.alert)
  }
}
