import Alerts
import Observations
import Wire

extension Fact {
  /// Appends every text that somebody may come to read, each on a line of its own.
  func appendTexts(to lines: inout [UInt8]) {
    switch self {
    case .credential(let sighting):
      lines.add(sighting.evidence, sighting.credential.redacted)
      sighting.request?.appendTexts(to: &lines)
      sighting.dns?.appendTexts(to: &lines)
    case .request(let request): request.appendTexts(to: &lines)
    case .transaction(let exchange):
      exchange.request?.appendTexts(to: &lines)
      guard let response = exchange.response else { return }
      lines.add(response.contentType, response.location)
      for field in response.fields { lines.add(field.value) }
    case .dns(let message): message.appendTexts(to: &lines)
    case .tunnelOpened(let origin):
      lines.add(origin.host)
      origin.request?.appendTexts(to: &lines)
    default: break
    }
  }
}

extension Alert {
  /// The same of an alert.
  func appendTexts(to lines: inout [UInt8]) {
    lines.add(message, evidence, destination.host, credential?.masked.redacted)
    http?.appendTexts(to: &lines)
    dns?.appendTexts(to: &lines)
  }
}

extension HTTPRequest {
  fileprivate func appendTexts(to lines: inout [UInt8]) {
    lines.add(target, userAgent, contentType, referer)
    for field in fields + notedFields { lines.add(field.value) }
  }
}

extension DNSMessage {
  fileprivate func appendTexts(to lines: inout [UInt8]) {
    for query in queries { lines.add(query.name) }
    for record in answers + authorities + additionals { lines.add(record.name) }
  }
}

extension [UInt8] {
  fileprivate mutating func add(_ texts: String?...) {
    for case let text? in texts {
      append(contentsOf: text.utf8)
      append(0x0A)
    }
  }
}
