package import Alerts
import Observations
import Wire

/// Who sends: the part of a syslog header that is the same for all messages.
package struct SyslogIdentity: Sendable {
  /// HOSTNAME, at most 255 printable ASCII characters; others are replaced, and `-` stands for an empty name.
  package let hostName: String
  package let processID: Int32
  /// `local5`, which Suricata uses too.
  package let facility: UInt8

  /// - Parameter facility: 0 to 23 (RFC 5424 table 1); others are taken for `local7`.
  package init(hostName: String, processID: Int32, facility: UInt8 = 21) {
    let name = hostName.unicodeScalars.map { (0x21..<0x7F).contains($0.value) ? Character($0) : "?" }.prefix(255)
    self.hostName = name.isEmpty ? "-" : String(name)
    (self.processID, self.facility) = (processID, min(facility, 23))
  }
}

/// Makes RFC 5424 messages: an alert each, structured data for people's filters, the EVE event after `@cee: ` for
/// machines. Nothing from the wire can end a message or a structured-data element early.
package struct SyslogFormatter {
  private let identity: SyslogIdentity
  private let byteLimit: Int
  private var encoder: EVEEncoder
  private var json = JSONLineWriter()
  private var time = PacketTime()

  /// In the smallest form of a message a string has this many bytes at most: as many as the longest that must stay
  /// whole, the fingerprint, and few enough for all of that form to fit 2048 with any host name.
  private static let essentialStringLimit = 72

  /// `byteLimit` is the most octets that a message may have; the EVE event is written smaller, in the steps of
  /// `AlertDetail`, until it fits, so that it is always whole JSON. The smallest form fits 2048.
  package init(identity: SyslogIdentity, encoder: EVEEncoder, byteLimit: Int) {
    (self.identity, self.encoder, self.byteLimit) = (identity, encoder, byteLimit)
  }

  /// The message for `alert`, without framing.
  package mutating func message(_ alert: Alert) -> [UInt8] {
    var message: [UInt8] = []
    for detail in AlertDetail.allCases {
      json.stringByteLimit = detail == .essential ? Self.essentialStringLimit : .max
      encoder.encode(alert, detail: detail, to: &json)
      message.removeAll(keepingCapacity: true)
      appendHeader(
        severity: alert.severity.syslogLevel, timestamp: alert.place.timestamp, id: alert.detector.rawValue,
        to: &message)
      appendData(of: alert, detail: detail, to: &message)
      message.append(contentsOf: " @cee: ".utf8)
      message.append(contentsOf: json.bytes)
      if message.count <= byteLimit { break }
    }
    return message
  }

  /// Says that messages are missing. It has no time of its own (NILVALUE): no packet belongs to it.
  package mutating func lossReport(alertCount: Int) -> [UInt8] {
    var message: [UInt8] = []
    appendHeader(severity: Severity.medium.syslogLevel, timestamp: nil, id: "lost-alerts", to: &message)
    var data = StructuredData(id: Self.dataID)
    data.append("lost", String(alertCount))
    message.append(contentsOf: data.bytes)
    let subject = alertCount == 1 ? "1 alert was" : "\(alertCount) alerts were"
    message.append(contentsOf: " \(subject) lost while the server was away".utf8)
    return message
  }

  /// `<PRI>1 TIMESTAMP HOSTNAME APP-NAME PROCID MSGID ` of RFC 5424 section 6.2.
  private mutating func appendHeader(severity: Int, timestamp: Int64?, id: String, to message: inout [UInt8]) {
    message.append(UInt8(ascii: "<"))
    message.append(decimal: Int(identity.facility) * 8 + severity)
    message.append(contentsOf: ">1 ".utf8)
    if let timestamp { time.appendRFC3339(timestamp, to: &message) } else { message.append(UInt8(ascii: "-")) }
    message.append(contentsOf: " \(identity.hostName) leakwire \(identity.processID) \(id) ".utf8)
  }

  /// 32473 is the enterprise number that RFC 5612 sets aside for documentation.
  private static let dataID = "leakwire@32473"

  private func appendData(of alert: Alert, detail: AlertDetail, to message: inout [UInt8]) {
    var data = StructuredData(id: Self.dataID, valueByteLimit: json.stringByteLimit)
    data.append("severity", alert.severity.rawValue)
    data.append("destination", alert.destination.host)
    data.append("fingerprint", alert.credential?.masked.fingerprint)
    data.append("src_ip", alert.flow.client.address.description)
    if detail < .essential { appendDetails(of: alert, to: &data) }
    message.append(contentsOf: data.bytes)
  }

  private func appendDetails(of alert: Alert, to data: inout StructuredData) {
    data.append("src_port", String(alert.flow.client.port))
    data.append("dest_ip", alert.flow.server.address.description)
    data.append("dest_port", String(alert.flow.server.port))
    data.append("transport", alert.transport.rawValue)
    data.append("provider", alert.provider)
    data.append("credential", alert.credential?.masked.signature)
    data.append("redacted", alert.credential?.masked.redacted)
    data.append("location", alert.credential?.location.rawValue)
    data.append("count", String(alert.count))
  }
}

extension Severity {
  /// RFC 5424 table 2.
  var syslogLevel: Int {
    switch self {
    case .critical: 2
    case .high: 3
    case .medium: 4
    case .low: 5
    case .info: 6
    }
  }
}
