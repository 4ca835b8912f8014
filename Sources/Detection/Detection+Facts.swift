import Alerts
import Observations
import Signatures
import Wire

/// What each kind of fact means to the detectors, in the order in which they are asked.
extension Detection {
  mutating func unknownProtocol(on flow: FlowContext, at place: PacketPlace, _ alerts: inout [Alert]) {
    let bad = indicators.silentContact(flow, at: place)
    admit(bad, to: &alerts)
    guard flow.transport == .tcp, flow.server.address.isForeign else { return }
    let destination = judge.destination(of: flow, request: nil, resolvedName: resolvedName(of: flow, at: place))
    admit(destinations.connection(to: destination, .plain, on: flow, at: place, isTold: bad != nil), to: &alerts)
  }

  mutating func request(
    _ request: HTTPRequest, on flow: FlowContext, at place: PacketPlace, _ alerts: inout [Alert]
  ) {
    hops.request(request, on: flow, at: place.timestamp)
    let known: HostMemory.Entry? = if let host = request.host { judge.knowledge(of: host) } else { nil }
    if let provider = known?.provider {
      tally.attribute(flow, to: provider.id)
      tally.request(on: flow)
    }
    let bad = indicators.request(request, to: known, on: flow, at: place)
    admit(bad, to: &alerts)
    let told = destinations.request(
      request, to: known, notes: notes, on: flow, at: place, isTold: bad != nil,
      isNamed: isNamed(request, known, on: flow, at: place))
    admit(told, to: &alerts)
    admit(bursts.request(request, to: known, on: flow, at: place), to: &alerts)
    if !request.values.isEmpty {
      values(UnnamedValues(request.values, request: request), on: flow, at: place, &alerts)
    }
  }

  /// A connection under encryption, by the name that its hello gives, else by the one that the client found it by.
  mutating func hello(
    _ hello: TLSHello, _ transport: TransportSecurity, on flow: FlowContext, at place: PacketPlace,
    _ alerts: inout [Alert]
  ) {
    notes.hello(hello, on: flow)
    attribute(flow, named: hello.serverName)
    let name = hello.serverName == nil ? resolvedName(of: flow, at: place) : nil
    var bad = indicators.hello(hello, resolvedName: name, on: flow, at: place)
    bad?.transport = transport
    admit(bad, to: &alerts)
    guard flow.server.address.isForeign || hello.serverName != nil else { return }
    let destination = judge.destination(
      of: flow, request: nil, note: FlowNotes.Note(serverName: hello.serverName), resolvedName: name)
    let told = destinations.connection(
      to: destination, hello: hello, transport, on: flow, at: place, isTold: bad != nil)
    admit(told, to: &alerts)
  }

  mutating func encryption(_ summary: EncryptionSummary, on flow: FlowContext, at place: PacketPlace) {
    if !tally.isFollowing(flow) { attribute(flow, named: resolvedName(of: flow, at: place)) }
    tally.encryption(summary, on: flow)
  }

  mutating func message(
    _ message: DNSMessage, on flow: FlowContext, at place: PacketPlace, _ alerts: inout [Alert]
  ) {
    names.learn(message, client: flow.client.address, at: place.timestamp)
    let bad = indicators.message(message, on: flow, at: place)
    admit(bad, to: &alerts)
    admit(destinations.message(message, on: flow, at: place, isTold: !bad.isEmpty), to: &alerts)
  }

  /// - Parameter field: where a token of no known form stood.
  mutating func credential(
    _ sighting: CredentialSighting, in field: String?, on flow: FlowContext, at place: PacketPlace,
    _ alerts: inout [Alert]
  ) {
    admit(bursts.credential(sighting), to: &alerts)
    let alert = alert(for: sighting, in: field, at: place, on: flow)
    // A key that went astray says more of a contact than that it was one.
    let isAstray = alert?.detector == .keyExfiltration
    if isAstray { destinations.keyTold(sighting.request, on: flow) }
    if let silence = admit(alert, to: &alerts) {
      explain(Explanation(sighting.credential, silence, at: place, on: flow))
    }
    if isAstray, let alert { admit(bundles.astray(alert), to: &alerts) }
  }

  /// - Parameter field: a header field, a parameter, or what names a value. Where no provider takes keys there, nothing
  ///   is learnt of it, and it matters only if it is known.
  mutating func bearer(
    _ sighting: CredentialSighting, in field: String, on flow: FlowContext, at place: PacketPlace,
    _ alerts: inout [Alert]
  ) {
    let isInHead = sighting.location == .requestHeader || sighting.location == .requestLine
    let known = knownKeys.credential(sighting.credential.fingerprint)
    guard isInHead && credentialFields.contains(field) || known != nil else { return }
    guard let known, !known.issuers.isEmpty else {
      return credential(sighting, in: field, on: flow, at: place, &alerts)
    }
    // It was seen in its form before, which says more of it than a name does.
    var formed = sighting
    formed.credential = known.wrapped(in: sighting.credential.encodings)
    credential(formed, in: nil, on: flow, at: place, &alerts)
  }

