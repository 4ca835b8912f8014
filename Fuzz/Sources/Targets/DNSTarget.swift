import Observations
import Wire

@testable import Protocols

/// DNS messages: datagrams on any port, and bodies of DNS over HTTPS. Each step is a message.
enum DNSTarget {
  /// What one byte of a name may become in text: `\255`.
  private static let growth = 4

  static func run(_ input: RawSpan) {
    var choices = Choices(input)
    let kind = choices.byte()
    let script = Script(choices.rest)
    FlowBench.plain.flow(input.byteCount) { bench in
      var datagrams = DNSDatagrams(isUsualPort: kind & 1 == 0)
      for step in script.steps {
        let message = step.bytes.rawSpan
        check(message)
        let direction: Direction = step.code & 1 == 0 ? .toServer : .toClient
        if !datagrams.read(message, direction, &bench.context) { bench.context.datagram(message, direction) }
        bench.takeFacts()
        _ = DNSMessage.read(dohBody: message)
      }
    }
  }

  private static func check(_ message: RawSpan) {
    guard let packet = try? DNSPacket(message) else { return }
    let records = packet.answers + packet.authorities + packet.additionals
    require(records.count + packet.questions.count <= DNSPacket.recordLimit, "more records are kept than allowed")
    require(packet.trailingByteCount >= 0 && packet.omittedCount >= 0, "a count is negative")
    for name in packet.questions.map(\.name) + records.map(\.name) {
      require(name.utf8.count <= growth * DNSName.byteLimit, "a name of \(name.utf8.count) bytes")
    }
    _ = DNSRecognition.stream(message)
  }
}
