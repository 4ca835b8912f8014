import Alerts
import Detection
import Matching
import Observations
import Sensor
import Streams
import Wire

/// The whole sensor and the detection behind it: Ethernet frames in, alerts out. Each step is a frame.
enum SensorTarget {
  static func run(_ input: RawSpan) {
    var settings = SensorSettings()
    // Small tables, so that an input reaches their bounds.
    (settings.streams.flows, settings.streams.heldBytesPerDirection) = (64, 64 << 10)
    settings.streams.fragments.datagrams = 16
    guard var engine = try? SensorEngine(patterns: Bundled.patterns, settings: settings) else {
      fatalError("no engine")
    }
    var observer = Observer()
    var place = PacketPlace(packet: 0, numberInSource: 0, source: 0, timestamp: 1 << 60)
    for step in Script(input).steps {
      place.packet += 1
      place.numberInSource += 1
      place.timestamp &+= Int64(step.code) &* 20_000_000
      engine.process(
        step.bytes.rawSpan, linkType: .ethernet, wireByteCount: step.bytes.count, at: place
      ) { observer.observe($0) }
    }
    engine.finish { observer.observe($0) }
    observer.finish()
    let counters = engine.counters
    require(counters.activeFlows == 0, "\(counters.activeFlows) flows are left")
    require(counters.streams.flows == observer.opened, "flows are counted wrongly")
  }

  /// Detection, and what must hold of the order in which facts come.
  private struct Observer: ~Copyable {
    private var detection = Detection(catalogue: Bundled.catalogue, settings: DetectionSettings())
    private var guardian = Bundled.matcher()
    private var fingerprints: Set<String> = []
    private var texts: [UInt8] = []
    private var open: Set<UInt64> = []
    private var last = PacketPlace(packet: 0, numberInSource: 0, source: 0, timestamp: 0)
    private(set) var opened: UInt64 = 0

    mutating func observe(_ observation: Observation) {
      require(observation.place.packet >= last.packet, "observations are out of order")
      last = observation.place
      switch observation.fact {
      case .flowOpened:
        opened += 1
        open.insert(observation.flow.id)
      case .flowClosed:
        require(open.remove(observation.flow.id) != nil, "a flow is closed that is not open")
      case .credential(let sighting): fingerprints.insert(sighting.credential.fingerprint)
      default: require(open.contains(observation.flow.id), "a fact of no open flow")
      }
      observation.fact.appendTexts(to: &texts)
      for alert in detection.observe(observation) { alert.appendTexts(to: &texts) }
    }

    mutating func finish() {
      for alert in detection.finish() { alert.appendTexts(to: &texts) }
      require(open.isEmpty, "\(open.count) flows were not closed")
      guard !fingerprints.isEmpty else { return }
      let told = texts
      for sighting in guardian.sightings(in: told.rawSpan) where sighting.credential.encodings.isEmpty {
        require(!fingerprints.contains(sighting.credential.fingerprint), "a text tells a whole secret: \(sighting)")
      }
    }
  }
}