  /// What nothing calls a secret matters only where the same went to a provider before.
  mutating func values(
    _ seen: UnnamedValues, on flow: FlowContext, at place: PacketPlace, _ alerts: inout [Alert]
  ) {
    guard !knownKeys.isEmpty else { return }
    for value in seen.values {
      guard let known = knownKeys.credential(marked: value.mark) else { continue }
      let sighting = CredentialSighting(
        credential: known.wrapped(in: value.encodings), location: value.location, direction: .toServer,
        transport: value.transport, request: seen.request,
        evidence: "\(known.redacted), seen going to its provider before", dns: seen.dns)
      credential(sighting, in: known.issuers.isEmpty ? "" : nil, on: flow, at: place, &alerts)
    }
  }

  mutating func tunnel(
    _ origin: TunnelOrigin, on flow: FlowContext, at place: PacketPlace, _ alerts: inout [Alert]
  ) {
    notes.tunnel(origin, on: flow)
    hops.tunnel(origin, on: flow, at: place.timestamp)
    attribute(flow, named: origin.host)
    let bad = indicators.tunnel(origin, on: flow, at: place)
    admit(bad, to: &alerts)
    guard let host = origin.host, origin.kind == .socks4 || origin.kind == .socks5 else { return }
    let destination = Destination(host: host, source: .dns)
    admit(destinations.connection(to: destination, .plain, on: flow, at: place, isTold: bad != nil), to: &alerts)
  }

  mutating func closed(
    _ summary: FlowSummary, on flow: FlowContext, at place: PacketPlace, _ alerts: inout [Alert]
  ) {
    var upload: Destination?
    if destinations.isUpload(summary, on: flow) {
      let note = notes[flow]
      let name = note.uploadHost ?? resolvedName(of: flow, at: place)
      upload = judge.destination(of: flow, request: nil, note: note, resolvedName: name)
    }
    admit(destinations.closed(summary, on: flow, at: place, upload: upload), to: &alerts)
    notes.closed(flow)
    hops.closed(flow)
    tally.closed(flow)
    admit(indicators.silentContact(flow, at: place), to: &alerts)
  }
}

extension MaskedCredential {
  fileprivate func wrapped(in encodings: [Encoding]) -> MaskedCredential {
    var credential = self
    credential.encodings = encodings
    return credential
  }
}

/// Whose key it is, and where it went.
extension Detection {
  /// Judges a credential by all that is known of its flow, and says which way it came.
  ///
  /// - Parameter field: where a token of no known form stood.
  private mutating func alert(
    for sighting: CredentialSighting, in field: String?, at place: PacketPlace, on flow: FlowContext
  ) -> Alert? {
    let note = notes[flow]
    let isNamed = sighting.request?.host != nil || note.serverName != nil || note.tunnel != nil
    let hop = hops.credential(
      sighting.credential.fingerprint, on: flow, isNamed: isNamed, at: place.timestamp)
    let destination = keys.destination(
      of: sighting, on: flow, note: note, hop: hop, resolvedName: resolvedName(of: flow, at: place))
    guard let attributed = attribute(sighting, in: field, to: destination) else {
      explain(Explanation(sighting.credential, .nobodys, at: place, on: flow))
      return nil
    }
    guard
      var alert = keys.alert(
        for: attributed, to: destination, at: place, on: flow, isForwarded: note.tunnel != nil,
        servesModels: knownKeys.servesModels(sighting.credential.fingerprint))
    else {
      let silence = keys.silence(on: attributed, to: destination)
      explain(Explanation(sighting.credential, silence, at: place, on: flow))
      return nil
    }
    if let hop { alert.evidence += "; onward from flow \(hop.flow) through the proxy at \(hop.proxy.address)" }
    if let client = note.client { alert.evidence += "; for the client \(client.address)" }
    return alert
  }

  /// The sighting with what memory knows of its issuer; remembers what this sighting tells.
  ///
  /// - Returns: `nil` for a token that is nobody's key as far as is known.
  private mutating func attribute(
    _ sighting: CredentialSighting, in field: String?, to destination: Destination
  ) -> CredentialSighting? {
    let fingerprint = sighting.credential.fingerprint
    if sighting.direction == .toServer, let receiver = keys.receiver(of: sighting, in: field, at: destination.host) {
      let servesModels = judge.knowledge(of: destination.host).provider?.id == receiver
      knownKeys.learn(sighting.credential, owner: receiver, servesModels: servesModels)
    }
    var attributed = sighting
    if let owner = knownKeys.owner(of: fingerprint), field != nil || sighting.credential.issuers.contains(owner) {
      attributed.credential.issuers = [owner]
    }
    return field != nil && attributed.credential.issuers.isEmpty ? nil : attributed
  }

  /// The name by which the client found the server of a flow.
  private func resolvedName(of flow: FlowContext, at place: PacketPlace) -> String? {
    names.name(of: flow.server.address, for: flow.client.address, at: place.timestamp)?.name
  }

  /// Whether a request's destination was found by a name, rather than known by its address alone.
  private func isNamed(
    _ request: HTTPRequest, _ known: HostMemory.Entry?, on flow: FlowContext, at place: PacketPlace
  ) -> Bool {
    guard let host = request.host else { return resolvedName(of: flow, at: place) != nil }
    guard known?.isAddress == true, let address = IPAddress(host) else { return true }
    return names.name(of: address, for: flow.client.address, at: place.timestamp) != nil
  }

  /// For coverage: the flow goes to the provider, if any, that `host` belongs to.
  private mutating func attribute(_ flow: FlowContext, named host: String?) {
    guard let host, let provider = judge.knowledge(of: host).provider else { return }
    tally.attribute(flow, to: provider.id)
  }
}
