extension Catalogue {
  /// The providers whose keys are for `host`, the most specific host pattern's first. Costs a few dictionary look-ups.
  package func providers(forHost host: String) -> [Provider] {
    var seen: [Int] = []
    for index in providersByHost.values(for: host) where !seen.contains(index) { seen.append(index) }
    return seen.map { providers[$0] }
  }

  /// The providers whose models answer at `host`: like `providers(forHost:)` without the hosts where their keys are
  /// also good for something else.
  package func providers(servingModelsAt host: String) -> [Provider] {
    providers(forHost: host).filter { provider in provider.modelHosts.contains { $0.matches(host) } }
  }

  /// The drop box that `host` is, the most specific pattern's.
  package func sink(forHost host: String) -> Sink? { sinksByHost.values(for: host).first.map { sinks[$0] } }

  /// The checks that a well-known `host` is spared.
  package func familiarChecks(forHost host: String) -> Set<FamiliarHosts.Check> {
    familiarChecksByHost.values(for: host).reduce(into: []) { $0.formUnion($1) }
  }

  package func provider(_ id: String) -> Provider? { providersByID[id].map { providers[$0] } }

  package func credential(_ id: String) -> CredentialSignature? { credentials.first { $0.id == id } }

  /// The examples of `credential` with their generated parts filled in: the same text at every call.
  package func examples(of credential: CredentialSignature) -> (match: [String], nomatch: [String]) {
    func expand(_ templates: [String]) -> [String] {
      // What the loader took expands; of a signature made by hand, a template that does not stands for itself.
      templates.map { (try? expandExample($0, seed: credential.id)) ?? $0 }
    }
    return (expand(credential.match), expand(credential.nomatch))
  }
}
