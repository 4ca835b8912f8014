package import Alerts
package import Signatures

/// What the owner says of destinations, gateways and findings to leave out: one file, meant to be reviewed.
package struct Policy: Sendable, Equatable {
  /// Where traffic may go; `nil` where the file is silent about destinations, so that none is unexpected. An empty
  /// list allows nothing.
  package var destinations: [DestinationRule]?
  /// Hosts that may receive keys of providers that are not theirs. They are allowed destinations too.
  package var gateways: [GatewayRule]
  package var suppressions: [Suppression]

  package init(
    destinations: [DestinationRule]? = nil, gateways: [GatewayRule] = [], suppressions: [Suppression] = []
  ) {
    (self.destinations, self.gateways, self.suppressions) = (destinations, gateways, suppressions)
  }
}

/// A destination that is allowed.
package struct DestinationRule: Sendable, Equatable {
  package enum Target: Sendable, Equatable {
    /// A name, a family of names, or one address.
    case host(HostPattern)
    /// Wherever the bytes go to an address of this block, under any name.
    case network(Network)
  }

  package var target: Target
  package var ports: PortSet
  package var scope: Scope
  package var place: SourcePlace

  package init(_ target: Target, ports: PortSet = .all, scope: Scope = Scope(), place: SourcePlace) {
    (self.target, self.ports, self.scope, self.place) = (target, ports, scope, place)
  }
}

/// A declared relay.
package struct GatewayRule: Sendable, Equatable {
  package var host: HostPattern
  /// Ids of the providers whose keys it may receive; empty for all.
  package var providers: Set<String>
  package var place: SourcePlace

  package init(host: HostPattern, providers: Set<String> = [], place: SourcePlace) {
    (self.host, self.providers, self.place) = (host, providers, place)
  }
}

/// Alerts that are known and need not be told, until a day. All that is given must agree with the alert.
package struct Suppression: Sendable, Equatable {
  package var detector: DetectorID?
  package var host: HostPattern?
  package var provider: String?
  /// The id of a credential signature.
  package var signature: String?
  /// `sha256:` and 64 hex digits, as alerts have it.
  package var fingerprint: String?
  package var scope: Scope
  package var reason: String
  /// The last day on which it holds, UTC; `nil` for no end.
  package var expires: CalendarDay?
  package var place: SourcePlace

  package init(
    detector: DetectorID? = nil, host: HostPattern? = nil, provider: String? = nil, signature: String? = nil,
    fingerprint: String? = nil, scope: Scope = Scope(), reason: String, expires: CalendarDay? = nil,
    place: SourcePlace
  ) {
    (self.detector, self.host, self.provider, self.signature) = (detector, host, provider, signature)
    (self.fingerprint, self.scope, self.reason) = (fingerprint, scope, reason)
    (self.expires, self.place) = (expires, place)
  }
}

extension DestinationRule.Target: CustomStringConvertible {
  /// As the file has it.
  package var description: String {
    switch self {
    case .host(let pattern): pattern.text
    case .network(let block): block.description
    }
  }
}
