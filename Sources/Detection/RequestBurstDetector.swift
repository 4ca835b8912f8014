import Alerts
import Observations
import Signatures
import Wire

/// Raises `request-burst`: more requests of one client to one provider with one key than the window allows.
///
/// The key of a request is learnt from the sighting that follows its head; without one it is "no key seen".
struct RequestBurstDetector {
  private struct Subject: Hashable {
    let client: IPAddress
    let provider: String
    let fingerprint: String?
  }

  private struct Record {
    /// Times of the newest requests, oldest first; never more than the limit plus one.
    var times = RingOfTimes()
    var isInBurst = false

    /// - Returns: whether a burst begins with this request.
    mutating func count(_ now: Int64, _ settings: RequestBurstSettings) -> Bool {
      times.append(now, keeping: settings.requestLimit + 1)
      let wasInBurst = isInBurst
      isInBurst = times.count > settings.requestLimit && now &- (times.first ?? now) <= settings.window
      return isInBurst && !wasInBurst
    }
  }

  private let settings: RequestBurstSettings
  private let judge: DestinationJudge
  private var records: [Subject: Record] = [:]
  /// The last request, until the facts of the same packet have told its key.
  private var pending: Pending?

  private struct Pending {
    var request: HTTPRequest
    var provider: Provider
    var flow: FlowContext
    var place: PacketPlace
  }

  init(settings: RequestBurstSettings, judge: DestinationJudge) { (self.settings, self.judge) = (settings, judge) }

  /// - Returns: what the request before gives, now that its key will not come any more.
  mutating func request(
    _ request: HTTPRequest, to known: HostMemory.Entry?, on flow: FlowContext, at place: PacketPlace
  ) -> Alert? {
    let alert = flush()
    if let provider = known?.provider {
      pending = Pending(request: request, provider: provider, flow: flow, place: place)
    }
    return alert
  }

  mutating func credential(_ sighting: CredentialSighting) -> Alert? {
    guard let waiting = pending, sighting.request === waiting.request,
      sighting.location == .requestHeader || sighting.location == .requestLine
    else { return flush() }
    pending = nil
    return count(waiting, fingerprint: sighting.credential.fingerprint)
  }

  /// Counts the request that is still waiting for its key.
  mutating func flush() -> Alert? {
    guard let waiting = pending else { return nil }
    pending = nil
    return count(waiting, fingerprint: nil)
  }

  private mutating func count(_ request: Pending, fingerprint: String?) -> Alert? {
    let subject = Subject(
      client: request.flow.client.address, provider: request.provider.id, fingerprint: fingerprint)
    makeRoom(for: subject)
    let starts = records[subject, default: Record()].count(request.place.timestamp, settings)
    return starts ? alert(request, fingerprint) : nil
  }

  private mutating func makeRoom(for subject: Subject) {
    guard records[subject] == nil, records.count >= settings.trackedLimit else { return }
    // Ties are broken by name, so that the same capture forgets the same subject in every run.
    let idle = records.min { left, right in
      (left.value.times.last ?? 0, left.key.provider, left.key.client, left.key.fingerprint ?? "")
        < (right.value.times.last ?? 0, right.key.provider, right.key.client, right.key.fingerprint ?? "")
    }
    if let idle { records[idle.key] = nil }
  }

  private func alert(_ counted: Pending, _ fingerprint: String?) -> Alert {
    let seconds = settings.window / 1_000_000_000
    let key = fingerprint.map { "key \($0.prefix(23))…" } ?? "no key seen"
    return Alert(
      place: counted.place, flow: counted.flow, detector: .requestBurst, severity: .medium,
      message: "More than \(settings.requestLimit) requests to \(counted.provider.name) within \(seconds) s",
      provider: counted.provider.id,
      destination: judge.destination(of: counted.flow, request: counted.request), transport: .plain,
      evidence: "\(counted.flow.client.address) with \(key)", attack: ["T1496"],
      advice: "Find the program that sends them; if nobody knows it, rotate the key and set a spending limit.",
      http: counted.request)
  }
}

/// The newest times of a sequence.
struct RingOfTimes {
  private var times: [Int64] = []
  /// Where the oldest stands.
  private var start = 0

  var count: Int { times.count - start }
  var first: Int64? { start < times.count ? times[start] : nil }
  var last: Int64? { times.last }

  mutating func append(_ time: Int64, keeping limit: Int) {
    times.append(time)
    if count > limit { start += 1 }
    if start > limit {
      times.removeFirst(start)
      start = 0
    }
  }
}
