import Alerts
import Observations
import Signatures
import Wire

/// Asks of every credential: does its issuer match the host it goes to, and may it travel like this?
///
/// Raises `canary-key`, `key-exfiltration`, `plaintext-key` or `key-exposure`; one sighting gives at most one alert.
struct KeyDetector {
  let judge: DestinationJudge
  let homeNetworks: [Network]
  /// What the owner says of watched secrets, by signature.
  let watched: [String: WatchRule]

  /// Where a key went.
  ///
  /// - Parameters:
  ///   - note: what the flow said before.
  ///   - hop: the way into the proxy that this flow leaves, where it is known.
  ///   - resolvedName: the name by which the client found the server's address.
  func destination(
    of sighting: CredentialSighting, on flow: FlowContext, note: FlowNotes.Note, hop: ProxyHops.Hop?,
    resolvedName: String?
  ) -> Destination {
    destination(
      of: sighting,
      else: judge.destination(of: flow, request: sighting.request, note: note, hop: hop, resolvedName: resolvedName))
  }

  /// The provider at `host` that takes keys like this one: by its form; or for a token of no known form by the field or
  /// parameter that it stands in, where models answer. Elsewhere what stands there is as often anybody's: the pass of
  /// an anonymous pull of an image, the code of a login, the key of a search.
  func receiver(of sighting: CredentialSighting, in field: String?, at host: String) -> String? {
    guard let field else { return judge.owner(of: host, among: sighting.credential.issuers)?.id }
    return judge.catalogue.providers(servingModelsAt: host).first { provider in
      provider.headers.contains(field) || provider.parameters.contains(field)
    }?.id
  }

  /// - Parameters:
  ///   - isForwarded: a tunnel leads on from where the flow's address says, so that loopback is no end.
  ///   - servesModels: the key was seen going to its owner's models.
  func alert(
    for sighting: CredentialSighting, to destination: Destination, at place: PacketPlace, on flow: FlowContext,
    isForwarded: Bool, servesModels: Bool = false
  ) -> Alert? {
    let rule = watched[sighting.credential.signature]
    let verdict =
      rule?.isCanary == true
      ? canary(sighting, destination.host)
      : sighting.direction == .toServer
        ? outbound(sighting, flow, destination, isForwarded: isForwarded) : inbound(sighting, flow, destination)
    guard var verdict, let severity = capped(verdict, of: sighting, to: destination, servesModels) else { return nil }
    verdict.severity = severity
    var shown = destination
    shown.expected = judge.expectedHosts(sighting.credential.issuers)
    if verdict.detector == .keyExfiltration { shown.category = judge.knowledge(of: shown.host).category }
    return Alert(
      place: place, flow: flow, detector: verdict.detector, severity: verdict.severity, message: verdict.message,
      provider: verdict.provider,
      credential: SightedCredential(masked: sighting.credential, location: sighting.location),
      destination: shown, transport: sighting.transport, evidence: sighting.evidence, attack: verdict.attack,
      advice: verdict.advice, http: sighting.request, dns: sighting.dns)
  }

  /// The severity, but no more than the catalogue says that a secret of this kind is worth; `nil` where that is nothing
  /// by itself.
  private func capped(
    _ verdict: Verdict, of sighting: CredentialSighting, to destination: Destination, _ servesModels: Bool
  ) -> Severity? {
    guard let signature = judge.catalogue.credential(sighting.credential.signature) else { return verdict.severity }
    let isPublic =
      sighting.direction == .toClient || isAtHome(signature, destination.host)
      || (!servesModels && isPage(sighting, to: destination))
    guard let hint = isPublic ? signature.responseSeverity : signature.severity else { return verdict.severity }
    return hint == .info ? nil : Severity(rawValue: hint.rawValue).map { min($0, verdict.severity) }
  }

  /// A kind that is meant to stand in pages is as public at those hosts of its provider where no model answers.
  private func isAtHome(_ signature: CredentialSignature, _ host: String) -> Bool {
    judge.owner(of: host, among: signature.issuers) != nil && judge.knowledge(of: host).provider == nil
  }

  /// What stands in pages also stands in what browsers and builds send of them: in a body or an address, to a host that
  /// has a name and that nothing speaks against.
  private func isPage(_ sighting: CredentialSighting, to destination: Destination) -> Bool {
    guard sighting.location == .requestBody || sighting.location == .requestLine else { return false }
    let host = judge.knowledge(of: destination.host)
    return !host.isAddress && host.provider == nil && host.category == nil
  }

  /// What a DNS name carries goes to whoever answers for the domain, not to the resolver.
  private func destination(of sighting: CredentialSighting, else usual: Destination) -> Destination {
    guard let name = sighting.dns?.subject else { return usual }
    // Labels that hold a masked secret are no part of the domain.
    let domain = name.lastIndex(of: "…").map { name[$0...] }.flatMap { rest in
      rest.firstIndex(of: ".").map { rest[rest.index(after: $0)...] }
    }
    return Destination(host: (domain ?? name[...]).lowercased(), source: .dns)
  }

