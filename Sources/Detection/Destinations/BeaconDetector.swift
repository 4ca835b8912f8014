import Alerts
import Observations
import Signatures
import Wire

/// Raises `beacon`: one client contacts one host at a fixed interval.
///
/// A contact is the first of requests and connections that follow one another closely. Hosts on our networks, AI
/// providers, declared gateways, and those that the catalogue calls familiar to this detector (updates, telemetry,
/// platforms) are spared: their rhythm is known.
struct BeaconDetector {
  private struct Pair: Hashable {
    let client: IPAddress
    let host: String
  }

  private struct Track {
    /// Starts of the newest contacts, oldest first.
    var starts: [Int64] = []
    /// The newest request or connection.
    var last: Int64

    /// The interval at which contacts came, where they came at one.
    mutating func rhythm(_ now: Int64, _ settings: BeaconSettings) -> Int64? {
      defer { last = now }
      guard !settings.isSameContact(now, as: last) else { return nil }
      if starts.count >= settings.contacts { starts.removeFirst() }
      starts.append(now)
      guard starts.count >= settings.contacts else { return nil }
      return settings.rhythm(of: zip(starts.dropFirst(), starts).map { $0 &- $1 })
    }
  }

  private let settings: BeaconSettings
  private let judge: DestinationJudge
  private var tracks: RecencyTable<Pair, Track>

  init(settings: BeaconSettings, judge: DestinationJudge) {
    (self.settings, self.judge) = (settings, judge)
    tracks = RecencyTable(limit: settings.trackedLimit)
  }

  var evictionCount: UInt64 { tracks.evictionCount }

  /// Whether a request or connection may be a new contact; most follow another closely and are none.
  func concerns(_ known: HostMemory.Entry, _ flow: FlowContext, at time: Int64) -> Bool {
    guard settings.isEnabled, !known.isPolled else { return false }
    let client = flow.client.address
    defer { (known.lastClient, known.lastContact) = (client, time) }
    guard known.lastClient != client || !settings.isSameContact(time, as: known.lastContact) else { return false }
    return flow.server.address.isForeign && !judge.isHome(flow.server.address)
  }

  mutating func contact(_ contact: Contact) -> Alert? {
    let (client, host) = (contact.flow.client.address, contact.destination.host)
    guard !judge.isAnyGateway(host) else { return nil }
    let now = contact.place.timestamp
    let interval = tracks.use(Pair(client: client, host: host), else: Track(last: Int64.min)) { [settings] track in
      track.rhythm(now, settings)
    }
    guard let interval else { return nil }
    let seconds = (interval + 500_000_000) / 1_000_000_000
    return contact.alert(
      .beacon, .medium, "Contacts at a fixed interval to \(host)", category: nil,
      evidence: "\(settings.contacts) contacts, one every \(seconds) s", attack: ["T1071.001", "T1029"],
      advice: "Find the program that reports there by the clock; make the host familiar if it is one of yours.")
  }
}

extension BeaconSettings {
  /// Whether a request or connection belongs to the contact that the one before it began or continued.
  fileprivate func isSameContact(_ time: Int64, as last: Int64) -> Bool {
    last != Int64.min && time &- last < shortestInterval / 2
  }

  /// The median interval, where the intervals are alike: half of them within the jitter, all within twice as much. One
  /// may be twice or thrice as long: a contact was missed.
  fileprivate func rhythm(of intervals: [Int64]) -> Int64? {
    let median = Self.median(intervals)
    guard median >= shortestInterval, median <= longestInterval else { return nil }
    let deviations = intervals.map { abs($0 &- median) }
    let jitter = median / 100 * Int64(jitterPercent)
    guard Self.median(deviations) <= jitter else { return nil }
    let odd = intervals.filter { abs($0 &- median) > 2 * jitter }
    let isWhole = odd.allSatisfy { interval in (2...3).contains { abs(interval &- $0 * median) <= jitter } }
    return odd.count <= 1 && isWhole ? median : nil
  }

  private static func median(_ values: [Int64]) -> Int64 {
    let sorted = values.sorted()
    return sorted.isEmpty ? 0 : sorted[sorted.count / 2]
  }
}
