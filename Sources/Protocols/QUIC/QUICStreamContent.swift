import Matching
import Observations
import Wire

/// What the streams of a connection carry, by the protocol that ALPN names.
enum QUICStreamContent {
  case http3(HTTP3Connection)
  case opaque(QUICOpaqueStreams)

  init(protocolName: String?) {
    // Drafts of HTTP/3 say `h3-29`; without ALPN nothing else is likely.
    let isHTTP3 = protocolName.map { $0 == "h3" || $0.hasPrefix("h3-") } ?? true
    self = isHTTP3 ? .http3(HTTP3Connection()) : .opaque(QUICOpaqueStreams())
  }

  /// The next bytes of one direction of a stream.
  func data(_ bytes: RawSpan, _ id: UInt64, _ direction: Direction, _ context: inout AnalysisContext) {
    switch self {
    case .http3(let connection): connection.data(bytes, id, direction, &context)
    case .opaque(let streams): streams.data(bytes, id, direction, &context)
    }
  }

  /// Bytes that will not come.
  func gap(_ byteCount: Int, _ id: UInt64, _ direction: Direction, _ context: inout AnalysisContext) {
    switch self {
    case .http3(let connection): connection.gap(byteCount, id, direction, &context)
    case .opaque(let streams): streams.finished(id, direction, &context)
    }
  }

  /// One direction of a stream is over; said once.
  func finished(_ id: UInt64, _ direction: Direction, _ context: inout AnalysisContext) {
    switch self {
    case .http3(let connection): connection.finished(id, direction, &context)
    case .opaque(let streams): streams.finished(id, direction, &context)
    }
  }

  func closed(_ context: inout AnalysisContext) {
    if case .http3(let connection) = self { connection.closed(&context) }
  }
}

/// Streams of a protocol that is not read: scanned as they are.
final class QUICOpaqueStreams {
  private struct Half: Hashable {
    var id: UInt64
    var isToServer: Bool
  }

  /// As many as `QUICStreams` has open; an entry goes with its stream.
  private var scans: [Half: ScanState] = [:]

  func data(_ bytes: RawSpan, _ id: UInt64, _ direction: Direction, _ context: inout AnalysisContext) {
    let half = Half(id: id, isToServer: direction == .toServer)
    emit(context.scan(bytes, state: &scans[half, default: ScanState()]), direction, &context)
  }

  /// The direction is over, or a gap follows.
  func finished(_ id: UInt64, _ direction: Direction, _ context: inout AnalysisContext) {
    guard var state = scans.removeValue(forKey: Half(id: id, isToServer: direction == .toServer)) else { return }
    emit(context.finishScan(&state), direction, &context)
  }

  private func emit(_ found: [Sighting], _ direction: Direction, _ context: inout AnalysisContext) {
    for sighting in found {
      context.emit(sighting, at: .stream, direction: direction, transport: .tlsDecrypted, request: nil)
    }
  }
}
