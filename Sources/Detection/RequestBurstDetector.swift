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
  private var pending: (request: HTTPRequest, provider: Provider, observation: Observation)?

  init(settings: RequestBurstSettings, judge: DestinationJudge) { (self.settings, self.judge) = (settings, judge) }

  mutating func observe(_ observation: Observation) -> Alert? {
    if case .credential(let sighting) = observation.fact, let waiting = pending, sighting.request === waiting.request,
      sighting.location == .requestHeader || sighting.location == .requestLine
    {
      pending = nil
      return count(waiting.observation, waiting.provider, waiting.request, fingerprint: sighting.credential.fingerprint)
    }
    let alert = flush()
    if case .request(let request) = observation.fact, let host = request.host,
      let provider = judge.knowledge(of: host).provider
    {
      pending = (request, provider, observation)
    }
    return alert
  }

  /// Counts the request that is still waiting for its key.
  mutating func flush() -> Alert? {
    guard let waiting = pending else { return nil }
    pending = nil
    return count(waiting.observation, waiting.provider, waiting.request, fingerprint: nil)
  }

  private mutating func count(
    _ observation: Observation, _ provider: Provider, _ request: HTTPRequest, fingerprint: String?
  ) -> Alert? {
    let subject = Subject(client: observation.flow.client.address, provider: provider.id, fingerprint: fingerprint)
    makeRoom(for: subject)
    let now = observation.place.timestamp
    let starts = records[subject, default: Record()].count(now, settings)
    return starts ? alert(observation, provider, request, fingerprint) : nil
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

  private func alert(
    _ observation: Observation, _ provider: Provider, _ request: HTTPRequest, _ fingerprint: String?
  ) -> Alert {
    let seconds = settings.window / 1_000_000_000
    return Alert(
      place: observation.place, flow: observation.flow, detector: .requestBurst, severity: .medium,
      message: "More than \(settings.requestLimit) requests to \(provider.name) within \(seconds) s",
      provider: provider.id, destination: judge.destination(of: observation.flow, request: request, serverName: nil),
      transport: .plain,
      evidence:
        "\(observation.flow.client.address) with \(fingerprint.map { "key \($0.prefix(23))…" } ?? "no key seen")",
      attack: ["T1496"],
      advice: "Find the program that sends them; if nobody knows it, rotate the key and set a spending limit.",
      http: request)
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
