package import Alerts
import Observations
import Signatures

extension Suppression {
  /// Whether this holds at `time`, nanoseconds of packet time: a replay says the same today and in a year.
  package func holds(at time: Int64) -> Bool {
    guard let expires else { return true }
    return CalendarDay(containing: time) <= expires
  }

  /// Whether `alert` is one of those that need not be told.
  ///
  /// - Parameter originator: who sent the traffic.
  package func silences(_ alert: Alert, of originator: Originator) -> Bool {
    if let detector, detector != alert.detector { return false }
    if let fingerprint, fingerprint != alert.credential?.masked.fingerprint { return false }
    if let signature, signature != alert.credential?.masked.signature { return false }
    if let provider, provider != alert.provider { return false }
    if let host, !host.matches(alert.destination.host) { return false }
    return scope.admits(originator) && holds(at: alert.place.timestamp)
  }
}
