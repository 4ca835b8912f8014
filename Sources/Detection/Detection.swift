package import Alerts
package import Observations
package import Signatures

/// The detection half: observations in packet order in, alerts out. One thread; owns all memory of what was seen.
package struct Detection: ~Copyable {
  private var keys: KeyDetector
  private var indicators: IndicatorDetector
  private var bursts: RequestBurstDetector
  private var repeats: Repeats
  /// Names that TLS clients asked for, by flow, for as long as the flow lives.
  private var serverNames: [UInt64: String] = [:]
  /// Names remembered; beyond it new ones are not, and such flows are judged by their address.
  private static let serverNameLimit = 262_144

  package init(catalogue: Catalogue, settings: DetectionSettings) {
    let index = IndicatorIndex(catalogue.indicators)
    let judge = DestinationJudge(catalogue: catalogue, indicators: index, gateways: settings.gateways)
    keys = KeyDetector(judge: judge, homeNetworks: settings.homeNetworks)
    indicators = IndicatorDetector(index: index, judge: judge)
    bursts = RequestBurstDetector(settings: settings.requestBurst, judge: judge)
    repeats = Repeats(window: settings.repeatWindow, limit: settings.rememberedAlertLimit)
  }

  /// Judges by other signatures and settings from here on. Counted repeats are kept; bursts are counted anew.
  package mutating func replace(catalogue: Catalogue, settings: DetectionSettings) {
    let successor = Detection(catalogue: catalogue, settings: settings)
    (keys, indicators, bursts) = (successor.keys, successor.indicators, successor.bursts)
  }

  /// - Returns: the alerts that this observation gives, in order.
  package mutating func observe(_ observation: Observation) -> [Alert] {
    var alerts = repeats.expire(at: observation.place.timestamp)
    noteName(observation)
    if let alert = indicators.observe(observation) { admit(alert, to: &alerts) }
    if let alert = bursts.observe(observation) { admit(alert, to: &alerts) }
    if case .credential(let sighting) = observation.fact,
      let alert = keys.alert(
        for: sighting, at: observation.place, on: observation.flow, serverName: serverNames[observation.flow.id])
    {
      admit(alert, to: &alerts)
    }
    return alerts
  }

  /// Packet time has come to `now`, with or without observations: tells windows that are over.
  package mutating func advance(to now: Int64) -> [Alert] { repeats.expire(at: now) }

  /// The run is over: what was held back is told.
  package mutating func finish() -> [Alert] {
    var alerts: [Alert] = []
    if let alert = bursts.flush() { admit(alert, to: &alerts) }
    return alerts + repeats.finish()
  }

  private mutating func admit(_ alert: Alert, to alerts: inout [Alert]) {
    if let first = repeats.admit(alert) { alerts.append(first) }
  }

  private mutating func noteName(_ observation: Observation) {
    switch observation.fact {
    case .tlsHello(let hello):
      guard let name = hello.serverName, serverNames.count < Self.serverNameLimit else { return }
      serverNames[observation.flow.id] = name
    case .flowClosed where !serverNames.isEmpty: serverNames[observation.flow.id] = nil
    default: break
    }
  }
}
