package import Alerts
package import Observations
package import Signatures

/// The detection half: observations in packet order in, alerts out. One thread; owns all memory of what was seen.
package struct Detection: ~Copyable {
  private var judge: DestinationJudge
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
    judge = DestinationJudge(catalogue: catalogue, indicators: index, gateways: settings.gateways)
    keys = KeyDetector(judge: judge, homeNetworks: settings.homeNetworks)
    indicators = IndicatorDetector(index: index, judge: judge)
    bursts = RequestBurstDetector(settings: settings.requestBurst, judge: judge)
    repeats = Repeats(window: settings.repeatWindow, limit: settings.rememberedAlertLimit)
  }

  /// Judges by other signatures and settings from here on. Counted repeats are kept; bursts are counted anew.
  package mutating func replace(catalogue: Catalogue, settings: DetectionSettings) {
    let successor = Detection(catalogue: catalogue, settings: settings)
    (judge, keys) = (successor.judge, successor.keys)
    (indicators, bursts) = (successor.indicators, successor.bursts)
  }

  /// - Returns: the alerts that this observation gives, in order.
  package mutating func observe(_ observation: Observation) -> [Alert] {
    var alerts = repeats.expire(at: observation.place.timestamp)
    let (place, flow) = (observation.place, observation.flow)
    // One switch for all detectors: looking at a fact copies it, and there are several for each flow.
    switch observation.fact {
    case .flowOpened: admit(indicators.flowOpened(flow, at: place), to: &alerts)
    case .recognised(.unknown): admit(indicators.silentContact(flow, at: place), to: &alerts)
    case .request(let request):
      let known: HostMemory.Entry? = if let host = request.host { judge.knowledge(of: host) } else { nil }
      admit(indicators.request(request, to: known, on: flow, at: place), to: &alerts)
      admit(bursts.request(request, to: known, on: flow, at: place), to: &alerts)
    case .tlsHello(let hello):
      note(hello, on: flow)
      admit(indicators.hello(hello, on: flow, at: place), to: &alerts)
    case .credential(let sighting):
      admit(bursts.credential(sighting), to: &alerts)
      admit(keys.alert(for: sighting, at: place, on: flow, serverName: serverNames[flow.id]), to: &alerts)
    case .flowClosed:
      if !serverNames.isEmpty { serverNames[flow.id] = nil }
      admit(indicators.silentContact(flow, at: place), to: &alerts)
    case .recognised, .transaction, .gap: break
    }
    return alerts
  }

  /// Packet time has come to `now`, with or without observations: tells what waited for that.
  package mutating func advance(to now: Int64) -> [Alert] {
    var alerts = repeats.expire(at: now)
    admit(bursts.flush(), to: &alerts)
    return alerts
  }

  /// The run is over: what was held back is told.
  package mutating func finish() -> [Alert] {
    var alerts: [Alert] = []
    admit(bursts.flush(), to: &alerts)
    return alerts + repeats.finish()
  }

  private mutating func admit(_ alert: Alert?, to alerts: inout [Alert]) {
    guard let alert, let first = repeats.admit(alert) else { return }
    alerts.append(first)
  }

  private mutating func note(_ hello: TLSHello, on flow: FlowContext) {
    guard let name = hello.serverName, serverNames.count < Self.serverNameLimit else { return }
    serverNames[flow.id] = name
  }
}
