package import Observations
package import Wire

/// The datagrams of one UDP flow, read as DNS, multicast DNS or LLMNR where they are that.
package struct DNSDatagrams {
  private let isUsualPort: Bool
  private var talk = DNSTalk()
  /// Whether a message was read already.
  private var isRecognised = false

  /// - Parameter isUsualPort: one of the flow's ports is a port of DNS, so that damaged messages are believed.
  package init(isUsualPort: Bool) { self.isUsualPort = isUsualPort }

  package init(_ flow: FlowContext) {
    self.init(
      isUsualPort: DNSRecognition.isUsual(port: flow.client.port) || DNSRecognition.isUsual(port: flow.server.port))
  }

  /// Reads one datagram and tells of it.
  ///
  /// - Returns: whether it was a DNS message; if not nothing was told and nothing was scanned.
  package mutating func read(_ bytes: RawSpan, _ direction: Direction, _ context: inout AnalysisContext) -> Bool {
    // Once a flow has spoken DNS on an odd port, its damaged messages are DNS too.
    let isExpected = isUsualPort || isRecognised
    guard let header = try? DNSHeader(bytes),
      DNSRecognition.isPlausible(header, byteCount: bytes.byteCount, isUsualPort: isExpected),
      let packet = try? DNSPacket(bytes), DNSRecognition.judge(packet, isUsualPort: isExpected) == .certain
    else { return false }
    if !isRecognised {
      isRecognised = true
      context.counters.dnsFlows &+= 1
      context.emit(.recognised(.dns))
    }
    talk.tell(packet, bytes, direction, &context)
    return true
  }
}
