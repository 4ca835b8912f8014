import Alerts
import Detection
import Observations
import Testing

@Suite("Request bursts: a sliding window per client, provider and key")
struct RequestBurstDetectorTests {
  /// Sends requests at the given milliseconds, each with its key in a header.
  private func alerts(
    atMilliseconds times: [Int64], limit: Int = 10, host: String = "api.openai.com", marks: [String] = ["a"],
    clients: [String] = [Scene.client]
  ) -> [Alert] {
    var detection = Scene.detection {
      $0.requestBurst.requestLimit = limit
      $0.requestBurst.window = 10 * Scene.second
    }
    var alerts: [Alert] = []
    for (index, time) in times.enumerated() {
      let flow = Scene.flow(from: clients[index % clients.count])
      let request = Scene.request(host)
      let key = Scene.sighting(
        issuers: ["openai"], to: request, transport: .tlsDecrypted, mark: marks[index % marks.count])
      for fact in [Fact.request(request), key] {
        let place = PacketPlace(
          packet: UInt64(index), numberInSource: UInt64(index), source: 0, timestamp: time * 1_000_000)
        alerts += detection.observe(Observation(place: place, flow: flow, fact: fact))
      }
    }
    return alerts + detection.finish()
  }

  @Test("raises one alert when the limit is passed, at the request that passed it")
  func raisesOnce() throws {
    let alert = try #require(alerts(atMilliseconds: (0..<50).map { Int64($0) * 100 }).only)
    #expect(alert.detector == .requestBurst)
    #expect(alert.severity == .medium)
    #expect(alert.provider == "openai")
    #expect(alert.place.packet == 10)
  }

  @Test("allows the limit itself")
  func allowsLimit() { #expect(alerts(atMilliseconds: (0..<10).map { Int64($0) }).isEmpty) }

  @Test("allows any number that comes slowly")
  func allowsSlowness() { #expect(alerts(atMilliseconds: (0..<200).map { Int64($0) * 1_001 }).isEmpty) }

  @Test("counts keys apart")
  func countsKeysApart() { #expect(alerts(atMilliseconds: (0..<20).map { Int64($0) }, marks: ["a", "b"]).isEmpty) }

  @Test("counts clients apart")
  func countsClientsApart() {
    #expect(alerts(atMilliseconds: (0..<20).map { Int64($0) }, clients: ["10.0.0.1", "10.0.0.2"]).isEmpty)
  }

  @Test("does not count hosts that are no providers")
  func ignoresOthers() {
    let others = alerts(atMilliseconds: (0..<50).map { Int64($0) }, host: "www.example")
    #expect(others.allSatisfy { $0.detector != .requestBurst })
  }
}
