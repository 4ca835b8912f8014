import Matching
import Observations
import Wire

/// What is done with the bytes of a body: content, or the messages of gRPC.
enum BodyReader {
  case content(ContentDecoder)
  case messages(GRPCMessages)

  /// - Parameters:
  ///   - codings: of `Content-Encoding`, in the order they were applied.
  ///   - messageCoding: of `grpc-encoding`, as sent.
  init(codings: [Encoding], contentType: String?, messageCoding: String?, _ context: inout AnalysisContext) {
    if codings.isEmpty, GRPCMessages.isContent(contentType) {
      self = .messages(GRPCMessages(coding: messageCoding, budget: context.decoders))
    } else {
      let decoder = ContentDecoder(codings, budget: context.decoders)
      decoder.doh = DoHReader(contentType: contentType)
      if decoder.isRefused { context.counters.decoderLimitReached &+= 1 }
      self = .content(decoder)
    }
  }

  /// The layers from outside in around what the last call found.
  var encodings: [Encoding] {
    switch self {
    case .content(let decoder): decoder.encodings
    case .messages(let messages): messages.encodings
    }
  }

  /// Scans bytes from the front of `rest`: all of them, or up to where a message ends.
  ///
  /// - Returns: how many were taken, at least one, and the secrets that they completed.
  func content(_ rest: RawSpan, _ context: inout AnalysisContext) -> (count: Int, found: [Sighting]) {
    switch self {
    case .content(let decoder): (rest.byteCount, decoder.content(rest, &context))
    case .messages(let messages): messages.content(rest, &context)
    }
  }

  func finish(_ context: inout AnalysisContext) -> [Sighting] {
    switch self {
    case .content(let decoder): decoder.finish(&context)
    case .messages(let messages): messages.finish(&context)
    }
  }

  /// The body is whole: tells the DNS message that it was.
  func tellDNS(_ direction: Direction, _ request: HTTPRequest?, _ context: inout AnalysisContext) {
    if case .content(let decoder) = self { decoder.tellDNS(direction, request, &context) }
  }

  /// - Parameter byteCount: bytes of the body that are missing; `nil` where nobody knows how many.
  func gap(_ byteCount: Int?, _ context: inout AnalysisContext) -> [Sighting] {
    switch self {
    case .content(let decoder): decoder.gap(&context)
    case .messages(let messages): messages.gap(byteCount, &context)
    }
  }
}
