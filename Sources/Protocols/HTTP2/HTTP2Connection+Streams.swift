import Matching
import Observations
import Wire

// Streams and their bodies: RFC 9113 sections 5.1 and 8.1.
extension HTTP2Connection {
  /// The stream of that number, made where there is none: its head may have passed before the capture began.
  func stream(_ id: UInt32, _ context: inout AnalysisContext) -> HTTP2Stream {
    if let stream = streams[id] { return stream }
    while streams.count >= streamLimit, let oldest = streams.keys.min(), let stream = streams[oldest] {
      context.counters.outstandingLimitReached &+= 1
      end(stream, &context)
    }
    let stream = HTTP2Stream(id: id)
    streams[id] = stream
    return stream
  }

  /// Scans a piece of a body, or hands on what a tunnel carries.
  func read(_ bytes: RawSpan, _ stream: HTTP2Stream, _ direction: Direction, _ context: inout AnalysisContext) {
    stream.count(bytes.byteCount, direction)
    if let inner = stream.inner {
      inner.data(bytes, direction, &context)
      return
    }
    let reader = stream[direction].reader ?? openReader(stream, direction, &context)
    var position = 0
    while position < bytes.byteCount {
      let (count, found) = reader.content(bytes.extracting(position...), &context)
      emit(found, reader, stream, direction, &context)
      position += count
    }
  }

  private func openReader(
    _ stream: HTTP2Stream, _ direction: Direction, _ context: inout AnalysisContext
  ) -> BodyReader {
    let reader = BodyReader(codings: [], contentType: nil, messageCoding: nil, &context)
    stream[direction].reader = reader
    return reader
  }

  /// - Parameter byteCount: bytes of the body that are missing; `nil` where nobody knows how many.
  func gap(_ byteCount: Int?, _ stream: HTTP2Stream, _ direction: Direction, _ context: inout AnalysisContext) {
    if let inner = stream.inner { inner.gap(byteCount, direction, &context) }
    guard let reader = stream[direction].reader else { return }
    emit(reader.gap(byteCount, &context), reader, stream, direction, &context)
  }

  /// One side has sent all of its message. The stream's transaction is over with the response.
  func endMessage(_ stream: HTTP2Stream, _ direction: Direction, _ context: inout AnalysisContext) {
    finish(stream, direction, &context)
    if direction == .toClient { complete(stream, &context) }
    if stream.isOver { end(stream, &context) }
  }

  /// The stream is over: both sides are, it was reset, or it was given up.
  func end(_ stream: HTTP2Stream, _ context: inout AnalysisContext) {
    finish(stream, .toServer, &context)
    finish(stream, .toClient, &context)
    complete(stream, &context)
    closeInner(of: stream, &context)
    streams[stream.id] = nil
    for side in [client, server] where side.stream === stream { side.stream = nil }
  }

  func closeInner(of stream: HTTP2Stream, _ context: inout AnalysisContext) {
    guard let inner = stream.inner else { return }
    stream.inner = nil
    innerCount -= 1
    inner.closed(&context)
  }

  private func finish(_ stream: HTTP2Stream, _ direction: Direction, _ context: inout AnalysisContext) {
    guard !stream[direction].isOver else { return }
    stream[direction].isOver = true
    stream.inner?.halfClosed(direction, &context)
    guard let reader = stream[direction].reader else { return }
    stream[direction].reader = nil
    emit(reader.finish(&context), reader, stream, direction, &context)
    reader.tellDNS(direction, stream.request ?? outer, &context)
  }

  private func complete(_ stream: HTTP2Stream, _ context: inout AnalysisContext) {
    guard !stream.isComplete, stream.request != nil || stream.response != nil else { return }
    stream.isComplete = true
    context.emit(.transaction(stream.transaction))
  }

  private func emit(
    _ found: [Sighting], _ reader: BodyReader, _ stream: HTTP2Stream, _ direction: Direction,
    _ context: inout AnalysisContext
  ) {
    guard !found.isEmpty else { return }
    for sighting in found {
      context.emit(
        sighting, at: direction == .toServer ? .requestBody : .responseBody, direction: direction,
        request: stream.request ?? outer, codings: reader.encodings)
    }
  }
}
