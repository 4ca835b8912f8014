import Matching
import Observations
import Wire

/// What the two sides of a flow say in DNS, whatever carries the messages: counts them, tells each, and the secrets in it.
struct DNSTalk {
  private var messageCount: UInt64 = 0
  /// Secrets that this flow asked with: a response repeats the question, which is no second sighting.
  private var askedWith: [String] = []
  /// Secrets remembered a flow; the oldest is forgotten, at worst for one more sighting.
  private static let askedLimit = 16

  /// Tells of `packet`, which was read from `bytes`.
  mutating func tell(_ packet: DNSPacket, _ bytes: RawSpan, _ direction: Direction, _ context: inout AnalysisContext) {
    var message = DNSMessage(packet, index: messageCount)
    messageCount &+= 1
    context.counters.dnsMessages &+= 1
    if packet.isCut { context.counters.dnsFlaws &+= 1 }
    let secrets = DNSSecrets(maskingIn: &message, bytes, &context)
    context.emit(.dns(message))
    if direction == .toServer { context.emitValues(inNamesOf: message, transport: .dns) }
    guard !secrets.isEmpty else { return }
    let evidence = message.subject.map { "DNS \(message.isResponse ? "response" : "query") \($0)" }
    for sighting in secrets.asked where isNews(sighting, isEcho: message.isResponse) {
      emit(sighting, message.isResponse ? direction.opposite : direction, message, evidence, &context)
    }
    for sighting in secrets.told { emit(sighting, direction, message, evidence, &context) }
  }

  private mutating func isNews(_ sighting: Sighting, isEcho: Bool) -> Bool {
    let fingerprint = sighting.credential.fingerprint
    if isEcho, askedWith.contains(fingerprint) { return false }
    if askedWith.count >= Self.askedLimit { askedWith.removeFirst() }
    if !askedWith.contains(fingerprint) { askedWith.append(fingerprint) }
    return true
  }

  private func emit(
    _ sighting: Sighting, _ direction: Direction, _ message: DNSMessage, _ evidence: String?,
    _ context: inout AnalysisContext
  ) {
    context.emit(
      sighting, at: .dnsName, direction: direction, transport: .dns, request: nil, evidence: evidence, dns: message)
  }
}

extension AnalysisContext {
  /// Tells what labels of the names that are asked for may carry, each by itself and all in front of the last two.
  mutating func emitValues(
    inNamesOf message: DNSMessage, transport: TransportSecurity? = nil, request: HTTPRequest? = nil
  ) {
    guard !message.isResponse else { return }
    for query in message.queries where query.name.utf8.count > LooseValues.shortest {
      let labels = query.name.split(separator: ".")
      var text = Array(query.name.utf8)
      if labels.count > 3 { text += [UInt8(ascii: "\n")] + labels.dropLast(2).joined().utf8 }
      let values = LooseValues.all(in: text.rawSpan)
      guard !values.isEmpty else { continue }
      // Where a value is known, nothing of it may show: neither whole nor in labels.
      var masked = message
      masked.mapText { $0 == query.name ? "…." + labels.suffix(2).joined(separator: ".") : $0 }
      let seen = values.map {
        UnnamedValue(
          mark: $0.mark, encodings: $0.encodings, location: .dnsName, transport: transport ?? self.transport)
      }
      emit(.values(UnnamedValues(seen, request: request, dns: masked)))
    }
  }
}
