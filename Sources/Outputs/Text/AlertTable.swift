package import Alerts
import Observations
import Wire

/// Alerts as text for people: a block each, whose first line aligns with that of every other block.
///
///     2026-11-20 23:11:05Z  CRITICAL  key-exfiltration        anthropic     sk-ant-api03-…x9AA
///       Anthropic key sent to webhook.site, which is not Anthropic
///       10.0.0.5 → webhook.site:443   request-body, base64   ×3
///       evidence  {"note":"sk-ant-api03-…x9AA"}
///       advice    Revoke the key …
///
/// No line is wider than the style's width; what does not fit ends in `…`.
package struct AlertTable: Sendable {
  package let style: TextStyle
  private var time = PacketTime()

  package init(style: TextStyle) { self.style = style }

  /// The block of `alert`, lines ending in line feeds.
  package mutating func block(_ alert: Alert) -> String {
    var lines = [heading(alert), indented(alert.message), indented(route(alert))]
    if !alert.evidence.isEmpty { lines.append(indented("evidence  " + alert.evidence)) }
    if !alert.advice.isEmpty { lines.append(indented("advice    " + alert.advice)) }
    return lines.map { $0 + "\n" }.joined()
  }

  private mutating func heading(_ alert: Alert) -> String {
    let severity = Printable.cell(alert.severity.rawValue.uppercased(), columns: 8)
    let start = time.readable(alert.place.timestamp) + "  "
    // 20 for the time, 8 for the severity, 22 for the longest detector, 12 for a provider, and two spaces between.
    var rest = "  " + Printable.cell(alert.detector.rawValue, columns: 22)
    rest += "  " + Printable.cell(alert.provider ?? "-", columns: 12) + "  "
    let key = alert.credential?.masked.redacted ?? "-"
    rest += Printable.text(key, columns: max(10, style.width - 70))
    return start + style.coloured(severity, alert.severity) + rest
  }

  private func route(_ alert: Alert) -> String {
    var notes: [String] = []
    if let credential = alert.credential {
      let layers = credential.masked.encodings.map(\.rawValue)
      notes.append(([credential.location.rawValue] + layers).joined(separator: ", "))
    }
    if alert.count > 1 { notes.append("×\(alert.count)") }
    let client = alert.flow.client.address.description + " → "
    let port = ":\(alert.destination.port ?? alert.flow.server.port)"
    let tail = port + notes.map { "   " + $0 }.joined()
    // The host is what a stranger chose: it gives way, never the rest of the line.
    let room = style.width - 2 - Printable.width(client) - Printable.width(tail)
    let host = alert.destination.host.contains(":") ? "[\(alert.destination.host)]" : alert.destination.host
    return client + Printable.text(host, columns: max(16, room)) + tail
  }

  private func indented(_ text: String) -> String { "  " + Printable.text(text, columns: style.width - 2) }
}
