import Alerts
import Observations
import Signatures

/// Raises `exfil-sink`: a place where anybody can drop anything was contacted, as far as that is unusual.
///
/// Names of rare use are told when they are looked up, those of occasional use when they are contacted, those of daily
/// use when something is written there: by a path that writes, or by the volume of a flow.
struct ExfilSinkDetector {
  let settings: ExfilSinkSettings

  func contact(_ contact: Contact) -> Alert? {
    guard settings.isEnabled, let sink = contact.known?.sink, isUnusual(contact, sink) else { return nil }
    let verb = contact.message == nil ? "was contacted" : "was resolved"
    return alert(contact, sink, verb, evidence: contact.trace)
  }

  private func isUnusual(_ contact: Contact, _ sink: Sink) -> Bool {
    if contact.message != nil { return sink.use == .rare }
    guard sink.use == .daily else { return true }
    guard let request = contact.request, request.method != "GET" || request.target.utf8.contains(UInt8(ascii: "?")),
      request.method != "HEAD", request.method != "OPTIONS"
    else { return false }
    return sink.isWrittenBy(target: request.target)
  }

  /// Whether a flow that is over sent enough to be looked at.
  func concerns(_ summary: FlowSummary) -> Bool {
    settings.isEnabled && summary.toServer.bytes >= UInt64(clamping: settings.uploadByteCount)
      && summary.toServer.bytes > summary.toClient.bytes
  }

  /// A flow to a place of daily use is over: was it an upload?
  func closed(_ contact: Contact, _ summary: FlowSummary) -> Alert? {
    guard concerns(summary), let sink = contact.known?.sink, sink.use == .daily else { return nil }
    return alert(
      contact, sink, "received an upload",
      evidence: "\(summary.toServer.bytes) bytes sent, \(summary.toClient.bytes) received")
  }

  private func alert(_ contact: Contact, _ sink: Sink, _ verb: String, evidence: String) -> Alert {
    contact.alert(
      .exfilSink, .medium, "\(contact.destination.host), \(sink.kind), \(verb)", category: "exfil-sink",
      evidence: evidence, attack: ["T1567"],
      advice: "Find out who goes there and why; where nobody knows, treat what that program could read as stolen.")
  }
}
