import Alerts
import Detection
import Observations
import Signatures
import TestSupport
import Testing
import Wire

@Suite("Beacons: contacts at a fixed interval")
struct BeaconTests {
  /// Contacts at the given seconds.
  private func alerts(
    at times: [Double], host: String? = "poll.test", server: String = "198.51.100.9",
    _ change: (inout DetectionSettings) -> Void = { _ in }
  ) -> [Alert] {
    var detection = Scene.watch(change)
    var alerts: [Alert] = []
    for (index, time) in times.enumerated() {
      let flow = Scene.flow(UInt64(index), to: server)
      let fact = host.map { Fact.tlsHello(TLSHello(serverName: $0, alpn: [])) } ?? .recognised(.unknown)
      let place = PacketPlace(
        packet: UInt64(index), numberInSource: UInt64(index), source: 0, timestamp: Int64(time * 1e9))
      alerts += detection.observe(Observation(place: place, flow: flow, fact: fact))
    }
    return alerts + detection.finish()
  }

  private func every(_ seconds: Double, _ count: Int, jitter: Double = 0, seed: UInt64 = 5) -> [Double] {
    var generator = SeededGenerator(seed: seed)
    return (0..<count).map { Double($0) * seconds + Double.random(in: -jitter...jitter, using: &generator) * seconds }
      .map { max(0, $0) }
  }

  @Test("tells", arguments: [5.0, 60, 300, 3_000, 86_400])
  func tells(_ interval: Double) throws {
    let alerts = alerts(at: every(interval, 8))
    let alert = try #require(alerts.only)
    #expect(alert.detector == .beacon && alert.severity == .medium && alert.destination.host == "poll.test")
    #expect(alert.evidence == "8 contacts, one every \(Int(interval)) s")
  }

  @Test("tells a rhythm with a little jitter, and one that a missed contact broke")
  func jitter() {
    #expect(alerts(at: every(300, 10, jitter: 0.04)).first?.detector == .beacon)
    #expect(alerts(at: every(300, 9).enumerated().filter { $0.offset != 4 }.map(\.element)).first?.detector == .beacon)
  }

  @Test("tells a rhythm of connections without a name by their address")
  func unnamed() { #expect(alerts(at: every(60, 8), host: nil).first?.destination.host == "198.51.100.9") }

  @Test("takes requests that follow one another closely for one contact")
  func bursts() {
    let times = every(300, 8).flatMap { [$0, $0 + 0.1, $0 + 0.4, $0 + 1.5] }
    #expect(alerts(at: times).first?.detector == .beacon)
  }

  @Test("does not tell fewer contacts, irregular ones, or those that come too fast")
  func irregular() {
    #expect(alerts(at: every(300, 7)).isEmpty)
    #expect(alerts(at: every(4, 40)).isEmpty)
    for seed in 1...20 { #expect(alerts(at: every(300, 12, jitter: 0.45, seed: UInt64(seed))).isEmpty, "\(seed)") }
    var generator = SeededGenerator(seed: 9)
    var time = 0.0
    let visits = (0..<60).map { _ in
      time += Double.random(in: 3...2_000, using: &generator)
      return time
    }
    #expect(alerts(at: visits).isEmpty)
  }

  @Test(
    "spares hosts whose rhythm is known",
    arguments: ["api.openai.com", "api.github.com", "o1.ingest.sentry.io", "connectivitycheck.gstatic.com", "gw.test"])
  func spared(_ host: String) {
    let found = alerts(at: every(60, 20), host: host) { settings in
      settings.gateways = HostPattern("gw.test").map { [Gateway(host: $0)] } ?? []
    }
    #expect(found.isEmpty)
  }

  @Test("spares networks of ours, and everything when it is off")
  func ours() {
    #expect(alerts(at: every(60, 20), server: "10.0.0.7").isEmpty)
    #expect(alerts(at: every(60, 20)) { $0.destinations.beacon.isEnabled = false }.isEmpty)
  }

  @Test("forgets the pair idle longest at the bound")
  func bounded() {
    var detection = Scene.watch { $0.destinations.beacon.trackedLimit = 4 }
    for index in 0..<100 {
      let hello = Fact.tlsHello(TLSHello(serverName: "host\(index).test", alpn: []))
      _ = detection.observe(Scene.observation(hello, on: Scene.flow(UInt64(index)), at: Int64(index)))
    }
    #expect(detection.destinationEvictions.first { $0.name == "beacon" }?.count == 96)
  }
}
