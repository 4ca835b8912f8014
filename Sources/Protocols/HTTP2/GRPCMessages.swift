import Matching
import Observations
import Wire

/// The length-prefixed messages of gRPC and gRPC-Web, each scanned as a stream of its own wherever frames cut it.
///
///     +--------------+--------------+---------------------+
///     | compressed 1 |  length 32   |  message of `length`  |
///     +--------------+--------------+---------------------+
///
/// "gRPC over HTTP2" of the gRPC project; of gRPC-Web the top bit of the first byte marks trailers.
final class GRPCMessages {
  private static let prefixByteCount = 5

  private enum Step {
    case prefix
    case message(remaining: Int)
    /// These are no such messages, or a gap hides where the next one starts.
    case opaque
  }

  private let coding: Encoding?
  private let budget: MemoryBudget
  private let plain: ContentDecoder
  private var step = Step.prefix
  private var prefix: [UInt8] = []
  /// Undoes the coding of the message at hand, where it has one.
  private var decoder: ContentDecoder?
  private(set) var encodings: [Encoding] = []

  /// - Parameter coding: what `grpc-encoding` says; names that are not known leave messages as they are.
  init(coding: String?, budget: MemoryBudget) {
    self.coding = coding.flatMap { Encoding(grpcEncoding: $0) }
    self.budget = budget
    plain = ContentDecoder([], budget: budget)
  }

  /// Whether `Content-Type` names gRPC. The text form of gRPC-Web is base64, which the matcher looks through.
  static func isContent(_ contentType: String?) -> Bool {
    guard let type = contentType?.lowercased(), type.hasPrefix("application/grpc") else { return false }
    return !type.hasPrefix("application/grpc-web-text")
  }

  /// Takes bytes up to the end of a prefix or of a message.
  func content(_ rest: RawSpan, _ context: inout AnalysisContext) -> (count: Int, found: [Sighting]) {
    switch step {
    case .prefix: return takePrefix(rest, &context)
    case .opaque: return (rest.byteCount, scan(rest, &context))
    case .message(let remaining):
      let count = min(remaining, rest.byteCount)
      var found = scan(rest.extracting(..<count), &context)
      if count == remaining {
        found += endMessage(&context)
      } else {
        step = .message(remaining: remaining - count)
      }
      return (count, found)
    }
  }

  func finish(_ context: inout AnalysisContext) -> [Sighting] {
    let held = prefix
    prefix = []
    return scan(held.rawSpan, &context) + endMessage(&context)
  }

  func gap(_ byteCount: Int?, _ context: inout AnalysisContext) -> [Sighting] {
    guard case .message(let remaining) = step, let byteCount, byteCount <= remaining else {
      let found = finish(&context)
      step = .opaque
      return found
    }
    let found = (decoder ?? plain).gap(&context)
    step = .message(remaining: remaining - byteCount)
    return byteCount == remaining ? found + endMessage(&context) : found
  }

  private func takePrefix(_ rest: RawSpan, _ context: inout AnalysisContext) -> (count: Int, found: [Sighting]) {
    let count = min(rest.byteCount, Self.prefixByteCount - prefix.count)
    prefix.append(rest.extracting(..<count))
    guard prefix.count == Self.prefixByteCount else { return (count, []) }
    let held = prefix
    prefix.removeAll(keepingCapacity: true)
    guard held[0] & 0x7E == 0 else {
      step = .opaque
      return (count, scan(held.rawSpan, &context))
    }
    let length = Int(held.rawSpan.bigEndian(at: 1, as: UInt32.self))
    if held[0] & 1 != 0, let coding {
      let decoder = ContentDecoder([coding], budget: budget)
      if decoder.isRefused { context.counters.decoderLimitReached &+= 1 }
      self.decoder = decoder
    }
    step = length > 0 ? .message(remaining: length) : .prefix
    return (count, [])
  }

  private func scan(_ bytes: RawSpan, _ context: inout AnalysisContext) -> [Sighting] {
    let reader = decoder ?? plain
    let found = reader.content(bytes, &context)
    encodings = reader.encodings
    return found
  }

  private func endMessage(_ context: inout AnalysisContext) -> [Sighting] {
    let reader = decoder ?? plain
    let found = reader.finish(&context)
    encodings = reader.encodings
    (decoder, step) = (nil, .prefix)
    return found
  }
}

extension Encoding {
  fileprivate init?(grpcEncoding name: String) {
    switch name.lowercased() {
    case "gzip": self = .gzip
    case "deflate": self = .deflate
    case "zstd": self = .zstd
    case "br", "brotli": self = .br
    default: return nil
    }
  }
}
