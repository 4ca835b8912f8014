import Policies
import Signatures

/// What a policy has done.
package struct PolicyCounts: Sendable, Equatable {
  /// Destinations told by flows.
  package var contacts: UInt64
  /// Of these, how many new ones were outside the policy.
  package var unexpected: UInt64
  /// Of these, how many new ones each destination, and then each gateway, allowed; in the policy's order.
  package var allowed: [UInt64]
  /// Alerts that were not told, by suppression in the policy's order.
  package var suppressed: [UInt64]
}

extension DetectionSettings {
  /// Gateways of the configuration and of the policy.
  var allGateways: [Gateway] {
    gateways + (policy?.gateways ?? []).map { Gateway(host: $0.host, providers: $0.providers) }
  }
}

extension UnexpectedDestinationDetector {
  /// `nil` where no policy speaks of destinations: then there is nothing to do.
  init?(_ settings: DetectionSettings) {
    guard let policy = settings.policy, policy.destinations != nil else { return nil }
    self.init(policy: policy, homeNetworks: settings.homeNetworks)
  }
}
