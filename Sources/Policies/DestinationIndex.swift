import Signatures
package import Wire

/// Answers whether a contact is allowed: a few dictionary look-ups for the name, a walk over the networks for the
/// address.
package struct DestinationIndex: Sendable {
  package enum Verdict: Sendable, Equatable {
    /// Position among the destinations; those behind the last are the gateways, in their order.
    case allowed(by: Int)
    /// The destination stands in the policy, for other ports or for somebody else.
    case listedOtherwise
    case unlisted
  }

  private let rules: [DestinationRule]
  /// Destinations and gateways.
  package var ruleCount: Int { rules.count }
  private var byHost = HostIndex<Int>()
  private var networks: [(block: Network, rule: Int)] = []

  package init(_ policy: Policy) {
    rules =
      (policy.destinations ?? [])
      + policy.gateways.map { DestinationRule(.host($0.host), place: $0.place) }
    for (index, rule) in rules.enumerated() {
      switch rule.target {
      case .host(let pattern): byHost.insert(pattern, index)
      case .network(let block): networks.append((block, index))
      }
    }
  }

  /// - Parameters:
  ///   - host: the name, or the address as text.
  ///   - address: where the bytes go; `nil` where only a proxy knows.
  package func verdict(
    host: String, address: IPAddress?, port: UInt16, originator: Originator = Originator()
  ) -> Verdict {
    var isListed = false
    for index in candidates(host, address) {
      isListed = true
      if rules[index].ports.contains(port), rules[index].scope.admits(originator) { return .allowed(by: index) }
    }
    return isListed ? .listedOtherwise : .unlisted
  }

  /// Rules about this destination, whatever their ports and scopes.
  package func candidates(_ host: String, _ address: IPAddress?) -> [Int] {
    let named = byHost.values(for: host)
    guard let address, !networks.isEmpty else { return named }
    return named + networks.filter { $0.block.contains(address) }.map(\.rule)
  }
}