  private struct Verdict {
    var detector: DetectorID
    var severity: Severity
    var message: String
    var provider: String?
    var attack: [String]
    var advice: String
  }

  /// A key without a use: whoever has it took it.
  private func canary(_ sighting: CredentialSighting, _ host: String) -> Verdict {
    Verdict(
      detector: .canaryKey, severity: .critical,
      message: "\(subject(of: sighting)) \(sighting.direction == .toServer ? "sent to" : "received from") \(host)",
      provider: sighting.credential.issuers.only, attack: ["T1552", "T1078"],
      advice: "Nobody has a reason to use it: find the program that read it where it was laid out.")
  }

  /// What a message calls the secret.
  private func subject(of sighting: CredentialSighting) -> String {
    guard let rule = watched[sighting.credential.signature] else {
      return "\(judge.describe(sighting.credential.issuers)) key"
    }
    return "\(rule.isCanary ? "Canary" : "Watched secret") \(rule.name)"
  }

  /// A key that leaves a client.
  private func outbound(
    _ sighting: CredentialSighting, _ flow: FlowContext, _ destination: Destination, isForwarded: Bool
  ) -> Verdict? {
    let issuers = sighting.credential.issuers
    let host = destination.host
    let owner = judge.owner(of: host, among: issuers)
    let isWelcome = watched[sighting.credential.signature]?.allows(host) ?? false
    let isDeclared = isWelcome || judge.isGateway(host, for: issuers)
    let isLoopback = judge.isLoopback(destination, flow)
    guard owner != nil || isDeclared || isLoopback else { return exfiltration(sighting, host) }
    guard [.plain, .udp, .dns].contains(sighting.transport) else { return nil }
    let isPassedOn = isForwarded || sighting.request?.isForProxy == true
    let staysHere = isLoopback || (flow.server.address.isLoopback && !isPassedOn)
    return Verdict(
      detector: .plaintextKey, severity: staysHere ? .info : .high,
      message: "\(owner.map { "\($0.name) key" } ?? subject(of: sighting)) sent in clear to \(host)",
      provider: owner?.id ?? issuers.only, attack: ["T1040"],
      advice: staysHere
        ? "It stayed on this machine; use a dummy key for local servers."
        : "Use https for this host, and rotate the key: everyone on the path could read it.")
  }

  private func exfiltration(_ sighting: CredentialSighting, _ host: String) -> Verdict {
    let isWatched = watched[sighting.credential.signature] != nil
    return Verdict(
      detector: .keyExfiltration, severity: .critical,
      message: "\(subject(of: sighting)) sent to \(host), which is "
        + (isWatched ? "no host declared for it" : "neither its provider nor a declared gateway"),
      provider: sighting.credential.issuers.only, attack: ["T1567", "T1552"],
      advice: isWatched
        ? "Revoke it now, and find the program that sent it."
        : "Revoke the key now, find the program that sent it, and check the provider's usage page.")
  }

  /// A key that comes back in a response: from a server of ours it is an exposure, from its provider in clear it can
  /// be read on the way; what a stranger's page contains is none of our keys leaving.
  private func inbound(_ sighting: CredentialSighting, _ flow: FlowContext, _ destination: Destination) -> Verdict? {
    let issuers = sighting.credential.issuers
    if let owner = judge.owner(of: destination.host, among: issuers) {
      guard sighting.transport == .plain || sighting.transport == .dns else { return nil }
      return Verdict(
        detector: .plaintextKey, severity: flow.server.address.isLoopback ? .info : .high,
        message: "\(owner.name) key received in clear from \(destination.host)", provider: owner.id,
        attack: ["T1040"], advice: "Use https for this host, and rotate the key.")
    }
    // Credentials are what it is for; that it was asked for some is told by `cloud-metadata-access`.
    let isMetadata = MetadataHosts.contains(flow.server.address) || MetadataHosts.contains(destination.host)
    guard !isMetadata, homeNetworks.contains(where: { $0.contains(flow.server.address) }) else { return nil }
    let staysHere = flow.server.address.isLoopback && flow.client.address.isLoopback
    return Verdict(
      detector: .keyExposure, severity: staysHere ? .info : .high,
      message: "\(subject(of: sighting)) handed out by \(destination.host) in a response",
      provider: issuers.only, attack: ["T1552"],
      advice: "Stop this server from returning the key, and revoke it: whoever can reach the server has it.")
  }
}

extension Array {
  /// The element of an array that has just one.
  var only: Element? { count == 1 ? self[0] : nil }
}
