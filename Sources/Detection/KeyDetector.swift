import Alerts
import Observations
import Signatures
import Wire

/// Asks of every credential: does its issuer match the host it goes to, and may it travel like this?
///
/// Raises `key-exfiltration`, `plaintext-key` or `key-exposure`; one sighting gives at most one alert.
struct KeyDetector {
  let judge: DestinationJudge
  let homeNetworks: [Network]

  func alert(for sighting: CredentialSighting, at place: PacketPlace, on flow: FlowContext, serverName: String?)
    -> Alert?
  {
    let destination = judge.destination(of: flow, request: sighting.request, serverName: serverName)
    let verdict =
      sighting.direction == .toServer
      ? outbound(sighting, flow, destination) : inbound(sighting, flow, destination)
    guard let verdict else { return nil }
    var shown = destination
    shown.expected = judge.expectedHosts(sighting.credential.issuers)
    return Alert(
      place: place, flow: flow, detector: verdict.detector, severity: verdict.severity, message: verdict.message,
      provider: verdict.provider,
      credential: SightedCredential(masked: sighting.credential, location: sighting.location),
      destination: shown, transport: sighting.transport, evidence: sighting.evidence, attack: verdict.attack,
      advice: verdict.advice, http: sighting.request)
  }

  private struct Verdict {
    var detector: DetectorID
    var severity: Severity
    var message: String
    var provider: String?
    var attack: [String]
    var advice: String
  }

  /// A key that leaves a client.
  private func outbound(_ sighting: CredentialSighting, _ flow: FlowContext, _ destination: Destination) -> Verdict? {
    let issuers = sighting.credential.issuers
    let host = destination.host
    let owner = judge.owner(of: host, among: issuers)
    let isDeclared = judge.isGateway(host, for: issuers)
    let isLoopback = judge.isLoopback(destination, flow)
    guard owner != nil || isDeclared || isLoopback else { return exfiltration(issuers, host) }
    guard sighting.transport == .plain || sighting.transport == .udp else { return nil }
    let staysHere = isLoopback || flow.server.address.isLoopback
    return Verdict(
      detector: .plaintextKey, severity: staysHere ? .info : .high,
      message: "\(judge.describe(owner.map { [$0.id] } ?? issuers)) key sent in clear to \(host)",
      provider: owner?.id ?? issuers.only, attack: ["T1040"],
      advice: staysHere
        ? "It stayed on this machine; use a dummy key for local servers."
        : "Use https for this host, and rotate the key: everyone on the path could read it.")
  }

  private func exfiltration(_ issuers: [String], _ host: String) -> Verdict {
    Verdict(
      detector: .keyExfiltration, severity: .critical,
      message: "\(judge.describe(issuers)) key sent to \(host), which is neither its provider nor a declared gateway",
      provider: issuers.only, attack: ["T1567", "T1552"],
      advice: "Revoke the key now, find the program that sent it, and check the provider's usage page.")
  }

  /// A key that comes back in a response: from a server of ours it is an exposure, from its provider in clear it can
  /// be read on the way; what a stranger's page contains is none of our keys leaving.
  private func inbound(_ sighting: CredentialSighting, _ flow: FlowContext, _ destination: Destination) -> Verdict? {
    let issuers = sighting.credential.issuers
    if let owner = judge.owner(of: destination.host, among: issuers) {
      guard sighting.transport == .plain else { return nil }
      return Verdict(
        detector: .plaintextKey, severity: flow.server.address.isLoopback ? .info : .high,
        message: "\(owner.name) key received in clear from \(destination.host)", provider: owner.id,
        attack: ["T1040"], advice: "Use https for this host, and rotate the key.")
    }
    guard homeNetworks.contains(where: { $0.contains(flow.server.address) }) else { return nil }
    return Verdict(
      detector: .keyExposure, severity: .high,
      message: "\(judge.describe(issuers)) key handed out by \(destination.host) in a response",
      provider: issuers.only, attack: ["T1552"],
      advice: "Stop this server from returning the key, and revoke it: whoever can reach the server has it.")
  }
}

extension Array {
  /// The element of an array that has just one.
  var only: Element? { count == 1 ? self[0] : nil }
}
