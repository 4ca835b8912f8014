import Alerts
import Observations
import Signatures

/// Raises `lookalike-destination`: a host whose name imitates a provider's or a developer tool's was contacted, or
/// looked up and found.
struct LookalikeDetector {
  let settings: LookalikeSettings

  func contact(_ contact: Contact) -> Alert? {
    guard settings.isEnabled, let lookalike = contact.known?.lookalike else { return nil }
    let host = contact.destination.host
    let verb = contact.message == nil ? "was contacted" : "was resolved"
    var alert = contact.alert(
      .lookalikeDestination, .high,
      "\(host), an imitation of \(lookalike.domain) (\(lookalike.trick.description)), \(verb)",
      category: "lookalike", evidence: contact.trace, attack: ["T1583.001", "T1036"],
      advice: "Find the program that goes there: the true host is below \(lookalike.domain). Until it is known to be "
        + "harmless, treat what it could read as stolen.")
    alert.destination.expected = [lookalike.domain]
    return alert
  }

  /// A name that was looked up: only one that has an address is somebody's. Resolvers try every name below the search
  /// domains of their network too.
  func isFound(_ message: DNSMessage) -> Bool {
    message.isResponse && message.responseCode == 0 && message.answers.contains { !$0.addresses.isEmpty }
  }
}
