import Alerts
import Capture
import Decryption
import Detection
import Matching
import Observations
import Outputs
import Policies
import Protocols
import Sensor
import Signatures
import Streams
import Wire

/// Joins the halves: frames through the sensor, observations through detection, what comes of it to the outputs.
///
/// One thread; live capture and replay differ only in where frames come from.
struct Pipeline: ~Copyable {
  private var engine: SensorEngine
  private var findings: Findings
  /// What engines before this one counted: settings changed while the run went on.
  private var retired = SensorCounters()
  private var retiredDecoder = DecoderCounters()
  private(set) var packetCount: UInt64 = 0
  private(set) var byteCount: UInt64 = 0
  private let secrets: TLSSecrets?
  private var firstTime: Int64?
  private(set) var lastTime: Int64 = 0

  /// - Parameter listener: hears everything besides the outputs.
  init(
    _ setup: Setup, outputs: consuming OutputSet, listener: (any RunListener)? = nil
  ) throws(Failure) {
    engine = try Self.engine(setup)
    findings = Findings(setup, outputs, listener)
    secrets = setup.secrets
  }

  private static func engine(_ setup: Setup) throws(Failure) -> SensorEngine {
    do throws(MatchingError) {
      return try SensorEngine(patterns: setup.patterns, settings: setup.settings.sensor)
    } catch { throw .usage("signatures: \(error.description)") }
  }

  /// Goes on with new signatures and settings. Open flows are told as ended and picked up again in their midst.
  mutating func replace(with setup: Setup) throws(Failure) {
    let successor = try Self.engine(setup)
    engine.finish { findings.observe($0) }
    retired = counters
    retiredDecoder = decoderCounters
    engine = successor
    findings.detection.replace(catalogue: setup.catalogue, settings: setup.settings.detection)
    findings.policy = setup.settings.detection.policy
  }

  // MARK: Frames

  mutating func process(_ frame: borrowing Frame, source: UInt32, numberInSource: UInt64) {
    packetCount &+= 1
    byteCount &+= UInt64(clamping: frame.wireByteCount)
    if firstTime == nil { firstTime = frame.timestamp }
    lastTime = max(lastTime, frame.timestamp)
    let place = PacketPlace(
      packet: packetCount, numberInSource: numberInSource, source: source, timestamp: frame.timestamp)
    engine.process(frame.bytes, linkType: frame.linkType, wireByteCount: frame.wireByteCount, at: place) {
      findings.observe($0)
    }
  }

  /// No packet came for a while: what is under way is finished and written.
  mutating func idle(now: Int64) {
    engine.drain(now: now) { findings.observe($0) }
    findings.advance(to: now)
    findings.outputs.flush()
  }

  mutating func finish() {
    engine.finish { findings.observe($0) }
    findings.finish()
  }

  // MARK: Reports

  private var counters: SensorCounters { retired + engine.counters }

  private var decoderCounters: DecoderCounters {
    var sum = retiredDecoder
    sum += engine.decoder.counters
    return sum
  }

  var alertCount: UInt64 { findings.alertCounts.values.reduce(0, &+) }

  func hasFindings(from severity: Severity) -> Bool { findings.alertCounts.keys.contains { $0 >= severity } }

  func summary(drops: UInt64?, nanoseconds: Int64) -> RunSummary {
    var summary = RunSummary()
    let counters = counters
    summary.packets = packetCount
    summary.bytes = byteCount
    summary.flows = counters.streams.flows
    summary.gaps = counters.streams.gaps
    summary.drops = drops
    summary.nanoseconds = nanoseconds
    summary.alerts = findings.alertCounts
    summary.coverage = findings.detection.coverage
    return summary
  }

  /// Packet time from the first packet to the last, in nanoseconds.
  var packetTimeSpan: Int64 { lastTime &- (firstTime ?? lastTime) }

  mutating func deliverStats(capture: CaptureStatistics?) {
    findings.outputs.deliver(
      StatsReport(
        timestamp: lastTime,
        counters: StatsTree.suricata(
          decoderCounters, counters, packets: packetCount, capture: capture,
          seconds: packetTimeSpan / 1_000_000_000),
        ownCounters: StatsTree.own(
          decoderCounters, counters, names: findings.detection.nameCounts,
          evictions: findings.detection.destinationEvictions,
          coverage: findings.detection.coverage, secrets: secrets, lateMasks: findings.outputs.lateMaskCount,
          policy: policyCounts)))
  }

  var policyCounts: PolicyCounts? { findings.detection.policyCounts }

  /// A line for each suppression that kept alerts back.
  var suppressionReport: [String] {
    let rules = findings.policy?.suppressions ?? []
    return zip(rules, policyCounts?.suppressed ?? []).filter { $0.1 > 0 }.map { rule, count in
      "\(rule.place): \(PolicyFile.count(Int(clamping: count), "alert")) suppressed: \(rule.reason)"
    }
  }

  mutating func reopen() { findings.outputs.reopen() }
  mutating func flush() { findings.outputs.flush() }

  /// Closes the outputs.
  ///
  /// - Returns: events that no output took.
  mutating func close() -> UInt64 {
    var closing = OutputSet()
    swap(&closing, &findings.outputs)
    return closing.close()
  }
}

/// The half behind the door: what was observed, judged and told.
private struct Findings: ~Copyable {
  var detection: Detection
  var outputs: OutputSet
  /// Whether observations themselves are written, not alerts alone.
  private let writesEvents: Bool
  private let listener: (any RunListener)?
  var policy: Policy?
  private(set) var alertCounts: [Severity: UInt64] = [:]

  init(_ setup: Setup, _ outputs: consuming OutputSet, _ listener: (any RunListener)?) {
    detection = Detection(
      catalogue: setup.catalogue, settings: setup.settings.detection, memory: setup.keyMemory)
    self.outputs = outputs
    writesEvents = setup.settings.outputs.events != [.alert]
    self.listener = listener
    policy = setup.settings.detection.policy
  }

  mutating func observe(_ observation: Observation) {
    if writesEvents { outputs.deliver(observation) }
    listener?.hear(observation)
    deliver(detection.observe(observation))
    for explanation in detection.takeExplanations() { StandardError.write(ExplanationLine.text(explanation)) }
  }

  mutating func advance(to now: Int64) { deliver(detection.advance(to: now)) }

  mutating func finish() { deliver(detection.finish()) }

  private mutating func deliver(_ alerts: [Alert]) {
    for alert in alerts {
      alertCounts[alert.severity, default: 0] &+= 1
      outputs.deliver(alert)
      listener?.hear(alert)
    }
  }
}

/// Somebody who wants to know what a run observes and finds, in order, on the run's thread.
protocol RunListener: AnyObject {
  func hear(_ observation: Observation)
  func hear(_ alert: Alert)
}
