package import Alerts
package import Observations
import Signatures
package import Wire

/// Collects where traffic goes, as the policy detector sees it, so that a policy can be written.
package struct PolicyLearner {
  /// One destination and how it was first seen.
  package struct Sight: Sendable {
    package let host: String
    package var ports: Set<UInt16>
    package let source: Destination.HostSource
    /// Of the first contact.
    package let place: PacketPlace
    package let client: IPAddress
    /// Flows, or names within flows.
    package var contactCount: UInt64
    /// Detectors that had more to say of this host.
    package var alarms: Set<DetectorID> = []
  }

  /// Destinations kept: no reviewer reads more.
  package static let limit = 4_096
  private var sights: [String: Sight] = [:]
  private var reader: VisitReader
  private var names = NameMemory()
  /// Contacts with hosts beyond the limit.
  package private(set) var droppedCount: UInt64 = 0

  package init(settings: DetectionSettings) { reader = VisitReader(homeNetworks: settings.homeNetworks) }

  package mutating func observe(_ observation: Observation) {
    if case .dns(let message) = observation.fact {
      names.learn(message, client: observation.flow.client.address, at: observation.place.timestamp)
    }
    for visit in reader.visits(in: observation, names: names) { learn(visit) }
  }

  /// Something was found in the same traffic: whoever reviews the policy should know.
  package mutating func note(_ alert: Alert) {
    guard alert.severity >= .high, let host = Visit.name(alert.destination.host) else { return }
    sights[host]?.alarms.insert(alert.detector)
  }

  /// Sorted by host.
  package var destinations: [Sight] { sights.values.sorted { $0.host < $1.host } }

  private mutating func learn(_ visit: Visit) {
    guard sights[visit.host] != nil || sights.count < Self.limit else {
      droppedCount &+= 1
      return
    }
    let new = Sight(
      host: visit.host, ports: [], source: visit.source, place: visit.place, client: visit.flow.client.address,
      contactCount: 0)
    sights[visit.host, default: new].ports.insert(visit.port)
    sights[visit.host, default: new].contactCount &+= 1
  }
}
