package import Observations
package import Wire

/// What the datagrams of one UDP flow say: recognised by content on any port, then read by the protocol's parser.
///
/// Datagrams of no known protocol are scanned as they are, each alone, and each may still show what the flow is.
package final class DatagramAnalyzer {
  private var quic: QUICConnection?
  private var dns: DNSDatagrams
  package private(set) var appProtocol = AppProtocol.undetermined

  package init(_ flow: FlowContext) { dns = DNSDatagrams(flow) }

  package func datagram(
    _ bytes: RawSpan, _ direction: Direction, _ context: inout AnalysisContext
  ) -> FlowAnalyzer.Verdict {
    if let quic { return take(bytes, quic, direction, &context) }
    if QUICRecognition.isQUIC(bytes) { return startQUIC(bytes, direction, &context) }
    if dns.read(bytes, direction, &context) {
      appProtocol = .dns
    } else {
      context.datagram(bytes, direction)
    }
    return .goOn
  }

  /// The flow is over.
  package func closed(_ context: inout AnalysisContext) { quic?.closed(&context) }

  private func startQUIC(
    _ bytes: RawSpan, _ direction: Direction, _ context: inout AnalysisContext
  ) -> FlowAnalyzer.Verdict {
    let connection = QUICConnection()
    quic = connection
    appProtocol = .quic
    context.counters.quic.flows &+= 1
    context.emit(.recognised(.quic))
    return take(bytes, connection, direction, &context)
  }

  private func take(
    _ bytes: RawSpan, _ connection: QUICConnection, _ direction: Direction, _ context: inout AnalysisContext
  ) -> FlowAnalyzer.Verdict {
    if Self.isText(bytes) {
      // RFC 9443: other protocols may share the flow. Plain text among the packets must not pass unseen.
      context.datagram(bytes, direction)
      return .goOn
    }
    connection.datagram(bytes, direction, &context)
    return connection.takeRoleSwap() ? .swapRoles : .goOn
  }

  /// Characters at the front that tell text from what is encrypted: by chance one datagram in millions.
  private static let textByteCount = 16

  private static func isText(_ bytes: RawSpan) -> Bool {
    guard bytes.byteCount >= textByteCount else { return false }
    let octets = bytes.octets
    for index in 0..<textByteCount where !(0x20...0x7E).contains(octets[index]) && !(9...13).contains(octets[index]) {
      return false
    }
    return true
  }
}
